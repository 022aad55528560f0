"""Finds and erases what is no longer kept. Rows stay, as numbers, times, evidence and ledger: their texts and bytes go.

Finding only reads and may take its time; erasing takes a few ids, asks the conditions again and holds the writer
shortly. A row is never deleted whose id others may name: that id could be given out again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, literal, not_, or_, select, update

from inbox_bot.model import Channel, DeliveryState, Keeping, Kind
from inbox_bot.store import casework
from inbox_bot.store.dialects import lock_out_writers, run_script
from inbox_bot.store.integrity import BACKUP
from inbox_bot.store.rows import chunks
from inbox_bot.store.schema import (
    AUTOMATIC,
    LIVE,
    QUARANTINED,
    customers,
    deliveries,
    files,
    identities,
    ledger,
    log,
    messages,
    notices,
    raws,
    tickets,
)
from inbox_bot.store.search import unindex
from inbox_bot.store.stems import stems
from inbox_bot.store.tables import EMPTY

FINAL = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.WITHDRAWN)
NOBODY = "erased:"
"""With the identity's id behind it: an address that nobody can have."""
GONE = "no longer kept"
"""The reason why a file has no content."""

NOT_LIVE = not_(LIVE)
UNDER_WAY = exists().where(deliveries.c.ticket == tickets.c.id, deliveries.c.state.not_in(FINAL))
OWING = exists().where(messages.c.ticket == tickets.c.id, messages.c.acknowledge_at.is_not(None))
SPOKEN = or_(
    func.length(messages.c.text) > 0,
    func.length(messages.c.subject) > 0,
    func.length(messages.c.html) > 0,
    messages.c.raw != EMPTY,
)
REMEMBERED = or_(
    identities.c.opted_out_at.is_not(None),
    identities.c.blocked_at.is_not(None),
    identities.c.undeliverable_at.is_not(None),
    identities.c.looping_at.is_not(None),
)
"""Whose address must stay known, so that what was refused or found out about it still holds."""


