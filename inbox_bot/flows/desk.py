"""What an agent does to tickets, people and waiting replies; each act is one logged transaction."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from inbox_bot.errors import Conflict, UsageError
from inbox_bot.flows import notice
from inbox_bot.flows.house import House
from inbox_bot.model import DeliveryState, Direction, Priority, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Identity, LogEntry, Message, Ticket
from inbox_bot.rules import acknowledge, numbers
from inbox_bot.rules.mentions import named_in
from inbox_bot.views import Entry
from inbox_bot.writes import Filing

_JUNK, _BLOCKED = "the ticket is junk", "the customer is blocked"
MOST_TRIES = 3  # of a transaction that another process got ahead of

_Result = TypeVar("_Result")


async def committed(house: House, act: Callable[[Transaction], Awaitable[_Result]]) -> _Result:
    """Run `act` in a transaction that commits; again where another process wrote the same key first."""
    for _ in range(MOST_TRIES - 1):
        try:
            async with house.store.write() as tx:
                return await act(tx)
        except Conflict:
            continue
    async with house.store.write() as tx:
        return await act(tx)


async def acting(tx: Transaction, name: str) -> Agent:
    """The agent of that name or initials; "" = the only one there is. Raises `UsageError` with the way to add one."""
    agents = await tx.agents()
    active = [agent for agent in agents if agent.disabled_at is None]
    if not name:
        if len(active) == 1:
            return active[0]
        if not active:
            raise UsageError("there is no agent yet: add one with: inbox-bot agent add NAME --initials XY --address …")
        listed = ", ".join(agent.name for agent in active)
        raise UsageError(f"who are you? say --as NAME or set INBOX_BOT_AGENT; agents: {listed}")
    wanted = name.casefold()
    for agent in active:
        if wanted in {agent.name.casefold(), agent.initials.casefold()}:
            return agent
    if any(agent.name.casefold() == wanted for agent in agents):
        raise UsageError(f'agent "{name}" is disabled: "inbox-bot agent add {name} …" brings the name back')
    raise UsageError(f'unknown agent "{name}": add it with: inbox-bot agent add {name} --initials XY --address …')


async def ticket_called(tx: Transaction, written: str) -> Ticket:
    """The ticket of a number in any spelling; raises `UsageError` where it is mistyped or unknown."""
    number = numbers.parse(written)
    if not number:
        why = "its check digit is wrong" if numbers.mistyped(written) else "it has nine digits, such as 427-918-354"
        raise UsageError(f'"{written}" is not a ticket number: {why}')
    ticket = await tx.ticket(number)
    if ticket is None:
        raise UsageError(f"there is no ticket {numbers.pretty(number)}")
    return ticket


async def note(house: House, written: str, text: str, who: str) -> tuple[Ticket, int, list[Agent]]:
    """Add a note that only the team reads; gives the ticket, the note's message id, and whom it names."""
    if not text.strip():
        raise UsageError("the note is empty; nothing was saved")

    async def act(tx: Transaction) -> tuple[Ticket, int, list[Agent]]:
        agent, ticket, now = await acting(tx, who), await ticket_called(tx, written), house.now()
        named = [one for one in named_in(text, await tx.agents()) if one.id != agent.id]
        message = Message(
            id=-1,
            ticket=ticket.id,
            customer=ticket.customer,
            identity=None,
            inbox=ticket.inbox,
            channel=ticket.channel,
            direction=Direction.NOTE,
            visibility=Visibility.INTERNAL,
            external_id="",
            at=now,
            text=text,
            agent=agent.id,
        )
        told = ", ".join(one.name for one in named)
        log = [LogEntry(at=now, who=agent.name, what="note", ticket=ticket.id, detail=told and f"told {told}")]
        ids = await tx.save(Filing(messages=[message], log=log))
        about = replace(message, id=ids[-1])
        notices = [notice.mentioned(house, ticket, one, agent.name, about) for one in named]
        await tx.save(Filing(notices=notices))
        return ticket, ids[-1], named

    return await committed(house, act)


async def _change(
    house: House, written: str, who: str, what: str, change: Callable[[Ticket, datetime], Ticket]
) -> Ticket:
    async def act(tx: Transaction) -> Ticket:
        agent, ticket, now = await acting(tx, who), await ticket_called(tx, written), house.now()
        changed = change(ticket, now)
        log = [LogEntry(at=now, who=agent.name, what=what, ticket=ticket.id)]
        await tx.save(Filing(tickets=[changed], log=log))
        return changed

    return await committed(house, act)


async def prioritise(house: House, written: str, priority: Priority, who: str) -> Ticket:
    """Say how soon it must be answered; its target counts from the same moment as before."""
    return await _change(house, written, who, f"priority {priority}", lambda one, _: replace(one, priority=priority))


async def assign(house: House, written: str, to: str, who: str) -> tuple[Ticket, Agent | None]:
    """Give the ticket to an agent, who is told; `to` "" takes it from whoever has it, and leaves it in the queue."""

    async def act(tx: Transaction) -> tuple[Ticket, Agent | None]:
        agent, ticket = await acting(tx, who or to), await ticket_called(tx, written)
        owner = await acting(tx, to) if to else None
        changed, now = replace(ticket, assignee=owner.id if owner else None), house.now()
        what = LogEntry(
            at=now, who=agent.name, what="assign", ticket=ticket.id, detail=owner.name if owner else "nobody"
        )
        filing = Filing(tickets=[changed], log=[what])
        if owner is not None and owner.id not in {agent.id, ticket.assignee}:
            last = (await tx.last_incoming([ticket.id])).get(ticket.id)
            filing.notices.append(notice.assigned(house, ticket, owner.id, last, now, by=agent.name))
        await tx.save(filing)
        return changed, owner

    return await committed(house, act)


