"""What is not in order, on both databases: each fault is planted and found, and nothing else is."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Executable, delete, text, update

from inbox_bot.casework import Promise
from inbox_bot.model import DeliveryState, Kind, Outcome, PromiseState, TicketState
from inbox_bot.records import Agent
from inbox_bot.store import schema
from inbox_bot.store.database import Database
from inbox_bot.views import GRAVITY, Finding
from inbox_bot.writes import Filing
from tests.contract.store_builders import DAY, HOUR, MINUTE, NOW, Case, a_case, another, filed, reference

BYTES = "5f" * 32


async def findings(store: Database, now: datetime = NOW) -> list[Finding]:
    """The audit's findings."""
    async with store.read() as tx:
        return await tx.findings(now)


async def change(store: Database, **lists: object) -> None:
    """Save changed records."""
    async with store.write() as tx:
        await tx.save(Filing(**lists))  # type: ignore[arg-type]  # the lists of a filing


async def arrived(store: Database, *cases: Case) -> list[Case]:
    """Cases in order: their numbers have arrived and a person has answered."""
    kept = []
    for case in await filed(store, *cases):
        ticket = replace(case.ticket, number_delivered_at=NOW, last_outgoing_at=NOW + MINUTE)
        delivery = replace(case.delivery, state=DeliveryState.SENT)
        await change(store, tickets=[ticket], deliveries=[delivery])
        kept.append(replace(case, ticket=ticket, delivery=delivery))
    return kept


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"due_at": NOW - 16 * MINUTE, "error": "greylisted"}, "greylisted"),
        ({"due_at": NOW + 16 * MINUTE, "error": "mailbox full"}, "mailbox full"),
        ({"approval": True}, "approval"),
        ({"state": DeliveryState.FAILED, "error": "550 no such user"}, "550 no such user"),
        ({"state": DeliveryState.UNCERTAIN}, "uncertain"),
        ({"state": DeliveryState.WITHDRAWN}, "no delivery"),
        ({"due_at": NOW - 14 * MINUTE}, None),
        ({"due_at": NOW + 14 * MINUTE}, None),
        ({"state": DeliveryState.SENDING, "due_at": NOW - DAY}, None),
    ],
)
async def test_number_that_does_not_arrive_is_found(
    store: Database, changes: dict[str, object], detail: str | None
) -> None:
    """Unless its delivery is due about now or under way; the finding says why it did not arrive."""
    [case] = await filed(store)
    changed = replace(case.delivery, **changes)  # type: ignore[arg-type]  # columns of a delivery
    await change(store, deliveries=[changed])
    found = [finding for finding in await findings(store) if finding.kind == "number_not_delivered"]
    if detail is None:
        assert found == []
    else:
        [finding] = found
        assert (finding.number, finding.key) == (case.ticket.number, f"number_not_delivered:{case.ticket.id}")
        assert detail in finding.detail
        assert finding.at == NOW
    for end in ({"junk": True}, {"state": TicketState.CLOSED}, {"number_delivered_at": NOW}):
        await change(store, tickets=[replace(case.ticket, **end)])
        assert "number_not_delivered" not in {finding.kind for finding in await findings(store)}


async def test_quiet_number_says_why(store: Database) -> None:
    """A number that was not to be sent by itself is an alarm with that reason, until a delivery carries it."""
    case = a_case()
    quiet = replace(case.ticket, quiet="older than 72 hours")
    silent = replace(case.delivery, carries_number=False)
    [case] = await filed(store, replace(case, ticket=quiet, delivery=silent))
    [finding] = await findings(store)
    assert (finding.kind, finding.detail) == ("number_not_delivered", "older than 72 hours")
    await change(store, deliveries=[another(case, carries_number=True)])
    assert await findings(store) == []


async def test_unanswered_after_a_day(store: Database) -> None:
    """New and open tickets whose first message after our last answer is a day old."""
    [case] = await arrived(store, a_case())
    late = NOW + DAY
    asks = replace(case.ticket, last_incoming_at=NOW, last_outgoing_at=None)
    for ticket, now, expected in (
        (asks, late, True),
        (asks, late - MINUTE, False),
        (replace(asks, state=TicketState.OPEN, last_outgoing_at=NOW - MINUTE), late, True),
        (replace(asks, last_outgoing_at=NOW + MINUTE), late, False),
        (replace(asks, state=TicketState.PENDING), late, False),
        (replace(asks, state=TicketState.RESOLVED), late, False),
        (replace(asks, junk=True), late, False),
    ):
        await change(store, tickets=[ticket])
        found = await findings(store, now)
        assert [finding.kind for finding in found] == (["unanswered"] if expected else [])
        assert all(finding.key == f"unanswered:{case.ticket.id}" for finding in found)


