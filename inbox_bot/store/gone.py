"""Posts that their authors may have deleted: which are to be looked for, and what is taken out here when they are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from inbox_bot.store import retention
from inbox_bot.store.care_schema import details
from inbox_bot.store.rows import chunks
from inbox_bot.store.schema import IN_HAND, messages, tickets
from inbox_bot.store.tables import EMPTY


def posts_to_look_for(
    db: Connection, inbox: str, before: datetime, limit: int, ticket: int | None
) -> list[tuple[int, str, int]]:
    """(message, post id, ticket), the longest ago first; of open tickets, or of one in any state."""
    looked = func.coalesce(messages.c.looked_at, messages.c.at)
    of_ticket = IN_HAND if ticket is None else tickets.c.id == ticket
    query = (
        select(messages.c.id, messages.c.external_id, tickets.c.id)
        .join(tickets, tickets.c.id == messages.c.ticket)
        .where(
            of_ticket, messages.c.inbox == inbox, messages.c.direction == "incoming",
            messages.c.visibility == "public", messages.c.gone_at.is_(None), looked < before,
        )
        .order_by(looked, messages.c.id)
        .limit(limit)
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in db.execute(query)]


def post_gone(db: Connection, inbox: str, post: str) -> bool:
    """Whether it was found deleted."""
    his = (messages.c.external_id == post, messages.c.external_id != EMPTY, messages.c.inbox == inbox)
    query = select(messages.c.id).where(*his, messages.c.direction == "incoming", messages.c.gone_at.is_not(None))
    return db.execute(query).first() is not None


def looked_for(db: Connection, ids: Sequence[int], now: datetime) -> None:
    """They were looked for now."""
    for some in chunks(ids):
        db.execute(update(messages).where(messages.c.id.in_(some)).values(looked_at=now))


def take_out(db: Connection, ids: Sequence[int], now: datetime) -> None:
    """Deleted there, deleted here; rows and the ledger's lines stay."""
    retention.forget_messages(db, ids, now)
    for some in chunks(ids):
        db.execute(delete(details).where(details.c.message.in_(some)))
        db.execute(update(messages).where(messages.c.id.in_(some)).values(gone_at=now, looked_at=now))
