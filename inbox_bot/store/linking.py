"""Queries of who is who: codes, guesses, and the rows that move when two customers turn out to be one."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Subquery,
    and_,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    true,
    union,
    union_all,
)

from inbox_bot.care import Invitation, Move, Moved, Suggestion
from inbox_bot.records import Identity
from inbox_bot.store.care_schema import UNSETTLED, authorisations, details, invitations, suggestions
from inbox_bot.store.casework_schema import promises
from inbox_bot.store.rows import IDENTITY, chunks, columns, record, records
from inbox_bot.store.schema import customers, deliveries, identities, messages, tickets
from inbox_bot.store.survey_schema import surveys
from inbox_bot.store.tables import EMPTY

INVITATION = columns(invitations, Invitation)
SUGGESTION = columns(suggestions, Suggestion)
MOST_NAMESAKES = 20  # read of one name; from a few on it says nothing
_NAMES_AT_ONCE = 200  # SQLite joins 500 selects at the most
_THEIRS: tuple[tuple[Moved, Column[Any]], ...] = (
    (Moved.IDENTITY_CUSTOMER, identities.c.customer),
    (Moved.TICKET_CUSTOMER, tickets.c.customer),
    (Moved.MESSAGE_CUSTOMER, messages.c.customer),
    (Moved.DETAIL_CUSTOMER, details.c.customer),
    (Moved.AUTHORISATION_CUSTOMER, authorisations.c.customer),
    (Moved.SURVEY_CUSTOMER, surveys.c.customer),
)

_LOCKED = (Moved.IDENTITY_CUSTOMER, Moved.TICKET_CUSTOMER)


def invitations_with(db: Connection, codes: Collection[str], *, lock: bool) -> list[tuple[Invitation, Identity]]:
    """Those with these codes, and whom each invited; locked, a code is used once."""
    found = []
    for some in chunks(codes):
        query = (
            select(*INVITATION, *(column.label(f"_{column.name}") for column in IDENTITY))
            .join_from(invitations, identities, identities.c.id == invitations.c.identity)
            .where(invitations.c.code.in_(some))
            .order_by(invitations.c.id)
        )
        for row in db.execute(query.with_for_update(of=invitations) if lock else query):
            found.append((record(Invitation, row), record(Identity, row[len(INVITATION) :])))
    return found


def open_invitations(db: Connection, identity: int) -> list[Invitation]:
    """Those of an identity that nobody has used, newest last."""
    mine = select(*INVITATION).where(invitations.c.identity == identity, invitations.c.used_at.is_(None))
    return records(db, Invitation, mine.order_by(invitations.c.id))


def belongings(db: Connection, customer: int, to: int) -> list[Move]:
    """Everything that must move for a customer to become another. His addresses and tickets are locked first: what is
    just being filed for him is there then, and nothing more comes."""
    found = []
    for what, column in _THEIRS:
        query = select(column.table.c.id).where(column == customer).order_by(column.table.c.id)
        query = query.with_for_update() if what in _LOCKED else query
        found += [Move(what=what, row=row, source=customer, target=to) for row in db.execute(query).scalars()]
    return [*found, Move(what=Moved.CUSTOMER_MERGED_INTO, row=customer, source=None, target=to)]


def hold(db: Connection, customer: int) -> None:
    """Lock a customer's addresses: nothing more is filed for him until the end."""
    mine = select(identities.c.id).where(identities.c.customer == customer).order_by(identities.c.id)
    db.execute(mine.with_for_update()).all()


def attached(db: Connection, ids: Collection[int], ticket: int, to: int) -> list[Move]:
    """Deliveries and promises of these messages, from one ticket to another. What brings a ticket's number is evidence
    of that number, and stays."""
    found = []
    lots = (
        (Moved.DELIVERY_TICKET, deliveries, not_(deliveries.c.carries_number)),
        (Moved.PROMISE_TICKET, promises, true()),
    )
    for what, table, which in lots:
        for some in chunks(ids):
            theirs = (table.c.message.in_(some), table.c.ticket == ticket, which)
            query = select(table.c.id).where(*theirs).order_by(table.c.id)
            found += [Move(what=what, row=row, source=ticket, target=to) for row in db.execute(query).scalars()]
    return found


