"""Ticket numbers: what is one, in whatever way a person writes it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules import numbers

ANY = st.integers(min_value=0, max_value=2**64 - 1).map(lambda value: numbers.draw(lambda _: value))
N = "427918354"


@given(ANY)
def test_round_trip(number: str) -> None:
    """A drawn number is nine digits, does not begin with 0, and is found in every form that we write."""
    assert len(number) == 9
    assert number[0] != "0"
    for form in (number, numbers.pretty(number), numbers.tag(number), " ".join(number)):
        assert numbers.parse(form) == number
        assert numbers.find(f"Hallo, zu {form}: wann?") == (number,)


@given(ANY, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: str, place: int, shift: int) -> None:
    """No single mistyped digit gives another valid number."""
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert numbers.parse(wrong) == ""
    assert numbers.mistyped(wrong)
    assert numbers.find(f"Ticket {wrong}") == ()


@given(ANY, st.integers(0, 7))
def test_swapped_neighbours_are_noticed(number: str, place: int) -> None:
    """Two swapped neighbouring digits are noticed."""
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or numbers.parse(swapped) == ""


@pytest.mark.parametrize(
    "text",
    [
        "427918354",
        "427-918-354",
        "427 918 354",
        "427.918.354",
        "427 - 918 - 354",
        "427\u2011918\u2011354",
        "427\u00a0918\u00a0354",
        "4 2 7 9 1 8 3 5 4",
        "#427918354",
        "[#427-918-354] Re: Anschluss",
        "AW: [#427-918-354]AW: Anschluss",
        "Ticket427918354",
        "Ticket-Nr.: 42 79 18 35 4",
        "(Ticket #427-918-354)",
        "Nummer: 4279 18354.",
        "ticket no. 427918354?",
        "Ticket 427-918-354 2 Fragen",
        "427-918-354, 24.12.2026",
        "#427918354 24.12. ist zu spät",
        "Ticket 427 918 354 1. Frage",
        "Es geht um 427-918-354!",
        "<b>427-918-354</b>",
        "hilfe+t-427918354-abcdefghabcdefgh@acme.example",
    ],
)
def test_found(text: str) -> None:
    """All the ways in which people and mail programs write a number are understood."""
    assert numbers.find(text) == (N,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "427918355",
        "+49 427 918 354",
        "+427918354",
        "0049427918354",
        "0171 427-918-354",
        "030/427918354",
        "427 918 354 77",
        "DE427918354",
        "DE89 3704 0044 0532 4279 1835 4",
        "https://x.com/a/status/427918354",
        "@427918354",
        "427918354@chat.example",
        "427918354abc",
        "abc427918354",
        "id_427918354",
        "42 79 18 35 4",
        "Ticket 42 79 18 35 46 7",
        "027918354",
        "4279183542",
        "４２７９１８３５４",
    ],
)
def test_not_found(text: str) -> None:
    """Telephone numbers, IBANs, VAT ids, links, names and wrong check digits are no ticket numbers."""
    assert numbers.find(text) == ()


def test_several_in_order_and_once() -> None:
    """Several numbers come in order, each once."""
    text = f"{numbers.pretty('987654329')} und {N}, also {numbers.tag('987654329')}; 427-918-354 100-000-006"
    assert numbers.find(text) == ("987654329", N, "100000006")


@pytest.mark.parametrize(
    "key",
    [
        N,
        " 427-918-354 ",
        "#427-918-354",
        "[#427-918-354]",
        "Ticket 427 918 354",
        "Nr. 427.918.354",
        "４２７９１８３５４",
    ],
)
def test_typed_keys(key: str) -> None:
    """What a person types as a key may have all the ornaments."""
    assert numbers.parse(key) == N
    assert not numbers.mistyped(key)


@pytest.mark.parametrize(
    "key", ["", "eva@post.example", "@eva", "42791835", "4279183540", "+427918354", "427918354@x.y"]
)
def test_other_keys(key: str) -> None:
    """An address, a handle or another count of digits is neither a number nor a mistyped one."""
    assert numbers.parse(key) == ""
    assert not numbers.mistyped(key)


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    """No text makes the rules raise, and what is found is valid."""
    numbers.parse(text)
    numbers.mistyped(text)
    assert all(numbers.parse(number) == number for number in numbers.find(text))


@pytest.mark.parametrize("piece", ["1", "1 ", "1-", "#", "Ticket ", "   ", "427-918-354 ", "4 2 7 9 1 8 3 5 4-"])
def test_hostile_length(piece: str) -> None:
    """A megabyte of anything is looked through in a moment."""
    begin = time.process_time()
    numbers.find(piece * (1_000_000 // len(piece)))
    assert time.process_time() - begin < 5
