"""Queries about questions for satisfaction: which tickets are due, what the guard must know, what was answered."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, not_, or_, select, update

from inbox_bot.casework import Survey
from inbox_bot.model import DeliveryState, Direction, Kind, PromiseState, Visibility
from inbox_bot.records import Ticket
from inbox_bot.store.casework_schema import promises
from inbox_bot.store.incident_schema import ONGOING, affected, incidents
from inbox_bot.store.rows import TICKET, chunks, columns, record, records
from inbox_bot.store.schema import (
    NOT_JUNK,
    RESOLVED,
    WAITING,
    customers,
    deliveries,
    identities,
    log,
    messages,
    tickets,
)
from inbox_bot.store.survey_schema import ANSWERED, ASKED, surveys
from inbox_bot.views import Afterwards, Posed, Surveyed

SURVEY = columns(surveys, Survey)
OURSELVES = "inbox-bot"
"""Who did it, in the log, where nobody did."""
SETTLING = ("resolve", Kind.REPLY.value, Kind.CORRECTION.value)
"""What the log calls an act that may settle a ticket."""
ANGER = "angry"
"""What the log calls anger and complaints; it stays when the customer is calm again."""


def due(db: Connection, before: datetime, limit: int, *, lock: bool) -> list[Ticket]:
    """Tickets resolved until then of which nothing is decided, oldest first; none that is junk, merged or erased."""
    query = (
        select(*TICKET)
        .where(
            RESOLVED, tickets.c.resolved_at <= before, NOT_JUNK, tickets.c.merged_into.is_(None),
            tickets.c.erased_at.is_(None), not_(exists().where(surveys.c.ticket == tickets.c.id)),
        )
        .order_by(tickets.c.resolved_at, tickets.c.id)
        .limit(limit)
    )  # fmt: skip
    return records(db, Ticket, query.with_for_update(skip_locked=True) if lock else query)


def afterwards(db: Connection, ids: Collection[int], since: datetime) -> dict[int, Afterwards]:
    """What the guard must know of each of these tickets, in a fixed number of statements per 500 of them."""
    found: dict[int, Afterwards] = {}
    for some in chunks(ids):
        these = tickets.c.id.in_(some)
        open_besides = _which(db, select(tickets.c.id).where(these, _open_besides()))
        broken = _which(db, select(tickets.c.id).where(these, _broken()))
        by_person = _which(db, select(tickets.c.id).where(these, _settled_by_person()))
        lately = _which(db, select(tickets.c.id).where(these, _asked(since)))
        angry = _which(db, select(tickets.c.id).where(these, or_(tickets.c.angry_at.is_not(None), _complained())))
        touched = touched_by_incident(db, some)
        for id in some:
            found[id] = Afterwards(
                open_besides=id in open_besides,
                touched_by_incident=id in touched,
                broken_promise=id in broken,
                settled_by_person=id in by_person,
                asked_lately=id in lately,
                complained=id in angry,
            )
    return found


def touched_by_incident(db: Connection, ids: Collection[int]) -> set[int]:
    """Those of these tickets whose customer is in an incident that is ongoing, or was while he waited."""
    other = tickets.alias("his")
    touching = exists().where(
        other.c.customer == tickets.c.customer,
        affected.c.ticket == other.c.id,
        affected.c.undone_at.is_(None),
        incidents.c.id == affected.c.incident,
        or_(ONGOING, incidents.c.closed_at >= tickets.c.opened_at),
    )
    return _which(db, select(tickets.c.id).where(tickets.c.id.in_(ids), touching))


def _which(db: Connection, query: Select[int]) -> set[int]:
    return set(db.execute(query).scalars())


def _open_besides() -> ColumnElement[bool]:
    other = tickets.alias("other")
    at_work = or_(*(other.c.state == word for word in ("new", "open", "pending")))
    return exists().where(
        other.c.customer == tickets.c.customer,
        other.c.id != tickets.c.id,
        at_work,
        not_(other.c.junk),
        other.c.merged_into.is_(None),
    )


def _broken() -> ColumnElement[bool]:
    return exists().where(promises.c.ticket == tickets.c.id, promises.c.state == PromiseState.BROKEN)


def _settled_by_person() -> ColumnElement[bool]:
    """Whether somebody settled it at the moment since which it is settled; a clock writes no such line."""
    return exists().where(
        log.c.ticket == tickets.c.id,
        log.c.at == tickets.c.resolved_at,
        log.c.what.in_(SETTLING),
        log.c.who != OURSELVES,
    )


def _asked(since: datetime) -> ColumnElement[bool]:
    return exists().where(surveys.c.customer == tickets.c.customer, surveys.c.decided_at > since, ASKED)


def _complained() -> ColumnElement[bool]:
    """In this ticket, or in one that was merged into it."""
    part = tickets.alias("part")
    whole = or_(part.c.id == tickets.c.id, part.c.merged_into == tickets.c.id)
    return exists().where(log.c.ticket == part.c.id, whole, log.c.what == ANGER)


def posed(db: Connection, people: Collection[int], since: datetime, *, lock: bool) -> list[Posed]:
    """The questions put to these customers from then on, newest first."""
    found: list[Posed] = []
    later = messages.alias("later")
    last = (
        select(func.max(later.c.id))
        .where(
            later.c.customer == messages.c.customer,
            later.c.identity == messages.c.identity,
            later.c.direction == Direction.OUTGOING,
            later.c.visibility == Visibility.PRIVATE,
        )
        .correlate(messages)
        .scalar_subquery()
    )
    for some in chunks(people):
        query = (
            select(*SURVEY, messages.c.identity, deliveries.c.token, last)
            .join_from(surveys, messages, messages.c.id == surveys.c.message)
            .join(deliveries, deliveries.c.message == messages.c.id)
            .where(surveys.c.customer.in_(some), surveys.c.decided_at > since, ASKED)
            .order_by(surveys.c.id.desc())
        )
        rows = list(db.execute(query))
        about = _tickets(db, [row.ticket for row in rows], lock=lock)
        for row in rows:
            survey = record(Survey, row)
            identity, token, newest = row[len(SURVEY) :]
            found.append(
                Posed(
                    survey=survey, ticket=about[survey.ticket], identity=identity, token=token,
                    latest=newest == survey.message,
                )
            )  # fmt: skip
    return found


def _tickets(db: Connection, ids: Collection[int], *, lock: bool) -> dict[int, Ticket]:
    """These tickets, or those into which they were merged, by the id asked for."""
    named = {one.id: one for one in records(db, Ticket, select(*TICKET).where(tickets.c.id.in_(ids)))}
    wanted = {id: one.merged_into or id for id, one in named.items()}
    query = select(*TICKET).where(tickets.c.id.in_(wanted.values())).order_by(tickets.c.id)
    live = {one.id: one for one in records(db, Ticket, query.with_for_update() if lock else query)}
    return {id: live[target] for id, target in wanted.items()}


UNSENT = and_(WAITING, deliveries.c.looks == 0, deliveries.c.kind == Kind.SURVEY)
"""A question in line of which no attempt's outcome was ever lost, so that none can have arrived."""


