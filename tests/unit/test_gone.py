"""A post that its author deletes on X is deleted here within a day; its row, the ledger's line and the ticket stay."""

from datetime import timedelta

import pytest

from inbox_bot.flows import gone, reading
from inbox_bot.store.database import Database
from tests.unit.flow_house import Day, post


@pytest.fixture
def day(store: Database) -> Day:
    """One with an empty store."""
    return Day(store=store)


async def test_once_a_day_it_is_looked_for(day: Day) -> None:
    """Not before, not again the same day; what is there stays; the team is told; nothing is asked twice."""
    await day.takes(post("@acme ruft mich an: 030 1234567", id=9001, author="1001"))
    await day.takes(post("@acme nichts geht", id=9002, author="1002"))
    day.x.deleted = {"9001"}
    assert await gone.look(day.house) == 0
    day.later(hours=21)
    assert await gone.look(day.house) == 1
    assert await gone.look(day.house) == 0
    async with day.store.read() as tx:
        rows = [row[0] for row in await tx.tickets(states=(), customer=None, limit=9)]
        first, second = [(await tx.timeline(row.customer, row.id))[0].message for row in rows]
        assert (first.text, first.gone_at) == ("", day.now)
        assert (second.text, second.gone_at, second.looked_at) == ("@acme nichts geht", None, day.now)
        assert await tx.details_given(rows[0].customer) == []
        assert [one.detail for one in await tx.log(rows[0].id) if one.what == "deleted on X"] == [f"m{first.id}"]
        assert [one.kind for _, one in await tx.notices(50)].count("deleted_post") == 1
        assert await tx.spend("x", day.now.date().isoformat()) == 10_000
    assert await day.outcomes() == [("post:9001", "filed"), ("post:9002", "filed")]
    assert await reading.search(day.house, ["1234567"], 9) == []


async def test_on_request_at_once(day: Day) -> None:
    """By the ticket's number, whenever."""
    await day.takes(post("@acme nichts geht", id=9001, author="1001"))
    day.x.deleted = {"9001"}
    day.later(minutes=1)
    async with day.store.read() as tx:
        [row] = await tx.tickets(states=(), customer=None, limit=9)
    assert await gone.look(day.house, row[0].number) == 1
    assert timedelta(hours=24) > gone.EVERY
