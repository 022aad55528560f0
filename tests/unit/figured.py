"""A fortnight of support, made by hand: what happened is written here, and what is to be counted in the tests.

Berlin's clock; opening hours Monday to Friday 9 to 17. The period is Monday 2026-03-23 0:00 to Tuesday 2026-04-07 0:00,
so that the clock is put forward in it (Sunday 03-29) and Good Friday and Easter Monday are closed.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from inbox_bot.casework import Promise
from inbox_bot.flows.house import House
from inbox_bot.model import Channel, DeliveryState, Direction, Kind, PromiseState, ReceiptState, TicketState, Visibility
from inbox_bot.records import Agent, Customer, Delivery, Identity, LogEntry, Message, Receipt, Ticket
from inbox_bot.rules.hours import Hours
from inbox_bot.writes import Filing
from tests.unit.flow_house import Day

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Hours(
    zone=BERLIN, week=(((540, 1020),),) * 5 + ((), ()), holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)})
)


def at(text: str) -> datetime:
    """A time of 2026 on Berlin's wall: "03-23 09:00"."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BERLIN).astimezone(UTC)


SINCE, UNTIL = at("03-23 00:00"), at("04-07 00:00")


class Fortnight(Day):
    """A day's house with these hours."""

    @property
    def house(self) -> House:
        """Whoever asks what the hours are."""
        return replace(super().house, hours=lambda at: OFFICE)


@dataclass(slots=True)
class History:
    """Gathers rows; each ticket has a customer of its own."""

    filing: Filing = field(default_factory=Filing)
    count: int = 0

    def ticket(self, opened: str, channel: Channel = Channel.EMAIL, **fields: object) -> Ticket:
        """One on record, opened by a message of the customer's."""
        self.count += 1
        base = -1000 * self.count
        when, name = at(opened), f"person{self.count}"
        self.filing.customers.append(Customer(id=base, name=name, language="de", created_at=when))
        self.filing.identities.append(
            Identity(id=base, customer=base, channel=channel, address=name, created_at=when)
        )  # fmt: skip
        ticket = Ticket(
            id=base, number=f"{self.count:09}", customer=base, inbox="mail", channel=channel, state=TicketState.NEW,
            subject="", opened_at=when,
        )  # fmt: skip
        self.filing.tickets.append(replace(ticket, **fields))  # type: ignore[arg-type]  # a builder takes any field
        return self.filing.tickets[-1]

    def message(
        self, ticket: Ticket, when: str, direction: Direction = Direction.INCOMING, **fields: object
    ) -> Message:
        """One of its customer, or of ours to him."""
        base = -1_000_000 - len(self.filing.messages)
        message = Message(
            id=base, ticket=ticket.id, customer=ticket.customer, identity=ticket.customer, inbox="mail",
            channel=ticket.channel, direction=direction, visibility=Visibility.PRIVATE, external_id=f"<{base}>",
            at=at(when), text="",
        )  # fmt: skip
        self.filing.messages.append(replace(message, **fields))  # type: ignore[arg-type]  # a builder takes any field
        return self.filing.messages[-1]

    def delivery(self, ticket: Ticket, when: str, kind: Kind, message: int | None = None, **fields: object) -> Delivery:
        """Something of ours on its way to him; sent when it was made, unless `fields` says more."""
        base = -2_000_000 - len(self.filing.deliveries)
        delivery = Delivery(
            id=base, token=f"token{base}", inbox="mail", channel=ticket.channel, kind=kind,
            visibility=Visibility.PRIVATE, to="", payload=b"", created_at=at(when), due_at=at(when), message=message,
            ticket=ticket.id, identity=ticket.customer, state=DeliveryState.SENT,
        )  # fmt: skip
        self.filing.deliveries.append(replace(delivery, **fields))  # type: ignore[arg-type]  # a builder takes any field
        return self.filing.deliveries[-1]

    def acknowledged(self, ticket: Ticket, when: str, after: float, **fields: object) -> None:
        """A message and its acknowledgement, proven so many seconds later."""
        delivery = self.delivery(
            ticket, when, Kind.ACKNOWLEDGEMENT, None, automatic=True, carries_number=True, **fields
        )
        self.message(ticket, when, acknowledged_by=delivery.id)
        sent = Receipt(
            delivery=delivery.id, state=ReceiptState.SENT, at=at(when) + timedelta(seconds=after), evidence=""
        )
        seen = replace(sent, state=ReceiptState.DELIVERED, at=sent.at + timedelta(hours=1))
        self.filing.receipts += [sent, seen]

    def answered(self, ticket: Ticket, when: str, agent: Agent, **fields: object) -> None:
        """A person's answer."""
        message = self.message(ticket, when, Direction.OUTGOING, agent=agent.id)
        self.delivery(ticket, when, Kind.REPLY, message.id, **fields)