def in_line(db: Connection, *, lock: bool) -> list[tuple[Survey, Ticket]]:
    """The questions that certainly have not left, each with its ticket or the one that goes on in its place."""
    query = (
        select(*SURVEY)
        .join_from(deliveries, identities, identities.c.id == deliveries.c.identity)
        .join(
            surveys, and_(surveys.c.customer == identities.c.customer, surveys.c.message == deliveries.c.message, ASKED)
        )
        .where(UNSENT)
        .order_by(surveys.c.id)
    )
    found = records(db, Survey, query)
    about = _tickets(db, [one.ticket for one in found], lock=lock)
    return [(one, about[one.ticket]) for one in found]


def take_back(db: Connection, survey: Survey, why: str) -> bool:
    """The question does not go out, and he was not asked; False where it has begun to leave."""
    gone = update(deliveries).where(deliveries.c.message == survey.message, UNSENT)
    if not db.execute(gone.values(state=DeliveryState.WITHDRAWN, error=why)).rowcount:
        return False
    unasked(db, [survey.message], why)
    return True


def unasked(db: Connection, questions: Collection[int | None], why: str) -> None:
    """What these messages were to ask was not asked: whom it was for may be asked about another matter."""
    values = {"asked": False, "message": None, "reason": why}
    db.execute(update(surveys).where(surveys.c.message.in_(questions)).values(values))


def of_customer(db: Connection, customer: int) -> list[Survey]:
    """All about his tickets, oldest first."""
    return records(db, Survey, select(*SURVEY).where(surveys.c.customer == customer).order_by(surveys.c.id))


def listed(db: Connection, since: datetime, limit: int) -> list[Surveyed]:
    """What was decided from then on, newest first."""
    query = (
        select(tickets.c.number, customers.c.name, *SURVEY)
        .join_from(surveys, tickets, tickets.c.id == surveys.c.ticket)
        .join(customers, customers.c.id == surveys.c.customer)
        .where(surveys.c.decided_at >= since)
        .order_by(surveys.c.decided_at.desc(), surveys.c.id.desc())
        .limit(limit)
    )
    return [Surveyed(survey=record(Survey, row[2:]), number=row[0], customer=row[1]) for row in db.execute(query)]


def satisfaction(db: Connection, since: datetime) -> list[int]:
    """The scores given from then on, oldest first."""
    query = select(surveys.c.score).where(ANSWERED, surveys.c.answered_at >= since, surveys.c.score.is_not(None))
    return list(db.execute(query.order_by(surveys.c.answered_at, surveys.c.id)).scalars())
