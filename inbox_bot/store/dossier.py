"""Queries about one customer as a whole: what he told of himself, whom he authorised, what was promised and done."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from inbox_bot.care import Authorisation, Detail
from inbox_bot.casework import Action, Promise, Reminder
from inbox_bot.incidents import Affected, Incident
from inbox_bot.model import Attachment
from inbox_bot.records import Identity, LedgerLine
from inbox_bot.store.care_schema import authorisations, details
from inbox_bot.store.casework_schema import actions, promises, reminders
from inbox_bot.store.desk import FILE, attachment
from inbox_bot.store.filing import unpacked
from inbox_bot.store.incident_schema import affected, incidents
from inbox_bot.store.rows import IDENTITY, chunks, columns, record, records
from inbox_bot.store.schema import files, identities, ledger, messages, raws, tickets

DETAIL = columns(details, Detail)


def details_given(db: Connection, customer: int) -> list[tuple[Detail, datetime]]:
    """What he wrote of himself and when, oldest first."""
    query = (
        select(*DETAIL, messages.c.at.label("_at"))
        .join_from(details, messages, messages.c.id == details.c.message)
        .where(details.c.customer == customer)
        .order_by(messages.c.at, details.c.id)
    )
    return [(record(Detail, row), row[-1]) for row in db.execute(query)]


def customers_with(db: Connection, values: Collection[str]) -> list[int]:
    """Customers in whose messages one of these stands."""
    found: set[int] = set()
    for some in chunks(values):
        there = select(details.c.customer).where(details.c.value.in_(some), details.c.customer.is_not(None))
        found.update(db.execute(there.distinct()).scalars())
    return sorted(found)


def authorisations_of(db: Connection, customer: int) -> list[Authorisation]:
    """By whom he may be represented, oldest first."""
    mine = select(*columns(authorisations, Authorisation)).where(authorisations.c.customer == customer)
    return records(db, Authorisation, mine.order_by(authorisations.c.id))


def promises_about(db: Connection, customer: int) -> list[Promise]:
    """Of all his tickets, by due time."""
    query = select(*columns(promises, Promise)).join(tickets, tickets.c.id == promises.c.ticket)
    return records(db, Promise, query.where(tickets.c.customer == customer).order_by(promises.c.due_at, promises.c.id))


def actions_for(db: Connection, customer: int) -> list[Action]:
    """Of all his tickets, oldest first."""
    query = select(*columns(actions, Action)).join(tickets, tickets.c.id == actions.c.ticket)
    return records(db, Action, query.where(tickets.c.customer == customer).order_by(actions.c.id))


def reminders_about(db: Connection, customer: int) -> list[Reminder]:
    """Of all his tickets, by due time."""
    query = select(*columns(reminders, Reminder)).join(tickets, tickets.c.id == reminders.c.ticket)
    return records(db, Reminder, query.where(tickets.c.customer == customer).order_by(reminders.c.due_at))


def authorised_for(db: Connection, customer: int) -> list[Authorisation]:
    """For whom he may act, oldest first."""
    query = select(*columns(authorisations, Authorisation)).join(identities)
    return records(db, Authorisation, query.where(identities.c.customer == customer).order_by(authorisations.c.id))


def ledger_of(db: Connection, customer: int) -> list[LedgerLine]:
    """What became of each thing of his that came in, oldest first."""
    query = select(*columns(ledger, LedgerLine)).join(messages, messages.c.id == ledger.c.message)
    return records(db, LedgerLine, query.where(messages.c.customer == customer).order_by(ledger.c.id))


def files_of(db: Connection, message: int) -> list[Attachment]:
    """A message's files with their content, in order."""
    query = select(*FILE, raws.c.packed, raws.c.data).join(raws, raws.c.sha256 == files.c.raw, isouter=True)
    return [
        attachment(row[:-2], None if row[-1] is None else unpacked(row[-2], row[-1]))
        for row in db.execute(query.where(files.c.message == message).order_by(files.c.id))
    ]


def incidents_of(db: Connection, customer: int) -> list[tuple[Affected, Incident]]:
    """What his tickets were ever in, oldest first."""
    affected_by = columns(affected, Affected)
    query = (
        select(*affected_by, *columns(incidents, Incident))
        .join_from(affected, incidents, incidents.c.id == affected.c.incident)
        .join(tickets, tickets.c.id == affected.c.ticket)
        .where(tickets.c.customer == customer)
        .order_by(affected.c.id)
    )
    width = len(affected_by)
    return [(record(Affected, row), record(Incident, row[width:])) for row in db.execute(query)]


def authorisation(db: Connection, id: int) -> Authorisation | None:
    """The one with this id."""
    row = db.execute(select(*columns(authorisations, Authorisation)).where(authorisations.c.id == id)).first()
    return None if row is None else record(Authorisation, row)


def identity(db: Connection, id: int) -> list[Identity]:
    """The one with this id, or none."""
    return records(db, Identity, select(*IDENTITY).where(identities.c.id == id))