def details_of(db: Connection, ids: Collection[int], customer: int, to: int) -> list[Move]:
    """What was found in these messages, from one customer to another."""
    found = []
    for some in chunks(ids):
        query = select(details.c.id).where(details.c.message.in_(some), details.c.customer == customer)
        rows = db.execute(query.order_by(details.c.id)).scalars()
        found += [Move(what=Moved.DETAIL_CUSTOMER, row=row, source=customer, target=to) for row in rows]
    return found


def namesakes(db: Connection, wanted: Collection[str]) -> dict[str, list[int]]:
    """Customers who bear one of these names, by it; A to Z are alike in capitals and small."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    there = and_(customers.c.merged_into.is_(None), customers.c.erased_at.is_(None))
    listed = sorted(wanted)
    for start in range(0, len(listed), _NAMES_AT_ONCE):
        parts = [
            select(literal(name).label("name"), customers.c.id)
            .where(func.lower(customers.c.name) == func.lower(name), there)
            .order_by(customers.c.id)
            .limit(MOST_NAMESAKES)
            .subquery()
            for name in listed[start : start + _NAMES_AT_ONCE]
        ]
        for name, id in db.execute(union_all(*(select(part.c.name, part.c.id) for part in parts))):
            found[name].append(id)
    return found


def bearers(db: Connection, mails: Collection[str], handles: Collection[str]) -> dict[str, int]:
    """Customers by mail address or handle in small letters."""
    found: dict[str, int] = {}
    lots: list[tuple[Any, Collection[str]]] = [
        (func.lower(identities.c.address), mails),
        (func.lower(identities.c.handle), handles),
    ]
    for column, wanted in lots:
        for some in chunks(wanted):
            there = and_(column.in_(some), identities.c.handle != EMPTY) if wanted is handles else column.in_(some)
            for name, customer in db.execute(select(column, identities.c.customer).where(there)):
                found[name] = customer
    return found


def add_customer(db: Connection, name: str, language: str, like: int) -> int:
    """A new customer, as old as another."""
    since = select(customers.c.created_at).where(customers.c.id == like).scalar_subquery()
    fresh = insert(customers).values(name=name, language=language, created_at=since)
    return int(db.execute(fresh.returning(customers.c.id)).scalar_one())


def unsettled(db: Connection, customer: int | None, limit: int) -> list[tuple[Suggestion, str, str]]:
    """(suggestion, name, other's name), oldest first; of those who were merged as whom they go on, and none about two
    who are one by now."""
    one, other = _going_on().alias(), _going_on().alias()
    query = (
        select(*SUGGESTION, one.c.now, other.c.now, one.c.name, other.c.name)
        .join_from(suggestions, one, one.c.id == suggestions.c.customer)
        .join(other, other.c.id == suggestions.c.other)
        .where(UNSETTLED, one.c.now != other.c.now)
        .order_by(suggestions.c.at, suggestions.c.id)
        .limit(limit)
    )
    if customer is not None:
        query = query.where(or_(one.c.now == customer, other.c.now == customer))
    return [
        (replace(record(Suggestion, row), customer=row[-4], other=row[-3]), row[-2], row[-1])
        for row in db.execute(query)
    ]


def _going_on() -> Subquery:
    """Of all whom an unsettled suggestion names: `id`, as whom he goes on (`now`), and that one's name."""
    named = union(
        *(select(column.label("id")).where(UNSETTLED) for column in (suggestions.c.customer, suggestions.c.other))
    )
    whom = named.subquery()
    steps = select(whom.c.id, whom.c.id.label("now")).cte(recursive=True)
    merged = select(steps.c.id, customers.c.merged_into).join(customers, customers.c.id == steps.c.now)
    steps = steps.union(merged.where(customers.c.merged_into.is_not(None)))
    last = select(steps.c.id, steps.c.now, customers.c.name).join(customers, customers.c.id == steps.c.now)
    return last.where(customers.c.merged_into.is_(None)).subquery()


def suggestion(db: Connection, id: int) -> Suggestion | None:
    """The one with this id."""
    row = db.execute(select(*SUGGESTION).where(suggestions.c.id == id)).first()
    return None if row is None else record(Suggestion, row)


def suggestions_between(db: Connection, one: int, other: int) -> list[Suggestion]:
    """Unsettled ones about these two."""
    either = or_(
        and_(suggestions.c.customer == one, suggestions.c.other == other),
        and_(suggestions.c.customer == other, suggestions.c.other == one),
    )
    return records(db, Suggestion, select(*SUGGESTION).where(UNSETTLED, either).order_by(suggestions.c.id))