async def fortnight(day: Fortnight) -> None:
    """Put it on record."""
    day.now = UNTIL
    anna, ben = await day.agent("anna", "AB"), await day.agent("ben", "BK")
    made = History()
    _line_down(made, anna)
    _bill(made, ben)
    _unanswered(made, ben)
    _left_out(made, anna)
    one, two, *_ = made.filing.tickets
    made.filing.promises = [
        Promise(
            id=-3_000_000 - place, ticket=ticket.id, agent=agent.id, phrase="", made_at=at("03-19 09:00"),
            due_at=at(when), state=state, settled_at=at(when),
        )
        for place, (ticket, agent, state, when) in enumerate(
            [
                (one, anna, PromiseState.KEPT, "03-24 12:00"), (one, anna, PromiseState.KEPT, "03-25 12:00"),
                (two, ben, PromiseState.BROKEN, "03-30 12:00"), (two, ben, PromiseState.WITHDRAWN, "03-30 13:00"),
                (two, ben, PromiseState.KEPT, "03-20 12:00"),
            ]
        )
    ]  # fmt: skip
    async with day.store.write() as tx:
        await tx.save(made.filing)
        for spent_on, amount in (("2026-03-22", 900_000), ("2026-03-23", 250_000), ("2026-03-31", 50_000)):
            await tx.add_spend("x", spent_on, amount)


def _line_down(made: History, anna: Agent) -> None:
    """By mail on Monday at 8:00, an hour before opening; answered at 10:00 (2 h, 1 h open), solved, reopened by the
    customer and by Anna, and solved again on Friday at 9:00 (97 h, 32 h open)."""
    ticket = made.ticket(
        "03-23 08:00", assignee=anna.id, topic="fault", state=TicketState.RESOLVED, answered_at=at("03-23 10:00"),
        resolved_at=at("03-27 09:00"), number_delivered_at=at("03-23 08:00"),
    )  # fmt: skip
    made.acknowledged(ticket, "03-23 08:00", 30)
    made.answered(ticket, "03-23 10:00", anna)
    made.acknowledged(ticket, "03-25 20:00", 10)
    made.answered(ticket, "03-26 09:00", anna, state=DeliveryState.DELIVERED)
    made.filing.log += [
        LogEntry(at=at("03-25 20:00"), who="inbox-bot", what="came back", ticket=ticket.id),
        LogEntry(at=at("03-26 08:00"), who="anna", what="reopen", ticket=ticket.id),
        LogEntry(at=at("03-26 08:30"), who="anna", what="resolve", ticket=ticket.id),
    ]


def _bill(made: History, ben: Agent) -> None:
    """By DM on Saturday 03-28 at 12:00, answered on Monday at 12:00: 47 h, since the clock was put forward, 3 h open.
    Open still; what Ben wrote then was taken back."""
    ticket = made.ticket(
        "03-28 12:00", Channel.TWITTER, assignee=ben.id, topic="line", contact_reason="bill", state=TicketState.PENDING,
        answered_at=at("03-30 12:00"), number_delivered_at=at("03-28 12:01"),
    )  # fmt: skip
    made.acknowledged(ticket, "03-28 12:00", 60)
    made.answered(ticket, "03-30 12:00", ben)
    made.answered(ticket, "03-30 13:00", ben, state=DeliveryState.WITHDRAWN)
    confirmation = made.message(ticket, "03-30 14:00", Direction.OUTGOING, agent=ben.id)
    made.delivery(ticket, "03-30 14:00", Kind.CONFIRMATION, confirmation.id)
    made.delivery(ticket, "03-30 15:00", Kind.MDN, automatic=True)


def _unanswered(made: History, ben: Agent) -> None:
    """By mail on Thursday at 23:30, in nobody's hands; the mail that should have brought its number failed. And
    one from before the period, opened Friday 03-20 at 16:00, answered in it, Monday at 11:00: 67 h, 3 h open."""
    lost = made.ticket("04-02 23:30")
    made.acknowledged(lost, "04-02 23:30", 5, state=DeliveryState.FAILED)
    made.delivery(lost, "04-02 23:40", Kind.INTERIM, automatic=True, state=DeliveryState.WITHDRAWN)
    old = made.ticket(
        "03-20 16:00", assignee=ben.id, contact_reason="fault", state=TicketState.OPEN, answered_at=at("03-23 11:00"),
        number_delivered_at=at("03-20 16:00"),
    )  # fmt: skip
    made.message(old, "03-20 16:00")
    made.answered(old, "03-23 11:00", ben)


def _left_out(made: History, anna: Agent) -> None:
    """Junk, a ticket that went on in another, a call, notes, automatic mail, a notice to the team: of none of them
    anything counts but that the call is a ticket, solved within 2 h on Tuesday (1 h open)."""
    junk = made.ticket("03-24 10:00", junk=True, answered_at=at("03-24 11:00"), resolved_at=at("03-24 12:00"))
    made.acknowledged(junk, "03-24 10:00", 1)
    made.answered(junk, "03-24 11:00", anna)
    made.filing.log.append(LogEntry(at=at("03-24 12:00"), who="anna", what="reopen", ticket=junk.id))
    merged = made.ticket(
        "03-24 10:00", merged_into=made.filing.tickets[0].id, state=TicketState.CLOSED, closed_at=at("03-24 12:00")
    )
    made.delivery(merged, "03-24 10:00", Kind.NOTICE)
    made.ticket(
        "03-31 16:00", reason="telephone call from 030", assignee=anna.id, state=TicketState.CLOSED,
        answered_at=at("03-31 16:00"), resolved_at=at("03-31 18:00"), number_delivered_at=at("03-31 16:00"),
    )  # fmt: skip
    made.message(made.filing.tickets[0], "03-23 12:00", Direction.NOTE, agent=anna.id)
    made.message(made.filing.tickets[0], "03-23 12:00", automatic=True)
