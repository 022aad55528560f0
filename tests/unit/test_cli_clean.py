"""Text from outside cannot command a terminal, hide, or turn the reading direction."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.cli.clean import clean, clean_line

HOSTILE = st.text(st.sampled_from("\x1b\x9b\x9d[]0;mHP\\\x07\x9c\u202e\u2066\u200b\ufeff\r\n\tä€a\U000e0041\ud800"))


@given(st.text() | HOSTILE)
def test_nothing_is_left_that_a_terminal_obeys(text: str) -> None:
    """Of the control and format characters only line feed, tab and the joiners that scripts need come through."""
    left = {char for char in clean(text) if unicodedata.category(char) in {"Cc", "Cs"}}
    assert left <= {"\n", "\t"}
    assert not set(clean(text)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff")


@given(st.text() | HOSTILE)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """What is clean stays as it is: nothing that was taken out joins to a new sequence."""
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(blacklist_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
def test_honest_text_is_left_alone(text: str) -> None:
    """Letters, marks, signs and emoji of any script come through."""
    assert clean(text) == text


@given(st.text() | HOSTILE)
def test_a_line_is_one_line(text: str) -> None:
    """A table's cell cannot break its row."""
    assert len(clean_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[2J\x1b[1;31mrot\x1b[0m", "rot"),
        ("\x9b31mrot", "rot"),
        ("\x1b]0;title\x07Hallo", "Hallo"),
        ("\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;cm0gLXJm\x9cHallo", "Hallo"),
        ("\x1b]0;never ended, 5 € owed", "0;never ended, 5 € owed"),
        ("\x1bPq#0\x1b\\Hallo", "Hallo"),
        ("\x1bcHallo", "Hallo"),
        ("gut\rböse", "gut\nböse"),
        ("a\r\nb", "a\nb"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("\u2066a\u2069\u200b\u00adb", "ab"),
        ("👩\u200d🚒 می\u200cخواهم", "👩\u200d🚒 می\u200cخواهم"),
        ("a\x00b\x08c\x7f", "abc"),
        ("\ud800", "\ufffd"),
    ],
)
def test_known_tricks(text: str, seen: str) -> None:
    """Each is shown as the plain text it carries."""
    assert clean(text) == seen


def test_long_hostile_text_takes_linear_time() -> None:
    """A megabyte of unfinished sequences is cleaned at once."""
    for start in ("\x1b]", "\x9d", "\x1b[", "\x9b0;", "\x1bP\x1b"):
        assert len(clean(start * 300_000)) <= 600_000
