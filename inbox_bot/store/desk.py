"""What people look at and change: tickets, customers, timelines, files, kept bytes, agents."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, union_all, update

from inbox_bot.model import Attachment, Kind, TicketState
from inbox_bot.records import Agent, Customer, Delivery, Identity, LogEntry, Message, Receipt, Ticket
from inbox_bot.store import schema
from inbox_bot.store.filing import unpacked
from inbox_bot.store.rows import (
    CUSTOMER,
    DELIVERY_HOLLOW,
    IDENTITY,
    MESSAGE,
    TICKET,
    chunks,
    columns,
    names,
    record,
    records,
)
from inbox_bot.store.schema import agents, customers, files, identities, ledger, log, messages, raws, receipts, tickets
from inbox_bot.store.tables import EMPTY
from inbox_bot.views import Entry

FILE = [files.c[name] for name in ("name", "media_type", "size", "url", "reason")]
RECEIPT = columns(receipts, Receipt)


def ticket(db: Connection, number: str, *, lock: bool) -> Ticket | None:
    """The ticket with this number (nine digits), or the one that goes on in its place; locked, nobody changes it before
    it is written back whole."""
    found = _ticket(db, tickets.c.number == number, lock=lock)
    while found is not None and found.merged_into is not None:
        found = _ticket(db, tickets.c.id == found.merged_into, lock=lock)
    return found


def merged(db: Connection, number: str, *, lock: bool) -> Ticket | None:
    """The very ticket with this number, also one that goes on as another."""
    return _ticket(db, tickets.c.number == number, lock=lock)


def _ticket(db: Connection, which: ColumnElement[bool], *, lock: bool) -> Ticket | None:
    query = select(*TICKET).where(which)
    row = db.execute(query.with_for_update() if lock else query).first()
    return None if row is None else record(Ticket, row)


def number_of(db: Connection, ticket: int) -> str:
    """A ticket's number, "" where there is no such ticket."""
    return db.execute(select(tickets.c.number).where(tickets.c.id == ticket)).scalar() or ""


def list_tickets(
    db: Connection, states: Sequence[str], customer: int | None, limit: int
) -> list[tuple[Ticket, str, str]]:
    """(ticket, customer's name, assignee's name) of the newest `limit`, newest last; no states = all of them."""
    # state by state, so that each part reads no further than `limit` rows of its index
    parts = [
        select(tickets.c.id)
        .where(tickets.c.state == state, *([] if customer is None else [tickets.c.customer == customer]))
        .order_by(tickets.c.id.desc())
        .limit(limit)
        .subquery()
        for state in (TicketState(state) for state in dict.fromkeys(states or list(TicketState)))
    ]
    chosen = union_all(*(select(part.c.id) for part in parts)).subquery()
    query = (
        select(*TICKET, customers.c.name.label("_customer"), agents.c.name.label("_assignee"))
        .join_from(tickets, customers, customers.c.id == tickets.c.customer)
        .join(agents, agents.c.id == tickets.c.assignee, isouter=True)
        .where(tickets.c.id.in_(select(chosen.c.id)))
        .order_by(tickets.c.id.desc())
        .limit(limit)
    )
    rows = db.execute(query).all()
    return [(record(Ticket, row), row[-2], row[-1] or "") for row in reversed(rows)]


def find_customers(db: Connection, key: str) -> list[Customer]:
    """By mail address, @handle or handle, or X user id; exact, case-insensitive."""
    wanted = key.strip().lower()
    handle = wanted.removeprefix("@")
    if not handle:
        return []
    who = or_(
        func.lower(identities.c.address) == wanted,
        (func.lower(identities.c.handle) == handle) & (identities.c.handle != EMPTY),
    )
    query = select(*CUSTOMER).where(customers.c.id.in_(select(identities.c.customer).where(who)))
    return records(db, Customer, query.order_by(customers.c.id))


def customer(db: Connection, id: int) -> Customer | None:
    """The customer with this id."""
    row = db.execute(select(*CUSTOMER).where(customers.c.id == id)).first()
    return None if row is None else record(Customer, row)


def identities_of(db: Connection, customer: int) -> list[Identity]:
    """All addresses of a customer, oldest first."""
    query = select(*IDENTITY).where(identities.c.customer == customer).order_by(identities.c.id)
    return records(db, Identity, query)


def message(db: Connection, id: int) -> Message | None:
    """The message with this id, whole."""
    row = db.execute(select(*MESSAGE).where(messages.c.id == id)).first()
    return None if row is None else record(Message, row)


def timeline(db: Connection, customer: int, ticket: int | None) -> list[Entry]:
    """A customer's messages, or those of one ticket, by time, with files (no content) and deliveries (no payload)."""
    wanted: ColumnElement[bool] = messages.c.ticket == ticket
    if ticket is None:
        his = select(tickets.c.id).where(tickets.c.customer == customer)
        wanted = or_(messages.c.customer == customer, messages.c.ticket.in_(his))
    query = (
        select(*MESSAGE, identities.c.address.label("_address"), identities.c.handle, agents.c.name.label("_agent"))
        .join_from(messages, identities, identities.c.id == messages.c.identity, isouter=True)
        .join(agents, agents.c.id == messages.c.agent, isouter=True)
        .where(wanted)
        .order_by(messages.c.at, messages.c.id)
    )
    found = [(record(Message, row), *row[-3:]) for row in db.execute(query)]
    ids = [row[0].id for row in found]
    attached = _files(db, ids)
    sent = _deliveries(db, ids)
    return [
        Entry(
            message=told,
            address=address or "",
            handle=handle or "",
            agent=agent or "",
            files=tuple(attached[told.id]),
            deliveries=tuple(sent[told.id]),
        )
        for told, address, handle, agent in found
    ]


