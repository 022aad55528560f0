"""A day on which settled customers are asked how satisfied they are, for the tests of that."""

from dataclasses import dataclass, field, replace

from inbox_bot.casework import Survey
from inbox_bot.flows import surveys
from inbox_bot.flows.answering import reply
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.flows.house import House
from inbox_bot.model import AgentRole, Kind
from inbox_bot.records import Delivery, Message, Ticket
from inbox_bot.rules.surveys import Surveys
from tests.unit.flow_house import Day, mail
from tests.unit.scenario_house import tickets


@dataclass(slots=True)
class SurveyDay(Day):
    """It asks a day after a ticket was resolved."""

    surveys: Surveys = field(default_factory=lambda: Surveys(enabled=True))

    @property
    def house(self) -> House:
        """With this section."""
        return replace(super(SurveyDay, self).house, surveys=self.surveys)

    async def settled(self, *, resolve: bool = True, **mail_: object) -> Ticket:
        """Eva wrote, her number has arrived, and Anna has answered and resolved it."""
        await self.takes(mail(at=self.now, **mail_))  # type: ignore[arg-type]  # a builder takes any field
        await self.sends()
        self.later(hours=1)
        ticket = (await tickets(self))[-1]
        return await self.answers(ticket, resolve=resolve)

    async def answers(self, ticket: Ticket, *, resolve: bool = True) -> Ticket:
        """Anna answers, and it goes out."""
        text = "Der Router war defekt."
        await reply(self.house, Answer(number=ticket.number, who="anna", text=text, anyway=True, resolve=resolve))
        await self.sends()
        return next(one for one in await tickets(self) if one.id == ticket.id)

    async def asks(self, **passed: float) -> int:
        """Time passes (a day, if nothing else is said), the clock's step is done, and what it queued goes out."""
        self.later(**(passed or {"hours": 24}))
        count = await surveys.turn(self.house)
        await self.sends()
        return count

    async def decided(self) -> list[Survey]:
        """All decisions, oldest first."""
        return [one.survey for one in reversed(await surveys.listed(self.house, self.now.replace(year=2000)))]

    async def reasons(self) -> list[tuple[bool, str]]:
        """Of each decision: asked or not, and why."""
        return [(one.asked, one.reason) for one in await self.decided()]

    async def questions(self) -> list[tuple[Message, Delivery]]:
        """What was asked."""
        return [(message, one) for message, one in await self.deliveries() if one.kind is Kind.SURVEY]

    async def supervisor(self, name: str = "vera") -> int:
        """One more of the team."""
        agent = await self.agent(name, name[:2].upper())
        async with self.store.write() as tx:
            return await tx.save_agent(replace(agent, role=AgentRole.SUPERVISOR))
