"""A house with opening hours and targets, for the tests of honest waiting times: Bavaria, with its holidays."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from inbox_bot.config import Opening, opening
from inbox_bot.flows.answering import reply
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.flows.house import House, Measured
from inbox_bot.model import Channel, Priority
from inbox_bot.records import Customer, Notice, Ticket
from inbox_bot.rules.hours import Span
from inbox_bot.rules.targets import Targets
from tests.unit.desk_house import a_ticket, an_identity
from tests.unit.flow_house import Day

WORKDAYS: tuple[tuple[Span, ...], ...] = (*(((480, 1080),),) * 5, (), ())
"""Monday to Friday from 8 to 18."""


def berlin(text: str) -> datetime:
    """A time on the wall in Berlin in summer (+02:00) or, with its offset written, in winter."""
    return datetime.fromisoformat(text if "+" in text else f"{text}+02:00").astimezone(UTC)


@dataclass(slots=True)
class Staffed(Day):
    """A day with hours. `measured`: what its one process has measured."""

    opening: Opening = field(default_factory=lambda: Opening(week=WORKDAYS, country="DE", state="BY"))
    targets: Targets = field(default_factory=Targets)
    measured: dict[Channel, Measured] = field(default_factory=dict)

    @property
    def house(self) -> House:
        """With these hours and targets."""
        return replace(
            super(Staffed, self).house,
            hours=lambda at: opening.hours(self.opening, "Europe/Berlin", at),
            targets=self.targets,
            measured=self.measured,
        )

    async def answers(self, ticket: Ticket, text: str = "Der Techniker kommt.") -> None:
        """Anna, who is on record, answers and has seen everything."""
        await reply(self.house, Answer(number=ticket.number, who="anna", text=text, anyway=True))

    async def answered_after(self, *waited: timedelta, channel: Channel = Channel.EMAIL) -> None:
        """As many tickets of a channel, opened a day ago and first answered after so long."""
        begun = self.now - timedelta(days=1)
        for place, wait in enumerate(waited):
            number = f"9{channel is Channel.EMAIL:d}{place:07}"
            ticket = a_ticket(
                number=number, channel=channel, opened_at=begun, last_incoming_at=begun,
                answered_at=begun + wait, last_outgoing_at=begun + wait, number_delivered_at=begun,
            )  # fmt: skip
            customer = Customer(id=-100, name="K", language="de", created_at=begun)
            await self.save(customer, an_identity(address=f"k{number}@post.example"), ticket)

    async def notices(self) -> list[Notice]:
        """What the team, or one of it, is to be told and has not been."""
        async with self.store.read() as tx:
            waiting = [*await tx.notices(100), *await tx.notices(100, agents=True)]
        return [notice for _, notice in sorted(waiting, key=lambda pair: pair[0])]


def hours_until_answer(**hours: float) -> Targets:
    """Targets by priority."""
    return Targets(hours={Priority(name): count for name, count in hours.items()})
