"""Tells agents by mail what customers write: whoever has the ticket, or else all who are on duty."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from inbox_bot.errors import InboxBotError
from inbox_bot.flows import agent_letters
from inbox_bot.flows.again import again
from inbox_bot.flows.case import Case, case_of
from inbox_bot.flows.house import House
from inbox_bot.flows.notice import ASSIGNED
from inbox_bot.flows.writing import References
from inbox_bot.model import AgentRole, Direction
from inbox_bot.ports import Rendered, Transaction
from inbox_bot.records import Agent, Message, Notice
from inbox_bot.rules import numbers
from inbox_bot.rules.hours import is_open
from inbox_bot.rules.timetable import read_week
from inbox_bot.writes import Filing

log = logging.getLogger(__name__)

_LOT = 100
_AN_HOUR = 300  # notices to agents; above it those of tickets that nobody has are not mailed to everybody
_AT_ONCE = 5  # messages of one ticket that are told one by one
_LEASE = timedelta(minutes=2)
_REFUSED_FOR = timedelta(days=1)  # so long after a bounced mail others are told too


@dataclass(frozen=True, slots=True, kw_only=True)
class _Team:
    """Who is not disabled; `reached`: of these, whose addresses took mail of late."""

    active: list[Agent]
    reached: list[Agent]

    def instead(self, agent: int) -> list[Agent]:
        """To whom goes what is for this agent: where his address takes no mail, to the supervisors as well."""
        his = [one for one in self.active if one.id == agent]
        if any(one.id == agent for one in self.reached):
            return his
        return [*his, *(one for one in self.reached if one.role is AgentRole.SUPERVISOR)]


@again
async def tell_agents(house: House) -> int:
    """Mail what waits for agents; gives how many notices were dealt with."""
    now = house.now()
    filing, refs = Filing(), References()
    async with house.store.read() as tx:
        if not await tx.notices(1, agents=True):
            return 0
    async with house.store.write() as tx:  # of several processes one tells
        if not await tx.take_lease("agent notices", house.worker, now + _LEASE, now):
            return 0
    async with house.store.read() as tx:  # nobody need wait while texts are made
        waiting = await tx.notices(_LOT, agents=True)
        active = [agent for agent in await tx.agents() if agent.disabled_at is None]
        refusing = await tx.refusing({agent.address for agent in active}, now - _REFUSED_FOR)
        team = _Team(active=active, reached=[agent for agent in active if agent.address not in refusing])
        many = await tx.notices_sent(now - timedelta(hours=1), agents=True) > _AN_HOUR
        for notice in _worth_telling([notice for _, notice in waiting]) if house.mail_inbox is not None else ():
            try:
                await _tell(house, tx, filing, refs, notice, team, many=many)
            except InboxBotError as error:
                log.warning("agent_not_told", extra={"ticket": notice.ticket, "reason": str(error)})
    async with house.store.write() as tx:
        await tx.save(filing)
        await tx.mark_notices([id for id, _ in waiting], now)
    return len(waiting)


def _worth_telling(waiting: Sequence[Notice]) -> list[Notice]:
    """All, but of a ticket into which many messages came at once the last one alone: its history has the others. Who is
    given a ticket is told of it then, and nobody else of what had come."""
    given = {notice.ticket: notice.message or 0 for notice in waiting if notice.kind == ASSIGNED}
    waiting = [
        one for one in waiting if one.agent is not None or one.message is None or one.message > given.get(one.ticket, 0)
    ]
    last = {notice.ticket: notice for notice in waiting if notice.message is not None}
    count = Counter(notice.ticket for notice in waiting if notice.message is not None)
    return [one for one in waiting if one.message is None or count[one.ticket] <= _AT_ONCE or last[one.ticket] is one]


async def _tell(
    house: House,
    tx: Transaction,
    filing: Filing,
    refs: References,
    notice: Notice,
    team: "_Team",
    *,
    many: bool,
) -> None:
    case = await case_of(tx, await tx.number_of(notice.ticket)) if notice.ticket is not None else None
    message = _told(case, notice) if case else None
    if notice.agent is not None:
        to = team.instead(notice.agent)
    else:
        to = _concerned(house, case, team.reached or team.active, many=many) if case else []
    if not to:
        return
    try:
        rendered = await _rendered(house, tx, case, message, notice)
    except InboxBotError as error:  # a company's own text that does not work must not keep it from him
        log.warning("agent_text_broken", extra={"ticket": notice.ticket, "reason": str(error)})
        rendered = _plain(case, message, notice)
    last = max((one.id for one in case.messages), default=None) if case else None
    for agent in to:
        seen = message.id if message else last
        agent_letters.queue(
            house, filing, refs, agent=agent, ticket=case.ticket if case else None, seen=seen, rendered=rendered
        )


async def _rendered(
    house: House, tx: Transaction, case: Case | None, message: Message | None, notice: Notice
) -> Rendered:
    if case is not None and message is not None and message.direction is Direction.INCOMING:
        return await agent_letters.of_message(house, tx, case, message)
    facts = agent_letters.about(house, case) if case else {"number": "", "customer": ""}
    return agent_letters.render(house, "agent-told", facts | {"subject": notice.subject, "done": [notice.text]})


def _plain(case: Case | None, message: Message | None, notice: Notice) -> Rendered:
    """Without any template."""
    about = f"{numbers.tag(case.ticket.number)} {case.ticket.subject}" if case else notice.subject
    return Rendered(subject=" ".join(about.split()), text=message.text if message else notice.text)


def _told(case: Case, notice: Notice) -> Message | None:
    """The message that it is about; who is given a ticket is told of the customer's last one."""
    theirs = [one for one in case.messages if one.direction is Direction.INCOMING and not one.automatic]
    if notice.kind == "assigned":
        return theirs[-1] if theirs else None
    return next((one for one in case.messages if one.id == notice.message), None)


def _concerned(house: House, case: Case, active: Sequence[Agent], *, many: bool) -> list[Agent]:
    """Whoever has the ticket, else all on duty; where nobody is, everybody: a mailbox waits until he comes."""
    if case.ticket.junk:
        return []
    owner = [agent for agent in active if agent.id == case.ticket.assignee]
    if owner or many:
        return owner
    return [agent for agent in active if _on_duty(house, agent, house.now())] or list(active)


def _on_duty(house: House, agent: Agent, now: datetime) -> bool:
    hours = house.hours(now)
    return is_open(replace(hours, week=read_week(agent.hours)) if agent.hours else hours, now)
