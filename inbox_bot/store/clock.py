"""What falls due by itself: owed acknowledgements, closing, alarms, notices, the health of streams, leases."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, delete, exists, func, insert, not_, or_, select, update

from inbox_bot.errors import Conflict
from inbox_bot.model import Channel, Direction, Kind, TicketState, Visibility
from inbox_bot.records import Message, Notice, Ticket
from inbox_bot.store.dialects import upsert
from inbox_bot.store.rows import MESSAGE, TICKET, chunks, columns, record, records
from inbox_bot.store.schema import (
    AUTOMATIC,
    FAILED,
    HELD,
    NUMBER_MISSING,
    OWED,
    RESOLVED,
    SENDING,
    UNCERTAIN,
    WAITING,
    alarms,
    deliveries,
    health,
    identities,
    leases,
    messages,
    notices,
    tickets,
)
from inbox_bot.views import Finding

NOTICE = columns(notices, Notice)
SKEW = timedelta(minutes=5)
"""Between the clocks of two machines."""
FAR = timedelta(hours=30)
"""Nothing is planned so far ahead, by a clock that is right."""

PUT_AWAY = or_(
    exists().where(tickets.c.id == messages.c.ticket, tickets.c.junk),
    exists().where(identities.c.id == messages.c.identity, identities.c.blocked_at.is_not(None)),
)
"""Of messages: what they owe waits until the ticket is no junk, their sender not blocked any more."""


def owed(db: Connection, now: datetime, limit: int, *, lock: bool) -> list[Message]:
    """All owing messages of the at most `limit` tickets that owe longest, by ticket and time; none that is put away."""
    incoming = messages.c.direction == Direction.INCOMING
    due = (
        select(messages.c.ticket)
        .where(messages.c.acknowledge_at <= now, OWED, incoming, messages.c.ticket.is_not(None), not_(PUT_AWAY))
        .group_by(messages.c.ticket)
        .order_by(func.min(messages.c.acknowledge_at))
        .limit(limit)
        .subquery()
    )
    query = (
        select(*MESSAGE)
        .where(messages.c.ticket.in_(select(due.c.ticket)), OWED, incoming, not_(PUT_AWAY))
        .order_by(messages.c.ticket, messages.c.at, messages.c.id)
    )
    return records(db, Message, query.with_for_update(of=messages) if lock else query)


def domains_told(db: Connection, since: datetime) -> dict[str, int]:
    """How many automatic mails to customers were queued from then on, by the domain they go to, in lower case."""
    query = select(deliveries.c.to).where(
        AUTOMATIC, deliveries.c.created_at > since, deliveries.c.visibility == Visibility.PRIVATE,
        deliveries.c.channel == Channel.EMAIL, deliveries.c.kind == Kind.ACKNOWLEDGEMENT,
    )  # fmt: skip
    return Counter(to.rpartition("@")[2].lower() for to in db.execute(query).scalars())


def stranded(db: Connection) -> list[Ticket]:
    """Tickets (not junk, not closed) whose number has not arrived, of which a carrier failed and none is queued,
    sending or uncertain."""
    carrier = and_(deliveries.c.ticket == tickets.c.id, deliveries.c.carries_number)
    under_way = exists().where(carrier, or_(WAITING, HELD, SENDING, UNCERTAIN))
    query = select(*TICKET).where(NUMBER_MISSING, exists().where(carrier, FAILED), not_(under_way))
    return records(db, Ticket, query.order_by(tickets.c.id))


def failed_identities(db: Connection, ticket: int) -> set[int]:
    """Identities to which a private delivery of this ticket has failed."""
    identity = deliveries.c.identity
    private = deliveries.c.visibility == Visibility.PRIVATE
    query = select(identity).where(deliveries.c.ticket == ticket, FAILED, private, identity.is_not(None))
    return set(db.execute(query).scalars())


def close_resolved(db: Connection, before: datetime, now: datetime) -> int:
    """Close what was resolved before that time; how many."""
    statement = update(tickets).where(RESOLVED, tickets.c.resolved_at < before)
    return db.execute(statement.values(state=TicketState.CLOSED, closed_at=now)).rowcount


def raise_alarms(db: Connection, findings: Sequence[Finding], now: datetime) -> list[Finding]:
    """Remember what is raised; gives what was not raised before; forgets what has gone."""
    raised = set(db.execute(select(alarms.c.key)).scalars())
    present = {finding.key: finding for finding in findings}
    for some in chunks(raised - present.keys()):
        db.execute(delete(alarms).where(alarms.c.key.in_(some)))
    fresh = [finding for key, finding in present.items() if key not in raised]
    if fresh:
        rows = [{"key": finding.key, "kind": finding.kind, "raised_at": now} for finding in fresh]
        db.execute(insert(alarms), rows)
    return fresh


TO_EVERYBODY = and_(notices.c.agent.is_(None), notices.c.message.is_(None))
"""Of notices: for all in [notify]; the others are for agents."""


def unsent_notices(db: Connection, limit: int, *, agents: bool) -> list[tuple[int, Notice]]:
    """(id, notice) of those not sent, for agents or for everybody, oldest first."""
    waiting = and_(notices.c.sent_at.is_(None), not_(TO_EVERYBODY) if agents else TO_EVERYBODY)
    query = select(*NOTICE, notices.c.id).where(waiting).order_by(notices.c.id).limit(limit)
    return [(row[-1], record(Notice, row)) for row in db.execute(query)]


def notices_sent(db: Connection, since: datetime, *, agents: bool) -> int:
    """How many notices were sent from then on, to agents or to everybody."""
    sent = and_(notices.c.sent_at >= since, not_(TO_EVERYBODY) if agents else TO_EVERYBODY)
    return db.execute(select(func.count()).where(sent)).scalar() or 0


def refusing(db: Connection, addresses: Collection[str], since: datetime) -> set[str]:
    """Those of the addresses to which a notice has failed from then on."""
    query = select(deliveries.c.to).where(FAILED, deliveries.c.created_at >= since, deliveries.c.kind == Kind.NOTICE)
    return set(db.execute(query.where(deliveries.c.to.in_(sorted(addresses)))).scalars())


def mark_notices(db: Connection, ids: Sequence[int], now: datetime) -> None:
    """These notices have been sent. Raises `Conflict` where another process has sent one of them meanwhile: its lease
    on this work was over, and it was slow."""
    marked = 0
    for some in chunks(ids):
        mine = notices.c.id.in_(some) & notices.c.sent_at.is_(None)
        marked += db.execute(update(notices).where(mine).values(sent_at=now)).rowcount
    if marked != len(ids):
        raise Conflict("a notice was sent by another process meanwhile")


def note_health(db: Connection, inbox: str, stream: str, now: datetime, error: str) -> None:
    """Note that a stream works (error "") or fails since the first such note."""
    before = db.execute(select(health.c.error).where(health.c.inbox == inbox, health.c.stream == stream)).scalar()
    if before == error:
        return  # the ordinary case writes nothing
    insertion = upsert(db, health)
    changed = (insertion.excluded.error == "") != (health.c.error == "")
    since: Any = case((changed, insertion.excluded.since), else_=health.c.since)
    statement = insertion.on_conflict_do_update(
        index_elements=["inbox", "stream"], set_={"error": insertion.excluded.error, "since": since}
    )
    db.execute(statement, {"inbox": inbox, "stream": stream, "since": now, "error": error})


def automatic_since(db: Connection, since: datetime, visibility: Visibility) -> int:
    """How many automatic deliveries of this visibility were queued since then; none withdrawn or held for approval."""
    query = select(func.count()).where(
        deliveries.c.created_at >= since, deliveries.c.visibility == visibility, AUTOMATIC, not_(HELD)
    )
    return db.execute(query).scalar() or 0


def bring_forward(db: Connection, now: datetime, until: datetime) -> int:
    """What waits and is due by `until`, or was made by a clock that was ahead of `now`, is due now; how many."""
    planned = and_(or_(WAITING, UNCERTAIN), deliveries.c.due_at > now)
    wrongly = or_(deliveries.c.due_at <= until, deliveries.c.created_at > now + SKEW)
    moved = db.execute(update(deliveries).where(planned, wrongly).values(due_at=now)).rowcount
    owed = and_(OWED, messages.c.acknowledge_at > now)
    late = or_(messages.c.acknowledge_at <= until, messages.c.acknowledge_at > now + FAR)
    db.execute(update(messages).where(owed, late).values(acknowledge_at=now))
    return moved


def take_lease(db: Connection, name: str, worker: str, until: datetime, now: datetime) -> bool:
    """Take or prolong a named lease; False while another worker holds it. One that ends long after `until` was given by
    a clock that was wrong, and holds nobody up."""
    insertion = upsert(db, leases)
    statement = insertion.on_conflict_do_update(
        index_elements=["name"],
        set_={"worker": insertion.excluded.worker, "until": insertion.excluded.until},
        where=or_(leases.c.worker == worker, leases.c.until <= now, leases.c.until > until + SKEW),
    ).returning(leases.c.name)
    return db.execute(statement, {"name": name, "worker": worker, "until": until}).first() is not None