def _files(db: Connection, ids: Sequence[int]) -> defaultdict[int, list[Attachment]]:
    found: defaultdict[int, list[Attachment]] = defaultdict(list)
    for some in chunks(ids):
        query = select(files.c.message, *FILE).where(files.c.message.in_(some)).order_by(files.c.id)
        for row in db.execute(query):
            found[row[0]].append(attachment(row[1:], None))
    return found


def attachment(row: Sequence[Any], content: bytes | None) -> Attachment:
    """The file that a row of `FILE` tells, with this content."""
    name, media_type, size, url, reason = row
    return Attachment(name=name, media_type=media_type, size=size, url=url, reason=reason, content=content)


def _deliveries(db: Connection, ids: Sequence[int]) -> defaultdict[int, list[tuple[Delivery, tuple[Receipt, ...]]]]:
    evidence: defaultdict[int, list[Receipt]] = defaultdict(list)
    sent: list[Delivery] = []
    for some in chunks(ids):
        # what agents were told of a message is no way that it went
        mine = and_(schema.deliveries.c.message.in_(some), schema.deliveries.c.kind != Kind.NOTICE)
        sent += records(db, Delivery, select(*DELIVERY_HOLLOW).where(mine).order_by(schema.deliveries.c.id))
    for some in chunks([delivery.id for delivery in sent]):
        query = select(*RECEIPT).where(receipts.c.delivery.in_(some)).order_by(receipts.c.id)
        for receipt in records(db, Receipt, query):
            evidence[receipt.delivery].append(receipt)
    found: defaultdict[int, list[tuple[Delivery, tuple[Receipt, ...]]]] = defaultdict(list)
    for delivery in sent:
        assert delivery.message is not None  # it was found by its message
        found[delivery.message].append((delivery, tuple(evidence[delivery.id])))
    return found


def file_names(db: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The attachments' names of these messages; a message without any is left out."""
    return {id: tuple(file.name for file in attached) for id, attached in _files(db, ids).items()}


def set_junk(db: Connection, ticket: int, junk: bool) -> None:
    """Mark a ticket as junk, or take that back."""
    db.execute(update(tickets).where(tickets.c.id == ticket).values(junk=junk))


def list_agents(db: Connection) -> list[Agent]:
    """All of the team, also disabled ones, oldest first."""
    return records(db, Agent, select(*columns(agents, Agent)).order_by(agents.c.id))


def save_agent(db: Connection, agent: Agent) -> int:
    """Add an agent (id not above zero) or change one; his id."""
    changing = set(names(Agent)) - {"id", "name", "created_at"}
    row = {name: getattr(agent, name) for name in changing}
    if agent.id > 0:
        db.execute(update(agents).where(agents.c.id == agent.id).values(row))
        return agent.id
    row |= {"name": agent.name, "created_at": agent.created_at}
    return int(db.execute(insert(agents).values(row).returning(agents.c.id)).scalar_one())


def attachments(db: Connection, ticket: int) -> list[tuple[int, Attachment]]:
    """(message id, file with content) of a ticket, in order."""
    query = (
        select(files.c.message, *FILE, raws.c.packed, raws.c.data)
        .join_from(files, messages, messages.c.id == files.c.message)
        .join(raws, raws.c.sha256 == files.c.raw, isouter=True)
        .where(messages.c.ticket == ticket)
        .order_by(messages.c.at, messages.c.id, files.c.id)
    )
    return [
        (row[0], attachment(row[1:-2], None if row[-1] is None else unpacked(row[-2], row[-1])))
        for row in db.execute(query)
    ]


def raw(db: Connection, message: int) -> bytes | None:
    """The kept bytes of a message."""
    return _raw(db, messages.c.raw, messages.c.id == message)


def raw_of_ledger(db: Connection, key: str) -> bytes | None:
    """The kept bytes of a ledger line, by its key; the newest where several inboxes know the key."""
    return _raw(db, ledger.c.raw, ledger.c.key == key, newest=ledger.c.id)


def _raw(
    db: Connection, digest: ColumnElement[str], which: ColumnElement[bool], newest: ColumnElement[int] | None = None
) -> bytes | None:
    query = select(raws.c.packed, raws.c.data).where(raws.c.sha256 == digest, which)
    row = db.execute(query if newest is None else query.order_by(newest.desc())).first()
    return None if row is None else unpacked(row[0], row[1])


def read_log(db: Connection, ticket: int) -> list[LogEntry]:
    """Who did what to a ticket, oldest first."""
    return records(db, LogEntry, select(*columns(log, LogEntry)).where(log.c.ticket == ticket).order_by(log.c.id))
