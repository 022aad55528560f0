"""Keeps the list of agents: who may answer, under which initials, and from which address mails of the team come."""

from dataclasses import replace

from inbox_bot.errors import UsageError
from inbox_bot.flows.desk import committed
from inbox_bot.flows.house import House
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Filing, LogEntry
from inbox_bot.rules import timetable


async def agents(house: House) -> list[Agent]:
    """All agents by name, disabled ones too."""
    async with house.store.read() as tx:
        return sorted(await tx.agents(), key=lambda agent: agent.name.casefold())


async def add(house: House, name: str, initials: str, address: str, hours: str = "") -> Agent:
    """Add an agent, or bring a disabled one back. `hours`: his week as people write it, "" = the team's.

    Raises `UsageError` for names, initials or addresses in use, and for hours that are none.
    """
    name, initials = name.strip(), initials.strip().removeprefix("^").upper()
    local, _, domain = address.strip().rpartition("@")
    if not name or any(not char.isprintable() for char in name):
        raise UsageError("the agent needs a printable name")
    if not (1 <= len(initials) <= 4 and initials.isalnum()):
        raise UsageError(f'"{initials}" cannot be initials: one to four letters, such as AB')
    if not local or "." not in domain or any(char.isspace() for char in address.strip()):
        raise UsageError(f'"{address}" is not a mail address; write it as name@domain')

    week = timetable.write_week(timetable.read_week(hours))

    async def act(tx: Transaction) -> Agent:
        known = await tx.agents()
        same = next((one for one in known if one.name.casefold() == name.casefold()), None)
        if same is not None and same.disabled_at is None:
            raise UsageError(f'agent "{same.name}" exists already')
        taken = next((o for o in known if o.initials == initials and o is not same and o.disabled_at is None), None)
        if taken is not None:
            raise UsageError(f'the initials {initials} belong to agent "{taken.name}"; choose others')
        now = house.now()
        agent = Agent(
            id=same.id if same else -1,
            name=same.name if same else name,
            initials=initials,
            address=f"{local}@{domain.lower()}",
            created_at=same.created_at if same else now,
            hours=week,
        )
        id = await tx.save_agent(agent)
        await tx.save(Filing(log=[LogEntry(at=now, who=agent.name, what="agent added")]))
        return replace(agent, id=id)

    return await committed(house, act)


async def disable(house: House, name: str) -> Agent:
    """End an agent's right to answer; what he wrote stays under his name."""

    async def act(tx: Transaction) -> Agent:
        known = await tx.agents()
        agent = next((one for one in known if one.name.casefold() == name.casefold()), None)
        if agent is None:
            raise UsageError(f'unknown agent "{name}": "inbox-bot agent list" shows them')
        if agent.disabled_at is not None:
            raise UsageError(f'agent "{agent.name}" is disabled already')
        now = house.now()
        gone = replace(agent, disabled_at=now)
        await tx.save_agent(gone)
        await tx.save(Filing(log=[LogEntry(at=now, who=agent.name, what="agent disabled")]))
        return gone

    return await committed(house, act)
