"""Personal data in a text: which there is, in one spelling; what only looks like it; never slow."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules.details import LONGEST, find
from inbox_bot.rules.kept import Privacy

OURS = Privacy(own=("hilfe@acme.example", "Hotline: 030 23125 999"))
SNIPPETS = [
    line.split(" => ")
    for line in (Path(__file__).parents[1] / "data" / "details.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]


@pytest.mark.parametrize(("text", "expected"), SNIPPETS, ids=[text for text, _ in SNIPPETS])
def test_a_text_holds_just_this(text: str, expected: str) -> None:
    """Kind and value of each; the phrase stands in the text where it is said to."""
    found = find(text, OURS)
    wanted = set() if expected == "-" else set(expected.split("; "))
    assert {f"{one.kind} {one.value}" for one in found} == wanted
    assert all(text[slice(*one.span)] == one.phrase for one in found)


def test_there_are_at_least_a_hundred() -> None:
    """Of which a good part holds nothing."""
    assert len(SNIPPETS) >= 100
    assert sum(expected == "-" for _, expected in SNIPPETS) >= 40


def test_a_foreign_number_needs_its_country_unless_it_is_ours() -> None:
    """The region says how a number without one is read."""
    text = "01 234567890"
    assert [one.value for one in find(text, Privacy(region="AT"))] == ["+431234567890"]
    assert find(text, Privacy(region="DE")) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "0", "DE89 ", "a@", "@", "a.a", "01 ", "+49", "geb. 1.1.1980 ", "K1 ", "kundennr :", "(030) ", "9/9/9", "a-@b.",
        "\u200b0",
    ],
)  # fmt: skip
def test_hostile_texts_cost_little(hostile: str) -> None:
    """A second at most for the longest text that is looked at, on a machine with other work."""
    text = hostile * (LONGEST // len(hostile) + 1)
    begun = time.process_time()
    find(text, OURS)
    assert time.process_time() - begun < 2


@given(st.text(alphabet="0123456789+-/.()@ aeKDEgb\u200bä", max_size=200))
def test_any_text_is_taken(text: str) -> None:
    """Every phrase stands where it is said to."""
    assert all(text[slice(*one.span)] == one.phrase for one in find(text, OURS))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0\ufe0f\u20e31\ufe0f\u20e37\ufe0f\u20e31\ufe0f\u20e3 3920012", "+491713920012"),
        ("DE89\n3704 0044\n> 0532 0130 00", "DE89370400440532013000"),
        ("DE89\t3704\t0044\t0532\t0130\t00", "DE89370400440532013000"),
    ],
)
def test_pictures_of_digits_and_broken_lines_hide_nothing(text: str, value: str) -> None:
    """As a telephone writes them, and a mail program wraps them."""
    assert [one.value for one in find(text, OURS)] == [value]
