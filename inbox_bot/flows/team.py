"""Keeps the list of agents: who may answer, how he signs, where mail of his comes from, what he knows and speaks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inbox_bot.domains import ascii_domain, mailbox
from inbox_bot.errors import UsageError
from inbox_bot.flows.assigning import OURSELVES
from inbox_bot.flows.desk import committed
from inbox_bot.flows.house import House
from inbox_bot.model import AgentRole
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, LogEntry
from inbox_bot.rules import timetable
from inbox_bot.writes import Filing

NOBODY = "nobody"
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be changed of an agent; None = it stays. `languages`, `skills`: () = any, none. `hours`: his week
    as people write it, "" = the team's."""

    initials: str | None = None
    address: str | None = None
    role: AgentRole | None = None
    languages: tuple[str, ...] | None = None
    skills: tuple[str, ...] | None = None
    hours: str | None = None


async def agents(house: House) -> list[Agent]:
    """All agents by name, disabled ones too."""
    async with house.store.read() as tx:
        return sorted(await tx.agents(), key=lambda agent: agent.name.casefold())


async def add(house: House, name: str, initials: str, address: str, wishes: Wishes | None = None) -> Agent:
    """Add an agent, or bring a disabled one back. Raises `UsageError` for names, initials or addresses in use."""
    name = name.strip()
    if not name or any(not char.isprintable() for char in name):
        raise UsageError("the agent needs a printable name")
    if name.casefold() == NOBODY:
        raise UsageError('"nobody" takes a ticket from whoever has it; give the agent another name')
    wishes = replace(wishes or Wishes(), initials=initials, address=address)

    async def act(tx: Transaction) -> Agent:
        known = await tx.agents()
        same = next((one for one in known if one.name.casefold() == name.casefold()), None)
        if same is not None and same.disabled_at is None:
            raise UsageError(f'agent "{same.name}" exists already')
        if other := next((one for one in known if one.initials.casefold() == name.casefold()), None):
            raise UsageError(f'"{name}" are the initials of agent "{other.name}"; give the agent another name')
        now = house.now()
        fresh = Agent(
            id=same.id if same else -1,
            name=same.name if same else name,
            initials="",
            address="",
            created_at=same.created_at if same else now,
        )
        agent = _changed(house, fresh, wishes, known)
        id = await tx.save_agent(agent)
        await tx.save(Filing(log=[LogEntry(at=now, who=agent.name, what="agent added")]))
        return replace(agent, id=id)

    return await committed(house, act)


async def change(house: House, name: str, wishes: Wishes) -> Agent:
    """Change what is wished of an agent who is not disabled. Raises `UsageError` as `add` does."""

    async def act(tx: Transaction) -> Agent:
        known = await tx.agents()
        agent = _named(known, name)
        if agent.disabled_at is not None:
            raise UsageError(f'agent "{agent.name}" is disabled: "inbox-bot agent add {agent.name} …" brings him back')
        changed = _changed(house, agent, wishes, known)
        if changed == agent:
            raise UsageError("nothing is to be changed: say what, e.g. --languages de,en")
        await tx.save_agent(changed)
        await tx.save(Filing(log=[LogEntry(at=house.now(), who=agent.name, what="agent changed")]))
        return changed

    return await committed(house, act)


async def disable(house: House, name: str) -> Agent:
    """End an agent's right to answer; what he wrote stays under his name, what he had to do goes back to the queue."""

    async def act(tx: Transaction) -> Agent:
        agent = _named(await tx.agents(), name)
        if agent.disabled_at is not None:
            raise UsageError(f'agent "{agent.name}" is disabled already')
        now = house.now()
        gone = replace(agent, disabled_at=now)
        await tx.save_agent(gone)
        filing = Filing(log=[LogEntry(at=now, who=agent.name, what="agent disabled")])
        for ticket in await tx.tickets_of(agent.id):
            filing.tickets.append(replace(ticket, assignee=None))
            why = f"back to the queue: {agent.name} is disabled"
            filing.log.append(LogEntry(at=now, who=OURSELVES, what="assign", ticket=ticket.id, detail=why))
        await tx.save(filing)
        return gone

    return await committed(house, act)


def _named(known: Sequence[Agent], name: str) -> Agent:
    agent = next((one for one in known if one.name.casefold() == name.strip().casefold()), None)
    if agent is None:
        raise UsageError(f'unknown agent "{name}": "inbox-bot agent list" shows them')
    return agent


def _changed(house: House, agent: Agent, wishes: Wishes, known: Sequence[Agent]) -> Agent:
    if wishes.initials is not None:
        agent = replace(agent, initials=_initials(wishes.initials, agent, known))
    if wishes.address is not None:
        agent = replace(agent, address=_address(house, wishes.address))
    if wishes.role is not None:
        agent = replace(agent, role=wishes.role)
    if wishes.languages is not None:
        agent = replace(agent, languages=_languages(wishes.languages))
    if wishes.skills is not None:
        agent = replace(agent, skills=_skills(house, wishes.skills))
    if wishes.hours is not None:
        agent = replace(agent, hours=timetable.write_week(timetable.read_week(wishes.hours)))
    return agent


def _initials(written: str, agent: Agent, known: Sequence[Agent]) -> str:
    initials = written.strip().removeprefix("^").upper()
    if not (1 <= len(initials) <= 4 and initials.isalnum()):
        raise UsageError(f'"{initials}" cannot be initials: one to four letters, such as AB')
    taken = next((o for o in known if o.initials == initials and o.id != agent.id and o.disabled_at is None), None)
    if taken is not None:
        raise UsageError(f'the initials {initials} belong to agent "{taken.name}"; choose others')
    return initials


def _address(house: House, written: str) -> str:
    local, _, domain = written.strip().rpartition("@")
    if not local or "." not in domain or any(char.isspace() for char in written.strip()):
        raise UsageError(f'"{written}" is not a mail address; write it as name@domain')
    plain = mailbox(f"{local.partition('+')[0]}@{domain}")
    if any(plain == mailbox(inbox.address) for inbox in house.inboxes.values()):
        raise UsageError(
            f'"{written}" is an inbox of this program: what an agent is told would come in as mail of a customer'
        )
    return f"{local}@{ascii_domain(domain)}"


def _languages(written: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(one.strip().lower() for one in written if one.strip()))
    wrong = next((one for one in found if not _LANGUAGE.fullmatch(one)), None)
    if wrong is not None:
        raise UsageError(f'"{wrong}" is no language: write two letters each, such as de,en')
    return found


def _skills(house: House, written: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(one.strip() for one in written if one.strip()))
    wrong = next((one for one in found if one not in house.topics), None)
    if wrong is not None:
        listed = ", ".join(house.topics) or "there are none yet"
        raise UsageError(f'"{wrong}" is no topic of the configuration ([topics]: {listed}); add it there first')
    return found
