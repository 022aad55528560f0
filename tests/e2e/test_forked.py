"""A command forked from a loaded program is, seen from outside, one that was started."""

import os
from pathlib import Path

import pytest

from tests.e2e.test_cli import CONFIG, Shell, StartingShell

_CLEAN = {key: value for key, value in os.environ.items() if not key.startswith(("INBOX_BOT_", "COLUMNS"))}


@pytest.mark.parametrize(
    ("words", "given", "status"),
    [
        (["--version"], "", 0),
        (["nonsense"], "", 2),
        (["show", "1"], "", 1),
        (["tickets", "--config", "none.toml"], "", 1),
        (["note", "427-918-354", "--text", "-"], "Bitte zurückrufen", 1),
        (["tickets", "--json"], "", 0),
        (["check", "--json"], "", 1),
    ],
)
def test_it_says_and_ends_the_same(tmp_path: Path, words: list[str], given: str, status: int) -> None:
    """Output, complaints and status; for good and bad ends, usage, other folders and standard input."""
    for folder in ("forked", "started"):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "inbox-bot.toml"
        path.touch(0o600)
        path.write_text(CONFIG)
    environment = {**_CLEAN, "PYTHONUTF8": "1"}
    forked = Shell(tmp_path / "forked").ran(words, environment, given.encode())
    started = StartingShell(tmp_path / "started").ran(words, environment, given.encode())
    assert forked.status == started.status == status
    assert forked.out == started.out.replace(b"/started/", b"/forked/")
    assert forked.err == started.err.replace(b"/started/", b"/forked/")
