"""Posts that their authors may have deleted: which are to be looked for, and what is taken out here when they are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from inbox_bot.store import retention
from inbox_bot.store.care_schema import details
from inbox_bot.store.rows import chunks
from inbox_bot.store.schema import IN_HAND, files, messages, notices, tickets
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
    """Deleted there, deleted here, also where a ticket's subject or a notice repeats its words, and the bytes as they
    came; rows and the ledger's lines stay."""
    digests: set[str] = set()
    for some in chunks(ids):
        query = select(messages.c.text, messages.c.raw, tickets.c.id, tickets.c.subject)
        told = query.join(tickets, tickets.c.id == messages.c.ticket).where(messages.c.id.in_(some))
        for text, raw, ticket, subject in db.execute(told).all():
            digests |= {raw} if raw else set()
            if subject and " ".join(subject.removesuffix("…").split()) in " ".join(text.split()):
                _forget_subject(db, ticket, subject, now)
        digests |= set(
            db.execute(select(files.c.raw).where(files.c.message.in_(some), files.c.raw.is_not(None))).scalars()
        )
    retention.forget_messages(db, ids, now)
    for some in chunks(ids):
        db.execute(delete(details).where(details.c.message.in_(some)))
        db.execute(update(messages).where(messages.c.id.in_(some)).values(gone_at=now, looked_at=now))
    for few in chunks(digests):
        retention.sweep(db, few)


def _forget_subject(db: Connection, ticket: int, subject: str, now: datetime) -> None:
    db.execute(update(tickets).where(tickets.c.id == ticket).values(subject=""))
    repeat = (notices.c.ticket == ticket, notices.c.subject.contains(subject, autoescape=True))
    sent = list(db.execute(select(notices.c.id).where(*repeat, notices.c.sent_at.is_not(None))).scalars())
    if sent:
        retention.forget_notices(db, sent, now)
    waiting = update(notices).where(*repeat, notices.c.sent_at.is_(None))
    db.execute(waiting.values(text="", subject=func.replace(notices.c.subject, subject, "")))
