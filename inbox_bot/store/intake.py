"""What intake asks: which keys are new, where a stream resumes, and all that is known about a batch."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select, union_all

from inbox_bot.care import Authorisation
from inbox_bot.model import Channel, Outcome
from inbox_bot.records import Customer, Delivery, Identity, Message, Ticket
from inbox_bot.store import talk
from inbox_bot.store.care_schema import authorisations
from inbox_bot.store.dialects import in_turn
from inbox_bot.store.rows import (
    CUSTOMER,
    DELIVERY_HOLLOW,
    IDENTITY,
    MESSAGE_HOLLOW,
    TICKET,
    chunks,
    columns,
    record,
    records,
)
from inbox_bot.store.schema import (
    AUTOMATIC,
    LIVE,
    SENDING,
    UNCERTAIN,
    agents,
    cursors,
    customers,
    deliveries,
    identities,
    ledger,
    messages,
    newcomers,
    tickets,
)
from inbox_bot.store.tables import EMPTY
from inbox_bot.views import Known, Lookup

UNDECIDED = (Outcome.QUARANTINED, Outcome.REFUSED)
"""A copy of what was not filed may fare better."""


def unknown(db: Connection, inbox: str, keys: Sequence[str]) -> set[str]:
    """Those of the keys that have no line in the inbox's ledger."""
    left = set(keys)
    for some in chunks(left.copy()):
        found = db.execute(select(ledger.c.key).where(ledger.c.inbox == inbox, ledger.c.key.in_(some)))
        left.difference_update(found.scalars())
    return left


def cursor(db: Connection, inbox: str, stream: str) -> str | None:
    """The cursor as the source gave it; None before the first batch."""
    query = select(cursors.c.cursor).where(cursors.c.inbox == inbox, cursors.c.stream == stream)
    return db.execute(query).scalar()


def newcomers_of(db: Connection, domains: Collection[str], now: datetime) -> dict[str, float]:
    """How many senders of these domains were new in the last hour: this hour's, and as much of the one before as
    still lies within."""
    hours = {hour_of(now): 1.0, hour_of(now - timedelta(hours=1)): 1.0 - (now.minute * 60 + now.second) / 3600}
    found: dict[str, float] = {}
    for some in chunks(domains):
        query = select(newcomers).where(newcomers.c.domain.in_(some), newcomers.c.hour.in_(hours))
        for row in db.execute(query):
            found[row[0]] = found.get(row[0], 0.0) + row[2] * hours[row[1]]
    return found


def hour_of(at: datetime) -> str:
    """An hour's name."""
    return at.strftime("%Y-%m-%dT%H")


def in_flight(db: Connection, inbox: str) -> list[tuple[Delivery, str]]:
    """Deliveries that are sending or uncertain (payload b""), each with its message's text."""
    # two selects: each finds its own partial index
    ids = [select(deliveries.c.id).where(deliveries.c.inbox == inbox, state) for state in (SENDING, UNCERTAIN)]
    query = (
        select(*DELIVERY_HOLLOW, messages.c.text.label("_text"))
        .join_from(deliveries, messages, messages.c.id == deliveries.c.message, isouter=True)
        .where(deliveries.c.id.in_(union_all(*ids)))
        .order_by(deliveries.c.id)
    )
    return [(record(Delivery, row), row[-1] or "") for row in db.execute(query)]


def gather(db: Connection, lookup: Lookup, now: datetime, *, lock: bool) -> Known:
    """All that the store knows about a batch, in a fixed number of statements per 500 things named."""
    known = Known()
    if lock:
        # two mailboxes may bring one mail at the same moment, and its sender need not be on record
        in_turn(db, lookup.hashes - {""})
    _identities(db, lookup, known, lock=lock)
    _messages(db, lookup, known)
    _deliveries(db, lookup, known)
    _recipients(db, known, lock=lock)
    owners = {identity.customer for identity in known.identities.values()}
    _conversations(db, lookup, known)
    named = {message.ticket for found in known.messages.values() for message in found if message.ticket is not None}
    named |= {delivery.ticket for delivery in known.deliveries.values() if delivery.ticket is not None}
    named |= set(known.conversations.values())
    _tickets(db, known, named, lookup.numbers, owners, lock=lock)
    while merged := {one.merged_into for one in known.tickets.values() if one.merged_into} - set(known.tickets):
        _tickets(db, known, sorted(merged), (), (), lock=lock)
    others = {ticket.customer for ticket in known.tickets.values()} - owners
    if others:
        _tickets(db, known, (), (), others, lock=lock)
    for some in chunks(owners | others):
        found = records(db, Customer, select(*CUSTOMER).where(customers.c.id.in_(some)))
        known.customers.update((customer.id, customer) for customer in found)
    for some in chunks([identity.id for identity in known.identities.values()]):
        query = select(*columns(authorisations, Authorisation)).where(authorisations.c.identity.in_(some))
        known.granted += records(db, Authorisation, query.order_by(authorisations.c.id))
    _automatic(db, known, owners | others, now)
    known.agents = frozenset(
        db.execute(select(func.lower(agents.c.address)).where(agents.c.disabled_at.is_(None))).scalars()
    )
    return known


