"""Scenarios with several processes or loops at work on one database, and what a lot costs in statements."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import event

from inbox_bot.errors import Uncertain
from inbox_bot.flows import clock, intake, settling
from inbox_bot.flows.again import again
from inbox_bot.flows.house import House
from inbox_bot.flows.outbox import Outbox
from inbox_bot.model import DeliveryState, Incoming, TicketState
from inbox_bot.outgoing import Sent
from inbox_bot.ports import Store
from inbox_bot.rules import delivery
from inbox_bot.store.database import Database, open_store
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, FakeSource, dm, mail
from tests.unit.scenario_house import kinds, tickets


@pytest.fixture
def day(store: Database) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


def two_inboxes(day: Day) -> House:
    """The house with a second mailbox."""
    house = day.house
    second = replace(house.inboxes["mail"], name="mail2", address="info@acme.example")
    return replace(house, inboxes={**house.inboxes, "mail2": second}, senders={**house.senders, "mail2": day.mail})


@pytest.mark.parametrize("known", [False, True])
async def test_one_mail_to_two_mailboxes_at_the_same_moment(day: Day, known: bool) -> None:
    """Both are polled at once: one message, one ticket, one acknowledgement; the other copy is a duplicate."""
    if known:
        await day.takes(mail("früher", id=77))
    house = two_inboxes(day)
    one = mail("An beide", to="hilfe@acme.example, info@acme.example")
    await asyncio.gather(
        intake.take_in(house, FakeSource(things=[one])),
        intake.take_in(house, FakeSource(inbox="mail2", things=[replace(one, key="9:1")])),
    )
    outcomes = dict(await day.outcomes())
    assert sorted((outcomes["7:1"], outcomes["9:1"])) == ["duplicate", "filed"]
    assert len(await tickets(day)) == 1


async def test_two_processes_with_the_same_mailbox(day: Day, store_url: str) -> None:
    """A poll's lease was lost: both file the same lot at once, and each mail is on record once."""
    other = Day(store=open_store(store_url), mail=day.mail, x=day.x, first_bits=[])
    lot = [mail(id=place, sender=f"Kunde <kunde{place}@post.example>") for place in range(1, 21)]
    bits = iter(range(10**9, 10**10, 7_919))
    theirs = replace(other.house, bits=lambda n: next(bits) % 2**n)
    await asyncio.gather(
        intake.take_in(day.house, FakeSource(things=list(lot))),
        intake.take_in(theirs, FakeSource(things=list(reversed(lot)))),
    )
    assert len(await day.outcomes()) == 20
    assert len(await tickets(day)) == 20
    await other.store.close()


async def test_bounces_come_in_while_outcomes_are_written(day: Day) -> None:
    """Intake and outbox change the same deliveries and tickets from two sides: neither fails, the failure stands."""
    people = [mail(id=place, sender=f"Kunde <kunde{place}@post.example>") for place in range(1, 31)]
    await day.takes(*people)
    async with day.store.write() as tx:
        parcels = await tx.claim("mail", 99, "test", day.now + timedelta(minutes=15), day.now)
    bounces = [
        mail("kaputt", id=100 + place, sender="<mailer-daemon@post.example>", to=parcel.return_path, subject="failure")
        for place, parcel in enumerate(reversed(parcels))
    ]
    box = Outbox(house=day.house, sender=day.mail)
    box._results = [
        (delivery.accepted(parcel, Sent(external_id=parcel.external_id, evidence="250"), day.now), 0)
        for parcel in parcels
    ]
    await asyncio.gather(day.takes(*bounces), box.deliver())
    await box.deliver()
    assert {sent.state for _, sent in await day.deliveries()} == {DeliveryState.FAILED}
    assert all(ticket.number_delivered_at is None for ticket in await tickets(day))


async def test_an_agent_resolves_while_the_number_arrives(day: Day) -> None:
    """Two transactions on one ticket: neither takes back what the other wrote."""
    await day.agent()
    await day.takes(*(mail(id=place, sender=f"Kunde <kunde{place}@post.example>") for place in range(1, 16)))
    opened = await tickets(day)
    await asyncio.gather(day.sends(), *(settling.resolve(day.house, ticket.number, "anna") for ticket in opened))
    after = await tickets(day)
    assert all(ticket.number_delivered_at and ticket.resolved_at for ticket in after)
    assert "number_not_delivered" not in await kinds(day)


async def test_what_a_transaction_has_read_of_a_ticket_nobody_changes_behind_it(day: Day) -> None:
    """The number arrives between an agent's reading and writing of the ticket: its time is not lost."""
    await day.takes(mail())
    async with day.store.write() as tx:
        [parcel] = await tx.claim("mail", 1, "test", day.now + timedelta(minutes=15), day.now)
    [ticket] = await tickets(day)

    async def arrives() -> None:
        async with day.store.write() as tx:
            await tx.settle([delivery.accepted(parcel, Sent(external_id=parcel.external_id, evidence="250"), day.now)])

    async with day.store.write() as tx:
        read = await tx.ticket(ticket.number)
        assert read is not None
        meanwhile = asyncio.create_task(arrives())
        # without a lock it is through long before this ends; with one it cannot be
        await asyncio.wait({meanwhile}, timeout=0.5)
        await tx.save(Filing(tickets=[replace(read, state=TicketState.RESOLVED, resolved_at=day.now)]))
    await meanwhile
    [ticket] = await tickets(day)
    assert (ticket.state, ticket.number_delivered_at) == (TicketState.RESOLVED, day.now)


