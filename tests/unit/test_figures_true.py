"""Figures do not lie: what is no answer is none, what was merged or is junk counts once or not, and groups add up."""

import pytest

from inbox_bot.flows import calls, figures
from inbox_bot.flows.calls import Call
from inbox_bot.flows.figures import Figures
from inbox_bot.model import Kind
from inbox_bot.store.database import Database
from tests.unit.figured import SINCE, UNTIL, Fortnight, History


@pytest.fixture
async def day(store: Database) -> Fortnight:
    """A fortnight of which nothing is on record."""
    return Fortnight(store=store, now=UNTIL)


async def saved(day: Fortnight, made: History) -> None:
    """Put it on record."""
    async with day.store.write() as tx:
        await tx.save(made.filing)


async def overall(day: Fortnight) -> Figures:
    """Of the whole period."""
    return (await figures.stats(day.house, SINCE)).overall


async def test_what_only_gives_a_number_is_no_answer(day: Fortnight) -> None:
    """The message after a telephone call says what was said there; nobody has answered anything by it."""
    await day.agent()
    await calls.open_ticket(day.house, Call(key="eva@post.example", text="Sie fragt nach dem Umzug", who="anna"))
    found = await overall(day)
    assert (found.tickets, found.answers) == (1, 0)


@pytest.mark.parametrize("kind", [Kind.SURVEY, Kind.INCIDENT, Kind.INTERIM])
async def test_what_nobody_asked_for_is_no_automatic_reply(day: Fortnight, kind: Kind) -> None:
    """An update to ten thousand customers answers none of them."""
    made = History()
    ticket = made.ticket("03-24 09:00")
    made.delivery(ticket, "03-24 09:00", Kind.ACKNOWLEDGEMENT, automatic=True)
    made.delivery(ticket, "03-25 09:00", kind, automatic=True)
    await saved(day, made)
    found = await overall(day)
    assert (found.automatic, sum(found.deliveries.values())) == (1, 2)
