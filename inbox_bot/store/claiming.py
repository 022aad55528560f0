"""Takes deliveries that are due for a sender, in an order in which no customer's queue delays another's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, case, func, literal, select, update

from inbox_bot.model import DeliveryState
from inbox_bot.outgoing import Parcel
from inbox_bot.records import Delivery
from inbox_bot.store.columns import Moment
from inbox_bot.store.rows import DELIVERY, parcel, record, records
from inbox_bot.store.schema import WAITING, deliveries, identities

WINDOW = 5_000
"""How far one customer's flood is looked past for the others' deliveries."""
_LOCKED = 200  # more than other workers hold locked at one moment


def claim(
    db: Connection,
    inbox: str,
    limit: int,
    worker: str,
    until: datetime,
    now: datetime,
    *,
    unsent: bool,
    served: Sequence[str] = (),
) -> list[Parcel]:
    """Take deliveries that are due, one per customer before the second of any, and those `served` lately behind all
    others; each becomes `sending`."""
    window = min(8 * limit, WINDOW)
    picked = _pick(db, inbox, limit, window, now, served)
    # a short look is exact if it found `limit` customers whose turn it is or saw the whole queue
    crowded = len(picked) < limit or any(row.turn > 1 or row.place for row in picked)
    if picked and crowded and picked[0].seen == window < WINDOW:
        picked = _pick(db, inbox, limit, WINDOW, now, served)
    if not picked:
        return []
    statement = (
        update(deliveries)
        .where(deliveries.c.id.in_([row.id for row in picked]))
        .values(
            state=DeliveryState.SENDING,
            attempts=deliveries.c.attempts + 1,
            lease_by=worker,
            lease_until=until,
            started_at=func.coalesce(deliveries.c.started_at, literal(now, Moment)),
            unsent_since=now if unsent else None,
        )
        .returning(*DELIVERY)
    )
    taken = {row.id: record(Delivery, row) for row in db.execute(statement)}
    return [parcel(taken[row.id], row.handle or "", row.name or "") for row in picked]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picked:
    """A delivery that may be taken: its turn among its customer's, the place of its address among those served lately
    (0 = not served), and how many deliveries were looked at."""

    id: int
    handle: str | None
    name: str | None
    turn: int
    place: int
    seen: int


def _pick(db: Connection, inbox: str, limit: int, window: int, now: datetime, served: Sequence[str]) -> list[_Picked]:
    oldest = (
        select(deliveries.c.id, deliveries.c.due_at, deliveries.c.identity, deliveries.c.to)
        .where(deliveries.c.inbox == inbox, deliveries.c.due_at <= now, WAITING)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(window)
        .subquery()
    )
    order = (oldest.c.due_at, oldest.c.id)
    places = {address: place for place, address in enumerate(served, 1)}
    place: ColumnElement[int] = case(places, value=oldest.c.to, else_=0) if places else literal(0)
    # a delivery to nobody we know is a customer of its own
    customer = func.coalesce(identities.c.customer, -oldest.c.id)
    ranked = (
        select(
            oldest.c.id,
            oldest.c.due_at,
            identities.c.handle,
            identities.c.name,
            func.row_number().over(partition_by=customer, order_by=order).label("turn"),
            place.label("place"),
            func.count().over().label("seen"),
        )
        .join_from(oldest, identities, identities.c.id == oldest.c.identity, isouter=True)
        .subquery()
    )
    first = select(ranked).order_by(*_order(ranked)).limit(limit + _LOCKED).subquery()
    query = (
        select(deliveries.c.id, first.c.handle, first.c.name, first.c.turn, first.c.place, first.c.seen)
        .join_from(first, deliveries, deliveries.c.id == first.c.id)
        # asked again: another worker may have taken it since the subquery looked
        .where(WAITING)
        .order_by(*_order(first))
        .limit(limit)
        .with_for_update(of=deliveries, skip_locked=True)
    )
    return records(db, _Picked, query)


def _order(rows: Subquery) -> list[ColumnElement[Any]]:
    return [rows.c.turn, rows.c.place, rows.c.due_at, rows.c.id]
