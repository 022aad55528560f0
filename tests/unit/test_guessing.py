"""Who may be one person is noted for the team, and the list holds nothing that is settled. On both databases."""

import pytest

from inbox_bot.flows import customers, erasing
from inbox_bot.store.database import Database
from tests.unit.linking_day import MAIL, Linking

IDA = "Ida Sommer <ida@post.example>"


@pytest.fixture
def day(store: Database) -> Linking:
    """One with an empty store."""
    return Linking(store=store)


async def suggested(day: Linking, key: str = "") -> list[tuple[str, str, str]]:
    """(guess, name, other's name) of all that is listed."""
    return [(one.guess.value, name, other) for one, name, other in await customers.suggestions(day.house, key, 100)]


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("Änne Öztürk", "Änne Öztürk"),
        ("Änne Öztürk", "änne öztürk"),
        ("ÄNNE ÖZTÜRK", "Änne Öztürk"),
        ("Eva Weiß", "Eva Weiß"),
        ("EVA WEISS", "Eva Weiß"),
    ],
)
async def test_a_name_is_the_same_in_any_letters(day: Linking, first: str, again: str) -> None:
    """Also where it begins with an umlaut or has a ß, as many a German name."""
    await day.begins()
    await day.mails(id=1, sender=f"{first} <a@post.example>")
    await day.mails(id=2, sender=f"{again} <b@post.example>")
    assert [found[0] for found in await suggested(day)] == ["same name"]


async def test_of_who_was_merged_the_one_is_named_who_goes_on(day: Linking) -> None:
    """And found by him; where both are one by now nothing is listed, until they are parted again."""
    await day.begins()
    await day.mails(id=1)
    await day.mails(f"Fragen Sie {MAIL}.", id=2, sender=IDA)
    here = ("address named in a text", "Ida Sommer", "Eva Winter")
    assert await suggested(day) == [here]
    for person, key in (("Thilo Brandt", "thilo@post.example"), ("Rieke Sand", "rieke@post.example")):
        await day.mails(id=len(person), sender=f"{person} <{key}>")
    await customers.merge(day.house, "thilo@post.example", MAIL, "anna", "one contract")
    there = (*here[:2], "Thilo Brandt")
    assert await suggested(day) == await suggested(day, MAIL) == [there]
    done = await customers.merge(day.house, "ida@post.example", MAIL, "anna", "all one")
    assert await suggested(day) == []
    await customers.unmerge(day.house, done.regrouping, "anna", "no")
    await customers.merge(day.house, "rieke@post.example", MAIL, "anna", "one contract")
    assert await suggested(day) == await suggested(day, "ida@post.example") == [(*here[:2], "Rieke Sand")]


async def test_of_who_was_erased_nothing_is_suggested(day: Linking) -> None:
    """Neither by him nor by the other's text that named his address."""
    await day.begins()
    await day.mails(id=1)
    await day.mails(f"Fragen Sie {MAIL}.", id=2, sender=IDA)
    await day.sends()
    await erasing.erase(day.house, MAIL, "anna", "he asked for it")
    assert await suggested(day) == []
