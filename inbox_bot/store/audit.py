"""What is not in order: everything a customer would miss, and the ledger's balance."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select

from inbox_bot.model import DeliveryState, Kind, ReceiptState
from inbox_bot.store import promises
from inbox_bot.store.ledger import faults
from inbox_bot.store.schema import (
    DELIVERED,
    FAILED,
    FROM_NOBODY,
    LOOPING,
    NUMBER_MISSING,
    OWED,
    QUARANTINED,
    REFUSED,
    SENDING,
    UNANSWERED,
    UNCERTAIN,
    WAITING,
    deliveries,
    health,
    identities,
    ledger,
    messages,
    receipts,
    tickets,
)
from inbox_bot.store.tables import EMPTY
from inbox_bot.store.waiting import waits_since
from inbox_bot.views import GRAVITY, Finding

PATIENCE = timedelta(minutes=15)
"""How far a number's delivery may lie ahead or be late before it counts as not delivered."""
ANSWER_WITHIN = timedelta(hours=24)
ANSWERED = "answered by "
"""How the evidence begins that the customer himself gave."""
RECENT = promises.RECENT
"""Failures and quarantine older than this are history."""
WANTED = tuple(kind for kind in Kind if kind is not Kind.MDN)
WAITS_FOR_ANSWER = and_(
    UNANSWERED,
    or_(tickets.c.last_outgoing_at.is_(None), tickets.c.last_outgoing_at < tickets.c.last_incoming_at),
)
"""Of tickets: the customer's words are the last ones."""
ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED)


def findings(db: Connection, now: datetime) -> list[Finding]:
    """All that is not in order, gravest kind first; the keys stay the same from one audit to the next."""
    found = [
        *_unbalanced(db),
        *_failing(db),
        *_quarantined(db, now),
        *_numbers_not_delivered(db, now),
        *_failed(db, now),
        *_refused_after_all(db, now),
        *_uncertain(db),
        *promises.broken(db, now),
        *_looping(db, now),
        *_unanswered(db, now),
        *_from_nobody(db, now),
    ]
    return sorted(found, key=lambda finding: GRAVITY.index(finding.kind))


def number_missing(now: datetime) -> ColumnElement[bool]:
    """Of tickets: the number has not arrived, and nothing is under way that will soon bring it."""
    mine = and_(deliveries.c.ticket == tickets.c.id, deliveries.c.carries_number)
    due_soon = deliveries.c.due_at.between(now - PATIENCE, now + PATIENCE)
    # what is tried again and again at short intervals is due soon for ever
    young = or_(deliveries.c.attempts == 0, deliveries.c.created_at > now - PATIENCE)
    soon = and_(WAITING, due_soon, young)
    under_way = select(deliveries.c.id).where(mine, or_(SENDING, soon)).correlate(tickets)
    return and_(NUMBER_MISSING, not_(under_way.exists()))


def _numbers_not_delivered(db: Connection, now: datetime) -> Iterator[Finding]:
    carrier = deliveries.alias("carrier")
    last = (
        select(func.max(carrier.c.id)).where(carrier.c.ticket == tickets.c.id, carrier.c.carries_number)
    ).scalar_subquery()
    owed = select(func.min(messages.c.acknowledge_at)).where(messages.c.ticket == tickets.c.id, OWED).scalar_subquery()
    query = (
        select(
            tickets.c.id,
            tickets.c.number,
            tickets.c.quiet,
            tickets.c.opened_at,
            deliveries.c.state,
            deliveries.c.approval,
            deliveries.c.error,
            owed.label("owed"),
        )
        .join_from(tickets, deliveries, deliveries.c.id == last, isouter=True)
        .where(number_missing(now))
        .order_by(tickets.c.id)
    )
    for row in db.execute(query):
        yield Finding(
            kind="number_not_delivered",
            key=f"number_not_delivered:{row.id}",
            number=row.number,
            at=row.opened_at,
            detail=_why(row.state, row.approval, row.error, row.quiet, row.owed),
        )