class Interrupted:
    """A store in whose next transaction something else happens once this question has been answered."""

    def __init__(self, store: Store, question: str, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self._store, self.question, self._meanwhile = store, question, meanwhile
        self.other: asyncio.Future[None] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Any]:
        """See `ports.Store`."""
        async with self._store.write() as tx:
            yield _Answering(tx, self)

    async def answer(self, tx: Any, question: str, *asked: Any) -> Any:
        """Answer by what was on record before any lock; then the other begins, and ends if no lock keeps it."""
        if question != self.question or self.other is not None:
            return await getattr(tx, question)(*asked)
        async with self._store.read() as before:
            found = await getattr(before, question)(*asked)
        self.other = asyncio.ensure_future(self._meanwhile())
        await asyncio.wait({self.other}, timeout=0.5)
        return found


class _Answering:
    """A transaction that answers through an interrupted store."""

    def __init__(self, tx: Any, store: Interrupted) -> None:
        self._tx, self._store = tx, store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def gather(self, *asked: Any) -> Any:
        """See `transactions`."""
        return await self._store.answer(self._tx, "gather", *asked)

    async def in_flight(self, *asked: Any) -> Any:
        """See `transactions`."""
        return await self._store.answer(self._tx, "in_flight", *asked)


@pytest.mark.parametrize("question", ["gather", "in_flight"])
async def test_our_own_message_comes_in_while_its_outcome_is_written(day: Day, question: str) -> None:
    """Neither before nor after it has an id on record is it taken for one that the team sent elsewhere."""
    await day.takes(dm())
    day.x.answers = [Uncertain("connection lost")]
    await day.sends()
    [(ours, sent)] = await day.deliveries()
    assert sent.state is DeliveryState.UNCERTAIN

    @again
    async def outcome() -> None:
        async with day.store.write() as tx:
            await tx.settle([delivery.seen(sent, "77", day.now)])

    store = Interrupted(day.store, question, outcome)
    source = FakeSource(inbox="x", things=[dm(ours.text, id=77, own=True, at=day.now)])
    await intake.take_in(replace(day.house, store=cast(Store, store)), source)
    assert store.other is not None
    await store.other
    assert [outcome for _, outcome in await day.outcomes()] == ["filed", "echo"]
    [(_, sent)] = await day.deliveries()
    assert (sent.state, sent.external_id) == (DeliveryState.DELIVERED, "77")


async def test_two_clocks_send_one_confirmation(day: Day, store_url: str) -> None:
    """Both find the same owed messages: they are confirmed once."""
    for place in range(1, 6):
        sender = f"Kunde <kunde{place}@post.example>"
        await day.takes(mail(id=place, sender=sender), mail("noch", id=50 + place, sender=sender))
    other = Day(store=open_store(store_url), mail=day.mail, x=day.x, now=NOW + timedelta(hours=2))
    day.later(hours=2)
    bits = iter(range(10**9, 10**10, 7_919))
    theirs = replace(other.house, bits=lambda n: next(bits) % 2**n)
    covered = await asyncio.gather(clock.acknowledge_owed(day.house), clock.acknowledge_owed(theirs))
    assert sum(covered) == 5
    assert len(await day.deliveries()) == 10
    await other.store.close()


@contextmanager
def statements(store: Database) -> Iterator[list[str]]:
    """What is executed on the store's connections; an executemany counts once."""
    seen: list[str] = []

    def executed(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    engines = {store.writer.sync_engine, store.reader.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", executed)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", executed)


def a_lot(count: int, start: int) -> list[Incoming]:
    """Mails of as many people, some with files and read receipts."""
    return [
        mail(
            f"Fall {place}",
            f"Disposition-Notification-To: <kunde{place}@post.example>",
            id=place,
            sender=f"Kunde {place} <kunde{place}@post.example>",
        )
        for place in range(start, start + count)
    ]


async def test_a_lot_costs_the_same_statements_whatever_its_size(day: Day, store: Database) -> None:
    """Set operations: a hundred mails take as many statements as ten, and no more than forty."""
    await day.takes(*a_lot(3, 1))
    with statements(store) as ten:
        await intake.take_in(day.house, FakeSource(things=list(a_lot(10, 100))))
    with statements(store) as hundred:
        await intake.take_in(day.house, FakeSource(things=list(a_lot(100, 200))))
    assert len(hundred) <= len(ten) + 1, "\n".join(sorted(set(hundred) - set(ten)))
    assert len(hundred) <= 40


async def test_bounces_and_answers_cost_the_same_statements_whatever_their_number(day: Day, store: Database) -> None:
    """Evidence is settled in sets, too."""

    async def answered(count: int, start: int) -> int:
        await day.takes(*a_lot(count, start))
        await day.sends()
        ours = [draft for draft in day.mail.drafts if draft.return_path][-count:]
        things = [
            mail("kaputt", id=start + 1000 + place, sender="<mailer-daemon@post.example>", to=draft.return_path)
            if place % 2
            else mail(
                "ja", f"In-Reply-To: {draft.message_id}", id=start + 1000 + place,
                sender=f"Kunde <{draft.to.address}>",
            )
            for place, draft in enumerate(ours)
        ]  # fmt: skip
        with statements(store) as seen:
            await intake.take_in(day.house, FakeSource(things=list(things)))
        return len(seen)

    assert await answered(80, 500) <= await answered(8, 100) + 1
