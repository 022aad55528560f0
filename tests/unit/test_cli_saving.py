"""Saving attachments: a file lands in its folder under a plain name, and never on or through what is there already."""

import stat
from pathlib import Path

import pytest

from inbox_bot.cli.records import safe_name, write_file


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("../../.ssh/authorized_keys", "authorized_keys"),
        ("/etc/passwd", "passwd"),
        ("C:\\Windows\\x.exe", "x.exe"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("~root", "root"),
        ("..", "file"),
        ("\x1b]0;x\x07a.pdf", "a.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("NUL.txt", "_NUL.txt"),
        ("a\r\nb\x00.txt", "a b.txt"),
    ],
)
def test_names(name: str, saved: str) -> None:
    """No path, no hidden file, no option, no home, no device, nothing that a terminal obeys."""
    assert safe_name(name) == saved


def test_long_names_keep_their_ending() -> None:
    """At most 120 bytes, whole characters, the ending stays."""
    name = safe_name("ü" * 300 + ".pdf")
    assert len(name.encode()) <= 120
    assert name.endswith("ü.pdf")


def test_links_in_wait_are_not_followed(tmp_path: Path) -> None:
    """A symbolic link or file under the customer's name stays what it is; the file gets another name and mode 0600."""
    target = tmp_path / "target"
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.pdf").symlink_to(target)
    (folder / "a-2.pdf").write_bytes(b"older")
    path = write_file(folder, "../a.pdf", b"new")
    assert (path.parent, path.name, path.read_bytes()) == (folder, "a-3.pdf", b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not target.exists()
    assert (folder / "a-2.pdf").read_bytes() == b"older"
