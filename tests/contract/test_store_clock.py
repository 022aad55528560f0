"""What falls due by itself, on both databases: owed acknowledgements, alarms, notices, health, leases."""

import asyncio
from dataclasses import replace

from inbox_bot.model import DeliveryState, Direction, TicketState, Visibility
from inbox_bot.records import Notice
from inbox_bot.store.database import Database
from inbox_bot.views import Finding
from inbox_bot.writes import Filing
from tests.contract.store_builders import DAY, HOUR, MINUTE, NOW, a_case, another, filed, reference


async def test_owed_gives_whole_tickets(store: Database) -> None:
    """One due message brings all that its ticket owes, by time; tickets that owe longest come first."""
    early, late, done = await filed(store, a_case(), a_case(), a_case())
    lot = [
        replace(early.message, acknowledge_at=NOW),
        replace(late.message, acknowledge_at=NOW - MINUTE),
        replace(done.message, acknowledge_at=NOW + MINUTE),
        replace(done.answer, acknowledge_at=NOW - DAY),
    ]
    more = replace(
        early.message, id=reference(), at=NOW - HOUR, acknowledge_at=NOW + DAY, external_id="<2@post.example>"
    )
    beside = replace(more, id=reference(), ticket=None, acknowledge_at=NOW - DAY)
    async with store.write() as tx:
        ids = await tx.save(Filing(messages=[*lot, more, beside]))
        owed = await tx.owed(NOW, 9)
        assert [message.id for message in owed] == [ids[more.id], early.message.id, late.message.id]
        assert owed[1] == lot[0]
        assert [message.id for message in await tx.owed(NOW, 1)] == [late.message.id]
        assert await tx.owed(NOW - HOUR, 9) == []
    assert done.answer.direction is Direction.OUTGOING


async def test_acknowledged_message_is_owed_no_longer(store: Database) -> None:
    """The delivery that confirms it and the end of the debt are saved together."""
    [case] = await filed(store)
    delivery = another(case)
    async with store.write() as tx:
        await tx.save(Filing(messages=[replace(case.message, acknowledge_at=NOW)]))
        paid = replace(case.message, acknowledge_at=None, acknowledged_by=delivery.id)
        ids = await tx.save(Filing(messages=[paid], deliveries=[delivery]))
        assert await tx.owed(NOW, 9) == []
        assert await tx.message(case.message.id) == replace(paid, acknowledged_by=ids[delivery.id])


async def test_resolved_tickets_close_after_their_time(store: Database) -> None:
    """Only resolved ones, only those resolved before the given time; each once."""
    old, young, reopened = await filed(store, a_case(), a_case(), a_case())
    lot = [
        replace(old.ticket, state=TicketState.RESOLVED, resolved_at=NOW - 15 * DAY),
        replace(young.ticket, state=TicketState.RESOLVED, resolved_at=NOW - 14 * DAY),
        replace(reopened.ticket, state=TicketState.OPEN, resolved_at=NOW - 15 * DAY),
    ]
    async with store.write() as tx:
        await tx.save(Filing(tickets=lot))
        assert await tx.close_resolved(NOW - 14 * DAY, NOW) == 1
        assert await tx.close_resolved(NOW - 14 * DAY, NOW) == 0
        assert await tx.ticket(old.ticket.number) == replace(lot[0], state=TicketState.CLOSED, closed_at=NOW)
        assert await tx.ticket(young.ticket.number) == lot[1]


async def test_stranded_number_needs_another_way(store: Database) -> None:
    """A number of which a carrier failed and none is under way; where it failed is not tried again."""
    case, junk, closed = await filed(store, a_case(), a_case(), a_case())
    async with store.write() as tx:
        assert await tx.stranded(NOW) == []
        lost = [replace(one.delivery, state=DeliveryState.FAILED) for one in (case, junk, closed)]
        gone = [replace(junk.ticket, junk=True), replace(closed.ticket, state=TicketState.CLOSED)]
        await tx.save(Filing(deliveries=lost, tickets=gone))
        assert await tx.stranded(NOW) == [case.ticket]
        public = another(case, state=DeliveryState.FAILED, visibility=Visibility.PUBLIC, identity=junk.identity.id)
        await tx.save(Filing(deliveries=[public]))
        assert await tx.failed_identities(case.ticket.id) == {case.identity.id}
        for state in (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNCERTAIN):
            under_way = another(case, state=state)
            ids = await tx.save(Filing(deliveries=[under_way]))
            assert await tx.stranded(NOW) == []
            under_way = replace(under_way, id=ids[under_way.id], state=DeliveryState.WITHDRAWN)
            await tx.save(Filing(deliveries=[under_way]))
        assert await tx.stranded(NOW) == [case.ticket]
        await tx.save(Filing(tickets=[replace(case.ticket, number_delivered_at=NOW)]))
        assert await tx.stranded(NOW) == []