def _settled(ticket: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(ticket.is_(None), exists().where(tickets.c.id == ticket, NOT_LIVE))


def _raw(before: datetime) -> Select[int]:
    of_live = exists().where(messages.c.id == ledger.c.message, tickets.c.id == messages.c.ticket, LIVE)
    kept = and_(ledger.c.raw != EMPTY, not_(QUARANTINED))
    return select(ledger.c.id).where(kept, ledger.c.at < before, not_(of_live))


def _attachments(before: datetime) -> Select[int]:
    old = exists().where(messages.c.id == files.c.message, messages.c.at < before, _settled(messages.c.ticket))
    return select(files.c.id).where(files.c.raw.is_not(None), old)


def _payload(before: datetime) -> Select[int]:
    gone_out = and_(deliveries.c.state.in_(FINAL), func.length(deliveries.c.payload) > 0)
    return select(deliveries.c.id).where(gone_out, deliveries.c.created_at < before, _settled(deliveries.c.ticket))


def _quarantine(before: datetime) -> Select[int]:
    return select(ledger.c.id).where(QUARANTINED, ledger.c.at < before, ledger.c.raw != EMPTY)


def _log(before: datetime) -> Select[int]:
    return select(log.c.id).where(log.c.at < before, log.c.what != BACKUP, _settled(log.c.ticket))


def _notices(before: datetime) -> Select[int]:
    return select(notices.c.id).where(notices.c.sent_at < before)


def _beside(before: datetime) -> Select[int]:
    owed = messages.c.acknowledge_at.is_not(None)
    return select(messages.c.id).where(messages.c.ticket.is_(None), messages.c.at < before, SPOKEN, not_(owed))


def _junk(before: datetime) -> Select[int]:
    last = func.coalesce(tickets.c.last_incoming_at, tickets.c.opened_at)
    return select(tickets.c.id).where(tickets.c.junk, tickets.c.erased_at.is_(None), last < before, not_(UNDER_WAY))


def _closed(before: datetime) -> Select[int]:
    over = and_(NOT_LIVE, tickets.c.erased_at.is_(None), tickets.c.closed_at < before)
    return select(tickets.c.id).where(over, not_(UNDER_WAY), not_(OWING))


def _customers(before: datetime) -> Select[int]:
    his = messages.c.customer == customers.c.id
    involved = exists().where(tickets.c.customer == customers.c.id, tickets.c.erased_at.is_(None))
    heard = exists().where(his, or_(messages.c.at >= before, messages.c.acknowledge_at.is_not(None)))
    anonymous = identities.c.address.startswith(NOBODY)
    known = exists().where(identities.c.customer == customers.c.id, not_(REMEMBERED), not_(anonymous))
    named = or_(customers.c.name != EMPTY, known)
    return select(customers.c.id).where(customers.c.created_at < before, named, not_(involved), not_(heard))


WHICH: dict[Keeping, tuple[ColumnElement[int], Callable[[datetime], Select[int]]]] = {
    Keeping.RAW: (ledger.c.id, _raw),
    Keeping.ATTACHMENTS: (files.c.id, _attachments),
    Keeping.PAYLOAD: (deliveries.c.id, _payload),
    Keeping.QUARANTINE: (ledger.c.id, _quarantine),
    Keeping.LOG: (log.c.id, _log),
    Keeping.NOTICES: (notices.c.id, _notices),
    Keeping.BESIDE: (messages.c.id, _beside),
    Keeping.JUNK: (tickets.c.id, _junk),
    Keeping.CLOSED_TICKETS: (tickets.c.id, _closed),
    Keeping.CUSTOMERS: (customers.c.id, _customers),
}


def lapsed(db: Connection, kind: Keeping, before: datetime, limit: int) -> list[int]:
    """The ids, oldest first, of at most `limit` of what a rule no longer keeps."""
    id, query = WHICH[kind]
    return list(db.execute(query(before).order_by(id).limit(limit)).scalars())


def count(db: Connection, kind: Keeping, before: datetime) -> int:
    """How many those are."""
    return db.execute(select(func.count()).select_from(WHICH[kind][1](before).subquery())).scalar() or 0


def erase(db: Connection, kind: Keeping, ids: Sequence[int], before: datetime, now: datetime) -> int:
    """Erase those of the ids for which the rule still holds; how many. What others hold locked is left for later."""
    id, query = WHICH[kind]
    held = query(before).where(id.in_(ids)).order_by(id).with_for_update(skip_locked=True, of=id.table)
    found = list(db.execute(held).scalars())
    if found:
        ERASE[kind](db, found, now)
    return len(found)


def _forget_raws(db: Connection, ids: Sequence[int], now: datetime) -> None:
    told = select(ledger.c.message).where(ledger.c.id.in_(ids), ledger.c.message.is_not(None))
    db.execute(update(messages).where(messages.c.id.in_(told)).values(raw=""))
    _forget_lines(db, ids, now)


def _forget_lines(db: Connection, ids: Sequence[int], now: datetime) -> None:
    db.execute(update(ledger).where(ledger.c.id.in_(ids)).values(raw=""))


def _forget_files(db: Connection, ids: Sequence[int], now: datetime) -> None:
    db.execute(update(files).where(files.c.id.in_(ids)).values(raw=None, reason=GONE))


def _forget_payloads(db: Connection, ids: Sequence[int], now: datetime) -> None:
    db.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(payload=b""))


def _forget_log(db: Connection, ids: Sequence[int], now: datetime) -> None:
    db.execute(delete(log).where(log.c.id.in_(ids)))


def forget_notices(db: Connection, ids: Sequence[int], now: datetime) -> None:
    """With the mails to the team that quoted them: each was queued when its notice was marked as sent."""
    times = select(notices.c.sent_at).where(notices.c.id.in_(ids))
    quoting = and_(AUTOMATIC, deliveries.c.created_at.in_(times), deliveries.c.kind == Kind.NOTICE)
    db.execute(update(deliveries).where(quoting, deliveries.c.state.in_(FINAL)).values(payload=b""))
    db.execute(delete(notices).where(notices.c.id.in_(ids)))


def forget_messages(db: Connection, ids: Sequence[int], now: datetime) -> None:
    """Empty these messages, with their files and what was sent of them."""
    for some in chunks(ids):
        query = select(messages.c.id, messages.c.subject, messages.c.text).where(messages.c.id.in_(some))
        unindex(db, [(row[0], " ".join(stems(f"{row[1]}\n{row[2]}"))) for row in db.execute(query)])
        emptied = {"text": "", "quoted": "", "html": "", "subject": "", "references": (), "raw": ""}
        db.execute(update(messages).where(messages.c.id.in_(some)).values(emptied))
        db.execute(update(ledger).where(ledger.c.message.in_(some)).values(raw=""))
        db.execute(delete(files).where(files.c.message.in_(some)))
        out = and_(deliveries.c.message.in_(some), deliveries.c.state.in_(FINAL))
        db.execute(update(deliveries).where(out).values(payload=b""))