async def junk(house: House, written: str, who: str, *, undo: bool) -> Ticket:
    """Take a ticket out of sight and stop what it has not sent yet; `undo` brings it back and owes its number again."""

    async def act(tx: Transaction) -> Ticket:
        agent, ticket, now = await acting(tx, who), await ticket_called(tx, written), house.now()
        if ticket.junk is not undo:
            raise UsageError(f"ticket {numbers.pretty(ticket.number)} is {'already' if ticket.junk else 'not'} junk")
        entries = await tx.timeline(ticket.customer, ticket.id)
        log = [LogEntry(at=now, who=agent.name, what="not junk" if undo else "junk", ticket=ticket.id)]
        filing = Filing(log=log)
        if undo:
            ticket = replace(ticket, junk=False)
            _owing_again(house, filing, ticket, entries, await tx.identities(ticket.customer))
        else:
            await tx.withdraw(ticket.id, _JUNK)
        await tx.set_junk(ticket.id, not undo)
        await tx.save(filing)
        return replace(ticket, junk=not undo)

    return await committed(house, act)


def _owing_again(
    house: House, filing: Filing, ticket: Ticket, entries: Sequence[Entry], people: Sequence[Identity]
) -> None:
    """What was put away with the ticket or its customer is owed again, unless it is too old by now: the messages whose
    confirmation was withdrawn, or where he wrote in public only, the withdrawn public reply. (What was only owed has
    waited.) `people`: the customer's identities as they are from now on."""
    now = house.now()
    limit = now - timedelta(hours=house.policy.max_age_hours)
    under_way = set(DeliveryState) - {DeliveryState.WITHDRAWN, DeliveryState.FAILED}
    sent = [delivery for entry in entries for delivery, _ in entry.deliveries]
    carried = any(one.carries_number and one.state in under_way for one in sent)
    missing = ticket.number_delivered_at is None and not carried and not ticket.quiet
    withdrawn = [one for one in sent if one.state is DeliveryState.WITHDRAWN and one.error in {_JUNK, _BLOCKED}]
    gone = {one.id for one in withdrawn}
    private = [
        entry.message
        for entry in entries
        if entry.message.direction is Direction.INCOMING
        and entry.message.visibility is Visibility.PRIVATE
        and not entry.message.automatic
    ]
    owing = [one for one in private if one.acknowledge_at is not None]
    again = [one for one in private if one.acknowledged_by in gone or (missing and not owing and one is private[-1])]
    young = [one for one in again if one.at > limit]
    filing.messages += [replace(one, acknowledge_at=now) for one in young]
    filing.messages += [replace(one, acknowledge_at=None) for one in owing if one.at <= limit]
    if not missing or young or any(one.at > limit for one in owing):
        return
    welcome = {one.id for one in people if acknowledge.welcome(one)}
    last = next((one for one in reversed(withdrawn) if one.carries_number), None)
    if last is None:
        return
    if private or last.created_at <= limit:
        filing.deliveries.append(replace(last, error=acknowledge.TOO_OLD))  # the audit tells it
    elif last.identity in welcome:
        filing.deliveries.append(replace(last, state=DeliveryState.QUEUED, due_at=max(now, last.due_at), error=""))


async def block(house: House, key: str, who: str, *, undo: bool) -> list[Identity]:
    """Answer an address or handle never automatically any more; what it writes is filed all the same. `undo` also ends
    the suspicion that a machine writes there."""

    async def act(tx: Transaction) -> list[Identity]:
        agent, now = await acting(tx, who), house.now()
        bearing = await identities_called(tx, key)
        changed = [
            replace(one, blocked_at=None, looping_at=None) if undo else replace(one, blocked_at=one.blocked_at or now)
            for one in bearing
        ]
        log = [LogEntry(at=now, who=agent.name, what="unblock" if undo else "block", detail=key)]
        filing = Filing(identities=changed, log=log)
        for one in bearing if not undo else ():
            await tx.withdraw_from(one.id, _BLOCKED)
        freed = {one.customer for one in bearing if undo and one.blocked_at is not None}
        for ticket in [ticket for customer in sorted(freed) for ticket in await _tickets_of(tx, customer)]:
            if not ticket.junk:
                others = {one.id: one for one in await tx.identities(ticket.customer)}
                people = list((others | {one.id: one for one in changed}).values())
                _owing_again(house, filing, ticket, await tx.timeline(ticket.customer, ticket.id), people)
        await tx.save(filing)
        return changed

    return await committed(house, act)


async def _tickets_of(tx: Transaction, customer: int) -> list[Ticket]:
    found = await tx.tickets(states=("new", "open", "pending", "resolved"), customer=customer, limit=1000)
    return [ticket for ticket, _, _ in found]


async def identities_called(tx: Transaction, key: str) -> list[Identity]:
    """The identities that bear this mail address, handle or X user id; raises `UsageError` where there is none."""
    wanted = key.strip().removeprefix("@").casefold()
    found = [
        identity
        for customer in await tx.find_customers(key.strip())
        for identity in await tx.identities(customer.id)
        if wanted in {identity.address.casefold(), identity.handle.casefold()}
    ]
    if not wanted or not found:
        raise UsageError(f'nobody is known as "{key}"; give a mail address, an X handle or an X user id')
    return found
