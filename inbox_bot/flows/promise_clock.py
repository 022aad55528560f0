"""Does what falls due of promises: reminds owners, raises the alarm when one is broken, tells the customer."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from inbox_bot.casework import Promise
from inbox_bot.errors import InboxBotError, UsageError
from inbox_bot.flows import greeting, notice, writing
from inbox_bot.flows.again import again
from inbox_bot.flows.answering import inbox_of
from inbox_bot.flows.case import Case, case_of
from inbox_bot.flows.house import House
from inbox_bot.model import AgentRole, Direction, Kind, PromiseState, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, LogEntry, Notice, Ticket
from inbox_bot.rules import acknowledge, due_times, routes
from inbox_bot.rules.hours import is_open
from inbox_bot.rules.routes import Route
from inbox_bot.views import Lookup
from inbox_bot.writes import Filing

log = logging.getLogger(__name__)

REMINDER, BROKEN = "promise_due", "promise_broken"
"""Kinds of notices."""
_LOT = 500
_AHEAD = timedelta(days=14)  # an hour of opening lies no further before a due time, holidays and all
_WORTH_TELLING = timedelta(days=7)  # whoever was not told until then would only wonder
_OURSELVES = "inbox-bot"


async def turn(house: House) -> int:
    """All of it; gives how many messages to customers it queued."""
    await remind(house)
    await break_due(house)
    return await tell_customers(house)


@again
async def remind(house: House) -> int:
    """Each owner is reminded once, before the promise is due; of one who is there no more, the supervisors."""
    now = house.now()
    hours = house.hours(now)
    filing = Filing()
    async with house.store.write() as tx:
        waiting = await tx.promises_to_remind(now + _AHEAD, _LOT)
        due = [one for one in waiting if due_times.remind_at(one.made_at, one.due_at, hours) <= now < one.due_at]
        agents = {one.id: one for one in await tx.agents()} if due else {}
        for promise in due:
            number = await tx.number_of(promise.ticket)
            told = _owner(promise, agents) or _supervisors(agents)
            filing.notices += _notices(house, REMINDER, promise, await tx.ticket(number), agents, told)
            filing.promises.append(replace(promise, reminded_at=now))
        if due:
            await tx.save(filing)
    return len(due)


@again
async def break_due(house: House) -> int:
    """A promise whose time is over is broken: its owner and supervisors are told; the audit shows it to the team."""
    now = house.now()
    filing = Filing()
    async with house.store.write() as tx:
        due = await tx.promises_due(now, _LOT)
        agents = {one.id: one for one in await tx.agents()} if due else {}
        for promise in due:
            number = await tx.number_of(promise.ticket)
            filing.promises.append(replace(promise, state=PromiseState.BROKEN, settled_at=now))
            filing.log.append(
                LogEntry(
                    at=now, who=_OURSELVES, what="promise broken", ticket=promise.ticket,
                    detail=f"p{promise.id}: {promise.phrase}",
                )
            )  # fmt: skip
            ticket = await tx.ticket(number)
            if ticket is None or ticket.junk:
                continue
            told = {one.id: one for one in (*_owner(promise, agents), *_supervisors(agents))}.values()
            filing.notices += _notices(house, BROKEN, promise, ticket, agents, told)
        if due:
            await tx.save(filing)
    return len(due)


def _owner(promise: Promise, agents: dict[int, Agent]) -> list[Agent]:
    owner = agents.get(promise.agent)
    return [owner] if owner is not None and owner.disabled_at is None else []


def _supervisors(agents: dict[int, Agent]) -> list[Agent]:
    return [one for one in agents.values() if one.role is AgentRole.SUPERVISOR and one.disabled_at is None]


def _notices(
    house: House, kind: str, promise: Promise, ticket: Ticket | None, agents: dict[int, Agent], told: Iterable[Agent]
) -> list[Notice]:
    """To each of these; where there is nobody, of a reminder to everybody (the audit's alarm reaches them anyway)."""
    if ticket is None:
        return []
    ids: list[int | None] = [one.id for one in told]
    if not ids and kind == REMINDER:
        ids = [None]
    owner = agents.get(promise.agent)
    made = notice.about(
        house, ticket, kind, None, house.now(), by=owner.name if owner else "", phrase=promise.phrase,
        promise=promise.id, due_at=promise.due_at,
    )  # fmt: skip
    return [replace(made, agent=id) for id in ids]


@again
async def tell_customers(house: House) -> int:
    """Write to each customer, once and while the team is there, that what he was promised has not been kept: by the way
    that he wrote in private, and only while no person has answered him since. Gives how many were told."""
    now = house.now()
    if not is_open(house.hours(now), now):
        return 0
    told = 0
    async with house.store.write() as tx:
        untold = await tx.promises_untold(now - _WORTH_TELLING, _LOT)
        for _, group in groupby(
            sorted(untold, key=lambda one: (one.ticket, one.due_at, one.id)), lambda one: one.ticket
        ):
            told += await _tell(house, tx, list(group), now)
    return told


async def _tell(house: House, tx: Transaction, broken: list[Promise], now: datetime) -> bool:
    """One message for all that is broken in a ticket, about the first of it."""
    promise = broken[0]
    case = await case_of(tx, await tx.number_of(promise.ticket))
    route = _open_way(case)
    if route is None or await _too_many(house, tx, case, route, now):
        return False
    filing, refs = Filing(), writing.References()
    subject = route.answers.subject if route.answers and route.answers.subject else case.ticket.subject
    given = {
        **greeting.facts(house, case.ticket, route.identity, case.arrived(), customer=case.customer),
        "subject": subject,
        "phrase": promise.phrase if _as_he_read_it(promise, case) else "",
        "promised_at": promise.made_at,
        "due_at": promise.due_at,
    }
    try:
        channel, language = route.identity.channel, case.language(house, route)
        writing.queue(
            house,
            filing,
            refs,
            kind=Kind.INTERIM,
            ticket=case.ticket,
            identity=route.identity,
            rendered=house.texts.render("promise-missed", channel, language, given),
            visibility=Visibility.PRIVATE,
            at=now,
            due_at=now,
            answered=writing.Answered.of(route.answers) if route.answers else None,
            inbox=inbox_of(house, route),
            automatic=True,
            carries_number=False,
        )
    except InboxBotError as error:
        log.warning("promise_not_told", extra={"ticket": case.ticket.id, "reason": str(error)})
        return False
    filing.promises += [replace(one, told_at=now) for one in broken]
    filing.log.append(
        LogEntry(
            at=now, who=_OURSELVES, what="interim", ticket=case.ticket.id,
            detail=f"told that p{promise.id} is broken",
        )
    )  # fmt: skip
    await tx.save(filing)
    return True


def _as_he_read_it(promise: Promise, case: Case) -> bool:
    """Whether the phrase stands in the message that made the promise, and is not the team's own word for it."""
    said = next((one.text for one in case.messages if one.id == promise.message), "")
    return bool(promise.phrase) and promise.phrase in said


def _open_way(case: Case) -> Route | None:
    """The private way by which this customer may get an automatic message; None where a person has to write, as to who
    wrote in public only."""
    if case.ticket.quiet or case.ticket.angry_at is not None:
        return None
    theirs = [one.visibility for one in case.messages if one.direction is Direction.INCOMING]
    if theirs and Visibility.PRIVATE not in theirs:
        return None
    try:
        route = routes.in_private(case.ticket, case.messages, case.identities)
    except UsageError:
        return None
    usable = acknowledge.worth_offering(route.identity.channel, route.identity)
    return route if route.visibility is Visibility.PRIVATE and usable else None


async def _too_many(house: House, tx: Transaction, case: Case, route: Route, now: datetime) -> bool:
    """Whether this customer has had as many automatic messages as anybody gets; then he is told later."""
    known = await tx.gather(Lookup(addresses=frozenset({(route.identity.channel, route.identity.address)})), now)
    return acknowledge.capped(known.to_customer.get(case.ticket.customer, ()), house.policy, now) is not None