async def test_alarm_is_raised_once_and_again_after_it_has_gone(store: Database) -> None:
    """The team is told of a finding when it appears, not at every audit."""
    first = Finding(kind="inbox_failing", key="inbox_failing:x:posts", detail="401")
    second = Finding(kind="unanswered", key="unanswered:1", detail="30 hours")
    async with store.write() as tx:
        assert await tx.alarms([first, second, first], NOW) == [first, second]
        assert await tx.alarms([replace(first, detail="402"), second], NOW) == []
        assert await tx.alarms([second], NOW) == []
        assert await tx.alarms([first, second], NOW) == [first]
        assert await tx.alarms([], NOW) == []


async def test_notices_wait_until_they_are_marked(store: Database) -> None:
    """Oldest first, each with its id; those sent count by when they were sent."""
    [case] = await filed(store)
    lot = [
        Notice(kind="ticket", at=NOW, subject=f"Neu {number}", text="Text", ticket=case.ticket.id) for number in (1, 2)
    ]
    lot.append(Notice(kind="quarantined", at=NOW, subject="s", text="t"))
    async with store.write() as tx:
        await tx.save(Filing(notices=lot))
        waiting = await tx.notices(2)
        assert [notice for _, notice in waiting] == lot[:2]
        await tx.mark_notices([id for id, _ in waiting], NOW + MINUTE)
        await tx.mark_notices([], NOW)
        assert [notice for _, notice in await tx.notices(9)] == lot[2:]
        assert await tx.notices_sent(NOW + MINUTE) == 2
        assert await tx.notices_sent(NOW + 2 * MINUTE) == 0
        assert await tx.number_of(case.ticket.id) == case.ticket.number
        assert await tx.number_of(999_999) == ""


async def test_stream_fails_since_its_first_failure(store: Database) -> None:
    """Later failures keep the beginning; a success ends it; the next failure begins anew."""
    async with store.write() as tx:
        await tx.health("x", "posts", NOW)
        assert await tx.findings(NOW) == []
        await tx.health("x", "posts", NOW + MINUTE, "401")
        await tx.health("x", "posts", NOW + 2 * MINUTE, "timed out")
        await tx.health("x", "dms", NOW, "401")
        dms, posts = await tx.findings(NOW + HOUR)
        assert (posts.kind, posts.key, posts.at) == ("inbox_failing", "inbox_failing:x:posts", NOW + MINUTE)
        assert "timed out" in posts.detail
        assert dms.key == "inbox_failing:x:dms"
        await tx.health("x", "posts", NOW + 3 * MINUTE)
        await tx.health("x", "dms", NOW + 3 * MINUTE)
        assert await tx.findings(NOW + HOUR) == []
        await tx.health("x", "posts", NOW + 4 * MINUTE, "401")
        [posts] = await tx.findings(NOW + HOUR)
        assert posts.at == NOW + 4 * MINUTE


async def test_lease_belongs_to_one_worker_at_a_time(store: Database) -> None:
    """Its holder may prolong it; another gets it when it has passed; of many that ask at once, one."""
    async with store.write() as tx:
        assert await tx.take_lease("clock", "one", NOW + MINUTE, NOW)
        assert not await tx.take_lease("clock", "two", NOW + MINUTE, NOW)
        assert await tx.take_lease("clock", "one", NOW + 2 * MINUTE, NOW + MINUTE)
        assert not await tx.take_lease("clock", "two", NOW + HOUR, NOW + MINUTE)
        assert await tx.take_lease("poll", "two", NOW + HOUR, NOW)
        assert await tx.take_lease("clock", "two", NOW + HOUR, NOW + 2 * MINUTE)

    async def ask(worker: str) -> bool:
        async with store.write() as tx:
            return await tx.take_lease("new", worker, NOW + HOUR, NOW)

    assert sum(await asyncio.gather(*(ask(str(number)) for number in range(5)))) == 1
