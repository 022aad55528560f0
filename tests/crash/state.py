"""Reads what is on record, and what lies at the peers, as plain data that a judge can compare."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text

from inbox_bot.store.database import Database
from inbox_bot.store.schema import deliveries, health, ledger, messages, notices, tickets
from inbox_bot.views import Finding
from tests.crash.clock import SharedClock
from tests.crash.day import Day

NEVER_DAYS = 1000  # a delivery that is left to a person is due in a hundred years


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A delivery as it stands. `left`: no third copy of a mail is sent, a person decides."""

    id: int
    kind: str
    channel: str
    state: str
    external_id: str
    ticket: int | None
    carries_number: bool
    looks: int
    error: str
    left: bool


@dataclass(slots=True, kw_only=True)
class Record:
    """What is on record. `ledger`: (inbox, stream, external id, outcome); `incoming`: (external id, ticket, whether an
    acknowledgement is owed, the delivery that gave it); `outgoing`: external ids of what was sent elsewhere; `untold`:
    how many notices the team has not been told of."""

    ledger: list[tuple[str, str, str, str]]
    incoming: list[tuple[str, int | None, bool, int | None]]
    deliveries: list[Delivered]
    numbers: dict[int, tuple[str, bool]]
    failing: list[str]
    notices: int
    untold: int
    findings: list[Finding] = field(default_factory=list)
    balanced: bool = True
    integrity: str = "ok"

    def open_deliveries(self) -> list[Delivered]:
        """Those on which something is still to be done by itself."""
        return [one for one in self.deliveries if one.state in ("queued", "sending", "uncertain") and not one.left]

    @property
    def done(self) -> tuple[int, int, int]:
        """How far it has come: ledger lines, deliveries, and those on which nothing is to be done any more."""
        return len(self.ledger), len(self.deliveries), len(self.deliveries) - len(self.open_deliveries())

    def counted(self) -> Counter[tuple[str, str]]:
        """Ledger lines by (external id, outcome)."""
        return Counter((external_id, outcome) for _, _, external_id, outcome in self.ledger)


async def read(store: Database, clock: SharedClock, *, audit: bool = False) -> Record:
    """One look at the database; `audit`: also what takes longer."""
    await store.prepare()
    async with store.reader.connect() as db:
        if db.dialect.name == "postgresql":  # all is read as of one moment
            await db.execution_options(isolation_level="REPEATABLE READ")
        now = clock.now()
        d, m = deliveries.c, messages.c
        columns = (
            d.id,
            d.kind,
            d.channel,
            d.state,
            d.external_id,
            d.ticket,
            d.carries_number,
            d.looks,
            d.error,
            d.due_at,
        )
        sent = [
            Delivered(
                id=row.id, kind=str(row.kind), channel=str(row.channel), state=str(row.state),
                external_id=row.external_id, ticket=row.ticket, carries_number=row.carries_number, looks=row.looks,
                error=row.error, left=str(row.state) == "uncertain" and (row.due_at - now).days > NEVER_DAYS,
            )
            for row in await db.execute(select(*columns))
        ]  # fmt: skip
        lines = select(ledger.c.inbox, ledger.c.stream, ledger.c.external_id, ledger.c.outcome)
        came = select(m.external_id, m.ticket, m.acknowledge_at, m.acknowledged_by).where(m.direction == "incoming")
        numbers = select(tickets.c.id, tickets.c.number, tickets.c.number_delivered_at)
        record = Record(
            ledger=[(row[0], row[1], row[2], str(row[3])) for row in await db.execute(lines)],
            incoming=[(row[0], row[1], row[2] is not None, row[3]) for row in await db.execute(came)],
            deliveries=sent,
            numbers={row[0]: (row[1], row[2] is not None) for row in await db.execute(numbers)},
            failing=[row[0] for row in await db.execute(select(health.c.error).where(health.c.error != ""))],
            notices=len((await db.execute(select(notices.c.id))).all()),
            untold=len((await db.execute(select(notices.c.id).where(notices.c.sent_at.is_(None)))).all()),
        )
        if audit and db.dialect.name == "sqlite":
            record.integrity = str((await db.execute(text("PRAGMA integrity_check"))).scalar())
            broken = (await db.execute(text("PRAGMA foreign_key_check"))).all()
            record.integrity += f" {broken}" if broken else ""
    if audit:
        async with store.read() as tx:
            record.findings = await tx.findings(clock.now())
            _, record.balanced = await tx.ledger_counts()
    return record


def digest(record: Record, day: Day) -> dict[str, Any]:
    """What must be the same whatever was killed: by the inputs' markers, without ids, numbers and times."""
    names = {one.external_id: one.marker for one in day.scene.expected}
    names |= {mail.expected.external_id: mail.expected.marker for mail in day.mails if mail.expected.external_id}
    fates: Counter[tuple[str, str]] = Counter()
    for (external_id, outcome), count in record.counted().items():
        # our own posts and DMs, seen again, have no marker: the judge pairs each with its delivery
        fates[names.get(external_id, "ours" if outcome == "echo" else "unnamed"), outcome] += count
    threads: dict[int, set[str]] = {}
    for external_id, ticket, _, _ in record.incoming:
        if ticket is not None:
            threads.setdefault(ticket, set()).add(names.get(external_id, "unnamed"))
    return {
        "fates": {
            f"{marker} {outcome}": count for (marker, outcome), count in sorted(fates.items()) if marker != "ours"
        },
        "threads": sorted(sorted(thread) for thread in threads.values()),
        "audit": sorted(finding.kind for finding in record.findings),
    }
