"""Queries that count the team's work over a period, each grouped once, whatever it is grouped by."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    type_coerce,
)

from inbox_bot.model import Channel, DeliveryState, Direction, Kind
from inbox_bot.store.casework_schema import promises
from inbox_bot.store.columns import EPOCH, MICROSECOND
from inbox_bot.store.schema import (
    ARRIVED,
    IN_HAND,
    NOT_JUNK,
    agents,
    deliveries,
    log,
    messages,
    receipts,
    spend,
    tickets,
)
from inbox_bot.store.survey_schema import ANSWERED, surveys
from inbox_bot.store.tables import EMPTY, among
from inbox_bot.views import BY_TELEPHONE
from inbox_bot.work.figures import By, Counts, Cut, Groups

_GROUP = "grouped_by"  # PostgreSQL takes a name in GROUP BY for a column first: no table has this one
_MICROSECONDS = 1_000_000
_DAY = 86_400 * _MICROSECONDS
_FIRST, _THURSDAY = EPOCH.date(), EPOCH.weekday()
_MATTER = and_(NOT_JUNK, tickets.c.merged_into.is_(None))
"""A merged ticket is no matter of its own: what it had counts in the one that goes on."""
_PART = tickets.alias("part")
_GOES_ON = tickets.c.id == func.coalesce(_PART.c.merged_into, _PART.c.id)
"""What stays with a ticket that was merged, as its log does, is of the one that goes on."""
_MERGED = (
    select(tickets.c.merged_into.label("into"), func.min(tickets.c.opened_at).label("first"))
    .where(tickets.c.merged_into.is_not(None))
    .group_by(tickets.c.merged_into)
    .subquery("merged")
)
_OF_IT = _MERGED.c.into == tickets.c.id
_SINCE = case((_MERGED.c.first < tickets.c.opened_at, _MERGED.c.first), else_=tickets.c.opened_at)
"""When the customer wrote first, in this ticket or in one that was merged into it."""
_SAYS_WHAT_ARRIVED = (Kind.CONFIRMATION, Kind.OPENING)
_UNASKED = (Kind.MDN, Kind.INTERIM, Kind.INCIDENT, Kind.SURVEY)
"""Automatic, and no reply to anything: his mail program's wish, or our own."""


def contact_reason() -> ColumnElement[str]:
    """Why the customer wrote, as far as it is on record: the ticket's reason, else its topic."""
    return case((tickets.c.contact_reason != EMPTY, tickets.c.contact_reason), else_=tickets.c.topic)


def figures(db: Connection, cut: Cut) -> Counts:
    """All figures of a period."""
    named = _namer(db, cut)

    def rows(query: Select[Any]) -> list[tuple[Groups, Any]]:
        size = len(cut.parts)
        return [(named(row[:size]), row[size:]) for row in db.execute(query)]

    return Counts(
        messages=[(at, one[0], one[1] is Direction.INCOMING, one[2]) for at, one in rows(_messages(cut))],
        tickets=[(at, int(one[0]), int(one[1]), int(one[2])) for at, one in rows(_tickets(cut))],
        acknowledged=[(at, one[0] / _MICROSECONDS) for at, one in rows(_acknowledged(cut))],
        answered=[(at, one[0] / _MICROSECONDS, one[1] / _MICROSECONDS) for at, one in rows(_answered(cut))],
        solved=[(at, one[0] / _MICROSECONDS, one[1] / _MICROSECONDS) for at, one in rows(_solved(cut))],
        backlog=[(at, one[0] / _MICROSECONDS, bool(one[1])) for at, one in rows(_backlog(cut))],
        reopened=[(at, one[0]) for at, one in rows(_reopened(cut))],
        promises=[(at, *one) for at, one in rows(_promises(cut))],
        deliveries=[(at, one[0], bool(one[1]), one[2]) for at, one in rows(_deliveries(cut))],
        scores=[(at, int(one[0]), one[1]) for at, one in rows(_scores(cut))],
        spent=[(row[0], int(row[1])) for row in db.execute(_spent(cut))],
    )


