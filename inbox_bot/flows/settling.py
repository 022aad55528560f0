"""Settles a ticket, and reopens it; says whether texts about the matter may go again."""

from inbox_bot.errors import UsageError
from inbox_bot.flows import reasons, unkept
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.model import AgentRole, TicketState
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Ticket
from inbox_bot.rules import states
from inbox_bot.rules.fitting import lifts
from inbox_bot.rules.states import REOPEN
from inbox_bot.writes import Filing

RESOLVE = "resolve"
"""What the log calls it."""


async def resolve(house: House, written: str, who: str, reason: str = "") -> Ticket:
    """The matter is settled; `reason`: why he wrote, "" = as it stands on record. Raises `UsageError` while a promise
    of the ticket is open, and where a reason is needed and there is none."""

    async def act(tx: Transaction) -> Ticket:
        agent, ticket, now = await acting(tx, who), await ticket_called(tx, written), house.now()
        await unkept.refuse(house, tx, ticket)
        said, log = reasons.by_agent(house, ticket, reason, agent, now)
        settled = states.resolve(said, now)
        if missing := reasons.missing(house, said):
            raise UsageError(missing)
        log.append(LogEntry(at=now, who=agent.name, what=RESOLVE, ticket=ticket.id))
        await tx.save(Filing(tickets=[settled], log=log))
        return settled

    return await committed(house, act)


async def reopen(house: House, written: str, who: str) -> tuple[Ticket, bool]:
    """The matter is not settled after all. Gives the ticket, and whether templates stay held since whoever reopens it
    is no supervisor; a supervisor lifts that by reopening what a colleague has reopened."""

    async def act(tx: Transaction) -> tuple[Ticket, bool]:
        agent, ticket, now = await acting(tx, who), await ticket_called(tx, written), house.now()
        supervisors = {one.name for one in await tx.agents() if one.role is AgentRole.SUPERVISOR}
        last = next((one.who for one in reversed(await tx.log(ticket.id)) if one.what == REOPEN), None)
        settled = ticket.state in (TicketState.RESOLVED, TicketState.CLOSED)
        held_until_now = last is not None and not lifts(last, supervisors)
        reopened = ticket if held_until_now and not settled and agent.name in supervisors else states.reopen(ticket)
        log = [LogEntry(at=now, who=agent.name, what=REOPEN, ticket=ticket.id)]
        await tx.save(Filing(tickets=[reopened], log=log))
        return reopened, not lifts(agent.name, supervisors)

    return await committed(house, act)
