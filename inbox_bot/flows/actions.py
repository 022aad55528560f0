"""Puts on record what was done for a customer, with its evidence, and takes it back where it was not so."""

from dataclasses import replace
from datetime import datetime

from inbox_bot.casework import Action
from inbox_bot.errors import UsageError
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.model import Act
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Ticket
from inbox_bot.rules import claims, numbers
from inbox_bot.writes import Filing


async def add(
    house: House, number: str, text: str, who: str, *, reference: str = "", confirmed_by: str = "", kind: str = ""
) -> tuple[Ticket, Action]:
    """An action ("cancel line") is evidence once it has a reference and the name of who confirmed it; without them it
    is a request. `kind`: a word of `Act` where the text does not tell. Raises `UsageError`."""
    if not text.strip():
        raise UsageError('say what was done, such as: inbox-bot action add NUMBER "cancel line" --ref 4711')
    act_ = _kind(kind.strip().lower(), text)

    async def act(tx: Transaction) -> tuple[Ticket, Action]:
        agent, ticket, now = await acting(tx, who), await ticket_called(tx, number), house.now()
        confirming = await acting(tx, confirmed_by) if confirmed_by else None
        action = Action(
            id=-1,
            ticket=ticket.id,
            kind=act_,
            text=text.strip(),
            reference=reference.strip(),
            at=now,
            agent=agent.id,
            confirmed_by=confirming.id if confirming else None,
        )
        evidence = [f"ref {action.reference}"] * bool(action.reference)
        evidence += [f"confirmed by {confirming.name}"] if confirming else []
        detail = f"{action.text} ({act_}; {', '.join(evidence) or 'requested'})"
        log = [LogEntry(at=now, who=agent.name, what="action", ticket=ticket.id, detail=detail)]
        await tx.save(Filing(actions=[action], log=log))
        return ticket, (await tx.actions_of(ticket.id))[-1]

    return await committed(house, act)


def _kind(word: str, text: str) -> Act:
    if word and word not in set(Act):
        raise UsageError(f'"{word}" is no kind of action; kinds: {", ".join(Act)}')
    found = Act(word) if word else claims.kind_of(text)
    if found is None:
        raise UsageError(
            f'"{text.strip()}" does not tell what kind of action it is: add --kind, one of {", ".join(Act)}'
        )
    return found


async def listed(house: House, number: str) -> tuple[Ticket, list[Action], dict[int, str]]:
    """The ticket, its actions with the oldest first, and the agents' names by id."""
    async with house.store.read() as tx:
        ticket = await ticket_called(tx, number)
        return ticket, await tx.actions_of(ticket.id), {one.id: one.name for one in await tx.agents()}


async def take_back(house: House, written: str, who: str, why: str = "") -> tuple[Action, str]:
    """It is not so: the action proves nothing any more, and stays on record. Gives it with the ticket's number."""

    async def act(tx: Transaction) -> tuple[Action, str]:
        agent = await acting(tx, who)
        action = await tx.action(id_of(written))
        if action is None:
            raise UsageError(f'there is no action "{written}"; "inbox-bot action list NUMBER" shows them')
        number = await tx.number_of(action.ticket)
        await ticket_called(tx, number)  # nobody else settles the ticket's matters meanwhile
        if action.taken_back_at is not None:
            raise UsageError(f"action a{action.id} was taken back already")
        taken, log = taken_back(action, agent.name, house.now(), why)
        await tx.save(Filing(actions=[taken], log=[log]))
        return taken, numbers.pretty(number)

    return await committed(house, act)


def taken_back(action: Action, who: str, now: datetime, why: str = "") -> tuple[Action, LogEntry]:
    """The action as one that is known not to be so, and what the log says of it."""
    detail = f"a{action.id}: {action.text}" + (f": {why.strip()}" if why.strip() else "")
    return replace(action, taken_back_at=now), LogEntry(
        at=now, who=who, what="action taken back", ticket=action.ticket, detail=detail
    )


def id_of(written: str) -> int:
    """The id in "12" or "a12"; raises `UsageError`."""
    digits = written.strip().lower().removeprefix("a")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise UsageError(
            f'"{written}" is not the id of an action; "inbox-bot action list NUMBER" shows them, such as a12'
        )
    return int(digits)