async def test_failed_delivery_until_another_way_worked(store: Database) -> None:
    """What the customer should have got and did not; not receipts, not old, not of closed tickets."""
    [case] = await arrived(store, a_case())
    reply = another(case, kind=Kind.REPLY, state=DeliveryState.FAILED, error="552", carries_number=False)
    others = [
        another(case, kind=Kind.MDN, state=DeliveryState.FAILED),
        another(case, kind=Kind.REPLY, state=DeliveryState.FAILED, created_at=NOW - 31 * DAY),
    ]
    async with store.write() as tx:
        ids = await tx.save(Filing(deliveries=[reply, *others]))
    [finding] = await findings(store)
    assert (finding.kind, finding.key) == ("delivery_failed", f"delivery_failed:{ids[reply.id]}")
    assert finding.number == case.ticket.number
    assert "reply" in finding.detail
    assert "552" in finding.detail
    await change(store, tickets=[replace(case.ticket, state=TicketState.CLOSED)])
    assert await findings(store) == []
    await change(store, tickets=[case.ticket], deliveries=[another(case, kind=Kind.REPLY, message=case.message.id)])
    assert len(await findings(store)) == 1
    await change(store, deliveries=[another(case, kind=Kind.REPLY, state=DeliveryState.DELIVERED)])
    assert await findings(store) == []


async def test_failed_number_is_made_up_by_a_later_one(store: Database) -> None:
    """A number that failed here and arrived there is in order; one that arrived before it failed is not."""
    [case] = await arrived(store, a_case())
    failed = another(case, state=DeliveryState.FAILED)
    await change(store, deliveries=[failed])
    assert [finding.kind for finding in await findings(store)] == ["delivery_failed"]
    await change(store, deliveries=[another(case, state=DeliveryState.SENT, message=case.message.id)])
    assert await findings(store) == []


async def test_failed_notice_is_found(store: Database) -> None:
    """The team's own mail has no ticket; that it does not arrive is told all the same."""
    [case] = await arrived(store, a_case())
    notice = another(
        case,
        kind=Kind.NOTICE,
        state=DeliveryState.FAILED,
        ticket=None,
        message=None,
        identity=None,
        carries_number=False,
    )
    await change(store, deliveries=[notice])
    [finding] = await findings(store)
    assert (finding.kind, finding.number) == ("delivery_failed", "")


async def test_uncertain_and_quarantined_are_found(store: Database) -> None:
    """Each uncertain delivery, and each quarantined line of the last 30 days."""
    [case] = await arrived(store, a_case())
    uncertain = another(case, state=DeliveryState.UNCERTAIN, carries_number=False)
    line = replace(case.line, key="8:1", outcome=Outcome.QUARANTINED, reason="broken", message=None, content_hash="")
    async with store.write() as tx:
        ids = await tx.save(
            Filing(deliveries=[uncertain], ledger=[line, replace(line, key="8:2", at=NOW - 31 * DAY)], taken=2)
        )
    first, second = await findings(store)
    assert (first.kind, first.detail) == ("quarantined", "mail 8:1: broken")
    assert (second.kind, second.key) == ("delivery_uncertain", f"delivery_uncertain:{ids[uncertain.id]}")


async def test_the_gravest_comes_first(store: Database) -> None:
    """One of each kind that the store can find, planted in no order: they come as `GRAVITY` has them."""
    [case] = await arrived(store, a_case())
    line = replace(case.line, key="8:1", outcome=Outcome.QUARANTINED, message=None, content_hash="")
    async with store.write() as tx:
        await tx.save(
            Filing(
                tickets=[replace(case.ticket, last_outgoing_at=None, number_delivered_at=None)],
                identities=[replace(case.identity, looping_at=NOW)],
                deliveries=[
                    another(case, state=DeliveryState.UNCERTAIN, carries_number=False),
                    another(case, kind=Kind.REPLY, state=DeliveryState.FAILED, carries_number=False),
                ],
                ledger=[line],
                taken=2,
            )
        )
        await tx.health("mail", "mail", NOW, "HTTP 503")
        ada = await tx.save_agent(Agent(id=-1, name="Ada", initials="A", address="a@acme.example", created_at=NOW))
        broken = Promise(
            id=-1, ticket=case.ticket.id, agent=ada, phrase="bald", made_at=NOW, due_at=NOW, state=PromiseState.BROKEN,
            settled_at=NOW,
        )  # fmt: skip
        await tx.save(Filing(promises=[broken]))
    # which the store alone does not see: flows.reading.audit
    elsewhere = {"database_failing", "answer_overdue", "update_overdue"}
    expected = [kind for kind in GRAVITY if kind not in elsewhere]
    assert [finding.kind for finding in await findings(store, NOW + DAY)] == expected


