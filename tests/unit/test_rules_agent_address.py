"""An agent's signed reply address: good for him, for what it names and until its day, and for nothing else."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules import tokens
from tests.unit.rules_builders import INBOX, KEYS, NOW, NUMBERS

T = tokens.new_token(lambda _: 0x1_2345_6789_ABCD_EF01)
UNTIL = date(2026, 4, 8)
TOKEN = st.integers(min_value=0, max_value=2**65 - 1).map(lambda value: tokens.new_token(lambda _: value))
ABOUT = st.one_of(st.sampled_from(NUMBERS), TOKEN)
AGENT = st.integers(1, 999_999_999)
DAY = st.dates(NOW.date(), date(2200, 1, 1))


def read(*recipients: str, keys: tokens.Keys = KEYS, now: datetime = NOW) -> tokens.Answering | None:
    return tokens.answering(keys, recipients, now)


@given(ABOUT, AGENT, DAY, st.sampled_from((str.lower, str.upper, str.title, "Acme <{}>".format, '"SRS0=a={}"'.format)))
def test_round_trip(about: str, agent: int, until: date, change: object) -> None:
    """What we sign is read again, in any case and wrapping, and fits into a local part."""
    address = tokens.agent_address(KEYS, about, agent, until, "hilfe-im-norden@acme.example")
    assert len(address.partition("@")[0]) <= 64
    assert address == address.lower()
    assert callable(change)
    assert read("eva@post.example", change(address)) == tokens.Answering(about=about, agent=agent, until=until)


@given(ABOUT, AGENT, DAY, st.data())
def test_forged_is_nothing(about: str, agent: int, until: date, data: st.DataObject) -> None:
    """A change of any one character, of the names as of the MAC, makes the address a stranger's."""
    address = tokens.agent_address(KEYS, about, agent, until, INBOX)
    local, _, domain = address.partition("@")
    place = data.draw(st.integers(len("hilfe+r-"), len(local) - 1))
    character = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789-"))
    forged = f"{local[:place]}{character}{local[place + 1 :]}@{domain}"
    found = read(forged)
    assert (found is not None) == (forged == address)


@given(ABOUT, ABOUT, AGENT, AGENT, DAY, DAY)
def test_no_part_serves_another(one: str, two: str, anna: int, ben: int, day: date, other_day: date) -> None:
    """The MAC of one agent, ticket or day is worth nothing for another."""
    mac = tokens.agent_address(KEYS, one, anna, day, INBOX).partition("@")[0][-16:]
    days = (other_day - date(1970, 1, 1)).days
    found = read(f"hilfe+r-{two}-{ben}-{days}-{mac}@acme.example")
    assert (found is not None) == ((one, anna, day) == (two, ben, other_day))


def test_purposes_are_apart() -> None:
    """A customer's ticket address makes nobody an agent, and an agent's address is no ticket's or return path."""
    customers = tokens.ticket_address(KEYS, NUMBERS[0], INBOX).partition("@")[0][-16:]
    day = (UNTIL - date(1970, 1, 1)).days
    assert read(f"hilfe+r-{NUMBERS[0]}-3-{day}-{customers}@acme.example") is None
    address = tokens.agent_address(KEYS, T, 3, UNTIL, INBOX)
    assert tokens.find(KEYS, recipients=[address], references=()) == tokens.Found()


def test_last_day() -> None:
    """The address is good until its last day has ended in UTC, wherever the clock stands."""
    address = tokens.agent_address(KEYS, T, 3, UNTIL, INBOX)
    end = datetime(2026, 4, 9, tzinfo=UTC)
    assert read(address, now=end - timedelta(seconds=1)) is not None
    assert read(address, now=end) is None
    west = timezone(timedelta(hours=-5))
    assert read(address, now=end.astimezone(west)) is None


def test_keys_are_changed() -> None:
    """Addresses under the former key are still ours; those under no key of ours are not."""
    address = tokens.agent_address(tokens.Keys(keys=(KEYS.keys[1],)), T, 3, UNTIL, INBOX)
    assert read(address) == tokens.Answering(about=T, agent=3, until=UNTIL)
    assert read(address, keys=tokens.Keys(keys=(b"somebody else's",))) is None


def test_two_addresses_that_differ_are_none() -> None:
    """A mail to two tickets' addresses says nothing about which is meant; the same address twice does."""
    one, two = (tokens.agent_address(KEYS, about, 3, UNTIL, INBOX) for about in NUMBERS[:2])
    assert read(one, two) is None
    assert read(one, one.upper()) == tokens.Answering(about=NUMBERS[0], agent=3, until=UNTIL)


@given(st.lists(st.text(max_size=80)))
def test_garbage_is_nothing(recipients: list[str]) -> None:
    """Text of any kind is taken and means nothing."""
    assert read(*recipients) is None


def test_what_cannot_be_an_address() -> None:
    """Names that could not be read again, or would not fit, are refused when the address is made."""
    for about, agent, until, inbox in (
        ("0", 3, UNTIL, INBOX),
        (T, -1, UNTIL, INBOX),
        (T, 3, date(1971, 1, 1), INBOX),
        (T, 3, UNTIL, f"{'a' * 40}@acme.example"),
    ):
        with pytest.raises(ValueError, match="reply address"):
            tokens.agent_address(KEYS, about, agent, until, inbox)
