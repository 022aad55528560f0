"""Says why a customer has written: by the words of his first messages, an agent's template, or an agent."""

from dataclasses import replace
from datetime import datetime

from inbox_bot.errors import UsageError
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.flows.lot import Lot
from inbox_bot.model import Direction, Incoming
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, LogEntry, Ticket
from inbox_bot.rules import numbers
from inbox_bot.rules.reasons import NONE, reason_of
from inbox_bot.writes import Filing

SAID, BY_TEMPLATE = "reason", "reason by template"
"""What the log calls it."""


def heard(lot: Lot, item: Incoming, ticket: Ticket) -> Ticket:
    """The ticket as it is after this message. Only what comes together with its first one counts: nobody of the team
    can have said anything of it yet."""
    if not lot.house.reasons or ticket.id > 0:
        return ticket
    texts = [
        f"{one.subject}\n{one.text}"
        for one in lot.filing.messages
        if one.ticket == ticket.id and one.direction is Direction.INCOMING
    ]
    told = reason_of("\n".join([*texts, item.subject, item.text]), lot.house.reasons)
    if told != ticket.contact_reason:
        ticket = replace(ticket, contact_reason=told)
        lot.put_ticket(ticket)
    return ticket


async def say(house: House, written: str, reason: str, who: str) -> Ticket:
    """An agent says why he has written; "none" takes the reason away. Raises `UsageError` for one that is not
    configured."""

    async def act(tx: Transaction) -> Ticket:
        agent, ticket = await acting(tx, who), await ticket_called(tx, written)
        said, log = by_agent(house, ticket, reason, agent, house.now())
        await tx.save(Filing(tickets=[said], log=log))
        return said

    return await committed(house, act)


def by_agent(house: House, ticket: Ticket, reason: str, agent: Agent, now: datetime) -> tuple[Ticket, list[LogEntry]]:
    """The ticket with the reason that an agent says, and what the log says of it; "" = he says none. Raises
    `UsageError` for one that is not configured."""
    if not reason:
        return ticket, []
    name = reason.strip().casefold()
    if name != NONE and name not in house.reasons:
        raise UsageError(f'"{reason}" is no reason of the configuration ([reasons]: {_listed(house)})')
    told = LogEntry(at=now, who=agent.name, what=SAID, ticket=ticket.id, detail=name)
    return replace(ticket, contact_reason="" if name == NONE else name), [told]


async def with_answer(
    house: House, tx: Transaction, ticket: Ticket, reason: str, topic: str, agent: Agent, now: datetime
) -> Ticket:
    """The ticket with the reason that comes with an agent's answer, saved: the one that he says, else the `topic` of
    the template that he has chosen, unless somebody of the team has said one before."""
    said, log = by_agent(house, ticket, reason, agent, now)
    if not log and topic in house.reasons and topic != ticket.contact_reason:
        if any(one.what == SAID for one in await tx.log(ticket.id)):
            return ticket
        said = replace(ticket, contact_reason=topic)
        log = [LogEntry(at=now, who=agent.name, what=BY_TEMPLATE, ticket=ticket.id, detail=topic)]
    if log:
        await tx.save(Filing(tickets=[said], log=log))
    return said


def missing(house: House, ticket: Ticket) -> str:
    """Why the ticket cannot be resolved, and what to type; "" = it can."""
    if not house.reasons or ticket.contact_reason:
        return ""
    return (
        f"ticket {numbers.pretty(ticket.number)} has no reason yet, and needs one to be resolved: --reason NAME (by "
        f"mail: /reason NAME), one of {_listed(house)}"
    )


def _listed(house: House) -> str:
    return ", ".join(house.reasons) or "there are none yet"