async def test_ledger_counts_by_inbox_and_outcome(store: Database) -> None:
    """Counts of every inbox; lines are listed newest last, filtered by either."""
    [case] = await filed(store)
    lines = [
        replace(case.line, key=f"9:{number}", outcome=Outcome.DUPLICATE if number else Outcome.ECHO, inbox=inbox)
        for inbox in ("mail", "x")
        for number in range(3)
    ]
    async with store.write() as tx:
        await tx.save(Filing(ledger=lines[:3], taken=3))
        await tx.save(Filing(ledger=lines[3:], taken=3, cursor=("x", "mail", "1")))
    async with store.read() as tx:
        counts, balanced = await tx.ledger_counts()
        assert await tx.ledger_lines(inbox="", outcome="", limit=99) == [case.line, *lines]
        assert await tx.ledger_lines(inbox="x", outcome="duplicate", limit=1) == [lines[-1]]
    assert sorted(counts) == [
        ("mail", "duplicate", 2),
        ("mail", "echo", 1),
        ("mail", "filed", 1),
        ("x", "duplicate", 2),
        ("x", "echo", 1),
    ]
    assert balanced


async def test_balanced_ledger_stays_so(store: Database) -> None:
    """Automatic mail in a ticket, quarantine with and without bytes, and messages beside tickets are in order."""
    [case] = await arrived(store, a_case())
    automatic = replace(case.message, id=reference(), automatic=True)
    beside = replace(automatic, id=reference(), ticket=None)
    lines = [
        replace(case.line, key="9:1", outcome=Outcome.AUTOMATIC, message=automatic.id),
        replace(case.line, key="9:2", outcome=Outcome.JUNK, message=beside.id),
        replace(case.line, key="9:3", outcome=Outcome.DUPLICATE, message=case.message.id),
        replace(case.line, key="9:4", outcome=Outcome.QUARANTINED, message=None, raw=BYTES, at=NOW - 99 * DAY),
        replace(case.line, key="9:5", outcome=Outcome.QUARANTINED, message=None, at=NOW - 99 * DAY),
    ]
    await change(store, messages=[automatic, beside], ledger=lines, raws={BYTES: b"raw"}, taken=5)
    assert await findings(store) == []


PLANTED: dict[str, Executable] = {
    "a line is lost": delete(schema.ledger).where(schema.ledger.c.key == "9:1"),
    "a line names no message": update(schema.ledger).where(schema.ledger.c.key == "9:1").values(message=None),
    "a second line": text(
        "INSERT INTO ledger (inbox, stream, key, outcome, reason, at, external_id, content_hash, message, raw)"
        " SELECT inbox, stream, '9:9', outcome, reason, at, external_id, content_hash, message, raw FROM ledger"
        " WHERE key = '9:1'"
    ),
    "the counter is behind": update(schema.cursors).values(taken=schema.cursors.c.taken - 1),
    "the bytes are gone": delete(schema.raws).where(schema.raws.c.sha256 == BYTES),
}


@pytest.mark.parametrize("fault", PLANTED)
async def test_planted_fault_unbalances_the_ledger(store: Database, fault: str) -> None:
    """Whatever breaks the sum of what was taken in, filed and kept is found."""
    case = a_case()
    [case] = await arrived(store, replace(case, line=replace(case.line, key="9:1")))
    line = replace(case.line, key="9:2", outcome=Outcome.QUARANTINED, message=None, raw=BYTES, at=NOW - 99 * DAY)
    await change(store, ledger=[line], raws={BYTES: b"raw"}, taken=1)
    assert await findings(store) == []
    async with store.writer.begin() as connection:
        await connection.execute(PLANTED[fault])
    [finding] = await findings(store)
    assert (finding.kind, finding.key) == ("ledger_unbalanced", "ledger_unbalanced:mail")
    async with store.read() as tx:
        assert (await tx.ledger_counts())[1] is False


async def test_things_that_nobody_entered_are_found(store: Database) -> None:
    """A poll's yield that reached no ledger at all is still counted."""
    await change(store, taken=3)
    [finding] = await findings(store, NOW + HOUR)
    assert finding.kind == "ledger_unbalanced"
    assert "3 things" in finding.detail
