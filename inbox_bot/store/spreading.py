"""Queries about the updates of incidents and who is told them: each recipient one row, whatever is killed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, insert, select, update

from inbox_bot.incidents import Recipient, Told, Update
from inbox_bot.model import Channel
from inbox_bot.records import Customer, Ticket
from inbox_bot.store.incident_schema import UNDER_WAY, WAITING, recipients, updates
from inbox_bot.store.rows import CUSTOMER, TICKET, columns, names, record, records
from inbox_bot.store.schema import WAITING as QUEUED
from inbox_bot.store.schema import customers, deliveries, tickets
from inbox_bot.store.tables import among

UPDATE = columns(updates, Update)
RECIPIENT = columns(recipients, Recipient)
SUPERSEDED = "a newer update has taken its place"
_MOST_MERGES = 20


def add_update(db: Connection, one: Update, rows: Sequence[Recipient]) -> int:
    """Enter it and its recipients in three statements; what earlier ones have not told is told no more."""
    earlier = select(updates.c.id).where(updates.c.incident == one.incident)
    db.execute(
        update(recipients).where(WAITING, recipients.c.update.in_(earlier)).values(told=Told.SKIPPED, reason=SUPERSEDED)
    )
    row = {name: getattr(one, name) for name in names(Update) if name != "id"}
    id = int(db.execute(insert(updates).returning(updates.c.id), row).scalar_one())
    if rows:
        fresh = [{**{name: getattr(r, name) for name in names(Recipient)}, "update": id} for r in rows]
        db.execute(insert(recipients), fresh)
    return id


def of_incident(db: Connection, incident: int) -> list[tuple[Update, Mapping[str, int]]]:
    """Oldest first, each with how many of its recipients stand where."""
    found = records(db, Update, select(*UPDATE).where(updates.c.incident == incident).order_by(updates.c.id))
    query = (
        select(recipients.c.update, recipients.c.told, func.count())
        .where(recipients.c.update.in_([one.id for one in found]))
        .group_by(recipients.c.update, recipients.c.told)
    )
    counts: dict[int, dict[str, int]] = {}
    for of, told, count in db.execute(query):
        counts.setdefault(of, {})[told.value] = count
    return [(one, counts.get(one.id, {})) for one in found]


def spreading(db: Connection) -> list[Update]:
    """Those that have not gone to everybody and are not stopped, oldest first."""
    return records(db, Update, select(*UPDATE).where(UNDER_WAY).order_by(updates.c.id))


def stop(db: Connection, incident: int, now: datetime | None) -> int:
    """Stop what is under way, or let it go on."""
    unended = and_(updates.c.incident == incident, updates.c.ended_at.is_(None))
    stopped = updates.c.stopped_at.is_not(None)
    return db.execute(
        update(updates).where(unended, stopped if now is None else ~stopped).values(stopped_at=now)
    ).rowcount


def end(db: Connection, id: int, now: datetime) -> None:
    """It has gone to everybody."""
    db.execute(update(updates).where(updates.c.id == id).values(ended_at=now))


def to_be_told(db: Connection, id: int, channel: Channel, limit: int) -> list[tuple[Recipient, Customer, Ticket]]:
    """The next ones; nobody else takes them meanwhile."""
    query = (
        select(*RECIPIENT, *CUSTOMER, *TICKET)
        .join(customers, customers.c.id == recipients.c.customer)
        .join(tickets, tickets.c.id == recipients.c.ticket)
        .where(WAITING, recipients.c.update == id, recipients.c.channel == channel)
        .order_by(recipients.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=recipients)
    )
    first, second = len(RECIPIENT), len(RECIPIENT) + len(CUSTOMER)
    return [
        (record(Recipient, row), record(Customer, row[first:]), _survivor(db, record(Ticket, row[second:])))
        for row in db.execute(query)
    ]


def _survivor(db: Connection, ticket: Ticket) -> Ticket:
    for _ in range(_MOST_MERGES):
        if ticket.merged_into is None:
            break
        ticket = record(Ticket, db.execute(select(*TICKET).where(tickets.c.id == ticket.merged_into)).one())
    return ticket


def mark_told(db: Connection, rows: Sequence[Recipient]) -> None:
    """What became of them."""
    for one in rows:
        his = (recipients.c.update == one.update, recipients.c.customer == one.customer)
        values = {"told": one.told, "reason": one.reason, "queued_at": one.queued_at}
        db.execute(update(recipients).where(*his).values(values))


def waits(db: Connection, id: int) -> bool:
    """Whether somebody is still to be told."""
    return db.execute(select(recipients.c.id).where(WAITING, recipients.c.update == id).limit(1)).first() is not None


def spread(db: Connection, channel: Channel, now: datetime) -> tuple[datetime | None, int]:
    """When the last one of that channel was queued, and how many have not left."""
    last = db.execute(
        select(recipients.c.queued_at)
        .where(recipients.c.channel == channel, recipients.c.queued_at.is_not(None))
        .order_by(recipients.c.queued_at.desc())
        .limit(1)
    ).scalar()
    ours = (among(deliveries.c.kind, "incident"), deliveries.c.channel == channel)
    unsent = db.execute(select(func.count()).where(QUEUED, deliveries.c.due_at <= now, *ours)).scalar_one()
    return last, int(unsent)