def _messages(cut: Cut) -> Select[Any]:
    """What customers wrote, and what people answered: neither what was taken back or failed, nor what only says what
    arrived."""
    incoming = messages.c.direction == Direction.INCOMING
    void = exists().where(
        deliveries.c.message == messages.c.id,
        or_(
            deliveries.c.kind.in_(_SAYS_WHAT_ARRIVED),
            deliveries.c.state.in_((DeliveryState.WITHDRAWN, DeliveryState.FAILED)),
        ),
    )
    who = case((incoming, tickets.c.assignee), else_=messages.c.agent)
    groups = _groups(cut, messages.c.at, channel=messages.c.channel, agent=who)
    query = (
        select(*groups, messages.c.channel, messages.c.direction, func.count())
        .join_from(messages, tickets, tickets.c.id == messages.c.ticket)
        .where(
            _within(cut, messages.c.at), NOT_JUNK, not_(messages.c.automatic),
            messages.c.direction.in_((Direction.INCOMING, Direction.OUTGOING)), or_(incoming, not_(void)),
        )
    )  # fmt: skip
    return _grouped(cut, query, messages.c.channel, messages.c.direction)


def _tickets(cut: Cut) -> Select[Any]:
    query = select(
        *_groups(cut, tickets.c.opened_at),
        func.count(),
        func.count(tickets.c.number_delivered_at),
        func.coalesce(func.sum(case((tickets.c.channel == Channel.TWITTER, 1), else_=0)), 0),
    )
    return _grouped(cut, query.where(_within(cut, tickets.c.opened_at), _MATTER))


def _acknowledged(cut: Cut) -> Select[Any]:
    """From each message to the first proof that its confirmation, which has not failed since, has left."""
    first = (
        select(receipts.c.delivery, func.min(receipts.c.at).label("at"))
        .where(among(receipts.c.state, "sent", "delivered"))
        .group_by(receipts.c.delivery)
        .subquery()
    )
    groups = _groups(cut, first.c.at, channel=messages.c.channel)
    return (
        select(*groups, _raw(first.c.at) - _raw(messages.c.at))
        .join_from(messages, deliveries, deliveries.c.id == messages.c.acknowledged_by)
        .join(first, first.c.delivery == deliveries.c.id)
        .join(tickets, tickets.c.id == messages.c.ticket)
        .where(_within(cut, first.c.at), ARRIVED, NOT_JUNK)
    )


def _answered(cut: Cut) -> Select[Any]:
    at = tickets.c.answered_at
    query = select(*_groups(cut, at), _raw(_SINCE), _raw(at)).outerjoin_from(tickets, _MERGED, _OF_IT)
    return query.where(_within(cut, at), _MATTER, not_(tickets.c.reason.startswith(BY_TELEPHONE)))


def _solved(cut: Cut) -> Select[Any]:
    at = tickets.c.resolved_at
    query = select(*_groups(cut, at), _raw(_SINCE), _raw(at)).outerjoin_from(tickets, _MERGED, _OF_IT)
    return query.where(_within(cut, at), _MATTER)


def _backlog(cut: Cut) -> Select[Any]:
    at = tickets.c.opened_at
    query = select(*_groups(cut, at), _raw(_SINCE), among(tickets.c.state, "new", "open"))
    return query.outerjoin_from(tickets, _MERGED, _OF_IT).where(IN_HAND, _MATTER, at <= cut.until)


def _reopened(cut: Cut) -> Select[Any]:
    """Tickets, for a supervisor's second word on a colleague's reopening is logged alike."""
    query = select(*_groups(cut, log.c.at), tickets.c.id).distinct()
    query = query.join_from(log, _PART, _PART.c.id == log.c.ticket).join(tickets, _GOES_ON)
    return query.where(_within(cut, log.c.at), log.c.what.in_(cut.reopening), NOT_JUNK)


def _promises(cut: Cut) -> Select[Any]:
    at = promises.c.settled_at
    query = select(*_groups(cut, at, agent=promises.c.agent), promises.c.state, func.count())
    query = query.join_from(promises, tickets, tickets.c.id == promises.c.ticket)
    return _grouped(cut, query.where(_within(cut, at), NOT_JUNK), promises.c.state)


