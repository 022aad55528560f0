"""Gathers what an answer needs to know of its ticket: the customer, his identities, all that was written."""

from dataclasses import dataclass

from inbox_bot.flows.desk import ticket_called
from inbox_bot.flows.greeting import Arrived, facts
from inbox_bot.flows.house import House
from inbox_bot.model import Direction
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Customer, Identity, Message, Ticket
from inbox_bot.rules.routes import Route
from inbox_bot.views import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A ticket with its customer, his identities and what was written."""

    ticket: Ticket
    customer: Customer | None
    identities: list[Identity]
    entries: list[Entry]

    @property
    def messages(self) -> list[Message]:
        return [entry.message for entry in self.entries]

    def arrived(self) -> list[Arrived]:
        """What he sent, oldest first."""
        return [
            arrived_of(entry)
            for entry in self.entries
            if entry.message.direction is Direction.INCOMING and not entry.message.automatic
        ]

    def language(self, house: House, route: Route) -> str:
        """Of the message that is answered, else the customer's, else the brand's."""
        answered = route.answers.language if route.answers else ""
        return answered or (self.customer.language if self.customer else "") or house.brand.language

    def facts(self, house: House, route: Route, agent: Agent, *, hours: bool = False) -> dict[str, object]:
        """What the frame templates may use beside the text; `hours`: also when we are there."""
        answered = route.answers.subject if route.answers else ""
        himself = self.customer if route.identity.customer == self.ticket.customer else None
        return {
            **facts(house, self.ticket, route.identity, self.arrived(), hours=hours, customer=himself),
            "subject": answered or self.ticket.subject,
            "agent": agent,
            "give_number": self.ticket.number_delivered_at is None,
        }


def arrived_of(entry: Entry) -> Arrived:
    """A message of his as the templates list it."""
    return Arrived(
        at=entry.message.at,
        subject=entry.message.subject,
        channel=entry.message.channel.value,
        visibility=entry.message.visibility.value,
        files=tuple(file.name for file in entry.files),
    )


async def case_of(tx: Transaction, written: str) -> Case:
    ticket = await ticket_called(tx, written)
    return Case(
        ticket=ticket,
        customer=await tx.customer(ticket.customer),
        identities=await tx.identities(ticket.customer),
        entries=await tx.timeline(ticket.customer, ticket.id),
    )