def forget_tickets(db: Connection, ids: Sequence[int], now: datetime) -> None:
    """What is left: number, states and times, who sent what when by which id, deliveries with their receipts."""
    forget_messages(db, list(db.execute(select(messages.c.id).where(messages.c.ticket.in_(ids))).scalars()), now)
    db.execute(update(deliveries).where(deliveries.c.ticket.in_(ids)).values(payload=b""))
    db.execute(update(log).where(log.c.ticket.in_(ids)).values(detail=""))
    casework.forget(db, ids)
    # only a junk one is not closed yet; what its sender writes later opens a new one
    closed = {
        "state": "closed",
        "closed_at": func.coalesce(tickets.c.closed_at, literal(now, tickets.c.closed_at.type)),
    }
    db.execute(update(tickets).where(tickets.c.id.in_(ids)).values(subject="", erased_at=now, **closed))


def _forget_customers(db: Connection, ids: Sequence[int], now: datetime) -> None:
    forget_messages(db, list(db.execute(select(messages.c.id).where(messages.c.customer.in_(ids))).scalars()), now)
    theirs = select(identities.c.id).where(identities.c.customer.in_(ids), not_(REMEMBERED))
    forgotten = list(db.execute(theirs).scalars())
    db.execute(update(customers).where(customers.c.id.in_(ids)).values(name=""))
    db.execute(update(identities).where(identities.c.customer.in_(ids)).values(name=""))
    for some in chunks(forgotten):
        nobody = literal(NOBODY).concat(func.cast(identities.c.id, identities.c.handle.type))
        blank = {"address": nobody, "handle": "", "proven": False}
        db.execute(update(identities).where(identities.c.id.in_(some)).values(blank))
        sent = select(messages.c.id).where(messages.c.identity.in_(some))
        # X's names for conversations hold the user's id
        on_x = and_(messages.c.id.in_(sent), messages.c.channel == Channel.TWITTER)
        db.execute(update(messages).where(on_x).values(conversation=""))
        to = deliveries.c.message.in_(sent)
        db.execute(update(deliveries).where(to, deliveries.c.state.in_(FINAL)).values(to="", recipients=()))


ERASE: dict[Keeping, Callable[[Connection, Sequence[int], datetime], None]] = {
    Keeping.RAW: _forget_raws,
    Keeping.ATTACHMENTS: _forget_files,
    Keeping.PAYLOAD: _forget_payloads,
    Keeping.QUARANTINE: _forget_lines,
    Keeping.LOG: _forget_log,
    Keeping.NOTICES: forget_notices,
    Keeping.BESIDE: forget_messages,
    Keeping.JUNK: forget_tickets,
    Keeping.CLOSED_TICKETS: forget_tickets,
    Keeping.CUSTOMERS: _forget_customers,
}


def orphans(db: Connection, after: str, limit: int) -> list[tuple[str, int]]:
    """(SHA-256, bytes) of kept bytes that nothing names any more, those behind `after` in order."""
    query = select(raws.c.sha256, func.length(raws.c.data)).where(raws.c.sha256 > after, UNNAMED)
    return [(row[0], row[1]) for row in db.execute(query.order_by(raws.c.sha256).limit(limit))]


NAMED = (
    exists().where(messages.c.raw == raws.c.sha256, messages.c.raw != EMPTY),
    exists().where(ledger.c.raw == raws.c.sha256, ledger.c.raw != EMPTY),
    exists().where(files.c.raw == raws.c.sha256, files.c.raw.is_not(None)),
)
UNNAMED = and_(*(not_(named) for named in NAMED))


def sweep(db: Connection, digests: Sequence[str]) -> int:
    """Delete those of the kept bytes that still nothing names; how many."""
    # the same attachment may be coming in now: PostgreSQL would let its message refer to what goes here
    lock_out_writers(db, raws)
    return db.execute(delete(raws).where(raws.c.sha256.in_(digests), UNNAMED)).rowcount


def shrink(db: Connection, pages: int) -> int:
    """Give so many free pages of an SQLite file back to the disk; how many are left. 0 where there is nothing to do:
    PostgreSQL's autovacuum does its own, and a file of the first release must be compacted once."""
    if db.dialect.name != "sqlite" or db.exec_driver_sql("PRAGMA auto_vacuum").scalar() != 2:
        return 0
    run_script(db, f"PRAGMA incremental_vacuum({pages:d})")
    return int(db.exec_driver_sql("PRAGMA freelist_count").scalar() or 0)
