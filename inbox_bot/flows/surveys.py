"""Asks customers whose tickets are settled how satisfied they are: each ticket is decided about once, and says why."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from inbox_bot.casework import Survey
from inbox_bot.errors import InboxBotError, UsageError
from inbox_bot.flows import greeting, writing
from inbox_bot.flows.again import again
from inbox_bot.flows.answering import inbox_of
from inbox_bot.flows.case import Case, case_of
from inbox_bot.flows.house import House
from inbox_bot.model import Channel, Direction, Kind, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Identity, LogEntry, Ticket
from inbox_bot.rules import acknowledge, routes, surveys
from inbox_bot.rules.routes import Route
from inbox_bot.rules.surveys import Decision
from inbox_bot.views import Lookup, Surveyed
from inbox_bot.writes import Filing

_LOT = 500
_MOST_READ = 50  # tickets whose whole history is read in one transaction: others wait for it ten seconds at most
_LEASE = timedelta(minutes=5)  # so long after its last turn a process that has died keeps others from theirs
_EVERYTHING = 100_000  # decisions in a list
_OURSELVES = "inbox-bot"
PUBLIC_ONLY = "he wrote in public only"
NO_WAY = "no private way to him is open"
NO_NUMBER = "its number has not reached him"
OPEN_AGAIN = "it is open again"


@again
async def turn(house: House) -> int:
    """Decide about one lot of the tickets that are due, and again about those whose question has not left; gives how
    many were decided about for the first time. Who has had as many automatic messages as anybody gets is left for
    later."""
    if not house.surveys.enabled:
        return 0
    await reconsider(house)
    before = house.now() - house.surveys.after
    async with house.store.read() as tx:  # mostly there is nothing to do: nobody need wait for it
        if not await tx.surveys_due(before, 1):
            return 0
    async with house.store.write() as tx:
        asking = _Asking(house=house, tx=tx, now=house.now())
        # two at once would not see whom the other is about to ask
        if not await tx.take_lease("surveys", house.worker, asking.now + _LEASE, asking.now):
            return 0
        due = await tx.surveys_due(before, _LOT)
        facts = await tx.afterwards([one.id for one in due], asking.now - house.surveys.every)
        for ticket in due:
            if asking.read == _MOST_READ:
                break
            known = facts[ticket.id]
            if ticket.customer in asking.asked:
                known = replace(known, asked_lately=True)
            overdue = before - (ticket.resolved_at or before)
            await asking.decide(ticket, surveys.guard(known, overdue=overdue))
        if asking.filing.surveys:
            await tx.save(asking.filing)
    return len(asking.filing.surveys)


@again
async def reconsider(house: House) -> int:
    """Take back the questions that have not left yet (the mail server is away, X's limit is reached) and that by now
    may not be put; how many."""
    async with house.store.read() as tx:  # they may wait for a day: nobody need wait for a look at them
        if not await _against(house, tx):
            return 0
    async with house.store.write() as tx:
        return sum([await tx.take_question_back(survey, why) for survey, why in await _against(house, tx)])


async def _against(house: House, tx: Transaction) -> list[tuple[Survey, str]]:
    """The questions in line that may not be put any more, each with the reason."""
    waiting, now = await tx.questions_in_line(), house.now()
    facts = await tx.afterwards([ticket.id for _, ticket in waiting], now)  # who was asked is asked already
    found = []
    for survey, ticket in waiting:
        overdue = now - house.surveys.after - (ticket.resolved_at or now)
        closed = ticket.quiet or _unwelcome(await tx.identities(ticket.customer))
        decision = surveys.guard(facts[ticket.id], overdue=overdue, closed=closed)
        if ticket.resolved_at is None:
            found.append((survey, OPEN_AGAIN))
        elif not decision.ask:
            found.append((survey, decision.reason))
    return found


@dataclass(slots=True, kw_only=True)
class _Asking:
    """One lot. `asked`: the customers who are asked in it; `read`: of how many tickets the history was read."""

    house: House
    tx: Transaction
    now: datetime
    filing: Filing = field(default_factory=Filing)
    refs: writing.References = field(default_factory=writing.References)
    asked: set[int] = field(default_factory=set)
    read: int = 0

    async def decide(self, ticket: Ticket, decision: Decision) -> None:
        """Note the decision, with the question where he is asked."""
        message = None
        if decision.ask:
            self.read += 1
            case = await case_of(self.tx, ticket.number)
            route, closed = way(case)
            if route is not None:
                if await self._too_many(ticket, route.identity):
                    return
                message, closed = self._put(case, route)
            decision = Decision(ask=False, reason=closed) if message is None else decision
        self.filing.surveys.append(
            Survey(
                id=-1, ticket=ticket.id, customer=ticket.customer, decided_at=self.now, asked=decision.ask,
                reason=decision.reason, message=message,
            )
        )  # fmt: skip

    def _put(self, case: Case, route: Route) -> tuple[int | None, str]:
        """The question's message, or why it could not be written."""
        house, ticket, identity = self.house, case.ticket, route.identity
        given = greeting.facts(house, ticket, identity, case.arrived(), customer=case.customer)
        try:
            message, _ = writing.queue(
                house,
                self.filing,
                self.refs,
                kind=Kind.SURVEY,
                ticket=ticket,
                identity=identity,
                rendered=house.texts.render("survey", identity.channel, case.language(house, route), given),
                visibility=Visibility.PRIVATE,
                at=self.now,
                due_at=self.now,
                answered=writing.Answered.of(route.answers) if route.answers else None,
                inbox=inbox_of(house, route),
                automatic=True,
                carries_number=False,
            )
        except InboxBotError as error:
            return None, f"the question could not be written: {error}"
        self.asked.add(ticket.customer)
        self.filing.log.append(
            LogEntry(
                at=self.now, who=_OURSELVES, what=Kind.SURVEY.value, ticket=ticket.id,
                detail=f"asked how satisfied he is, by {identity.channel}",
            )
        )  # fmt: skip
        return message.id, ""

    async def _too_many(self, ticket: Ticket, identity: Identity) -> bool:
        """Whether this customer has had as many automatic messages as anybody gets."""
        lookup = Lookup(addresses=frozenset({(identity.channel, identity.address)}))
        known = await self.tx.gather(lookup, self.now)
        return acknowledge.capped(known.to_customer.get(ticket.customer, ()), self.house.policy, self.now) is not None


def way(case: Case) -> tuple[Route | None, str]:
    """The private way by which he may get a message that he has not asked for; else None, and why."""
    ticket = case.ticket
    closed = ticket.quiet or ("" if ticket.number_delivered_at is not None else NO_NUMBER)
    theirs = [one.visibility for one in case.messages if one.direction is Direction.INCOMING]
    if not closed and theirs and Visibility.PRIVATE not in theirs:
        closed = PUBLIC_ONLY
    if closed := closed or _unwelcome(case.identities):
        return None, closed
    try:
        route = routes.in_private(ticket, case.messages, case.identities)
    except UsageError:
        return None, NO_WAY
    if route.visibility is not Visibility.PRIVATE:
        return None, PUBLIC_ONLY
    closed = _unusable(route.identity)
    return (None, closed) if closed else (route, "")


def _unwelcome(identities: Sequence[Identity]) -> str:
    """Why nothing automatic goes to whose these are, "" = it may."""
    if any(one.opted_out_at is not None for one in identities):
        return acknowledge.OPTED_OUT
    return "he is blocked" if any(one.blocked_at is not None for one in identities) else ""


def _unusable(identity: Identity) -> str:
    if identity.undeliverable_at is not None:
        return "the address takes no mail" if identity.channel is Channel.EMAIL else "X delivers no message to him"
    if identity.looping_at is not None:
        return acknowledge.LOOPING
    return "" if acknowledge.worth_offering(identity.channel, identity) else NO_WAY


async def listed(house: House, since: datetime) -> list[Surveyed]:
    """What was decided from then on, newest first."""
    async with house.store.read() as tx:
        return await tx.surveyed(since, _EVERYTHING)
