"""A desk with opening hours for the tests of promises and actions: Eva's ticket, three of the team, a clock to set."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from inbox_bot.casework import Action, Promise
from inbox_bot.flows import answering, promise_clock
from inbox_bot.flows.answering import Queued
from inbox_bot.flows.house import House
from inbox_bot.model import AgentRole, Kind
from inbox_bot.records import Agent, LogEntry, Message, Notice, Ticket
from inbox_bot.rules.hours import Hours
from inbox_bot.views import Finding
from tests.unit.desk_house import NUMBER, WRITTEN, Office
from tests.unit.said import informed

BERLIN = ZoneInfo("Europe/Berlin")
DAY = ((480, 720), (780, 1080))  # 8 to 12 and 13 to 18
HOURS = Hours(zone=BERLIN, week=(DAY,) * 5 + ((), ()), holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}))


def berlin(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of 2026 by the team's clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


@dataclass(slots=True)
class Desk(Office):
    """Monday to Friday, 8 to 12 and 13 to 18 in Berlin; Good Friday and Easter Monday are closed."""

    hours: Hours = HOURS

    @property
    def house(self) -> House:
        """With these hours."""
        return replace(super(Desk, self).house, hours=lambda at: self.hours)

    async def team(self) -> None:
        """anna and ben answer, vera is the supervisor."""
        await self.agent("anna", "AB")
        await self.agent("ben", "BN")
        vera = await self.agent("vera", "VK")
        async with self.store.write() as tx:
            await tx.save_agent(replace(vera, role=AgentRole.SUPERVISOR))

    async def reply(self, text: str, who: str = "anna", **more: Any) -> Queued:
        """An answer by somebody who has read everything."""
        return await answering.reply(self.house, informed(number=WRITTEN, who=who, text=text, **more))

    async def ticket(self) -> Ticket:
        """Eva's ticket as it is now."""
        async with self.store.read() as tx:
            found = await tx.ticket(NUMBER)
        assert found is not None
        return found

    async def promises(self) -> list[Promise]:
        """Of her ticket, by due time."""
        ticket = await self.ticket()
        async with self.store.read() as tx:
            return await tx.promises_of(ticket.id)

    async def actions(self) -> list[Action]:
        """Of her ticket, oldest first."""
        ticket = await self.ticket()
        async with self.store.read() as tx:
            return await tx.actions_of(ticket.id)

    async def log(self) -> list[LogEntry]:
        """Of her ticket."""
        ticket = await self.ticket()
        async with self.store.read() as tx:
            return await tx.log(ticket.id)

    async def sent(self, kind: Kind) -> list[Message]:
        """What was queued for her of this kind, in order."""
        ticket = await self.ticket()
        async with self.store.read() as tx:
            entries = await tx.timeline(ticket.customer, ticket.id)
        return [one.message for one in entries for delivery, _ in one.deliveries if delivery.kind is kind]

    async def notices(self) -> list[tuple[str, str, Notice]]:
        """(kind, to whom, notice) of those that wait."""
        async with self.store.read() as tx:
            names = {one.id: one.name for one in await tx.agents()}
            found = [*await tx.notices(99), *await tx.notices(99, agents=True)]
            return [(one.kind, names[one.agent] if one.agent else "all", one) for _, one in found]

    async def findings(self, kind: str = "promise_broken") -> list[Finding]:
        """The audit's, of one kind."""
        async with self.store.read() as tx:
            return [one for one in await tx.findings(self.now) if one.kind == kind]

    async def at(self, now: datetime) -> int:
        """The clock's turn at that moment; how many customers were told."""
        self.now = now
        return await promise_clock.turn(self.house)

    async def who(self, name: str) -> Agent:
        """One of the team."""
        async with self.store.read() as tx:
            return next(one for one in await tx.agents() if one.name == name)
