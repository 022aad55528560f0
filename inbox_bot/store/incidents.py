"""Queries about incidents and the tickets in them: what is ongoing, who is affected, what was said."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, insert, or_, select, update

from inbox_bot.incidents import Affected, How, Incident, Works
from inbox_bot.model import Channel, DeliveryState, Kind, PromiseState
from inbox_bot.records import Identity, Message, Ticket
from inbox_bot.store import spreading
from inbox_bot.store.casework_schema import promises
from inbox_bot.store.dialects import upsert
from inbox_bot.store.incident_schema import ONGOING, affected, incidents, recipients, updates
from inbox_bot.store.rows import IDENTITY, MESSAGE, TICKET, chunks, columns, names, record, records
from inbox_bot.store.schema import LIVE, NOT_JUNK, deliveries, identities, messages, tickets
from inbox_bot.store.tables import among
from inbox_bot.views import Inquiry

INCIDENT = columns(incidents, Incident)
AFFECTED = columns(affected, Affected)
UNDONE = affected.c.undone_at.is_not(None)
_ASKING_NOTHING = (Kind.ACKNOWLEDGEMENT, Kind.MDN, Kind.CONFIRMATION, Kind.STATUS, Kind.OPENING)
"""What we say that is no question: after it a yes or no still answers what was asked before."""


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
    """Take a ticket out, and what is in line about it: its customer is told of another ticket of his, or of nothing."""
    there = (affected.c.incident == incident, affected.c.ticket == ticket, affected.c.undone_at.is_(None))
    done = db.execute(update(affected).where(*there).values(undone_at=now)).rowcount > 0
    if done:
        spreading.take_back(db, incident, "its ticket was taken out of the incident", deliveries.c.ticket == ticket)
    return done


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


def inquiries(db: Connection, people: Collection[int], since: datetime) -> list[Inquiry]:
    """What these customers were asked from then on and have not answered."""
    last = select(func.max(deliveries.c.id)).where(
        deliveries.c.identity == recipients.c.identity, among(deliveries.c.visibility, "private"),
        deliveries.c.kind.not_in(_ASKING_NOTHING), deliveries.c.state != DeliveryState.WITHDRAWN,
    ).correlate(recipients).scalar_subquery()  # fmt: skip
    token = select(deliveries.c.token).where(deliveries.c.id == recipients.c.delivery).scalar_subquery()
    promised = exists().where(promises.c.ticket == tickets.c.id, promises.c.state == PromiseState.OPEN)
    found: list[Inquiry] = []
    for some in chunks(people):
        query = (
            select(
                *INCIDENT, *TICKET, affected.c.ticket, recipients.c.identity, token, last == recipients.c.delivery,
                promised,
            )
            .join_from(affected, tickets, tickets.c.id == affected.c.ticket)
            .join(incidents, incidents.c.id == affected.c.incident)
            .join(updates, and_(updates.c.incident == incidents.c.id, updates.c.asks))
            .join(recipients, and_(recipients.c.update == updates.c.id, recipients.c.customer == tickets.c.customer))
            .where(
                tickets.c.customer.in_(some), affected.c.undone_at.is_(None), affected.c.works == Works.UNKNOWN,
                affected.c.asked_at >= since, NOT_JUNK, tickets.c.erased_at.is_(None),
            )
            .order_by(affected.c.id.desc())
        )  # fmt: skip
        first, second = len(INCIDENT), len(INCIDENT) + len(TICKET)
        for row in db.execute(query):
            inside, identity, written, latest, open_ = row[second:]
            ticket = spreading.survivor(db, record(Ticket, row[first:]))
            found.append(
                Inquiry(
                    incident=record(Incident, row), row=inside, ticket=ticket, identity=identity, token=written or "",
                    latest=bool(latest), promised=bool(open_),
                )
            )  # fmt: skip
    return found


def tickets_in(db: Connection, incident: int, customer: int) -> list[tuple[int, How, Ticket]]:
    """Those that are about it before those of who is merely known, the newest first."""
    query = (
        select(*TICKET, affected.c.how)
        .join(affected, affected.c.ticket == tickets.c.id)
        .where(
            affected.c.incident == incident, affected.c.undone_at.is_(None), tickets.c.customer == customer, NOT_JUNK,
            tickets.c.erased_at.is_(None),
        )
        .order_by(affected.c.how == How.KNOWN, tickets.c.id.desc())
    )  # fmt: skip
    return [(row.id, row.how, spreading.survivor(db, record(Ticket, row))) for row in db.execute(query)]


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
    inside = and_(affected.c.incident == incident, affected.c.undone_at.is_(None), NOT_JUNK)
    newest_of: dict[int, int] = {}
    query = (
        select(tickets.c.customer, tickets.c.id)
        .join(affected, affected.c.ticket == tickets.c.id)
        .where(inside, tickets.c.erased_at.is_(None))
        .order_by(affected.c.how != How.KNOWN, tickets.c.id)  # the best one last
    )
    newest_of.update((int(row.customer), int(row.id)) for row in db.execute(query))
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
