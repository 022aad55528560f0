"""Queries about the updates of incidents and who is told them: each recipient one row, whatever is killed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from inbox_bot.incidents import Recipient, Told, Update
from inbox_bot.model import Channel, DeliveryState
from inbox_bot.records import Ticket
from inbox_bot.store.dialects import upsert
from inbox_bot.store.incident_schema import UNDER_WAY, WAITING, recipients, updates
from inbox_bot.store.rows import TICKET, chunks, columns, names, record, records
from inbox_bot.store.schema import WAITING as QUEUED
from inbox_bot.store.schema import deliveries, tickets
from inbox_bot.store.tables import among

UPDATE = columns(updates, Update)
RECIPIENT = columns(recipients, Recipient)
SUPERSEDED = "a newer update has taken its place"
STOPPED = "stopped by an agent before it left"
_MOST_MERGES = 20


def add_update(db: Connection, one: Update, rows: Sequence[Recipient]) -> int:
    """Enter it and its recipients; what earlier ones have not told is told no more."""
    take_back(db, one.incident, SUPERSEDED)
    earlier = select(updates.c.id).where(updates.c.incident == one.incident)
    posts = select(updates.c.post_delivery).where(updates.c.incident == one.incident)
    late = update(deliveries).where(QUEUED, deliveries.c.id.in_(posts))
    db.execute(late.values(state=DeliveryState.WITHDRAWN, error=SUPERSEDED))
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


def take_back(db: Connection, incident: int, why: str, *which: ColumnElement[bool]) -> set[int]:
    """What is in line for an incident's updates (`which`: of these deliveries alone) and has not begun to leave does
    not go; whom it was for waits again. That of which an outcome was lost may have arrived, and stays in line. The
    updates that this concerns, which have not ended any more."""
    of = select(updates.c.id).where(updates.c.incident == incident)
    theirs = select(recipients.c.delivery).where(recipients.c.update.in_(of), recipients.c.told == Told.QUEUED)
    taken = update(deliveries).where(QUEUED, deliveries.c.looks == 0, deliveries.c.id.in_(theirs), *which)
    withdrawn = taken.values(state=DeliveryState.WITHDRAWN, error=why).returning(deliveries.c.id)
    found: set[int] = set()
    for some in chunks(list(db.execute(withdrawn).scalars())):
        waiting = {"told": Told.WAITING, "queued_at": None, "delivery": None}
        back = update(recipients).where(recipients.c.delivery.in_(some)).values(waiting).returning(recipients.c.update)
        found.update(db.execute(back).scalars())
    if found:
        db.execute(update(updates).where(updates.c.id.in_(found)).values(ended_at=None))
    return found


def stop(db: Connection, incident: int, now: datetime | None) -> int:
    """Stop what has not gone to everybody, its post too, or let go on what was stopped."""
    of = updates.c.incident == incident
    posts = select(updates.c.post_delivery).where(of, updates.c.post_delivery.is_not(None))
    if now is None:
        stopped = and_(of, updates.c.ended_at.is_(None), updates.c.stopped_at.is_not(None))
        again = (deliveries.c.id.in_(posts), deliveries.c.error == STOPPED, among(deliveries.c.state, "withdrawn"))
        posted = db.execute(update(deliveries).where(*again).values(state=DeliveryState.QUEUED, error="")).rowcount
        return max(db.execute(update(updates).where(stopped).values(stopped_at=None)).rowcount, int(posted > 0))
    take_back(db, incident, STOPPED)
    gone = update(deliveries).where(QUEUED, deliveries.c.id.in_(posts))
    posted = db.execute(gone.values(state=DeliveryState.WITHDRAWN, error=STOPPED)).rowcount
    under_way = and_(of, updates.c.ended_at.is_(None), updates.c.stopped_at.is_(None))
    return max(db.execute(update(updates).where(under_way).values(stopped_at=now)).rowcount, int(posted > 0))


def keep_post(db: Connection, id: int, delivery: int) -> None:
    """The post that goes with an update."""
    db.execute(update(updates).where(updates.c.id == id).values(post_delivery=delivery))


def add_recipients(db: Connection, rows: Sequence[Recipient]) -> int:
    """Enter those that are not there; how many."""
    fresh = [{name: getattr(one, name) for name in names(Recipient)} for one in rows]
    statement = upsert(db, recipients).on_conflict_do_nothing().returning(recipients.c.id)
    return len(db.execute(statement, fresh).all()) if fresh else 0


def end(db: Connection, id: int, now: datetime) -> None:
    """It has gone to everybody."""
    db.execute(update(updates).where(updates.c.id == id).values(ended_at=now))


def to_be_told(db: Connection, id: int, channel: Channel | None, limit: int) -> list[tuple[Recipient, int]]:
    """The next ones, with whose the ticket is by now; nobody else takes them meanwhile."""
    query = (
        select(*RECIPIENT, tickets.c.customer)
        .join(tickets, tickets.c.id == recipients.c.ticket)
        .where(WAITING, recipients.c.update == id, *((recipients.c.channel == channel,) if channel else ()))
        .order_by(recipients.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=recipients)
    )
    return [(record(Recipient, row), row[-1]) for row in db.execute(query)]


def survivor(db: Connection, ticket: Ticket) -> Ticket:
    """The ticket that goes on in its place, itself where it was not merged."""
    for _ in range(_MOST_MERGES):
        if ticket.merged_into is None:
            break
        ticket = record(Ticket, db.execute(select(*TICKET).where(tickets.c.id == ticket.merged_into)).one())
    return ticket


def mark_told(db: Connection, rows: Sequence[Recipient]) -> None:
    """What became of them."""
    for one in rows:
        his = (recipients.c.update == one.update, recipients.c.customer == one.customer)
        values = {
            "told": one.told,
            "reason": one.reason,
            "queued_at": one.queued_at,
            "delivery": one.delivery,
            "identity": one.identity,
        }
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
