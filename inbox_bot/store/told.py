"""Queries of answering by mail: what an agent was told, and what of his answers can still be taken back."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, or_, select, update

from inbox_bot.model import DeliveryState, Direction, Kind
from inbox_bot.records import Delivery
from inbox_bot.store.rows import DELIVERY, records
from inbox_bot.store.schema import HELD, WAITING, deliveries, messages


def told(db: Connection, token: str) -> Delivery | None:
    """The mail to an agent that bears this token, with its bytes."""
    query = select(*DELIVERY).where(deliveries.c.token == token, deliveries.c.kind == Kind.NOTICE)
    return next(iter(records(db, Delivery, query)), None)


def told_about(db: Connection, ticket: int, address: str, limit: int) -> list[bytes]:
    """The bytes of mails to this address about the customer's messages in a ticket, newest first."""
    query = (
        select(deliveries.c.payload)
        .join_from(messages, deliveries, deliveries.c.message == messages.c.id)
        .where(
            messages.c.ticket == ticket,
            messages.c.direction == Direction.INCOMING,
            deliveries.c.kind == Kind.NOTICE,
            deliveries.c.to == address,
        )
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    )
    return [payload for payload in db.execute(query).scalars() if payload]


def take_back(db: Connection, ids: Sequence[int], reason: str) -> int:
    """Those of the deliveries that wait and were never tried are no longer wanted; how many."""
    untried = and_(deliveries.c.id.in_(sorted(ids)), or_(WAITING, HELD), deliveries.c.attempts == 0)
    return db.execute(update(deliveries).where(untried).values(state=DeliveryState.WITHDRAWN, error=reason)).rowcount