def _scores(cut: Cut) -> Select[Any]:
    at = surveys.c.answered_at
    query = select(*_groups(cut, at), surveys.c.score, func.count())
    query = query.join_from(surveys, _PART, _PART.c.id == surveys.c.ticket).join(tickets, _GOES_ON)
    given = (ANSWERED, _within(cut, at), surveys.c.score.is_not(None), NOT_JUNK)
    return _grouped(cut, query.where(*given), surveys.c.score)


def _deliveries(cut: Cut) -> Select[Any]:
    """What went to customers."""
    replies = case((and_(deliveries.c.automatic, deliveries.c.kind.not_in(_UNASKED)), 1), else_=0).label("replies")
    at = deliveries.c.created_at
    query = (
        select(*_groups(cut, at, channel=deliveries.c.channel), deliveries.c.state, replies, func.count())
        .join_from(deliveries, tickets, tickets.c.id == deliveries.c.ticket, isouter=True)
        .where(_within(cut, at), deliveries.c.kind != Kind.NOTICE, or_(tickets.c.id.is_(None), NOT_JUNK))
    )
    return _grouped(cut, query, deliveries.c.state, literal_column("replies"))


def _spent(cut: Cut) -> Select[Any]:
    first, last = cut.first_day.isoformat(), cut.last_day.isoformat()
    query = select(spend.c.day, func.sum(spend.c.amount)).where(spend.c.day >= first, spend.c.day <= last)
    return query.group_by(spend.c.day).order_by(spend.c.day)


def _within(cut: Cut, at: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(at >= cut.since, at <= cut.until)


def _grouped(cut: Cut, query: Select[Any], *more: ColumnElement[Any]) -> Select[Any]:
    return query.group_by(*(f"{_GROUP}{place}" for place in range(len(cut.parts))), *more)


def _groups(
    cut: Cut,
    at: ColumnElement[Any],
    *,
    channel: ColumnElement[Any] = tickets.c.channel,
    agent: ColumnElement[Any] = tickets.c.assignee,
) -> list[ColumnElement[Any]]:
    groups: Mapping[By, ColumnElement[Any]] = {
        By.CHANNEL: channel,
        By.AGENT: agent,
        By.REASON: contact_reason(),
        By.DAY: _day(at, cut),
        By.WEEK: (_day(at, cut) + _number(_THURSDAY)) // _number(7),
    }
    return [groups[part].label(f"{_GROUP}{place}") for place, part in enumerate(cut.parts)]


def _day(at: ColumnElement[Any], cut: Cut) -> ColumnElement[int]:
    """Days since 1970 on the team's wall. The numbers are literals: with parameters PostgreSQL would not see that what
    is selected is what is grouped by."""
    moment = _raw(at)
    (_, first), *later = [((when - EPOCH) // MICROSECOND, ahead * _MICROSECONDS) for when, ahead in cut.offsets]
    ahead: ColumnElement[int] = _number(first)
    if later:
        ahead = case(*((moment >= _number(when), _number(value)) for when, value in reversed(later)), else_=ahead)
    return cast((moment + ahead) // _number(_DAY), Integer)


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), BigInteger)


def _raw(at: ColumnElement[Any]) -> ColumnElement[int]:
    """The microseconds as they are stored."""
    return type_coerce(at, BigInteger)


def _namer(db: Connection, cut: Cut) -> Callable[[tuple[Any, ...]], Groups]:
    """Gives the groups' names for what the queries call them."""
    agents_by_id: Mapping[Any, str] = {}
    if By.AGENT in cut.parts:
        agents_by_id = {row[0]: row[1] for row in db.execute(select(agents.c.id, agents.c.name))}
    namers: Mapping[By, Callable[[Any], str]] = {
        By.CHANNEL: str,
        By.AGENT: lambda id: agents_by_id.get(id, ""),
        By.REASON: str,
        By.DAY: lambda days: (_FIRST + timedelta(days=days)).isoformat(),
        By.WEEK: lambda weeks: (_FIRST + timedelta(days=7 * weeks - _THURSDAY)).isoformat(),
    }
    known: dict[tuple[Any, ...], Groups] = {}

    def named(raw: tuple[Any, ...]) -> Groups:
        found = known.get(raw)
        if found is None:
            found = tuple(namers[part](one) for part, one in zip(cut.parts, raw, strict=True))
            known[raw] = found
        return found

    return named
