"""The house in figures: what is in hand, each by an index of its own; what is done with is never counted."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select, union_all

from inbox_bot.model import TicketState
from inbox_bot.store.audit import WAITS_FOR_ANSWER, failed_for_good, number_missing
from inbox_bot.store.schema import (
    HELD,
    IN_HAND,
    NOT_JUNK,
    SENDING,
    UNCERTAIN,
    WAITING,
    alarms,
    cursors,
    deliveries,
    health,
    spend,
    tickets,
)
from inbox_bot.store.tables import EMPTY
from inbox_bot.store.waiting import waits_since
from inbox_bot.views import Stage, StreamHealth, Vitals

_UNSENT = (Stage.DUE, Stage.LATER, Stage.SENDING, Stage.UNCERTAIN)


def vitals(db: Connection, inboxes: Collection[str], now: datetime) -> Vitals:
    """All at once. Streams, and what they took and cost, of these inboxes only: others are not served any more."""
    queue, oldest = _queue(db, now)
    served = sorted(inboxes)
    by_kind = select(alarms.c.kind, func.count()).group_by(alarms.c.kind)
    in_hand = select(tickets.c.state, func.count()).where(IN_HAND, NOT_JUNK).group_by(tickets.c.state)
    taken = select(cursors.c.inbox, cursors.c.stream, cursors.c.taken).where(cursors.c.inbox.in_(served))
    spent = select(spend.c.inbox, spend.c.amount).where(
        spend.c.inbox.in_(served), spend.c.day == now.date().isoformat()
    )
    return Vitals(
        queue=queue,
        oldest=oldest,
        streams=_streams(db, served),
        taken={(row[0], row[1]): row[2] for row in db.execute(taken)},
        tickets={TicketState(row[0]): row[1] for row in db.execute(in_hand)},
        numbers_missing=db.execute(select(func.count()).select_from(tickets).where(number_missing(now))).scalar() or 0,
        unanswered=_unanswered(db),
        alarms={row[0]: row[1] for row in db.execute(by_kind)},
        spent={row[0]: row[1] for row in db.execute(spent)},
    )


def _queue(db: Connection, now: datetime) -> tuple[dict[tuple[str, Stage], int], dict[str, datetime]]:
    """Ids rise with the time of queueing: the least of them, which indexes hold, is the oldest one's."""
    failed = _counted(Stage.FAILED, failed_for_good(now)).join_from(
        deliveries, tickets, tickets.c.id == deliveries.c.ticket, isouter=True
    )
    found = db.execute(
        union_all(
            _counted(Stage.DUE, WAITING, deliveries.c.due_at <= now),
            _counted(Stage.LATER, WAITING, deliveries.c.due_at > now),
            _counted(Stage.HELD, HELD),
            _counted(Stage.SENDING, SENDING),
            _counted(Stage.UNCERTAIN, UNCERTAIN),
            failed,
        )
    ).all()
    firsts = [row.first for row in found if row.stage in _UNSENT]
    oldest: dict[str, datetime] = {}
    made = select(deliveries.c.inbox, deliveries.c.created_at).where(deliveries.c.id.in_(firsts))
    for inbox, at in db.execute(made):
        oldest[inbox] = min(at, oldest.get(inbox, at))
    return {(row.inbox, Stage(row.stage)): row.number for row in found}, oldest


def _counted(stage: Stage, *which: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            literal_column(f"'{stage}'").label("stage"),
            deliveries.c.inbox.label("inbox"),
            func.count().label("number"),
            func.min(deliveries.c.id).label("first"),
        )
        .where(*which)
        .group_by(deliveries.c.inbox)
    )


def _streams(db: Connection, served: Collection[str]) -> tuple[StreamHealth, ...]:
    failing = (health.c.error != EMPTY).label("failing")
    query = select(health.c.inbox, health.c.stream, health.c.since, failing).where(health.c.inbox.in_(served))
    rows = db.execute(query.order_by(health.c.inbox, health.c.stream))
    return tuple(
        StreamHealth(inbox=row.inbox, stream=row.stream, since=row.since, failing=bool(row.failing)) for row in rows
    )


def _unanswered(db: Connection) -> datetime | None:
    since: datetime | None = db.execute(select(func.min(waits_since())).where(WAITS_FOR_ANSWER)).scalar()
    return since
