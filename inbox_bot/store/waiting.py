"""Who waits for an answer since when, and how long others waited: the figures of targets and of honest words."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select

from inbox_bot.model import Channel, Direction
from inbox_bot.store.schema import IN_HAND, NOT_JUNK, UNANSWERED, messages, tickets
from inbox_bot.views import BY_TELEPHONE, Awaiting


def answer_times(
    db: Connection, channel: Channel, since: datetime, limit: int
) -> list[tuple[datetime, datetime | None]]:
    """(arrived, first answered by a person or None) of the newest `limit` tickets that customers opened on a channel
    from then on; what was settled without an answer is left out, for nobody waited for one."""
    opened, answered = tickets.c.opened_at, tickets.c.answered_at
    query = (
        select(opened, answered)
        .where(
            NOT_JUNK,
            tickets.c.channel == channel,
            opened >= since,
            or_(answered.is_not(None), IN_HAND),
            not_(tickets.c.reason.startswith(BY_TELEPHONE)),
        )
        .order_by(opened.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def waits_since() -> ColumnElement[datetime]:
    """Of tickets: when their customer wrote first after a person's last words, his last words where that is not known:
    who writes again keeps his place."""
    asked, told = tickets.c.last_incoming_at, tickets.c.last_outgoing_at
    unheard = and_(
        messages.c.ticket == tickets.c.id,
        messages.c.direction == Direction.INCOMING,
        not_(messages.c.automatic),
        messages.c.at <= asked,
        or_(told.is_(None), messages.c.at > told),
    )
    first = select(func.min(messages.c.at)).where(unheard).correlate(tickets).scalar_subquery()
    return func.coalesce(first, asked)


def awaiting(db: Connection, now: datetime, limit: int, ticket: int | None) -> list[Awaiting]:
    """Tickets whose customer waits for an answer, by his last message; `ticket`: only that one."""
    asked, told = tickets.c.last_incoming_at, tickets.c.last_outgoing_at
    query = (
        select(
            tickets.c.id,
            tickets.c.number,
            tickets.c.priority,
            waits_since().label("since"),
            tickets.c.assignee,
        )
        .where(UNANSWERED, asked <= now, or_(told.is_(None), told < asked))
        .order_by(asked, tickets.c.id)
        .limit(limit)
    )
    if ticket is not None:
        query = query.where(tickets.c.id == ticket)
    return [
        Awaiting(ticket=row.id, number=row.number, priority=row.priority, since=row.since, assignee=row.assignee)
        for row in db.execute(query)
    ]
