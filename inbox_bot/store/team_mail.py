"""Takes back what the team was mailed, or is to be, of what is erased: notices, and the mails that repeat them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select, update

from inbox_bot.model import DeliveryState, Kind
from inbox_bot.store import retention
from inbox_bot.store.holding import within
from inbox_bot.store.rows import chunks
from inbox_bot.store.schema import deliveries, notices

PAYLOAD = deliveries.c.payload
_KEPT = (*retention.FINAL, DeliveryState.QUEUED)


def recall(db: Connection, ids: Collection[int], now: datetime, why: str) -> None:
    """Forget these notices. Mails that have gone keep no bytes; one in line that repeats them does not go, and what
    else it would have told is told anew."""
    mine, told = frozenset(ids), defaultdict[datetime, set[str]](set)
    for some in chunks(ids):
        query = select(notices.c.sent_at, notices.c.subject, notices.c.text)
        for at, subject, text in db.execute(query.where(notices.c.id.in_(some), notices.c.sent_at.is_not(None))):
            told[at] |= {subject, text}
    for at, words in told.items():
        held = withdraw(db, deliveries.c.created_at == at, words, why)
        others = db.execute(select(notices.c.id, notices.c.subject).where(notices.c.sent_at == at)) if held else ()
        again = [id for id, subject in others if id not in mine and any(within(one, subject) for one in held)]
        for some in chunks(again):
            db.execute(update(notices).where(notices.c.id.in_(some)).values(sent_at=None))
    for some in chunks(ids):
        retention.forget_notices(db, some, now)


def withdraw(
    db: Connection, where: ColumnElement[bool], words: Collection[str], why: str, *, gone: Collection[int] = ()
) -> list[bytes]:
    """Mails to the team that say any of these words: what has gone keeps no bytes, what is in line does not go, and is
    written anew without them unless it tells of a message that is `gone`. Gives the bytes of the latter."""
    query = select(deliveries.c.id, deliveries.c.state, deliveries.c.message, deliveries.c.created_at, PAYLOAD).where(
        where, deliveries.c.kind == Kind.NOTICE, deliveries.c.state.in_(_KEPT), func.length(PAYLOAD) > 0
    )
    found = [row for row in db.execute(query) if any(within(bytes(row.payload), one) for one in words)]
    waiting = [row for row in found if row.state == DeliveryState.QUEUED]
    for some in chunks([row.id for row in waiting]):
        kept = {"state": DeliveryState.WITHDRAWN, "error": why}
        db.execute(update(deliveries).where(deliveries.c.id.in_(some)).values(kept))
    for some in chunks([row.id for row in found]):
        db.execute(update(deliveries).where(deliveries.c.id.in_(some)).values(payload=b""))
    for message, at in {(row.message, row.created_at) for row in waiting if row.message not in (None, *gone)}:
        anew = (notices.c.message == message, notices.c.sent_at == at)
        db.execute(update(notices).where(*anew).values(sent_at=None))
    return [bytes(row.payload) for row in waiting]
