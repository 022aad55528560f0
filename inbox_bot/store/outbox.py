"""What goes out: leases of deliveries, what waits for approval, what sending costs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union_all,
    update,
)

from inbox_bot.model import DeliveryState, Kind
from inbox_bot.outgoing import Parcel
from inbox_bot.records import Delivery
from inbox_bot.store.clock import PUT_AWAY
from inbox_bot.store.columns import Moment
from inbox_bot.store.rows import DELIVERY, DELIVERY_HOLLOW, parcel, record, records
from inbox_bot.store.schema import (
    AUTOMATIC,
    HELD,
    OWED,
    SENDING,
    UNCERTAIN,
    WAITING,
    deliveries,
    identities,
    messages,
    spend,
    tickets,
)
from inbox_bot.store.surveys import unasked
from inbox_bot.views import NOT_APPROVED


def leave(db: Connection, ids: Sequence[int], worker: str, now: datetime) -> set[int]:
    """These may have left from now on; gives those whose claim still holds."""
    mine = and_(deliveries.c.id.in_(sorted(ids)), SENDING, deliveries.c.lease_by == worker)
    statement = update(deliveries).where(mine, deliveries.c.lease_until > now).values(unsent_since=None)
    return set(db.execute(statement.returning(deliveries.c.id)).scalars())


def expire(db: Connection, now: datetime, worker: str | None, *, everyone: bool, beyond: datetime | None = None) -> int:
    """Sendings whose lease has passed (or ends after `beyond`), all of a worker's, or all, become uncertain, due for a
    look now; those that have certainly not left are queued again, and the claim does not count. How many."""
    over: ColumnElement[bool] = true() if everyone else deliveries.c.lease_until <= now
    if worker is not None:
        over = or_(over, deliveries.c.lease_by == worker)
    if beyond is not None:
        over = or_(over, deliveries.c.lease_until > beyond)
    unsent = deliveries.c.unsent_since.is_not(None)
    statement = (
        update(deliveries)
        .where(SENDING, over)
        .values(
            state=case((unsent, literal(DeliveryState.QUEUED, deliveries.c.state.type)), else_=DeliveryState.UNCERTAIN),
            attempts=case((unsent, deliveries.c.attempts - 1), else_=deliveries.c.attempts),
            due_at=now,
            lease_by=None,
            lease_until=None,
            unsent_since=None,
            error=case((unsent, deliveries.c.error), else_="no outcome was recorded"),
        )
    )
    return db.execute(statement).rowcount


def uncertain(db: Connection, inbox: str, limit: int, now: datetime) -> list[Parcel]:
    """Uncertain deliveries that are due for a look, oldest first."""
    query = (
        select(*DELIVERY, identities.c.handle.label("_handle"), identities.c.name.label("_name"))
        .join_from(deliveries, identities, identities.c.id == deliveries.c.identity, isouter=True)
        .where(deliveries.c.inbox == inbox, deliveries.c.due_at <= now, UNCERTAIN)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(limit)
    )
    return [parcel(record(Delivery, row), row[-2] or "", row[-1] or "") for row in db.execute(query)]


def next_due(db: Connection, *, retries: bool) -> datetime | None:
    """The earliest due time of anything queued and approved, uncertain, or owed an acknowledgement."""
    queued = WAITING if retries else and_(WAITING, deliveries.c.attempts == 0)
    earliest = union_all(
        select(func.min(deliveries.c.due_at).label("due")).where(queued),
        select(func.min(deliveries.c.due_at)).where(UNCERTAIN),
        select(func.min(messages.c.acknowledge_at)).where(OWED, not_(PUT_AWAY)),
    ).subquery()
    due: datetime | None = db.execute(select(func.min(earliest.c.due))).scalar()
    return due


def spent(db: Connection, inbox: str, day: str) -> int:
    """Micro-dollars of an inbox's day."""
    return db.execute(select(spend.c.amount).where(spend.c.inbox == inbox, spend.c.day == day)).scalar() or 0


