"""Queries about incidents and the tickets in them: what is ongoing, who is affected, what was said."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, insert, or_, select, update

from inbox_bot.incidents import Affected, Incident, Works
from inbox_bot.model import Channel
from inbox_bot.records import Identity, Message, Ticket
from inbox_bot.store.dialects import upsert
from inbox_bot.store.incident_schema import ONGOING, affected, incidents
from inbox_bot.store.rows import IDENTITY, MESSAGE, TICKET, chunks, columns, names, record, records
from inbox_bot.store.schema import LIVE, NOT_JUNK, identities, messages, tickets
from inbox_bot.store.tables import among

INCIDENT = columns(incidents, Incident)
AFFECTED = columns(affected, Affected)
UNDONE = affected.c.undone_at.is_not(None)


def ongoing(db: Connection) -> list[Incident]:
    """Those not closed, oldest first."""
    return records(db, Incident, select(*INCIDENT).where(ONGOING).order_by(incidents.c.id))


def newest(db: Connection, limit: int) -> list[Incident]:
    """All, newest first."""
    return records(db, Incident, select(*INCIDENT).order_by(incidents.c.id.desc()).limit(limit))


def incident(db: Connection, id: int, *, lock: bool = False) -> Incident | None:
    """One of them; `lock`: until the transaction ends nobody else changes it."""
    query = select(*INCIDENT).where(incidents.c.id == id)
    return next(iter(records(db, Incident, query.with_for_update() if lock else query)), None)


def open_incident(db: Connection, one: Incident) -> int:
    """Enter it; its id."""
    row = {name: getattr(one, name) for name in names(Incident) if name != "id"}
    return int(db.execute(insert(incidents).returning(incidents.c.id), row).scalar_one())


def change(db: Connection, one: Incident) -> None:
    """What can change of it."""
    values = {name: getattr(one, name) for name in ("texts", "next_update_at", "closed_at")}
    db.execute(update(incidents).where(incidents.c.id == one.id).values(values))


def affect(db: Connection, rows: Sequence[Affected]) -> int:
    """Enter those that are not there; put back those that an agent puts back. How many came in."""
    count = 0
    for some in chunks(rows):
        found = [{name: getattr(one, name) for name in names(Affected)} for one in some]
        statement = upsert(db, affected).on_conflict_do_nothing().returning(affected.c.id)
        count += len(db.execute(statement, found).all())
        for one in (one for one in some if one.by is not None):
            there = and_(affected.c.incident == one.incident, affected.c.ticket == one.ticket, UNDONE)
            again = {"undone_at": None, "how": one.how, "by": one.by, "at": one.at}
            count += db.execute(update(affected).where(there).values(again)).rowcount
    return count


def unaffect(db: Connection, incident: int, ticket: int, now: datetime) -> bool:
    """Take a ticket out."""
    there = (affected.c.incident == incident, affected.c.ticket == ticket, affected.c.undone_at.is_(None))
    return db.execute(update(affected).where(*there).values(undone_at=now)).rowcount > 0


def affected_by(db: Connection, incident: int) -> list[Affected]:
    """All tickets in it."""
    return records(db, Affected, select(*AFFECTED).where(affected.c.incident == incident).order_by(affected.c.id))


def affected_tickets(db: Connection, ids: Collection[int]) -> list[tuple[Affected, Incident]]:
    """What these tickets are in that still matters to what comes in: ongoing, or a question without an answer."""
    found: list[tuple[Affected, Incident]] = []
    asked = and_(affected.c.asked_at.is_not(None), affected.c.works == Works.UNKNOWN)
    for some in chunks(ids):
        query = (
            select(*AFFECTED, *INCIDENT)
            .join(incidents, incidents.c.id == affected.c.incident)
            .where(affected.c.ticket.in_(some), affected.c.undone_at.is_(None), or_(ONGOING, asked))
            .order_by(affected.c.id)
        )
        width = len(AFFECTED)
        found += [(record(Affected, row), record(Incident, row[width:])) for row in db.execute(query)]
    return found


def affected_customers(db: Connection, ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    """By customer: the ongoing incidents in which he has a ticket."""
    found: dict[int, set[int]] = {}
    for some in chunks(ids):
        query = (
            select(tickets.c.customer, affected.c.incident)
            .join(affected, affected.c.ticket == tickets.c.id)
            .join(incidents, incidents.c.id == affected.c.incident)
            .where(tickets.c.customer.in_(some), affected.c.undone_at.is_(None), ONGOING)
        )
        for customer, of in db.execute(query):
            found.setdefault(customer, set()).add(of)
    return {customer: frozenset(of) for customer, of in found.items()}


def said_works(db: Connection, incident: int, ticket: int, works: Works) -> None:
    """What the customer of a ticket answered."""
    his = (affected.c.incident == incident, affected.c.ticket == ticket)
    db.execute(update(affected).where(*his).values(works=works))


def mark_asked(db: Connection, incident: int, ids: Collection[int], now: datetime) -> None:
    """The customers of these tickets are asked now whether it works."""
    for some in chunks(ids):
        his = (affected.c.incident == incident, affected.c.ticket.in_(some))
        db.execute(update(affected).where(*his).values(asked_at=now, works=Works.UNKNOWN))


def written_since(db: Connection, since: datetime, limit: int) -> list[tuple[Message, Ticket]]:
    """What customers wrote from then on in tickets not closed, oldest first."""
    incoming = (among(messages.c.direction, "incoming"), messages.c.automatic.is_(False), messages.c.at >= since)
    query = (
        select(*MESSAGE, *TICKET)
        .join(tickets, tickets.c.id == messages.c.ticket)
        .where(*incoming, LIVE, NOT_JUNK, tickets.c.last_incoming_at >= since)
        .order_by(messages.c.id)
        .limit(limit)
    )
    width = len(MESSAGE)
    return [(record(Message, row), record(Ticket, row[width:])) for row in db.execute(query)]


def reachable(db: Connection, incident: int) -> list[tuple[int, int, Channel | None, tuple[Identity, ...]]]:
    """All customers in it: (customer, his newest ticket in it, where he wrote last in private, his addresses)."""
    inside = and_(affected.c.incident == incident, affected.c.undone_at.is_(None))
    newest_of: dict[int, int] = {}
    query = select(tickets.c.customer, tickets.c.id).join(affected, affected.c.ticket == tickets.c.id).where(inside)
    for customer, ticket in db.execute(query):
        newest_of[customer] = max(ticket, newest_of.get(customer, 0))
    last: dict[int, tuple[int, Channel]] = {}
    his: dict[int, list[Identity]] = {}
    for some in chunks(newest_of):
        incoming = (among(messages.c.direction, "incoming"), among(messages.c.visibility, "private"))
        query = select(messages.c.customer, messages.c.id, messages.c.channel).where(
            messages.c.customer.in_(some), *incoming, messages.c.automatic.is_(False)
        )
        for row in db.execute(query):
            newest_now = (int(row.id), row.channel)
            last[row.customer] = max(newest_now, last.get(row.customer, newest_now))
        for one in records(db, Identity, select(*IDENTITY).where(identities.c.customer.in_(some))):
            his.setdefault(one.customer, []).append(one)
    return [
        (customer, ticket, last[customer][1] if customer in last else None, tuple(his.get(customer, ())))
        for customer, ticket in sorted(newest_of.items())
    ]
