"""Keeps answers that agents have begun: they survive a stop, a crash and the end of the day."""

from inbox_bot.casework import Draft
from inbox_bot.errors import UsageError
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.ports import Transaction
from inbox_bot.records import Message, Ticket
from inbox_bot.rules import numbers


async def keep(house: House, written: str, text: str, who: str, *, seen: int | None = None) -> Ticket:
    """Keep what the agent has begun, in place of what he had begun there before; an empty text drops it."""

    async def act(tx: Transaction) -> Ticket:
        agent, ticket = await acting(tx, who), await ticket_called(tx, written)
        if text.strip():
            draft = Draft(ticket=ticket.id, agent=agent.id, text=text.strip(), at=house.now(), seen=seen)
            await tx.put_draft(draft)
        else:
            await tx.drop_draft(ticket.id, agent.id)
        return ticket

    return await committed(house, act)


async def begun(house: House, written: str, who: str) -> str:
    """What the agent has begun there. Raises `UsageError` where that is nothing."""
    found = await _begun(house, written, who)
    if not found:
        raise UsageError(f"you have begun no answer to {written}: inbox-bot drafts")
    return found


async def _begun(house: House, written: str, who: str) -> str:
    async with house.store.read() as tx:
        agent, ticket = await acting(tx, who), await ticket_called(tx, written)
        return await _draft(tx, ticket, agent.id)


async def _draft(tx: Transaction, ticket: Ticket, agent: int) -> str:
    return next((draft.text for draft in await tx.drafts_of(ticket.id) if draft.agent == agent), "")


async def desk_of(house: House, written: str, who: str) -> tuple[list[Message], str]:
    """What an editor is opened on: all that was written in the ticket, and what the agent has begun."""
    async with house.store.read() as tx:
        agent, ticket = await acting(tx, who), await ticket_called(tx, written)
        entries = await tx.timeline(ticket.customer, ticket.id)
        return [entry.message for entry in entries], await _draft(tx, ticket, agent.id)


async def drafts(house: House, who: str) -> list[tuple[Draft, str]]:
    """(draft, ticket number) of all that an agent has begun, oldest first."""
    async with house.store.read() as tx:
        agent = await acting(tx, who)
        return [(draft, numbers.pretty(number)) for draft, number in await tx.drafts_by(agent.id)]
