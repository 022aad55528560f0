"""Merges tickets of one customer, takes that back, and splits one in two; the customer is told once, in private."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot.care import Grouping, Move, Moved, Regrouping
from inbox_bot.errors import Unsendable, UsageError
from inbox_bot.flows import writing
from inbox_bot.flows.answering import inbox_of, signed
from inbox_bot.flows.case import Case, case_of
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.flows.sight import mingled
from inbox_bot.flows.unmerging import last_merge, take_along, taken_back
from inbox_bot.model import Channel, Direction, Kind, TicketState, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, LogEntry, Message, Ticket
from inbox_bot.rules import numbers, routes
from inbox_bot.rules.merging import joined, parted, reaches
from inbox_bot.rules.routes import Route
from inbox_bot.views import Entry
from inbox_bot.writes import Filing

_SETTLED = (TicketState.RESOLVED, TicketState.CLOSED)
_TOLD = "the customer was told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What goes on, what went into it or came out of it, and what the customer is told of it, "" = nothing."""

    ticket: Ticket
    other: Ticket
    text: str


async def merge(house: House, written: str, into: str, who: str, why: str) -> Merged:
    """The first ticket goes on in the second; both numbers are good from now on. Raises `UsageError` where they are of
    two customers, one already, or the second is settled and the first is not."""

    async def act(tx: Transaction) -> Merged:
        agent, now = await acting(tx, who), house.now()
        source, case = await ticket_called(tx, written), await case_of(tx, into)
        target = case.ticket
        _may_merge(source, target)
        theirs = await tx.timeline(source.customer, source.id)
        moves = await tx.contents(source.id, target.id)
        begun = await take_along(tx, source, target)
        await mingled(tx, source.id, target.id, [one.message for one in theirs])
        route = _private(case, theirs) if reaches(source, theirs) else None
        id = await tx.regroup(
            Regrouping(
                id=-1, grouping=Grouping.MERGE_TICKETS, kept=target.id, other=source.id, at=now, who=agent.name,
                why=why, evidence=f"{source.state}" + (f"; {_TOLD}" if route else "") + begun,
            ),
            moves,
        )  # fmt: skip
        kept, gone = joined(target, source, now), replace(source, merged_into=target.id, state=TicketState.CLOSED)
        gone = replace(gone, closed_at=source.closed_at or now, snoozed_until=None, asked=False)
        filing = Filing(tickets=[gone, kept])
        filing.log += _entries(agent, now, f"merge {id}", why, (source, target))
        text = _tell(house, filing, case, agent, route, kept, source, now, parted=False) if route else ""
        await tx.save(filing)
        return Merged(ticket=kept, other=gone, text=text)

    return await committed(house, act)


def _may_merge(source: Ticket, target: Ticket) -> None:
    if source.id == target.id:
        raise UsageError(f"both are ticket {numbers.pretty(target.number)} already")
    if source.customer != target.customer:
        raise UsageError(
            "the tickets are of two customers; if they are one person, first run: inbox-bot customer link ADDRESS "
            f"{numbers.pretty(target.number)} --why …"
        )
    if target.state in _SETTLED and source.state not in _SETTLED:
        other = f"inbox-bot merge {numbers.pretty(target.number)} {numbers.pretty(source.number)}"
        raise UsageError(f"{numbers.pretty(target.number)} is {target.state}: merge it the other way round: {other}")
    if source.junk or target.junk:
        raise UsageError("one of them is junk; first run: inbox-bot junk NUMBER --undo")


async def unmerge(house: House, written: str, who: str, why: str) -> Merged:
    """The ticket with this number goes on by itself again, with all that was its own. Raises `UsageError` where it was
    not merged."""

    async def act(tx: Transaction) -> Merged:
        agent, now = await acting(tx, who), house.now()
        await ticket_called(tx, written)  # that it is one
        source = await tx.merged(numbers.parse(written))
        assert source is not None  # it was found by its number
        last = await last_merge(tx, source.id)
        if source.merged_into is None or last is None:
            raise UsageError(f"{numbers.pretty(source.number)} was not merged into another ticket")
        if await last_merge(tx, last.kept) is not None:
            number = numbers.pretty(await tx.number_of(last.kept))
            raise UsageError(f"{number} has been merged on since; first run: inbox-bot unmerge {number}")
        case = await case_of(tx, await tx.number_of(last.kept))
        if case.ticket.erased_at is not None:
            raise UsageError(f"nothing is left of {numbers.pretty(source.number)}: its words were erased")
        back, kept = await taken_back(tx, source, case.ticket, last, agent.name, why, now)
        case = await case_of(tx, kept.number)
        filing = Filing(tickets=[back, kept])
        filing.log += _entries(agent, now, "unmerge", why, (source, kept))
        text = ""
        theirs = await tx.timeline(back.customer, back.id)
        told = _TOLD in last.evidence and not await _unsaid(tx, case, last)
        if told and (route := _private(case, theirs)) is not None:
            text = _tell(house, filing, case, agent, route, kept, back, now, parted=True)
        await tx.save(filing)
        return Merged(ticket=kept, other=back, text=text)

    return await committed(house, act)