def _why(state: DeliveryState | None, approval: bool, error: str, quiet: str, owed: datetime | None) -> str:
    if state is None and owed is not None and not quiet:
        return f"put off until {owed:%Y-%m-%d %H:%M} UTC by a limit on automatic messages (acknowledge.per_hour, …)"
    if state is None or state is DeliveryState.WITHDRAWN:
        return quiet or error or "no delivery that carries it is queued"
    if state is DeliveryState.QUEUED:
        return (
            "its delivery waits for approval"
            if approval
            else f"its delivery is late or put off: {error or 'not tried'}"
        )
    return f"its delivery is {state}" + (f": {error}" if error else "")


def _unanswered(db: Connection, now: datetime) -> Iterator[Finding]:
    waiting = (
        select(tickets.c.id, tickets.c.number, waits_since().label("asked"))
        .where(WAITS_FOR_ANSWER, tickets.c.last_incoming_at <= now)
        .subquery()
    )
    query = select(waiting).where(waiting.c.asked <= now - ANSWER_WITHIN).order_by(waiting.c.asked)
    for row in db.execute(query):
        hours = (now - row.asked) // timedelta(hours=1)
        yield Finding(
            kind="unanswered",
            key=f"unanswered:{row.id}",
            number=row.number,
            at=row.asked,
            detail=f"no human answer for {hours} hours",
        )


def _from_nobody(db: Connection, now: datetime) -> Iterator[Finding]:
    """Mails without a usable sender: no ticket, no number, and still somebody has to read them."""
    query = select(messages.c.id, messages.c.at, messages.c.subject).where(
        FROM_NOBODY, messages.c.at.between(now - RECENT, now - ANSWER_WITHIN)
    )
    for row in db.execute(query.order_by(messages.c.at)):
        yield Finding(
            kind="unanswered",
            key=f"unanswered:m{row.id}",
            at=row.at,
            detail=f"no sender's address in m{row.id} ({row.subject[:60]}): inbox-bot raw m{row.id}",
        )


def failed_for_good(now: datetime) -> ColumnElement[bool]:
    """Of deliveries, with their tickets joined: they failed of late, matter still, and no other one arrived instead."""
    later = deliveries.alias("later")
    made_up = exists().where(
        later.c.id > deliveries.c.id,
        later.c.state.in_(ARRIVED),
        or_(
            and_(later.c.message == deliveries.c.message, later.c.kind == deliveries.c.kind),
            and_(later.c.ticket == deliveries.c.ticket, later.c.carries_number, deliveries.c.carries_number),
        ),
    )
    return and_(
        FAILED,
        deliveries.c.created_at >= now - RECENT,
        deliveries.c.kind.in_(WANTED),
        or_(tickets.c.id.is_(None), tickets.c.state != "closed"),
        not_(made_up),
    )


def _failed(db: Connection, now: datetime) -> Iterator[Finding]:
    query = (
        select(deliveries.c.id, deliveries.c.kind, deliveries.c.created_at, deliveries.c.error, tickets.c.number)
        .join_from(deliveries, tickets, tickets.c.id == deliveries.c.ticket, isouter=True)
        .where(failed_for_good(now))
        .order_by(deliveries.c.id)
    )
    for row in db.execute(query):
        yield Finding(
            kind="delivery_failed",
            key=_key("delivery_failed", row.kind, row.id),
            number=row.number or "",
            at=row.created_at,
            detail=f"{row.kind}: {row.error or 'refused'}",
        )


def _key(what: str, kind: Kind, id: int) -> str:
    """Those about notices to the team can be told from the others."""
    return f"{what}:{Kind.NOTICE}:{id}" if kind is Kind.NOTICE else f"{what}:{id}"


