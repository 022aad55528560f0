"""Queries across tickets about promises and actions: one by its id, what is settled, what the customer is not told."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select

from inbox_bot.casework import Action, Promise
from inbox_bot.model import DeliveryState, Direction, Kind, PromiseState
from inbox_bot.store.casework_schema import OPEN, actions, promises
from inbox_bot.store.rows import columns, record, records
from inbox_bot.store.schema import IN_HAND, agents, customers, deliveries, messages, tickets
from inbox_bot.views import Finding, Listed

PROMISE = columns(promises, Promise)
RECENT = timedelta(days=30)
"""What is older is history."""
_SETTLED = promises.c.settled_at.is_not(None)
_AT_WORK = and_(not_(tickets.c.junk), IN_HAND)


def promise(db: Connection, id: int, *, lock: bool) -> Promise | None:
    """By its id."""
    query = select(*PROMISE).where(promises.c.id == id)
    return next(iter(records(db, Promise, query.with_for_update() if lock else query)), None)


def action(db: Connection, id: int) -> Action | None:
    """By its id."""
    query = select(*columns(actions, Action)).where(actions.c.id == id)
    return next(iter(records(db, Action, query)), None)


def due(db: Connection, now: datetime, limit: int, *, lock: bool) -> list[Promise]:
    """Open promises whose time has come, by due time."""
    query = select(*PROMISE).where(OPEN, promises.c.due_at <= now)
    query = query.order_by(promises.c.due_at, promises.c.id).limit(limit)
    return records(db, Promise, query.with_for_update() if lock else query)


def to_remind(db: Connection, before: datetime, limit: int, *, lock: bool) -> list[Promise]:
    """Open promises due before then whose owner has not been reminded, by due time."""
    query = select(*PROMISE).where(OPEN, promises.c.due_at < before, promises.c.reminded_at.is_(None))
    query = query.order_by(promises.c.due_at, promises.c.id).limit(limit)
    return records(db, Promise, query.with_for_update() if lock else query)


def untold(db: Connection, since: datetime, limit: int, *, lock: bool) -> list[Promise]:
    """Promises broken from then on whose customer knows nothing of it: he was not told, and no person has answered
    since the promise was made. Of tickets that are neither settled nor junk."""
    query = (
        select(*PROMISE)
        .join_from(promises, tickets, tickets.c.id == promises.c.ticket)
        .where(
            _SETTLED, promises.c.settled_at >= since, promises.c.state == PromiseState.BROKEN,
            promises.c.told_at.is_(None), _AT_WORK, not_(_answered(promises.c.made_at)),
        )
        .order_by(promises.c.due_at, promises.c.id)
        .limit(limit)
    )  # fmt: skip
    return records(db, Promise, query.with_for_update(of=promises) if lock else query)


def _answered(since: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a person of ours wrote to the customer after that, other than by the promise itself; what was taken back,
    failed, or only confirms what arrived is no answer."""
    of_it = deliveries.c.message == messages.c.id
    void = or_(
        deliveries.c.kind == Kind.CONFIRMATION,
        deliveries.c.state.in_((DeliveryState.WITHDRAWN, DeliveryState.FAILED)),
    )
    return exists().where(
        messages.c.ticket == promises.c.ticket,
        messages.c.direction == Direction.OUTGOING,
        not_(messages.c.automatic),
        messages.c.at >= since,
        messages.c.id > func.coalesce(promises.c.message, 0),
        not_(exists().where(of_it, void)),
    )


def listed(
    db: Connection, *, since: datetime | None, agent: int | None, states: Collection[PromiseState], limit: int
) -> list[Listed]:
    """Promises by due time: the open ones, and of the other states asked for those settled since then."""
    found: list[Listed] = []
    if PromiseState.OPEN in states:
        found += _list(db, OPEN, promises.c.due_at, agent, limit)
    rest = [state for state in states if state is not PromiseState.OPEN]
    if rest and since is not None:
        settled_since = and_(_SETTLED, promises.c.settled_at >= since, promises.c.state.in_(rest))
        found += _list(db, settled_since, promises.c.settled_at.desc(), agent, limit)
    return sorted(found, key=lambda one: (one.promise.due_at, one.promise.id))


def _list(
    db: Connection, which: ColumnElement[bool], order: ColumnElement[datetime], agent: int | None, limit: int
) -> list[Listed]:
    query = (
        select(tickets.c.number, customers.c.name, agents.c.name.label("owner"), *PROMISE)
        .join_from(promises, tickets, tickets.c.id == promises.c.ticket)
        .join(customers, customers.c.id == tickets.c.customer)
        .join(agents, agents.c.id == promises.c.agent)
        .where(which, *([] if agent is None else [promises.c.agent == agent]))
        .order_by(order, promises.c.id)
        .limit(limit)
    )
    return [
        Listed(promise=record(Promise, row[3:]), number=row[0], customer=row[1], owner=row[2])
        for row in db.execute(query)
    ]


def broken(db: Connection, now: datetime) -> Iterator[Finding]:
    """Promises that were not kept, as long as their customer waits: no person has written to him since then."""
    query = (
        select(promises.c.id, promises.c.phrase, promises.c.due_at, tickets.c.number, agents.c.name)
        .join_from(promises, tickets, tickets.c.id == promises.c.ticket)
        .join(agents, agents.c.id == promises.c.agent)
        .where(
            _SETTLED, promises.c.settled_at >= now - RECENT, promises.c.state == PromiseState.BROKEN, _AT_WORK,
            or_(tickets.c.last_outgoing_at.is_(None), tickets.c.last_outgoing_at < promises.c.due_at),
        )
        .order_by(promises.c.due_at, promises.c.id)
    )  # fmt: skip
    for row in db.execute(query):
        yield Finding(
            kind="promise_broken",
            key=f"promise_broken:{row.id}",
            number=row.number,
            at=row.due_at,
            detail=f'{row.name} promised "{row.phrase}" until {row.due_at:%Y-%m-%d %H:%M} UTC; no answer since',
        )
