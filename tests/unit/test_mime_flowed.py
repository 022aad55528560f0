"""format=flowed (RFC 3676): paragraphs come back, quotes and signatures stay what they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.channels.mime.flowed import unflowed
from tests.unit.mime_builders import mail, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eins \nzwei\ndrei", "eins zwei\ndrei"),
        ("> eins \n> zwei\ndrei", "> eins zwei\ndrei"),
        (">> eins \n>> zwei \n> drei", ">> eins zwei\n> drei"),
        ("> eins \nzwei", "> eins\nzwei"),
        ("eins \n-- \nEva \nWinter", "eins\n-- \nEva Winter"),
        ("-- \nEva", "-- \nEva"),
        ("Hallo, \n\nText", "Hallo,\n\nText"),
        (" From hier", "From hier"),
        (" > 5 GB", " > 5 GB"),
        ("", ""),
    ],
)
def test_unflowed(text: str, expected: str) -> None:
    """Soft breaks go, hard ones stay."""
    assert unflowed(text, delsp=False) == expected


def test_delsp() -> None:
    """With DelSp=yes the space before a soft break is no part of the text."""
    assert unflowed("Donau \ndampf\nschiff", delsp=True) == "Donaudampf\nschiff"


@given(st.text(alphabet="ab >-\n", max_size=60), st.booleans())
def test_no_letter_is_lost(text: str, delsp: bool) -> None:
    """All letters stay, in order."""
    flat = unflowed(text, delsp=delsp)
    assert [c for c in flat if c in "ab"] == [c for c in text if c in "ab"]


def test_only_where_declared() -> None:
    """A mail is read so where it says so, and in no other case."""
    flowed = "Content-Type: text/plain; charset=utf-8; format=flowed"
    assert read(mail(flowed, body="eins \r\nzwei\r\n")).text == "eins zwei"
    assert read(mail("Content-Type: text/plain", body="eins \r\nzwei\r\n")).text == "eins \nzwei"
    assert read(mail(flowed + "; delsp=yes", body="Dampf \r\nschiff\r\n")).text == "Dampfschiff"
