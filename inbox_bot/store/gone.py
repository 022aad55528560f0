"""Posts that their authors may have deleted: which are to be looked for, and what is taken out here when they are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from inbox_bot.store import retention, team_mail
from inbox_bot.store.care_schema import details
from inbox_bot.store.holding import says
from inbox_bot.store.matter import tickets_of
from inbox_bot.store.rows import chunks
from inbox_bot.store.schema import IN_HAND, deliveries, files, messages, notices, tickets
from inbox_bot.store.tables import EMPTY

_WHY = "its post is deleted on X"
_TOLD = 1_000  # characters of a post by which it is known; mails may cut it off


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
        query = select(messages.c.id, messages.c.text, messages.c.raw).where(messages.c.id.in_(some))
        for id, text, raw in db.execute(query).all():
            digests |= {raw} if raw else set()
            for ticket in sorted(tickets_of(db, [id])):
                _forget_told(db, ticket, text, ids, now)
        digests |= set(
            db.execute(select(files.c.raw).where(files.c.message.in_(some), files.c.raw.is_not(None))).scalars()
        )
    retention.forget_messages(db, ids, now)
    for some in chunks(ids):
        db.execute(delete(details).where(details.c.message.in_(some)))
        db.execute(update(messages).where(messages.c.id.in_(some)).values(gone_at=now, looked_at=now))
    for few in chunks(digests):
        retention.sweep(db, few)


def _forget_told(db: Connection, ticket: int, text: str, ids: Sequence[int], now: datetime) -> None:
    """The ticket's subject, and what the team was told of it or is to be, where they repeat a post."""
    words = [text[:_TOLD]]
    subject = db.execute(select(tickets.c.subject).where(tickets.c.id == ticket)).scalar() or ""
    if subject and " ".join(subject.removesuffix("…").split()) in " ".join(text.split()):
        words.append(subject)
        db.execute(update(tickets).where(tickets.c.id == ticket).values(subject=""))
    there = deliveries.c.message.in_(select(messages.c.id).where(messages.c.ticket == ticket))
    team_mail.withdraw(db, there, words, _WHY, gone=ids)
    query = select(notices.c.id, notices.c.subject, notices.c.text, notices.c.sent_at)
    rows = db.execute(query.where(notices.c.ticket == ticket)).all()
    repeating = [row for row in rows if any(says(f"{row.subject}\n{row.text}", one) for one in words)]
    team_mail.recall(db, [row.id for row in repeating if row.sent_at is not None], now, _WHY)
    for row in repeating:
        subject = row.subject
        for one in words:
            subject = subject.replace(one, "")
        db.execute(update(notices).where(notices.c.id == row.id).values(text="", subject=subject))
