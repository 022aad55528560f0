"""Names of attachments: whatever the sender wrote, one plain name that can be shown, saved and typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.channels.mime.filenames import MAX_BYTES, numbered, safe


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\Rechnung.pdf", "Rechnung.pdf"),
        (".bashrc", "bashrc"),
        (" . -rf", "rf"),
        ("--option.txt", "option.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\u061cb\u00adc\U000e0041.txt", "abc.txt"),
        ("CON.txt", "_CON.txt"),
        ("..", "attachment.txt"),
        ("-", "attachment.txt"),
        ("\xa0", "attachment.txt"),
        ("Meine\u3000 Akte.pdf", "Meine Akte.pdf"),
        ("a\x00\r\nb", "ab"),
    ],
)
def test_safe(name: str, shown: str) -> None:
    """No path, no hidden file, no option, nothing that reorders or cannot be seen, no device."""
    assert safe(name, "text/plain") == shown


@given(st.lists(st.text(st.characters(exclude_categories=()) | st.sampled_from("./\\-:\x00 a\u202e"), max_size=200)))
def test_any_names(names: list[str]) -> None:
    """Any list of names becomes one of the same length: each a file's name of at most 120 bytes, no two alike."""
    shown = numbered([safe(name, "text/plain") for name in names])
    assert len({name.casefold() for name in shown}) == len(names)
    for name in shown:
        assert 0 < len(name.encode()) <= MAX_BYTES
        assert not set(name) & set('/\\\0"<>:|?*\r\n')
        assert not name.startswith((".", "-"))