def withdraw(
    db: Connection, ticket: int, reason: str, *, automatic_only: bool, put_off: bool, answered: bool = False
) -> int:
    """Queued, never tried deliveries of a ticket are no longer wanted; how many.

    `put_off`: also those of which no attempt's outcome was ever lost (each loss is followed by a look), so that none
    can have arrived. A read receipt was asked for by the customer's mail program and tells what an answer does not;
    so does (`answered`) what all are told who are in an incident.
    """
    untaken = deliveries.c.looks == 0 if put_off else deliveries.c.attempts == 0
    unwanted = and_(deliveries.c.ticket == ticket, or_(WAITING, HELD), untaken)
    if automatic_only:
        unwanted = and_(unwanted, deliveries.c.automatic, deliveries.c.kind != Kind.MDN)
    if answered:
        unwanted = and_(unwanted, deliveries.c.kind != Kind.INCIDENT)
    return _withdrawn(db, unwanted, reason)


def withdraw_from(db: Connection, identity: int, reason: str) -> int:
    """What is queued for an identity automatically, in whatever ticket, and that no attempt may have brought, is no
    longer wanted; how many. A read receipt was asked for."""
    automatic = and_(AUTOMATIC, deliveries.c.kind != Kind.MDN)
    queued = and_(deliveries.c.identity == identity, or_(WAITING, HELD), deliveries.c.looks == 0)
    return _withdrawn(db, and_(automatic, queued), reason)


def _withdrawn(db: Connection, unwanted: ColumnElement[bool], reason: str) -> int:
    taken = update(deliveries).where(unwanted).values(state=DeliveryState.WITHDRAWN, error=reason)
    gone = db.execute(taken.returning(deliveries.c.kind, deliveries.c.message)).all()
    if questions := [row.message for row in gone if row.kind is Kind.SURVEY]:
        unasked(db, questions, reason)
    return len(gone)


def awaiting_approval(db: Connection) -> list[tuple[Delivery, str, str, int | None]]:
    """(delivery without its payload, ticket number, text of its message, who wrote it), oldest first."""
    query = (
        select(
            *DELIVERY_HOLLOW,
            tickets.c.number.label("_number"),
            messages.c.text.label("_text"),
            messages.c.agent.label("_agent"),
        )
        .join_from(deliveries, tickets, tickets.c.id == deliveries.c.ticket, isouter=True)
        .join(messages, messages.c.id == deliveries.c.message, isouter=True)
        .where(HELD)
        .order_by(deliveries.c.id)
    )
    return [(record(Delivery, row), row[-3] or "", row[-2] or "", row[-1]) for row in db.execute(query)]


def unsettled(db: Connection, *, lock: bool) -> list[tuple[Delivery, str]]:
    """(delivery without its payload, ticket number) of all that may or may not have arrived, oldest first."""
    query = (
        select(*DELIVERY_HOLLOW, tickets.c.number.label("_number"))
        .join_from(deliveries, tickets, tickets.c.id == deliveries.c.ticket, isouter=True)
        .where(UNCERTAIN)
        .order_by(deliveries.c.id)
    )
    if lock:
        query = query.with_for_update(of=deliveries)
    return [(record(Delivery, row), row[-1] or "") for row in db.execute(query)]


def approve(db: Connection, delivery: int, now: datetime, *, yes: bool) -> bool:
    """A person's yes or no; False where the delivery was not waiting for one."""
    values: dict[str, Any] = {"approval": False}
    if yes:
        due = deliveries.c.due_at
        values["due_at"] = case((due < now, literal(now, Moment)), else_=due)
    else:
        values |= {"state": DeliveryState.WITHDRAWN, "error": NOT_APPROVED}
    return db.execute(update(deliveries).where(deliveries.c.id == delivery, HELD).values(values)).rowcount > 0


def deliveries_of(db: Connection, message: int) -> list[Delivery]:
    """All deliveries of a message, in the order in which they were queued."""
    query = select(*DELIVERY).where(deliveries.c.message == message).order_by(deliveries.c.id)
    return records(db, Delivery, query)
