"""What the store gives monitoring: exact figures of a state made by hand, the same on both databases."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inbox_bot.model import DeliveryState, TicketState
from inbox_bot.store.database import Database
from inbox_bot.views import Finding, Stage, StreamHealth, Vitals
from inbox_bot.writes import Filing
from tests.contract.store_builders import DAY, HOUR, MINUTE, NOW, a_case

INBOXES = ("mail", "x")


async def vitals(store: Database, inboxes: tuple[str, ...] = INBOXES) -> Vitals:
    """As a scrape reads them."""
    async with store.read() as tx:
        return await tx.vitals(inboxes, NOW)


async def has(store: Database, *, ticket: Mapping[str, Any] | None = None, **delivery: Any) -> None:
    """A case of its own, whose delivery and ticket have these values."""
    case = a_case()
    filing = case.filing()
    settled: dict[str, Any] = {"created_at": NOW - HOUR, "due_at": NOW - HOUR, **delivery}
    filing.deliveries = [replace(one, **settled) for one in filing.deliveries]
    filing.tickets = [replace(one, **(ticket or {})) for one in filing.tickets]
    async with store.write() as tx:
        await tx.save(filing)


async def test_nothing_is_there(store: Database) -> None:
    """An empty house has no figures, and none of them is a fault."""
    assert await vitals(store) == Vitals(
        queue={}, oldest={}, streams=(), taken={}, tickets={}, numbers_missing=0, unanswered=None, alarms={}, spent={}
    )


async def test_the_queue_by_inbox_and_stage(store: Database) -> None:
    """Each delivery counts once, where it stands; what has gone out or is not wanted any more counts nowhere."""
    await has(store, created_at=NOW - 3 * HOUR)
    await has(store)
    await has(store, due_at=NOW + HOUR, created_at=NOW - 2 * HOUR)
    await has(store, approval=True, created_at=NOW - 9 * DAY)
    await has(store, state=DeliveryState.SENDING)
    await has(store, state=DeliveryState.UNCERTAIN, inbox="x", created_at=NOW - 5 * HOUR)
    await has(store, state=DeliveryState.UNCERTAIN, inbox="x", created_at=NOW - 4 * HOUR)
    await has(store, state=DeliveryState.FAILED)
    await has(store, state=DeliveryState.FAILED, created_at=NOW - 40 * DAY)
    await has(store, state=DeliveryState.FAILED, ticket={"state": TicketState.CLOSED})
    await has(store, state=DeliveryState.SENT, created_at=NOW - 9 * DAY)
    await has(store, state=DeliveryState.WITHDRAWN, created_at=NOW - 9 * DAY)
    found = await vitals(store)
    assert found.queue == {
        ("mail", Stage.DUE): 2,
        ("mail", Stage.LATER): 1,
        ("mail", Stage.HELD): 1,
        ("mail", Stage.SENDING): 1,
        ("mail", Stage.FAILED): 1,
        ("x", Stage.UNCERTAIN): 2,
    }
    assert found.oldest == {"mail": NOW - 3 * HOUR, "x": NOW - 5 * HOUR}


async def test_tickets_in_hand(store: Database) -> None:
    """Neither junk nor what is settled; the longest wait is of whoever has had no words of ours since his own."""
    async with store.write() as tx:
        await tx.save(a_case().filing())
    old, young = NOW - 5 * HOUR, NOW - HOUR
    await has(store, ticket={"last_incoming_at": young, "last_outgoing_at": old})
    await has(store, ticket={"state": TicketState.OPEN, "last_incoming_at": old})
    await has(store, ticket={"state": TicketState.OPEN, "last_incoming_at": old - HOUR, "last_outgoing_at": old})
    await has(store, ticket={"state": TicketState.PENDING, "last_incoming_at": old - DAY})
    await has(store, ticket={"state": TicketState.RESOLVED, "last_incoming_at": old - DAY})
    await has(store, ticket={"junk": True, "last_incoming_at": old - DAY})
    found = await vitals(store)
    assert found.tickets == {TicketState.NEW: 2, TicketState.OPEN: 2, TicketState.PENDING: 1}
    assert found.unanswered == old


async def test_numbers_as_the_audit_counts_them(store: Database) -> None:
    """What is under way is no alarm; what failed or was never queued is."""
    await has(store, carries_number=True, state=DeliveryState.FAILED)
    await has(store, carries_number=True, state=DeliveryState.SENDING)
    await has(store, carries_number=True, due_at=NOW, created_at=NOW)
    await has(store, ticket={"number_delivered_at": NOW})
    async with store.read() as tx:
        listed = [one for one in await tx.findings(NOW) if one.kind == "number_not_delivered"]
    assert (await vitals(store)).numbers_missing == len(listed) == 1


async def test_streams_alarms_and_costs(store: Database) -> None:
    """Only of the inboxes that are served, and only of this day; since when a stream fails, not since its last try."""
    alarms = [
        Finding(kind="delivery_failed", key=f"delivery_failed:{one}", detail="eva@post.example") for one in (1, 2)
    ]
    async with store.write() as tx:
        await tx.health("mail", "mail", NOW - DAY)
        await tx.health("x", "dms", NOW - HOUR, "no connection to api.x.com")
        await tx.health("x", "dms", NOW - MINUTE, "no connection at all")
        await tx.health("gone", "mail", NOW - HOUR, "no connection")
        await tx.alarms(alarms, NOW)
        await tx.save(Filing(cursor=("x", "dms", "7"), taken=3))
        await tx.save(Filing(cursor=("x", "dms", "9"), taken=2))
        await tx.save(Filing(cursor=("gone", "mail", "9"), taken=1))
        for inbox, day, amount in (("x", "2026-05-04", 250_000), ("x", "2026-05-03", 9), ("gone", "2026-05-04", 9)):
            await tx.add_spend(inbox, day, amount)
    found = await vitals(store)
    assert found.streams == (
        StreamHealth(inbox="mail", stream="mail", since=NOW - DAY, failing=False),
        StreamHealth(inbox="x", stream="dms", since=NOW - HOUR, failing=True),
    )
    assert found.alarms == {"delivery_failed": 2}
    assert found.taken == {("x", "dms"): 5}
    assert found.spent == {"x": 250_000}
    assert "eva" not in repr(found)
    assert "connection" not in repr(found)
