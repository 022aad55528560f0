"""Erases what a customer has left beside his messages: bytes kept in the ledger, notices, words of the log."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, literal, or_, select, update

from inbox_bot.care import Grouping
from inbox_bot.model import Channel, Outcome
from inbox_bot.store import retention, team_mail
from inbox_bot.store.care_schema import authorisations, regroupings
from inbox_bot.store.filing import unpacked
from inbox_bot.store.rows import chunks
from inbox_bot.store.schema import deliveries, identities, ledger, log, messages, newcomers, notices, raws, tickets
from inbox_bot.store.tables import EMPTY

_AT_ONCE = 20  # mails in memory
_BESIDE = and_(ledger.c.raw != EMPTY, or_(ledger.c.message.is_(None), messages.c.customer.is_(None)))
"""Lines whose bytes belong to no customer's message: bounces, receipts, copies, what was refused, machines' mail."""
_WRITER = re.compile(rb"^(?:from|sender|reply-to|return-path):[^\n]*(?:\n[ \t][^\n]*)*", re.MULTILINE)
_TOKEN = re.compile(rb"(?<![a-z2-7])([a-z2-7]{13,32})[.-]")
"""A delivery's, in our Message-IDs and in the addresses that answers go to."""
_LONGEST_HEAD = 64_000
_TOLD = 1_000  # characters of a text by which it is known; letters may cut it off
_OF_CUSTOMERS = (Grouping.LINK, Grouping.UNLINK, Grouping.MERGE_CUSTOMERS)
_OF_TICKETS = (Grouping.MERGE_TICKETS, Grouping.SPLIT_TICKET)


def beside(
    db: Connection, his_messages: Collection[int], his_deliveries: Collection[int], ways: Collection[int]
) -> tuple[list[int], list[int]]:
    """(ledger lines, messages of nobody's) that are about this customer: what came twice, our own that came back, what
    names an address of his, what answers a mail to him or to an agent about him. What is parked unread, or is by nobody
    known, only where he wrote it himself."""
    found = set(copies(db, his_messages))
    found |= set(_named(db, messages.c.external_id, messages.c.id, his_messages, ledger.c.external_id))
    found |= set(_named(db, deliveries.c.external_id, deliveries.c.id, his_deliveries, ledger.c.external_id))
    wanted, tokens = _written(db, ways), _tokens(db, his_deliveries)
    query = select(ledger.c.id).join(messages, messages.c.id == ledger.c.message, isouter=True)
    lines = list(db.execute(query.where(_BESIDE)).scalars()) if wanted or tokens else []
    nobodys = set()
    for start in range(0, len(lines), _AT_ONCE):
        for line, message, outcome, data in _bytes(db, lines[start : start + _AT_ONCE]):
            own = outcome is Outcome.QUARANTINED or message is not None
            answers = outcome is not Outcome.QUARANTINED and not tokens.isdisjoint(_answered(data))
            if answers or _names(data, wanted, own=own):
                found.add(line)
                nobodys |= {message} if message is not None else set()
    return sorted(found), sorted(nobodys)


def answers(db: Connection, ids: Collection[int]) -> list[int]:
    """Ledger lines without a message of a customer's whose mails answer these deliveries, such as agents' own."""
    tokens, found = _tokens(db, ids), []
    query = select(ledger.c.id).join(messages, messages.c.id == ledger.c.message, isouter=True)
    lines = list(db.execute(query.where(_BESIDE)).scalars()) if tokens else []
    for start in range(0, len(lines), _AT_ONCE):
        read = _bytes(db, lines[start : start + _AT_ONCE])
        found += [line for line, _, _, data in read if not tokens.isdisjoint(_answered(data))]
    return found


def copies(db: Connection, ids: Collection[int]) -> list[int]:
    """Ledger lines of what came once more with the content of these messages."""
    return list(_named(db, messages.c.content_hash, messages.c.id, ids, ledger.c.content_hash))


def forget_lines(db: Connection, ids: Collection[int], reason: str) -> set[str]:
    """Empty these lines, which stay; by which names their bytes were kept."""
    digests: set[str] = set()
    for some in chunks(ids):
        digests.update(db.execute(select(ledger.c.raw).where(ledger.c.id.in_(some), ledger.c.raw != EMPTY)).scalars())
        db.execute(update(ledger).where(ledger.c.id.in_(some)).values(raw="", external_id="", reason=reason))
    return digests


def forget_words(db: Connection, written: Collection[str], now: datetime, why: str) -> None:
    """Notices without a ticket and words of the log that name one of these addresses or handles."""
    for one in (one.lower() for one in written):
        log_names = func.lower(log.c.detail).in_([one, f"@{one}"])
        db.execute(update(log).where(log_names).values(detail=""))
        if "@" in one:
            named = [
                func.lower(column).contains(one, autoescape=True) for column in (notices.c.subject, notices.c.text)
            ]
            told = select(notices.c.id).where(notices.c.ticket.is_(None), or_(*named))
            team_mail.recall(db, list(db.execute(told).scalars()), now, why)


