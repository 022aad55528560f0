"""Queries of the team's queue: what nobody has, since when it waits, who had its customer, who is at work on what."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select

from inbox_bot.casework import Draft
from inbox_bot.model import DeliveryState, Direction, TicketState
from inbox_bot.records import Message, Ticket
from inbox_bot.store.casework import DRAFT
from inbox_bot.store.casework_schema import drafts, seen, tags
from inbox_bot.store.rows import MESSAGE, TICKET, chunks, record, records
from inbox_bot.store.schema import IN_HAND, POSTED, SNOOZED, agents, customers, deliveries, log, messages, tickets
from inbox_bot.views import AtWork, Unassigned

NEWEST = 12
"""Messages of one ticket that a new one is compared with."""
LONGEST = 20_000
"""Characters of such a message that are read."""
_INCOMING = and_(messages.c.direction == Direction.INCOMING, not_(messages.c.automatic))
_FREE = and_(IN_HAND, tickets.c.assignee.is_(None), not_(tickets.c.junk), tickets.c.snoozed_until.is_(None))
_KEPT = DeliveryState.WITHDRAWN, DeliveryState.FAILED


def unassigned(db: Connection, limit: int, *, offered: bool, lock: bool) -> list[Unassigned]:
    """Tickets that nobody has and whose customer waits, by since when. `offered`: not those that one of the team has
    put back by hand. Locked, without waiting for those that others have locked."""
    query = (
        select(*TICKET, customers.c.name.label("_customer"), customers.c.language.label("_language"))
        .join_from(tickets, customers, customers.c.id == tickets.c.customer)
        .where(_FREE, *([not_(_put_back())] if offered else []))
        .order_by(tickets.c.id)
        .limit(limit)
    )
    rows = db.execute(query.with_for_update(of=tickets, skip_locked=True) if lock else query).all()
    found = {row[0]: (record(Ticket, row), row[-2], row[-1]) for row in rows}
    since = waiting_since(db, found)
    called = (ticket for ticket, _, _ in found.values() if ticket.state is TicketState.NEW)  # by telephone: no message
    since = {ticket.id: ticket.opened_at for ticket in called} | since
    last = last_incoming(db, since)
    had = last_agents(db, {found[id][0].customer for id in since})
    waiting = [
        Unassigned(
            ticket=found[id][0],
            customer=found[id][1],
            since=at,
            language=(last[id].language if id in last else "") or found[id][2],
            previous=had.get(found[id][0].customer),
            message=last.get(id),
        )
        for id, at in since.items()
    ]
    return sorted(waiting, key=lambda one: (one.since, one.ticket.id))


def _put_back() -> ColumnElement[bool]:
    """Whether the last word on who has a ticket was that nobody has."""
    last = select(func.max(log.c.id)).where(log.c.ticket == tickets.c.id, log.c.what == "assign").correlate(tickets)
    by_hand = select(log.c.id).where(log.c.id == last.scalar_subquery(), log.c.detail == "nobody").correlate(tickets)
    return by_hand.exists()


def waiting_since(db: Connection, ids: Collection[int]) -> dict[int, datetime]:
    """Since when the customers of these tickets wait: see `rules.assigning.waiting_since`. One who does not is left
    out."""
    found: dict[int, datetime] = {}
    for some in chunks(ids):
        ours = (
            select(messages.c.ticket, func.max(messages.c.at).label("at"))
            .where(
                messages.c.ticket.in_(some), messages.c.direction == Direction.OUTGOING, not_(messages.c.automatic)
            )
            .group_by(messages.c.ticket)
            .subquery()
        )  # fmt: skip
        query = (
            select(messages.c.ticket, func.min(messages.c.at))
            .join_from(messages, ours, ours.c.ticket == messages.c.ticket, isouter=True)
            .where(messages.c.ticket.in_(some), _INCOMING, or_(ours.c.at.is_(None), messages.c.at > ours.c.at))
            .group_by(messages.c.ticket)
        )
        found.update((row[0], row[1]) for row in db.execute(query))
    return found


def last_incoming(db: Connection, ids: Collection[int]) -> dict[int, Message]:
    """The last message of each ticket's customer."""
    found: dict[int, Message] = {}
    for some in chunks(ids):
        last = select(func.max(messages.c.id)).where(messages.c.ticket.in_(some), _INCOMING).group_by(messages.c.ticket)
        for message in records(db, Message, select(*MESSAGE).where(messages.c.id.in_(last))):
            assert message.ticket is not None  # it was found by it
            found[message.ticket] = message
    return found


def last_agents(db: Connection, customers_: Collection[int]) -> dict[int, int]:
    """Whom each of these customers had last: who answered him last, else who had his last ticket."""
    found: dict[int, int] = {}
    for some in chunks(customers_):
        newest = (
            select(func.max(tickets.c.id))
            .where(tickets.c.customer.in_(some), tickets.c.assignee.is_not(None))
            .group_by(tickets.c.customer)
        )
        rows = db.execute(select(tickets.c.customer, tickets.c.assignee).where(tickets.c.id.in_(newest)))
        found.update((row[0], row[1]) for row in rows)
        answers = (
            select(func.max(messages.c.id))
            .where(
                messages.c.customer.in_(some),
                messages.c.agent.is_not(None),
                messages.c.direction == Direction.OUTGOING,
            )
            .group_by(messages.c.customer)
        )
        rows = db.execute(select(messages.c.customer, messages.c.agent).where(messages.c.id.in_(answers)))
        found.update((row[0], row[1]) for row in rows)
    return found


