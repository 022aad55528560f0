"""Writes the mails to agents that can be answered: of a customer's message, and of what became of an agent's mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.errors import UsageError
from inbox_bot.flows import writing
from inbox_bot.flows.case import Case
from inbox_bot.flows.house import House
from inbox_bot.flows.writing import References
from inbox_bot.model import Channel, Direction, PromiseState, Visibility
from inbox_bot.ports import Rendered, Transaction
from inbox_bot.records import Agent, Message, Ticket
from inbox_bot.rules import assigning, routes, tokens
from inbox_bot.views import Entry
from inbox_bot.writes import Filing

_GOOD_FOR = timedelta(days=60)  # a reply address
_LONGEST = 30_000  # characters of the message itself; templates may give 100 000
_MOST_TOLD = 20  # messages of the history
_LONGEST_TOLD = 2000  # characters of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message of the history, as templates list it. `who`: "customer", "us" or "note"."""

    at: datetime
    who: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A promise, as templates list it."""

    phrase: str
    at: datetime


def queue(
    house: House,
    filing: Filing,
    refs: References,
    *,
    agent: Agent,
    ticket: Ticket | None,
    seen: int | None,
    rendered: Rendered,
) -> None:
    """Queue one mail to an agent. His answer to it goes to the ticket's customer, from one who has seen all up to the
    message `seen`; without a ticket it cannot be answered."""
    now = house.now()
    gateway = house.gateway

    def reply_to(token: str) -> str:
        if gateway is None or seen is None:
            return ""
        return tokens.agent_address(house.keys, token, agent.id, (now + _GOOD_FOR).date(), gateway.address)

    writing.queue_internal(
        house,
        filing,
        refs,
        rendered=rendered,
        at=now,
        to=agent.address,
        reply_to=reply_to,
        thread=f"ticket.{ticket.number}" if ticket else "",
        message=seen,
    )


async def of_message(house: House, tx: Transaction, case: Case, message: Message) -> Rendered:
    """The mail that tells of a customer's message: whole, with what is open and what was said before."""
    entry = next((one for one in case.entries if one.message.id == message.id), Entry(message=message))
    agents = {agent.id: agent.name for agent in await tx.agents()}
    promised = [one for one in await tx.promises_of(case.ticket.id) if one.state is PromiseState.OPEN]
    facts = {
        **about(house, case, entry),
        "at": message.at,
        "text": _cut(message.text, _LONGEST),
        "channel": message.channel.value,
        "visibility": message.visibility.value,
        "files": [file.name for file in entry.files],
        "unproven": message.channel is Channel.EMAIL and not message.proof,
        "state": case.ticket.state.value,
        "priority": case.ticket.priority.value,
        "assigned": agents.get(case.ticket.assignee or 0, ""),
        "waiting_since": assigning.waiting_since(case.messages),
        "promises": [Due(phrase=one.phrase, at=one.due_at) for one in promised],
        "history": _history(case.entries, message),
        "answerable": house.gateway is not None,
        "way": _way_of_an_answer(case),
    }
    return house.texts.render("agent-ticket", Channel.EMAIL, house.brand.language, facts)


def about(house: House, case: Case, entry: Entry | None = None) -> dict[str, object]:
    """What every mail to an agent may say of the ticket."""
    named = [one.name or one.handle or one.address for one in case.identities]
    person = (case.customer.name if case.customer else "") or next(iter(named), "")
    if entry is not None and not person:
        person = entry.handle or entry.address
    return {
        "number": case.ticket.number,
        "subject": case.ticket.subject,
        "customer": person,
        "undo_seconds": round(house.gateway.undo.total_seconds()) if house.gateway else 0,
    }


def render(house: House, name: str, facts: Mapping[str, object]) -> Rendered:
    """One of the other mails to agents, in the brand's language."""
    return house.texts.render(name, Channel.EMAIL, house.brand.language, facts)


def way(channel: Channel, visibility: Visibility) -> str:
    """How an answer goes: "mail", "dm" or "post"."""
    if channel is Channel.EMAIL:
        return "mail"
    return "post" if visibility is Visibility.PUBLIC else "dm"


def _way_of_an_answer(case: Case) -> str:
    """As `way`, "" where none is open."""
    try:
        route = routes.choose(case.ticket, case.messages, case.identities, routes.Way.LAST)
    except UsageError:
        return ""
    return way(route.identity.channel, route.visibility)


def _history(entries: Sequence[Entry], message: Message) -> list[Told]:
    """What people said before and since, newest first."""
    said = {Direction.INCOMING: "customer", Direction.OUTGOING: "us", Direction.NOTE: "note"}
    told = [
        Told(at=m.at, who=said[m.direction], name=entry.agent, text=_cut(m.text, _LONGEST_TOLD))
        for entry in reversed(entries)
        if (m := entry.message).id != message.id and not m.automatic
    ]
    return told[:_MOST_TOLD]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} […]"
