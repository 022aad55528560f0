"""Outcomes of deliveries: their states, their evidence, and what they mean for tickets' numbers and for addresses."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, insert, not_, or_, select, update

from inbox_bot.model import DeliveryState
from inbox_bot.store.columns import Moment
from inbox_bot.store.rows import names
from inbox_bot.store.schema import ARRIVED, DELIVERED, FAILED, HELD, WAITING, deliveries, identities, receipts, tickets
from inbox_bot.writes import Settlement

DEAD = "not tried any more: the address takes no mail"


def settle(db: Connection, settlements: Sequence[Settlement]) -> None:
    """Record outcomes, their evidence, and what they mean for the tickets' numbers.

    A proof of delivery is never lowered, and a failure only by one: what an attempt or an earlier hop tells may be
    written later than the report that overtook it.
    """
    if not settlements:
        return
    settlements = sorted(settlements, key=lambda one: one.delivery)  # rows are locked in one order everywhere
    new_state = bindparam("new_state", type_=deliveries.c.state.type)
    overtaken = or_(DELIVERED, and_(FAILED, new_state != DeliveryState.DELIVERED))
    under_way = new_state == DeliveryState.SENDING  # a report came in before the sender's own answer
    statement = (
        update(deliveries)
        .where(deliveries.c.id == bindparam("row"))
        .values(
            state=case((overtaken, deliveries.c.state), else_=new_state),
            due_at=func.coalesce(bindparam("new_due", type_=Moment), deliveries.c.due_at),
            external_id=func.coalesce(
                bindparam("new_id", type_=deliveries.c.external_id.type), deliveries.c.external_id
            ),
            looks=func.coalesce(bindparam("new_looks", type_=deliveries.c.looks.type), deliveries.c.looks),
            error=case((overtaken, deliveries.c.error), else_=bindparam("new_error", type_=deliveries.c.error.type)),
            lease_by=case((under_way, deliveries.c.lease_by), else_=None),
            lease_until=case((under_way, deliveries.c.lease_until), else_=None),
        )
    )
    db.execute(statement, [_outcome(settlement) for settlement in settlements])
    evidence = [
        {name: getattr(receipt, name) for name in names(type(receipt))}
        for settlement in settlements
        for receipt in settlement.receipts
    ]
    if evidence:
        db.execute(insert(receipts), evidence)
    _numbers(db, settlements)
    refused = {one.delivery: one.at for one in settlements if one.undeliverable}
    if refused:
        # a read receipt may go to another address of the customer's than the one he wrote from
        named = and_(
            identities.c.id == deliveries.c.identity, func.lower(identities.c.address) == func.lower(deliveries.c.to)
        )
        whose = select(identities.c.id, deliveries.c.id).join_from(deliveries, identities, named)
        dead = {row[0]: refused[row[1]] for row in db.execute(whose.where(deliveries.c.id.in_(refused)))}
        for identity, at in sorted(dead.items()):
            db.execute(update(identities).where(identities.c.id == identity).values(undeliverable_at=at))
        give_up(db, dead)


def give_up(db: Connection, dead: Collection[int]) -> None:
    """Nothing automatic that is queued goes to these identities any more: it has failed, so that a number goes another
    way or raises an alarm."""
    unwanted = and_(deliveries.c.identity.in_(sorted(dead)), deliveries.c.automatic, or_(WAITING, HELD))
    db.execute(update(deliveries).where(unwanted).values(state=DeliveryState.FAILED, error=DEAD))


def _outcome(settlement: Settlement) -> dict[str, Any]:
    return {
        "row": settlement.delivery,
        "new_state": settlement.state,
        "new_due": settlement.due_at,
        "new_id": settlement.external_id,
        "new_looks": settlement.looks,
        "new_error": settlement.error,
    }


def _numbers(db: Connection, settlements: Iterable[Settlement]) -> None:
    """The earliest delivery of a number counts; a failure takes it back unless some delivery of it arrived."""
    arrived = [{"row": one.delivery, "at": one.at} for one in settlements if one.number_delivered]
    mine = select(deliveries.c.ticket).where(deliveries.c.id == bindparam("row"))
    of_delivery = mine.scalar_subquery()
    counting = mine.where(ARRIVED).scalar_subquery()
    at = bindparam("at", type_=Moment)
    if arrived:
        known = tickets.c.number_delivered_at
        statement = (
            update(tickets)
            .where(tickets.c.id == counting, or_(known.is_(None), known > at))
            .values(number_delivered_at=at)
        )
        db.execute(statement, arrived)
    taken_back = [{"row": one.delivery} for one in settlements if one.number_taken_back]
    if taken_back:
        some = exists().where(deliveries.c.ticket == tickets.c.id, deliveries.c.carries_number, ARRIVED)
        db.execute(
            update(tickets).where(tickets.c.id == of_delivery, not_(some)).values(number_delivered_at=None), taken_back
        )