async def split(house: House, written: str, messages: Collection[int], subject: str, who: str, why: str) -> Merged:
    """These messages get a ticket of their own, whose number the customer is told at once. `merge` takes it back."""

    async def act(tx: Transaction) -> Merged:
        agent, case, now = await acting(tx, who), await case_of(tx, written), house.now()
        ticket, going = case.ticket, [one for one in case.messages if one.id in messages]
        _may_split(ticket, case, messages, going)
        route = _private(case)
        if route is None:
            raise UsageError(
                "he has only written in public, where no number of a new matter belongs: ask him for a direct message"
            )
        theirs = [one for one in going if one.direction is Direction.INCOMING]
        fresh = Ticket(
            id=-1,
            number=numbers.draw(house.bits),
            customer=ticket.customer,
            inbox=inbox_of(house, route),
            channel=route.identity.channel,
            state=TicketState.NEW,
            subject=subject or theirs[0].subject or ticket.subject,
            opened_at=now,
            reason=f"split from {numbers.pretty(ticket.number)}",
            related=ticket.id,
            assignee=ticket.assignee,
            last_incoming_at=theirs[-1].at,
            priority=ticket.priority,
        )
        fresh = replace(fresh, id=(await tx.save(Filing(tickets=[fresh])))[fresh.id])
        moves = [Move(what=Moved.MESSAGE_TICKET, row=one.id, source=ticket.id, target=fresh.id) for one in going]
        moves += await tx.attached([one.id for one in going], ticket.id, fresh.id)
        await tx.regroup(
            Regrouping(
                id=-1, grouping=Grouping.SPLIT_TICKET, kept=ticket.id, other=fresh.id, at=now, who=agent.name, why=why
            ),
            moves,
        )
        kept = parted(ticket, [entry for entry in case.entries if entry.message not in going])
        filing = Filing(tickets=[kept])
        filing.log += _entries(agent, now, "split", why, (ticket, fresh))
        text = _announce(house, filing, case, agent, route, fresh, theirs, now)
        await tx.save(filing)
        return Merged(ticket=kept, other=fresh, text=text)

    return await committed(house, act)


def _may_split(ticket: Ticket, case: Case, wanted: Collection[int], going: Collection[Message]) -> None:
    missing = sorted(set(wanted) - {one.id for one in going})
    if missing:
        raise UsageError(f"m{missing[0]} is not in ticket {numbers.pretty(ticket.number)}; show lists what is")
    if not any(one.direction is Direction.INCOMING and not one.automatic for one in going):
        raise UsageError("name at least one message of the customer: his matter gets the new ticket")
    left = [one for one in case.messages if one not in going and one.direction is Direction.INCOMING]
    if not left:
        raise UsageError("nothing of the customer's would stay; give a new subject or leave it as it is")
    if ticket.state is TicketState.CLOSED or ticket.junk:
        raise UsageError(f"ticket {numbers.pretty(ticket.number)} is {'junk' if ticket.junk else 'closed'}")


def _private(case: Case, others: Sequence[Entry] = ()) -> Route | None:
    """The private way by which he wrote in this ticket, else in the other one."""
    for messages in filter(None, (case.messages, [one.message for one in others])):
        try:
            route = routes.in_private(case.ticket, messages, case.identities)
        except UsageError:
            continue
        if route.visibility is Visibility.PRIVATE:
            return route
    return None


async def _unsaid(tx: Transaction, case: Case, merge: Regrouping) -> bool:
    """Whether what tells him of the merge has not left yet: then it does not, and he need not hear of its end."""
    told = [
        sent.id
        for entry in case.entries
        for sent, _ in entry.deliveries
        if sent.kind is Kind.CONFIRMATION and sent.created_at == merge.at
    ]
    return bool(told) and await tx.take_back(told, "unmerged before it left") == len(told)


def _tell(
    house: House,
    filing: Filing,
    case: Case,
    agent: Agent,
    route: Route,
    kept: Ticket,
    other: Ticket,
    now: datetime,
    *,
    parted: bool,
) -> str:
    given = {**case.facts(house, route, agent), "other_number": other.number, "other_subject": other.subject}
    if parted:
        given["subject"] = kept.subject  # not that of what is answered, which may lie in the other one
    return _queue(house, filing, case, agent, route, kept, Kind.CONFIRMATION, given | {"parted": parted}, "merged", now)


def _announce(
    house: House,
    filing: Filing,
    case: Case,
    agent: Agent,
    route: Route,
    fresh: Ticket,
    theirs: Collection[Message],
    now: datetime,
) -> str:
    given = {
        **case.facts(house, route, agent),
        "number": fresh.number,
        "subject": fresh.subject,
        "other_number": case.ticket.number,
        "at": next(iter(theirs)).at,
    }
    return _queue(house, filing, case, agent, route, fresh, Kind.OPENING, given, "split", now)


def _queue(
    house: House,
    filing: Filing,
    case: Case,
    agent: Agent,
    route: Route,
    ticket: Ticket,
    kind: Kind,
    given: dict[str, object],
    name: str,
    now: datetime,
) -> str:
    rendered = house.texts.render(name, route.identity.channel, case.language(house, route), given)
    if route.identity.channel is Channel.TWITTER:
        rendered = writing.with_text(rendered, signed(rendered.text, agent))
    try:
        writing.queue(
            house, filing, writing.References(), kind=kind, ticket=ticket, identity=route.identity, rendered=rendered,
            visibility=Visibility.PRIVATE, at=now, due_at=now, inbox=inbox_of(house, route),
            answered=writing.Answered.of(route.answers) if route.answers else None, agent=agent,
            carries_number=ticket.number_delivered_at is None,
        )  # fmt: skip
    except Unsendable as error:
        raise UsageError(str(error)) from error
    return rendered.text


def _entries(agent: Agent, now: datetime, what: str, why: str, both: tuple[Ticket, Ticket]) -> list[LogEntry]:
    names = " and ".join(numbers.pretty(one.number) for one in both)
    return [
        LogEntry(at=now, who=agent.name, what=what, ticket=one.id, detail=f"{names}: {why}" if why else names)
        for one in both
    ]
