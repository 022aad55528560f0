"""What was lately said between an identity and us: what the rules about loops judge."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, func, or_, select, union_all

from inbox_bot.model import DeliveryState, Direction, Kind
from inbox_bot.records import Identity
from inbox_bot.store.columns import Moment
from inbox_bot.store.schema import deliveries, messages
from inbox_bot.views import Side, Turn

NEWEST = 60
"""Messages of one identity that are read."""
LONGEST = 2_000
"""Characters of a text that are read."""
_SIZES = (1, 2, 4, 8, 16, 32, 64)  # of lots; SQLite takes 500 parts of a UNION
_AT_ONCE = _SIZES[-1]
_GONE = (DeliveryState.SENDING, DeliveryState.UNCERTAIN, DeliveryState.SENT, DeliveryState.DELIVERED)


def turns(db: Connection, talking: Collection[Identity], since: datetime) -> Mapping[int, list[Turn]]:
    """By identity, as they came on record: what came in, and what went out (not what is only queued)."""
    found: dict[int, list[Turn]] = {}
    listed = sorted({one.id: one.customer for one in talking}.items())
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        given: dict[str, Any] = {"since": since}
        size = next(size for size in _SIZES if size >= len(some))
        for place, (id, customer) in enumerate([*some, *[(0, 0)] * (size - len(some))]):
            given |= {f"identity{place}": id, f"customer{place}": customer}
        for row in db.execute(_lots(size), given):
            side = Side.THEIRS if row.theirs else Side.OURS if row.automatic else Side.PERSON
            found.setdefault(row.identity, []).append(Turn(at=row.at, side=side, text=row.text))
    return found


_CARRYING = and_(deliveries.c.message == messages.c.id, deliveries.c.kind != Kind.NOTICE)


@lru_cache
def _lots(size: int) -> Select[Any]:
    """The newest messages of so many identities. Few sizes: each new statement takes SQLAlchemy some time."""
    lots = union_all(*(select(_newest(place).subquery()) for place in range(size))).subquery()
    return select(lots).order_by(lots.c.id)


def _newest(place: int) -> Select[Any]:
    incoming = messages.c.direction == Direction.INCOMING
    sent = case((incoming, messages.c.at), else_=func.coalesce(deliveries.c.started_at, messages.c.at))
    return (
        select(
            messages.c.id,
            messages.c.identity,
            sent.label("at"),
            incoming.label("theirs"),
            messages.c.automatic,
            func.substr(messages.c.text, 1, LONGEST).label("text"),
        )
        .join_from(messages, deliveries, _CARRYING, isouter=True)
        .where(
            messages.c.customer == bindparam(f"customer{place}"),
            messages.c.identity == bindparam(f"identity{place}"),
            messages.c.at > bindparam("since", type_=Moment),
            messages.c.direction != Direction.NOTE,
            or_(deliveries.c.id.is_(None), deliveries.c.state.in_(_GONE)),
        )
        .order_by(messages.c.id.desc())
        .limit(NEWEST)
    )
