"""Who may be one person is noted for the team, and the list holds nothing that is settled. On both databases."""

import pytest

from inbox_bot.flows import customers
from inbox_bot.store.database import Database
from tests.unit.linking_day import Linking


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
