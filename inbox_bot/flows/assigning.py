"""Gives tickets to the team: new ones to who is on duty and fits, the next one to who asks; calls supervisors."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from inbox_bot.flows import notice
from inbox_bot.flows.again import again
from inbox_bot.flows.desk import acting, committed
from inbox_bot.flows.house import House
from inbox_bot.model import AgentRole
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, LogEntry, Notice, Ticket
from inbox_bot.rules import assigning, hours, timetable
from inbox_bot.rules.assigning import Candidate, Choice, Request
from inbox_bot.views import Unassigned
from inbox_bot.writes import Filing

OURSELVES = "inbox-bot"
_LOT = 500
_EVERYTHING = 100_000  # tickets that nobody has


def candidates(
    house: House, agents: Sequence[Agent], loads: Mapping[int, tuple[int, datetime | None]], now: datetime
) -> list[Candidate]:
    """The team as the rules see it: each with his own hours, or else the team's, and with what he has to do."""
    team = house.hours(now)
    return [
        Candidate(
            id=one.id,
            name=one.name,
            hours=replace(team, week=timetable.read_week(one.hours)) if one.hours else team,
            role=one.role,
            disabled=one.disabled_at is not None,
            languages=frozenset(one.languages),
            skills=frozenset(one.skills),
            load=loads.get(one.id, (0, None))[0],
            last_assigned_at=loads.get(one.id, (0, None))[1],
        )
        for one in agents
    ]


@again
async def hand_out(house: House) -> int:
    """Give each ticket that nobody has to somebody who is on duty, in the order in which their customers wait; gives
    how many. What one of the team has put back by hand is left for who takes it."""
    if not house.automatic_assign:
        return 0
    now = house.now()
    async with house.store.read() as tx:  # every second, and mostly there is nothing to do: nobody need wait for it
        team = candidates(house, await tx.agents(), {}, now)
        if not any(not one.disabled and hours.is_open(one.hours, now) for one in team):
            return 0
        if not await tx.unassigned(_LOT, offered=True):
            return 0
    async with house.store.write() as tx:
        free = await tx.unassigned(_LOT, offered=True)
        team = candidates(house, await tx.agents(), await tx.loads(), now)
        filing = Filing()
        for one in free:
            team = _given(house, filing, one, team, now)
        await tx.save(filing)
    return len(filing.tickets)


def _given(house: House, filing: Filing, free: Unassigned, team: list[Candidate], now: datetime) -> list[Candidate]:
    """Give it to whom the rule names; the team with what he has to do then."""
    ticket = free.ticket
    choice = assigning.choose(
        Request(language=free.language, topic=ticket.topic, previous=free.previous), team, now
    )  # fmt: skip
    if choice.agent is None:
        return team
    filing.tickets.append(replace(ticket, assignee=choice.agent))
    filing.log.append(LogEntry(at=now, who=OURSELVES, what="assign", ticket=ticket.id, detail=choice.reason))
    filing.notices.append(notice.assigned(house, ticket, choice.agent, free.message, now))
    return [replace(one, load=one.load + 1, last_assigned_at=now) if one.id == choice.agent else one for one in team]


async def queue(house: House) -> list[Unassigned]:
    """What nobody has and whose customer waits, longest first."""
    async with house.store.read() as tx:
        return await tx.unassigned(_EVERYTHING, offered=False)


async def take_next(house: House, who: str) -> Ticket | None:
    """The agent takes the ticket whose customer waits longest, of those in his languages; None where none waits."""

    async def act(tx: Transaction) -> Ticket | None:
        agent, now = await acting(tx, who), house.now()
        free = await tx.unassigned(_EVERYTHING, offered=False)
        mine = next((one for one in free if not agent.languages or one.language in {"", *agent.languages}), None)
        if mine is None:
            return None
        taken = replace(mine.ticket, assignee=agent.id)
        log = LogEntry(at=now, who=agent.name, what="assign", ticket=taken.id, detail=f"{agent.name} took the next one")
        await tx.save(Filing(tickets=[taken], log=[log]))
        return taken

    return await committed(house, act)


async def supervisors(house: House, tx: Transaction, now: datetime, language: str = "") -> list[int]:
    """Who is told what is overdue, repeated, angry or failed: the supervisor on duty, all of them where none is."""
    team = candidates(house, await tx.agents(), await tx.loads(), now)
    chosen = assigning.call(team, now, language)
    if chosen.agent is not None:
        return [chosen.agent]
    return [one.id for one in team if one.role is AgentRole.SUPERVISOR and not one.disabled]


async def supervisor_on_duty(house: House, tx: Transaction, now: datetime, language: str = "") -> Choice:
    """The supervisor who gets what is his from the beginning; nobody where none is on duty."""
    return assigning.call(candidates(house, await tx.agents(), await tx.loads(), now), now, language)


def to_each(notices: Sequence[Notice], whom: Sequence[int]) -> list[Notice]:
    """The same to each of them."""
    return [replace(one, agent=agent) for one in notices for agent in whom]
