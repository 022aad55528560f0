"""Signed names: only what we signed ourselves, for that purpose, is taken for ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules import tokens
from tests.unit.rules_builders import INBOX, KEYS, NUMBERS

NUMBER = NUMBERS[0]
OTHER = tokens.Keys(keys=(b"somebody else's",))
TOKEN = st.integers(min_value=0, max_value=2**65 - 1).map(lambda value: tokens.new_token(lambda _: value))
T = tokens.new_token(lambda _: 0x1_2345_6789_ABCD_EF01)


@given(TOKEN)
def test_round_trip(token: str) -> None:
    """What we sign is found again, in any case, with or without brackets, and stays within RFC 5321's local part."""
    message_id = tokens.message_id(KEYS, token, "acme.example")
    path = tokens.return_path(KEYS, token, "kundenservice@acme.example")
    address = tokens.ticket_address(KEYS, NUMBER, INBOX)
    assert len(path.partition("@")[0]) <= 64
    assert path.partition("@")[0] == path.partition("@")[0].lower()
    for change in (str, str.upper, str.title):
        found = tokens.find(
            KEYS, recipients=[change(path), change(address)], references=[change(message_id), message_id.strip("<>")]
        )
        assert found == tokens.Found(answered=(token,), bounced=token, numbers=(NUMBER,))


def test_forms() -> None:
    """The names have the form that is written down, also for an address that has a plus part already."""
    assert tokens.return_path(KEYS, T, INBOX).startswith(f"hilfe+b-{T}-")
    assert tokens.ticket_address(KEYS, NUMBER, "hilfe+x@acme.example").startswith(f"hilfe+x-t-{NUMBER}-")
    assert tokens.message_id(KEYS, T, "acme.example").startswith(f"<{T}.")
    assert tokens.message_id(KEYS, T, "acme.example").endswith("@acme.example>")
    again = tokens.ticket_address(KEYS, NUMBER, "hilfe+x@acme.example")
    assert tokens.find(KEYS, recipients=[again], references=()).numbers == (NUMBER,)


def test_every_key_verifies() -> None:
    """After a change of keys, names under the former key are still ours; those under no key of ours are not."""
    former = tokens.Keys(keys=(KEYS.keys[1],))
    message_id = tokens.message_id(former, T, "acme.example")
    assert tokens.token_of(KEYS, message_id) == T
    assert tokens.token_of(OTHER, message_id) == ""


def test_purposes_are_apart() -> None:
    """A MAC made for one purpose is worth nothing for another."""
    mac = tokens.message_id(KEYS, T, "a.example").partition(".")[2].partition("@")[0]
    ticket_mac = tokens.ticket_address(KEYS, NUMBER, INBOX).partition("@")[0][-16:]
    forged = [f"hilfe+b-{T}-{mac}@acme.example", f"hilfe+t-{NUMBER}-{mac}@acme.example"]
    assert tokens.find(KEYS, recipients=forged, references=[f"<{T}.{ticket_mac}@a.example>"]) == tokens.Found()


@given(TOKEN, st.integers(0, 15), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_forged_never_verifies(token: str, place: int, character: str) -> None:
    """A change of any character of the MAC makes the name a stranger's."""
    head, _, rest = tokens.message_id(KEYS, token, "acme.example").partition(".")
    forged = rest[:place] + character + rest[place + 1 :]
    expected = token if rest == forged else ""
    assert tokens.token_of(KEYS, f"{head}.{forged}") == expected


@given(st.lists(st.text(max_size=80)), st.lists(st.text(max_size=80)))
def test_garbage_is_nothing(recipients: list[str], references: list[str]) -> None:
    """Text of any kind is taken and means nothing."""
    assert tokens.find(KEYS, recipients=recipients, references=references) == tokens.Found()


@pytest.mark.parametrize(
    "wrap", ["Hilfe <{}>", "<{}>", " {} ", '"Acme, Hilfe" <{}>', "SRS0=aB1=XY=acme.example={}", "prvs=1234567abc={}"]
)
def test_wrapped_addresses(wrap: str) -> None:
    """Names, brackets and forwarders' prefixes do not hide our address."""
    path = tokens.return_path(KEYS, T, INBOX)
    assert tokens.find(KEYS, recipients=[wrap.format(path)], references=()).bounced == T


def test_answered_nearest_first_and_once() -> None:
    """Deliveries come in the order of the references, each once."""
    other = tokens.new_token(lambda _: 7)
    ids = [tokens.message_id(KEYS, name, "acme.example") for name in (other, T, other)]
    assert tokens.find(KEYS, recipients=(), references=["<x@y.example>", *ids]).answered == (other, T)


def test_huge_input() -> None:
    """Endless lines and lists are not followed to their end."""
    line = "a" * 1_000_000 + "@acme.example"
    assert tokens.find(KEYS, recipients=[line] * 50, references=[f"<{line}>"] * 100_000) == tokens.Found()


def test_keys_are_not_shown_and_not_empty() -> None:
    """Keys never appear in a log or traceback, and there is always one."""
    assert "first year" not in repr(KEYS)
    for keys in ((), (b"",)):
        with pytest.raises(ValueError, match="key"):
            tokens.Keys(keys=keys)


def test_new_tokens_differ() -> None:
    """A token is at least thirteen characters of the lower-case base32 alphabet and depends on every bit."""
    values = [tokens.new_token(lambda _, bit=bit: 1 << bit) for bit in range(65)]  # type: ignore[misc]  # bound default
    assert len(set(values)) == 65
    assert all(len(value) >= 13 and set(value) <= set("abcdefghijklmnopqrstuvwxyz234567") for value in values)
