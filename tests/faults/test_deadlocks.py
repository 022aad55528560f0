"""PostgreSQL ends one of two transactions that wait for each other: whichever of ours it is runs again, unnoticed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from inbox_bot.errors import Uncertain
from inbox_bot.flows import clock, recovering
from inbox_bot.flows.outbox import Outbox
from inbox_bot.model import DeliveryState, Kind, TicketState
from inbox_bot.outgoing import Sent
from inbox_bot.store.database import Database, open_store
from inbox_bot.writes import Filing
from tests.faults.matrix import Matrix
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, dm, mail


@pytest.fixture
async def day(postgres_url: str) -> AsyncIterator[Day]:
    """A house on PostgreSQL with two customers, each with a ticket and a mail to send."""
    store = open_store(postgres_url)
    opened = Day(store=store, team=("team@acme.example",))
    await opened.takes(mail(), mail(id=2, sender="Bo Sommer <bo@post.example>"))
    yield opened
    await store.close()


@asynccontextmanager
async def in_the_way(url: str, first: str, then: str) -> AsyncIterator[None]:
    """Another process locks the rows of `first`; as soon as somebody waits for them it wants those of `then`."""
    other = open_store(url)
    held = asyncio.Event()

    async def cross() -> None:
        async with other.writer.connect() as connection, connection.begin():
            await connection.execute(text("SET LOCAL deadlock_timeout = '1h'"))  # so that ours is the one that is ended
            await connection.execute(text(f"{first} FOR UPDATE"))
            held.set()
            await _somebody_waits(other)
            await connection.execute(text(f"{then} FOR UPDATE"))

    crossing = asyncio.create_task(cross(), name="in the way")
    try:
        await held.wait()
        yield
        await crossing
    finally:
        crossing.cancel()
        await asyncio.gather(crossing, return_exceptions=True)
        await other.close()


async def _somebody_waits(store: Database) -> None:
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    async with asyncio.timeout(20), store.reader.connect() as watching:
        while not (await watching.execute(query)).scalar():
            await watching.rollback()
            await asyncio.sleep(0.02)


async def deadlocks(url: str) -> int:
    """How many PostgreSQL has ended in this database."""
    store = open_store(url)
    try:
        async with store.reader.connect() as connection:
            query = "SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()"
            await connection.execute(text(query))
            found = await connection.execute(
                text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            )
            return int(found.scalar_one())
    finally:
        await store.close()


Act = Callable[[Day], Awaitable[object]]


async def claimed(day: Day) -> None:
    """A process that is gone had both deliveries."""
    async with day.store.write() as tx:
        assert len(await tx.claim("mail", 2, "gone", day.now, day.now)) == 2
    day.later(seconds=1)


async def resolved(day: Day) -> None:
    """Both tickets were resolved long ago."""
    async with day.store.write() as tx:
        found = await tx.tickets(states=[], customer=None, limit=9)
        old = NOW - timedelta(days=30)
        await tx.save(
            Filing(tickets=[replace(one, state=TicketState.RESOLVED, resolved_at=old) for one, _, _ in found])
        )


async def told(day: Day) -> None:
    """Notices about both tickets wait."""


async def written_again(day: Day) -> None:
    """Both wrote once more and are owed an acknowledgement."""
    await day.takes(mail("noch etwas", id=3), mail("noch etwas", id=4, sender="Bo Sommer <bo@post.example>"))
    day.later(minutes=10)


@pytest.mark.parametrize(
    ("what", "table", "before", "act", "result"),
    [
        ("recover", "deliveries", claimed, lambda day: recovering.recover(day.house, alone=False), 2),
        ("close_resolved", "tickets", resolved, lambda day: clock.close_resolved(day.house), 2),
        ("tell_team", "notices", told, lambda day: clock.tell_team(day.house), 2),
        ("acknowledge_owed", "tickets", written_again, lambda day: clock.acknowledge_owed(day.house), 2),
    ],
)
async def test_a_deadlock_is_got_over(
    day: Day, postgres_url: str, what: str, table: str, before: Act, act: Act, result: int, matrix: Matrix
) -> None:
    """What the clock and a start do is done, once, though the first transaction was ended by the database."""
    row = matrix("PostgreSQL", f"deadlock in {what}")
    ended = await deadlocks(postgres_url)  # the database served other tests before
    await before(day)
    query = f"SELECT 1 FROM {table} WHERE id = "
    async with in_the_way(postgres_url, f"{query}2", f"{query}1"):
        assert await act(day) == result
    assert await deadlocks(postgres_url) == ended + 1
    assert await act(day) == 0
    row.came("the transaction ran again at once, and its work is done once")


async def test_a_deadlock_does_not_make_a_post_go_twice(day: Day, postgres_url: str, matrix: Matrix) -> None:
    """The look that found it could not be written down at first: it is still the one that went out."""
    row = matrix("PostgreSQL", "deadlock in a look-up")
    ended = await deadlocks(postgres_url)  # the database served other tests before
    await day.takes(dm())
    day.x.answers = [Uncertain("connection lost")]
    await day.sends()
    box = Outbox(house=day.house, sender=day.x)
    day.later(seconds=61)
    await box.look()
    day.x.records[day.x.parcels[0].token] = Sent(external_id="77", evidence="dm event id 77")
    day.later(seconds=300)
    [ours] = [one for _, one in await day.deliveries() if one.inbox == "x"]
    async with in_the_way(
        postgres_url,
        f"SELECT 1 FROM tickets WHERE id = {ours.ticket}",
        f"SELECT 1 FROM deliveries WHERE id = {ours.id}",
    ):
        await box.look()
    assert await deadlocks(postgres_url) == ended + 1
    [ours] = [one for _, one in await day.deliveries() if one.inbox == "x"]
    assert (ours.state, ours.external_id) == (DeliveryState.DELIVERED, "77")
    await day.sends()
    assert len(day.x.parcels) == 1
    row.came("adopted by its id, not sent again")


async def test_a_deadlock_loses_no_id(day: Day, postgres_url: str, matrix: Matrix) -> None:
    """Without X's id our own DM would come back in a poll as the team's answer."""
    row = matrix("PostgreSQL", "deadlock in writing outcomes")
    ended = await deadlocks(postgres_url)  # the database served other tests before
    await day.takes(dm())
    [ours] = [one for _, one in await day.deliveries() if one.inbox == "x"]
    async with in_the_way(
        postgres_url,
        f"SELECT 1 FROM tickets WHERE id = {ours.ticket}",
        f"SELECT 1 FROM deliveries WHERE id = {ours.id}",
    ):
        await Outbox(house=day.house, sender=day.x).deliver()
    assert await deadlocks(postgres_url) == ended + 1
    [ours] = [one for _, one in await day.deliveries() if one.inbox == "x"]
    assert (ours.state, ours.external_id, ours.kind) == (DeliveryState.DELIVERED, "x1", Kind.ACKNOWLEDGEMENT)
    row.came("the outcome is written with its id")