def _locked(query: Select[Any], *, lock: bool) -> Select[Any]:
    return query.with_for_update() if lock else query


def _identities(db: Connection, lookup: Lookup, known: Known, *, lock: bool) -> None:
    for channel in Channel:
        wanted = sorted(address for medium, address in lookup.addresses if medium is channel)
        for some in chunks(wanted):
            # also in another spelling: case makes no other person
            folded = func.lower(identities.c.address).in_([address.lower() for address in some])
            named = or_(identities.c.address.in_(some), folded)
            query = select(*IDENTITY).where(named, identities.c.channel == channel)
            # rows are locked in one order everywhere, so that two batches cannot wait for each other
            for identity in records(db, Identity, _locked(query.order_by(identities.c.id), lock=lock)):
                known.identities[identity.channel, identity.address] = identity


def _messages(db: Connection, lookup: Lookup, known: Known) -> None:
    for some in chunks(lookup.external_ids):
        wanted = (messages.c.external_id.in_(some), messages.c.external_id != EMPTY)
        for message in records(db, Message, select(*MESSAGE_HOLLOW).where(*wanted).order_by(messages.c.id)):
            known.messages.setdefault(message.external_id, []).append(message)
    for some in chunks(lookup.hashes):
        lines = select(ledger.c.content_hash, ledger.c.external_id).where(
            ledger.c.content_hash.in_(some), ledger.c.content_hash != EMPTY, ledger.c.outcome.not_in(UNDECIDED)
        )
        filed = select(messages.c.content_hash, messages.c.external_id).where(
            messages.c.content_hash.in_(some), messages.c.content_hash != EMPTY
        )
        for row in db.execute(union_all(lines, filed)):
            known.hashes[row[0]] = row[1]


def _deliveries(db: Connection, lookup: Lookup, known: Known) -> None:
    lots: list[tuple[ColumnElement[Any], Collection[str]]] = [
        (deliveries.c.token, lookup.tokens),
        (deliveries.c.external_id, lookup.external_ids),
    ]
    for column, values in lots:
        for some in chunks(values):
            query = select(*DELIVERY_HOLLOW).where(column.in_(some), column != EMPTY)
            for delivery in records(db, Delivery, query):
                known.deliveries[delivery.token if column is deliveries.c.token else delivery.external_id] = delivery


def _recipients(db: Connection, known: Known, *, lock: bool) -> None:
    """Whom the deliveries went to: what is evidence about them may come from anybody, such as a mail daemon."""
    wanted = {delivery.identity for delivery in known.deliveries.values() if delivery.identity is not None}
    for some in chunks(wanted - {identity.id for identity in known.identities.values()}):
        query = select(*IDENTITY).where(identities.c.id.in_(some)).order_by(identities.c.id)
        for identity in records(db, Identity, _locked(query, lock=lock)):
            known.identities[identity.channel, identity.address] = identity


def _conversations(db: Connection, lookup: Lookup, known: Known) -> None:
    for some in chunks(lookup.conversations):
        query = (
            select(messages.c.conversation, messages.c.customer, func.max(messages.c.ticket))
            .where(
                messages.c.conversation.in_(some),
                messages.c.conversation != EMPTY,
                messages.c.ticket.is_not(None),
                messages.c.customer.is_not(None),
            )
            .group_by(messages.c.conversation, messages.c.customer)
        )
        known.conversations.update(((row[0], row[1]), row[2]) for row in db.execute(query))


def _tickets(
    db: Connection,
    known: Known,
    named: Collection[int],
    numbers: Collection[str],
    owners: Collection[int],
    *,
    lock: bool,
) -> None:
    lots: list[ColumnElement[bool]] = [tickets.c.id.in_(some) for some in chunks(named)]
    lots += [tickets.c.number.in_(some) for some in chunks(numbers)]
    lots += [tickets.c.customer.in_(some) & LIVE for some in chunks(owners)]
    for start in range(0, len(lots), 3):
        query = select(*TICKET).where(or_(*lots[start : start + 3])).order_by(tickets.c.id)
        known.tickets.update((ticket.id, ticket) for ticket in records(db, Ticket, _locked(query, lock=lock)))


def _automatic(db: Connection, known: Known, owners: Collection[int], now: datetime) -> None:
    """Times of automatic deliveries: to each identity within the hour, to each customer within the day."""
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    named = {identity.id for identity in known.identities.values()}
    many: dict[int, int] = {}
    for some in chunks(owners):
        query = (
            select(identities.c.id, identities.c.customer, deliveries.c.created_at)
            .join_from(identities, deliveries, deliveries.c.identity == identities.c.id)
            .where(identities.c.customer.in_(some), deliveries.c.created_at > day, AUTOMATIC)
            .order_by(deliveries.c.created_at)
        )
        for id, customer, at in db.execute(query):
            known.to_customer.setdefault(customer, []).append(at)
            many[id] = many.get(id, 0) + 1
            if id in named and at > hour:
                known.automatic.setdefault(id, []).append(at)
    talking = [one for one in known.identities.values() if many.get(one.id, 0) > 1 or one.looping_at is not None]
    known.turns.update(talk.turns(db, talking, day))