def loads(db: Connection) -> dict[int, tuple[int, datetime | None]]:
    """By agent: how many tickets in hand he has, and when the newest of them was opened."""
    query = (
        select(tickets.c.assignee, func.count(), func.max(tickets.c.opened_at))
        .where(IN_HAND, tickets.c.assignee.is_not(None), not_(tickets.c.junk))
        .group_by(tickets.c.assignee)
    )
    return {row[0]: (row[1], row[2]) for row in db.execute(query)}


def tickets_of(db: Connection, agent: int, *, lock: bool) -> list[Ticket]:
    """The tickets in hand that an agent has, oldest first."""
    query = select(*TICKET).where(IN_HAND, tickets.c.assignee == agent).order_by(tickets.c.id)
    return records(db, Ticket, query.with_for_update() if lock else query)


def at_work(db: Connection, ids: Collection[int], since: datetime) -> dict[int, AtWork]:
    """Who has begun an answer to these tickets, and who has looked at them from then on, by name."""
    begun: dict[int, list[str]] = {}
    looking: dict[int, list[str]] = {}
    for some in chunks(ids):
        lots: list[tuple[dict[int, list[str]], Any]] = [
            (begun, select(drafts.c.ticket, agents.c.name).join_from(drafts, agents, agents.c.id == drafts.c.agent)
             .where(drafts.c.ticket.in_(some)).order_by(drafts.c.at)),
            (looking, select(seen.c.ticket, agents.c.name).join_from(seen, agents, agents.c.id == seen.c.agent)
             .where(seen.c.ticket.in_(some), seen.c.at >= since).order_by(seen.c.at)),
        ]  # fmt: skip
        for into, query in lots:
            for ticket, name in db.execute(query):
                into.setdefault(ticket, []).append(name)
    return {
        id: AtWork(drafting=tuple(begun.get(id, ())), looking=tuple(looking.get(id, ())))
        for id in begun.keys() | looking.keys()
    }


def tagged(db: Connection, tag: str) -> set[int]:
    """The tickets that bear this tag."""
    return set(db.execute(select(tags.c.ticket).where(tags.c.tag == tag)).scalars())


def snoozed_until(db: Connection, now: datetime, limit: int, *, lock: bool) -> list[Ticket]:
    """Snoozed tickets whose time has come, the longest past first."""
    due = select(*TICKET).where(SNOOZED, tickets.c.snoozed_until <= now)
    due = due.order_by(tickets.c.snoozed_until, tickets.c.id).limit(limit)
    return records(db, Ticket, due.with_for_update(skip_locked=True) if lock else due)


def drafts_by(db: Connection, agent: int) -> list[tuple[Draft, str]]:
    """(draft, ticket number) of all that an agent has begun, oldest first."""
    query = (
        select(*DRAFT, tickets.c.number.label("_number"))
        .join_from(drafts, tickets, tickets.c.id == drafts.c.ticket)
        .where(drafts.c.agent == agent)
        .order_by(drafts.c.at, drafts.c.ticket)
    )
    return [(record(Draft, row), row[-1]) for row in db.execute(query)]


def unanswered_texts(db: Connection, waiting: Collection[int]) -> dict[int, list[str]]:
    """What the customers of these tickets have written since a person last answered, oldest first; of each ticket's
    newest messages only."""
    found: dict[int, list[str]] = {}
    for some in chunks(waiting):
        place = func.row_number().over(partition_by=messages.c.ticket, order_by=messages.c.id.desc())
        newest = select(messages.c.id, place.label("place")).where(messages.c.ticket.in_(some)).subquery()
        query = (
            select(messages.c.ticket, func.substr(messages.c.text, 1, LONGEST))
            .join_from(newest, messages, messages.c.id == newest.c.id)
            .join(tickets, tickets.c.id == messages.c.ticket)
            .where(
                newest.c.place <= NEWEST,
                _INCOMING,
                or_(tickets.c.last_outgoing_at.is_(None), messages.c.at > tickets.c.last_outgoing_at),
            )
            .order_by(messages.c.id)
        )
        for ticket, text in db.execute(query):
            found.setdefault(ticket, []).append(text)
    return found


def posts_by(db: Connection, agent: int) -> int:
    """How many public messages of an agent went out or may."""
    out = and_(
        deliveries.c.message == messages.c.id, not_(deliveries.c.approval), deliveries.c.state.not_in(_KEPT)
    )  # fmt: skip
    query = select(func.count()).select_from(messages).where(POSTED, messages.c.agent == agent)
    return db.execute(query.where(select(deliveries.c.id).where(out).exists())).scalar() or 0
