"""Who waits since when, and how long others waited, on both databases."""

from dataclasses import replace

import pytest

from inbox_bot.model import Channel, Direction, Priority, TicketState
from inbox_bot.store.database import Database
from inbox_bot.views import BY_TELEPHONE, Awaiting
from inbox_bot.writes import Filing
from tests.contract.store_builders import DAY, HOUR, MINUTE, NOW, Case, a_case, filed, reference


async def change(store: Database, **lists: object) -> None:
    """Save changed records."""
    async with store.write() as tx:
        await tx.save(Filing(**lists))  # type: ignore[arg-type]  # the lists of a filing


async def awaiting(store: Database, *, limit: int = 99, ticket: int | None = None) -> list[Awaiting]:
    """Who waits an hour after `NOW`."""
    async with store.read() as tx:
        return await tx.awaiting(NOW + HOUR, limit, ticket)


def wrote(case: Case, minutes: int, **fields: object) -> dict[str, object]:
    """A further message in a case's ticket."""
    message = replace(case.message, id=reference(), at=NOW + minutes * MINUTE, acknowledged_by=None, external_id="")
    return {"messages": [replace(message, **fields)]}  # type: ignore[arg-type]  # columns of a message


async def test_since_his_first_message_after_our_last_words(store: Database) -> None:
    """Neither his further messages nor automatic ones of either side move it."""
    [case] = await filed(store)
    expected = Awaiting(ticket=case.ticket.id, number=case.ticket.number, priority=Priority.NORMAL, since=NOW)
    assert await awaiting(store) == [expected]
    await change(store, **wrote(case, 5), tickets=[replace(case.ticket, last_incoming_at=NOW + 5 * MINUTE)])
    assert await awaiting(store) == [expected]
    told = replace(case.ticket, last_outgoing_at=NOW + 10 * MINUTE, last_incoming_at=NOW + 5 * MINUTE)
    await change(store, **wrote(case, 10, direction=Direction.OUTGOING), tickets=[told])
    assert await awaiting(store) == []
    again = replace(told, last_incoming_at=NOW + 30 * MINUTE, priority=Priority.HIGH)
    await change(store, **wrote(case, 15, automatic=True), tickets=[again])
    await change(store, **wrote(case, 20))
    await change(store, **wrote(case, 30))
    since = NOW + 20 * MINUTE
    assert await awaiting(store) == [replace(expected, since=since, priority=Priority.HIGH)]


@pytest.mark.parametrize(
    ("changes", "waits"),
    [
        ({"state": TicketState.OPEN}, True),
        ({"state": TicketState.PENDING}, False),
        ({"state": TicketState.RESOLVED}, False),
        ({"state": TicketState.CLOSED}, False),
        ({"junk": True}, False),
        ({"last_outgoing_at": NOW}, False),  # a telephone call that we opened
        ({"last_incoming_at": NOW + 2 * HOUR}, False),  # not yet
    ],
)
async def test_who_waits(store: Database, changes: dict[str, object], waits: bool) -> None:
    """New and open ones, in which he wrote last."""
    [case] = await filed(store)
    await change(store, tickets=[replace(case.ticket, **changes)])  # type: ignore[arg-type]  # columns of a ticket
    assert bool(await awaiting(store)) is waits


async def test_by_his_last_message_and_one_alone(store: Database) -> None:
    """The limit keeps those that were heard longest ago."""
    second, first = await filed(store, a_case(at=NOW + MINUTE), a_case())
    assert [one.ticket for one in await awaiting(store)] == [first.ticket.id, second.ticket.id]
    assert [one.ticket for one in await awaiting(store, limit=1)] == [first.ticket.id]
    assert [one.ticket for one in await awaiting(store, ticket=second.ticket.id)] == [second.ticket.id]


async def test_answer_times_are_those_of_customers_who_got_or_await_an_answer(store: Database) -> None:
    """Of one channel and within the time asked for, the newest first; no junk, no calls, nothing settled silently."""

    def ticket(case: Case, **fields: object) -> Case:
        return replace(case, ticket=replace(case.ticket, **fields))  # type: ignore[arg-type]  # columns of a ticket

    await filed(
        store,
        ticket(a_case(at=NOW - 3 * HOUR), answered_at=NOW),
        ticket(a_case(at=NOW - 2 * HOUR)),
        ticket(a_case(at=NOW - HOUR), state=TicketState.RESOLVED, answered_at=NOW - MINUTE),
        ticket(a_case(at=NOW - HOUR), state=TicketState.RESOLVED),
        ticket(a_case(at=NOW - HOUR), state=TicketState.CLOSED),
        ticket(a_case(at=NOW - HOUR), junk=True, answered_at=NOW),
        ticket(a_case(at=NOW - HOUR), reason=f"{BY_TELEPHONE} from 0301234"),
        ticket(a_case(at=NOW - HOUR), channel=Channel.TWITTER),
        ticket(a_case(at=NOW - 2 * DAY), answered_at=NOW),
    )
    wanted = [(NOW - HOUR, NOW - MINUTE), (NOW - 2 * HOUR, None), (NOW - 3 * HOUR, NOW)]
    async with store.read() as tx:
        assert await tx.answer_times(Channel.EMAIL, NOW - DAY, 99) == wanted
        assert await tx.answer_times(Channel.EMAIL, NOW - DAY, 2) == wanted[:2]
        assert await tx.answer_times(Channel.TWITTER, NOW - DAY, 99) == [(NOW - HOUR, None)]