def forget_letters(db: Connection, his_messages: Collection[int], his_tickets: Collection[int], why: str) -> None:
    """What the team was mailed of others' tickets, where it tells what he wrote in them, or was written to him."""
    his, elsewhere = frozenset(his_tickets), defaultdict[int, set[str]](set)
    for some in chunks(his_messages):
        query = select(messages.c.ticket, messages.c.text).where(
            messages.c.id.in_(some), messages.c.ticket.is_not(None)
        )
        for ticket, text in db.execute(query):
            if ticket not in his:
                elsewhere[ticket].add(text[:_TOLD])
    for ticket, texts in elsewhere.items():
        there = select(messages.c.id).where(messages.c.ticket == ticket)
        team_mail.withdraw(db, deliveries.c.message.in_(there), texts, why, gone=his_messages)


def forget_domains(db: Connection, written: Collection[str]) -> None:
    """How many wrote for the first time from a mail domain: it may be his own, where nobody else is known of it."""
    for domain in sorted({one.rpartition("@")[2].lower() for one in written if "@" in one}):
        others = func.lower(identities.c.address).endswith(f"@{domain}", autoescape=True)
        if db.execute(select(identities.c.id).where(others).limit(1)).first() is None:
            db.execute(delete(newcomers).where(newcomers.c.domain == domain))


def forget_acting(db: Connection, ways: Collection[int], now: datetime) -> None:
    """That he acted for others ends, under no name, in their tickets' log, too."""
    his = authorisations.c.identity.in_(ways)
    for customer, person in db.execute(select(authorisations.c.customer, authorisations.c.person).where(his)).all():
        theirs = log.c.ticket.in_(select(tickets.c.id).where(tickets.c.customer == customer))
        named = log.c.detail.startswith(f"{person}: ", autoescape=True)
        if person:
            db.execute(update(log).where(theirs, named).values(detail=""))
    ended = func.coalesce(authorisations.c.withdrawn_at, literal(now, authorisations.c.withdrawn_at.type))
    blank = {"person": "", "evidence": "", "withdrawn_at": ended}
    db.execute(update(authorisations).where(his).values(blank))


def forget_reasons(
    db: Connection, people: Collection[int], ways: Collection[int], his_tickets: Collection[int]
) -> None:
    """Why he was linked and parted, and his tickets merged and split. An id is of a customer, an address or a ticket,
    as the grouping says; of tickets the evidence stays: it is the state that a merge taken back gives again."""
    linked = and_(
        regroupings.c.grouping.in_(_OF_CUSTOMERS),
        or_(
            regroupings.c.kept.in_(people),
            and_(regroupings.c.grouping == Grouping.MERGE_CUSTOMERS, regroupings.c.other.in_(people)),
            and_(regroupings.c.grouping != Grouping.MERGE_CUSTOMERS, regroupings.c.other.in_(ways)),
        ),
    )
    db.execute(update(regroupings).where(linked).values(why="", evidence="", undone_why=""))
    for some in chunks(his_tickets):
        part = or_(regroupings.c.kept.in_(some), regroupings.c.other.in_(some))
        merged = and_(regroupings.c.grouping.in_(_OF_TICKETS), part)
        db.execute(update(regroupings).where(merged).values(why="", undone_why=""))


def _named(
    db: Connection,
    name: ColumnElement[str],
    id: ColumnElement[int],
    ids: Collection[int],
    column: ColumnElement[str],
) -> Iterator[int]:
    """Lines without a message that bear a name of these rows."""
    for some in chunks(ids):
        names = list(db.execute(select(name).where(id.in_(some), name != EMPTY)).scalars())
        for few in chunks(names):
            yield from db.execute(select(ledger.c.id).where(ledger.c.message.is_(None), column.in_(few))).scalars()


def _written(db: Connection, ways: Collection[int]) -> tuple[bytes, ...]:
    """As his addresses stand in mails and in X's JSON, in small letters."""
    query = select(identities.c.channel, identities.c.address).where(
        identities.c.id.in_(ways), ~identities.c.address.startswith(retention.NOBODY)
    )
    return tuple(
        (address if channel is Channel.EMAIL else f'"{address}"').lower().encode()
        for channel, address in db.execute(query)
    )


def _tokens(db: Connection, ids: Collection[int]) -> frozenset[bytes]:
    found: set[bytes] = set()
    for some in chunks(ids):
        query = select(deliveries.c.token).where(deliveries.c.id.in_(some))
        found.update(token.encode() for token in db.execute(query).scalars())
    return frozenset(found)


def _answered(data: bytes) -> set[bytes]:
    """The tokens of deliveries that a mail's header names."""
    head = data[:_LONGEST_HEAD].lower().replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return set(_TOKEN.findall(head))


def _bytes(db: Connection, ids: Collection[int]) -> Iterator[tuple[int, int | None, Outcome, bytes]]:
    query = (
        select(ledger.c.id, ledger.c.message, ledger.c.outcome, raws.c.packed, raws.c.data)
        .join_from(ledger, raws, raws.c.sha256 == ledger.c.raw)
        .where(ledger.c.id.in_(ids))
    )
    for line, message, outcome, packed, data in db.execute(query):
        yield line, message, outcome, unpacked(packed, bytes(data))


def _names(data: bytes, wanted: Collection[bytes], *, own: bool) -> bool:
    low = data.lower()
    if own:
        head = low.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        low = b"\n".join(_WRITER.findall(head)) if not low.startswith(b"{") else low
    return any(one in low for one in wanted)
