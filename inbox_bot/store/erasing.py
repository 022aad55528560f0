"""Erases one customer for good: numbers, times, states and the ledger's lines are left."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from inbox_bot.care import Erasure
from inbox_bot.model import DeliveryState, Kind, PromiseState
from inbox_bot.store import retention, team_mail, traces
from inbox_bot.store.care_schema import authorisations, details, erasures, invitations, suggestions
from inbox_bot.store.casework_schema import promises, reminders, tags
from inbox_bot.store.incident_schema import recipients
from inbox_bot.store.rows import chunks, columns, names, records
from inbox_bot.store.schema import (
    customers,
    deliveries,
    files,
    identities,
    ledger,
    messages,
    notices,
    receipts,
    tickets,
)
from inbox_bot.store.survey_schema import surveys

UNDER_WAY = (DeliveryState.SENDING, DeliveryState.UNCERTAIN)
ERASED = "the customer's data was erased"


def same_person(db: Connection, customer: int) -> list[int]:
    """The customer, and behind him all who were merged into him."""
    found, new = {customer}, {customer}
    while new:
        query = select(customers.c.id).where(customers.c.merged_into.in_(new))
        new = set(db.execute(query).scalars()) - found
        found |= new
    return [customer, *sorted(found - {customer})]


def under_way(db: Connection, customer: int, *, lock: bool = False) -> int:
    """How many deliveries to him, or to the team about him, are being sent, or may have been and nobody knows yet.
    `lock`: until the transaction ends nothing of his is filed, written or taken to be sent."""
    people = same_person(db, customer)
    his = select(identities.c.id).where(identities.c.customer.in_(people))
    of_his = select(tickets.c.id).where(tickets.c.customer.in_(people))
    letters = select(messages.c.id).where(or_(messages.c.customer.in_(people), messages.c.ticket.in_(of_his)))
    for rows in (his, of_his, letters) if lock else ():  # in the order in which a filing takes them
        db.execute(rows.order_by("id").with_for_update()).all()
    told = select(notices.c.sent_at).where(notices.c.ticket.in_(of_his), notices.c.sent_at.is_not(None))
    about = or_(deliveries.c.message.in_(letters), deliveries.c.created_at.in_(told))
    wanted = or_(deliveries.c.identity.in_(his), and_(deliveries.c.kind == Kind.NOTICE, about))
    query = select(deliveries.c.state).where(wanted).order_by(deliveries.c.id)
    states = db.execute(query.with_for_update() if lock else query).scalars()
    return sum(state in UNDER_WAY for state in states)


def erase_customer(db: Connection, customer: int, now: datetime, *, act: bool) -> dict[str, int]:
    """Erase all that is his; how much of each kind. Without `act` it is only counted."""
    people = same_person(db, customer)
    ways = list(db.execute(select(identities).where(identities.c.customer.in_(people))))
    his_tickets = _ids(db, tickets.c.id, tickets.c.customer.in_(people))
    theirs = or_(messages.c.customer.in_(people), messages.c.ticket.in_(his_tickets))
    his_messages = _ids(db, messages.c.id, or_(theirs, messages.c.identity.in_([row.id for row in ways])))
    sent = or_(
        deliveries.c.ticket.in_(his_tickets), deliveries.c.message.in_(his_messages),
        deliveries.c.identity.in_([row.id for row in ways]),
    )  # fmt: skip
    his_deliveries = _ids(db, deliveries.c.id, sent)
    counts = {
        "identities": len(ways), "tickets": len(his_tickets), "messages": len(his_messages),
        "deliveries": len(his_deliveries),
    }  # fmt: skip
    if not act:
        return counts
    written = [*(row.address for row in ways), *(row.handle for row in ways if row.handle)]
    lines, nobodys = traces.beside(db, his_messages, his_deliveries, [row.id for row in ways])
    his_messages += nobodys
    kept = digests(db, his_messages) | traces.forget_lines(db, lines, ERASED)
    for some in chunks(his_tickets):
        team_mail.recall(db, _ids(db, notices.c.id, notices.c.ticket.in_(some)), now, ERASED)
        retention.forget_tickets(db, some, now)
        db.execute(update(tickets).where(tickets.c.id.in_(some)).values(reason="", quiet="", topic=""))
        _nothing_to_come(db, some, now)
        db.execute(delete(tags).where(tags.c.ticket.in_(some)))
        db.execute(update(surveys).where(surveys.c.ticket.in_(some)).values(reason="", comment=""))
    traces.forget_letters(db, his_messages, his_tickets, ERASED)
    retention.forget_messages(db, his_messages, now)
    for some in chunks(his_messages):
        blank = {"external_id": "", "conversation": "", "reason": "", "proof": "", "acknowledge_at": None}
        db.execute(update(messages).where(messages.c.id.in_(some)).values(blank))
        db.execute(update(ledger).where(ledger.c.message.in_(some)).values(external_id="", raw="", reason=ERASED))
        db.execute(delete(details).where(details.c.message.in_(some)))
        db.execute(delete(suggestions).where(suggestions.c.message.in_(some)))
    for some in chunks(his_deliveries):
        withdrawn = {"state": DeliveryState.WITHDRAWN, "error": ERASED}
        waiting = (deliveries.c.id.in_(some), deliveries.c.state == DeliveryState.QUEUED)
        db.execute(update(deliveries).where(*waiting).values(withdrawn))
        gone = {"payload": b"", "to": "", "recipients": (), "error": "", "external_id": "", "return_path": ""}
        db.execute(update(deliveries).where(deliveries.c.id.in_(some)).values(gone))
        db.execute(update(receipts).where(receipts.c.delivery.in_(some)).values(evidence=""))
    traces.forget_words(db, written, now, ERASED)
    traces.forget_reasons(db, people, [row.id for row in ways], his_tickets)
    _people(db, people, [row.id for row in ways], now)
    traces.forget_domains(db, written)
    sweep(db, kept)
    return counts


def _nothing_to_come(db: Connection, his_tickets: Collection[int], now: datetime) -> None:
    """There is nobody left to whom a promise could be kept, nothing that anybody could be reminded of."""
    over = {"state": PromiseState.WITHDRAWN, "settled_at": now}
    unkept = (promises.c.ticket.in_(his_tickets), promises.c.state == PromiseState.OPEN)
    db.execute(update(promises).where(*unkept).values(over))
    to_come = (reminders.c.ticket.in_(his_tickets), reminders.c.done_at.is_(None))
    db.execute(update(reminders).where(*to_come).values(done_at=now))
    db.execute(update(tickets).where(tickets.c.id.in_(his_tickets)).values(snoozed_until=None))


def _people(db: Connection, people: Collection[int], ways: Collection[int], now: datetime) -> None:
    db.execute(delete(suggestions).where(or_(suggestions.c.customer.in_(people), suggestions.c.other.in_(people))))
    db.execute(delete(details).where(details.c.customer.in_(people)))
    db.execute(delete(invitations).where(invitations.c.identity.in_(ways)))
    db.execute(update(invitations).where(invitations.c.used_by.in_(ways)).values(address=""))
    db.execute(update(recipients).where(recipients.c.customer.in_(people)).values(reason=""))
    db.execute(update(authorisations).where(authorisations.c.customer.in_(people)).values(person="", evidence=""))
    traces.forget_acting(db, ways, now)
    for id in ways:
        blank = {
            "address": f"{retention.NOBODY}{id}", "handle": "", "name": "", "proven": False, "proven_at": None,
            "proven_by": "", "wrote_dm_at": None, "opted_out_at": None, "blocked_at": None, "undeliverable_at": None,
            "looping_at": None,
        }  # fmt: skip
        db.execute(update(identities).where(identities.c.id == id).values(blank))
    blank_customer = {"name": "", "language": "", "form": "", "called": "", "form_by": "", "erased_at": now}
    db.execute(update(customers).where(customers.c.id.in_(people)).values(blank_customer))


def add_erasure(db: Connection, erasure: Erasure) -> None:
    """That it was done stays on record."""
    db.execute(insert(erasures).values({name: getattr(erasure, name) for name in names(Erasure)}))


def erasures_done(db: Connection) -> list[Erasure]:
    """All of them, oldest first: to be done again in a database that was restored from a backup."""
    return records(db, Erasure, select(*columns(erasures, Erasure)).order_by(erasures.c.id))


def scrub(db: Connection) -> None:
    """Let the full text forget the words of what is no longer in it, too: SQLite keeps them until it merges."""
    if db.dialect.name == "sqlite":
        db.exec_driver_sql("INSERT INTO search (search) VALUES ('optimize')")


def digests(db: Connection, ids: Collection[int]) -> set[str]:
    """By which names the bytes of these messages are kept."""
    found: set[str] = set()
    for some in chunks(ids):
        for query in (
            select(messages.c.raw).where(messages.c.id.in_(some)),
            select(ledger.c.raw).where(ledger.c.message.in_(some)),
            select(files.c.raw).where(files.c.message.in_(some)),
        ):
            found.update(one for one in db.execute(query).scalars() if one)
    return found


def sweep(db: Connection, digests: Iterable[str]) -> None:
    """Delete those of the kept bytes that nothing names any more."""
    listed = sorted(digests)
    for some in chunks(listed):
        retention.sweep(db, some)


def _ids(db: Connection, column: Any, where: ColumnElement[bool]) -> list[int]:
    return list(db.execute(select(column).where(where).order_by(column)).scalars())