def _uncertain(db: Connection) -> Iterator[Finding]:
    query = (
        select(deliveries.c.id, deliveries.c.kind, deliveries.c.started_at, deliveries.c.error, tickets.c.number)
        .join_from(deliveries, tickets, tickets.c.id == deliveries.c.ticket, isouter=True)
        .where(UNCERTAIN)
        .order_by(deliveries.c.id)
    )
    for row in db.execute(query):
        yield Finding(
            kind="delivery_uncertain",
            key=_key("delivery_uncertain", row.kind, row.id),
            number=row.number or "",
            at=row.started_at,
            detail=f"{row.kind}: {row.error or 'its outcome is not known'}",
        )


def _quarantined(db: Connection, now: datetime) -> Iterator[Finding]:
    query = (
        select(ledger.c.id, ledger.c.inbox, ledger.c.key, ledger.c.at, ledger.c.reason)
        .where(QUARANTINED, ledger.c.at >= now - RECENT)
        .order_by(ledger.c.id)
    )
    for row in db.execute(query):
        yield Finding(
            kind="quarantined",
            key=f"quarantined:{row.id}",
            at=row.at,
            detail=f"{row.inbox} {row.key}: {row.reason}",
        )


def _failing(db: Connection) -> Iterator[Finding]:
    failing = health.c.error != EMPTY
    for row in db.execute(select(health).where(failing).order_by(health.c.inbox, health.c.stream)):
        yield Finding(
            kind="inbox_failing",
            key=f"inbox_failing:{row.inbox}:{row.stream}",
            at=row.since,
            detail=f"{row.inbox} ({row.stream}): {row.error}",
        )


def _looping(db: Connection, now: datetime) -> Iterator[Finding]:
    """Addresses for which a machine seems to answer: they get nothing automatic until a person steps in."""
    query = select(identities).where(LOOPING, identities.c.looping_at >= now - RECENT).order_by(identities.c.looping_at)
    for row in db.execute(query):
        name = row.handle or row.address
        yield Finding(
            kind="loop_suspected",
            key=f"loop_suspected:{row.id}:{row.looping_at.isoformat()}",
            at=row.looping_at,
            detail=f"{name} seems to be a machine that answers ours; it gets nothing automatic until somebody "
            f"answers it (inbox-bot reply) or says that it is a person: inbox-bot block {name} --undo",
        )


def _refused_after_all(db: Connection, now: datetime) -> Iterator[Finding]:
    """A failure was reported after the arrival, as where a further server could not keep what the first one took; not
    where somebody read or answered it."""
    later = receipts.alias("later")
    made_up = exists().where(
        later.c.delivery == receipts.c.delivery,
        or_(
            and_(later.c.id > receipts.c.id, later.c.state == ReceiptState.DELIVERED),
            later.c.state == ReceiptState.DISPLAYED,
            later.c.evidence.startswith(ANSWERED),
        ),
    )
    query = (
        select(deliveries.c.id, deliveries.c.kind, receipts.c.at, receipts.c.evidence, tickets.c.number)
        .join_from(receipts, deliveries, deliveries.c.id == receipts.c.delivery)
        .join(tickets, tickets.c.id == deliveries.c.ticket, isouter=True)
        .where(REFUSED, receipts.c.at >= now - RECENT, DELIVERED, not_(made_up))
        .order_by(receipts.c.id)
    )
    for row in db.execute(query):
        yield Finding(
            kind="delivery_failed",
            key=_key("delivery_failed", row.kind, row.id),
            number=row.number or "",
            at=row.at,
            detail=f"{row.kind}: refused after it had been reported as delivered: {row.evidence}",
        )


def _unbalanced(db: Connection) -> Iterator[Finding]:
    for inbox, words in sorted(faults(db).items()):
        yield Finding(
            kind="ledger_unbalanced",
            key=f"ledger_unbalanced:{inbox}",
            detail=f"{inbox or 'no inbox'}: {'; '.join(words)}",
        )
