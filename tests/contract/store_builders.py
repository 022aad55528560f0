"""Valid filings for the tests of the store; a test names only what matters to it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from inbox_bot.model import Channel, Direction, Kind, Outcome, TicketState, Visibility
from inbox_bot.records import Customer, Delivery, Identity, LedgerLine, Message, Ticket
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing

NOW = datetime(2026, 5, 4, 10, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_references = count(-1, -1)
_serial = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mail that opened a ticket whose number is on its way, with references below zero."""

    customer: Customer
    identity: Identity
    ticket: Ticket
    message: Message
    answer: Message
    delivery: Delivery
    line: LedgerLine

    def filing(self, *, taken: int = 1) -> Filing:
        """All of it as one transaction's writes."""
        return Filing(
            customers=[self.customer],
            identities=[self.identity],
            tickets=[self.ticket],
            messages=[self.message, self.answer],
            deliveries=[self.delivery],
            ledger=[self.line],
            cursor=("mail", "mail", f"after {self.line.key}"),
            taken=taken,
        )

    def real(self, ids: dict[int, int]) -> "Case":
        """The same as the store gives it back."""
        return Case(
            customer=replace(self.customer, id=ids[self.customer.id]),
            identity=replace(self.identity, id=ids[self.identity.id], customer=ids[self.customer.id]),
            ticket=replace(self.ticket, id=ids[self.ticket.id], customer=ids[self.customer.id]),
            message=_told(self.message, ids),
            answer=_told(self.answer, ids),
            delivery=replace(
                self.delivery,
                id=ids[self.delivery.id],
                message=ids[self.answer.id],
                ticket=ids[self.ticket.id],
                identity=ids[self.identity.id],
            ),
            line=replace(self.line, message=ids[self.message.id]),
        )


def _told(message: Message, ids: dict[int, int]) -> Message:
    by = message.acknowledged_by
    return replace(
        message,
        id=ids[message.id],
        ticket=None if message.ticket is None else ids[message.ticket],
        customer=None if message.customer is None else ids[message.customer],
        identity=None if message.identity is None else ids[message.identity],
        acknowledged_by=None if by is None else ids[by],
    )


def a_case(text: str = "Mein Anschluss ist gestört.", *, at: datetime = NOW, inbox: str = "mail") -> Case:
    """A mail of a customer never seen before."""
    number = next(_serial)
    customer, identity, ticket, message, answer, delivery = (next(_references) for _ in range(6))
    address = f"Eva.Winter{number}@post.example"
    told = Message(
        id=message,
        ticket=ticket,
        customer=customer,
        identity=identity,
        inbox=inbox,
        channel=Channel.EMAIL,
        direction=Direction.INCOMING,
        visibility=Visibility.PRIVATE,
        external_id=f"<{number}@post.example>",
        at=at,
        text=text,
        subject="Störung",
        quoted="> Guten Tag",
        html="<p>Guten Tag</p>",
        language="de",
        conversation=f"thread {number}",
        content_hash=f"hash {number}",
        references=("<a@post.example>", "<b@post.example>"),
        reason="new sender",
        acknowledged_by=delivery,
    )
    return Case(
        customer=Customer(id=customer, name="Eva Winter", language="de", created_at=at),
        identity=Identity(
            id=identity, customer=customer, channel=Channel.EMAIL, address=address, created_at=at, proven=True
        ),
        ticket=Ticket(
            id=ticket,
            number=f"{number:09d}",
            customer=customer,
            inbox=inbox,
            channel=Channel.EMAIL,
            state=TicketState.NEW,
            subject="Störung",
            opened_at=at,
            last_incoming_at=at,
        ),
        message=told,
        answer=replace(
            told,
            id=answer,
            direction=Direction.OUTGOING,
            external_id=f"<{number}@acme.example>",
            text="Ihre Nachricht ist angekommen.",
            conversation="",
            content_hash="",
            automatic=True,
            acknowledged_by=None,
        ),
        delivery=Delivery(
            id=delivery,
            token=f"token{number}",
            inbox=inbox,
            channel=Channel.EMAIL,
            kind=Kind.ACKNOWLEDGEMENT,
            visibility=Visibility.PRIVATE,
            to=address,
            payload=b"Subject: [#...]\r\n\r\nIhre Nachricht ist angekommen.",
            created_at=at,
            due_at=at,
            recipients=(address,),
            return_path="hilfe+t@acme.example",
            external_id=f"<{number}@acme.example>",
            message=answer,
            ticket=ticket,
            identity=identity,
            carries_number=True,
            automatic=True,
        ),
        line=LedgerLine(
            inbox=inbox,
            stream="mail",
            key=f"7:{number}",
            outcome=Outcome.FILED,
            reason="new sender",
            at=at,
            external_id=f"<{number}@post.example>",
            content_hash=f"hash {number}",
            message=message,
        ),
    )


def another(case: Case, **fields: object) -> Delivery:
    """One more delivery of a case that is on record."""
    number = next(_serial)
    plain = replace(case.delivery, id=next(_references), token=f"token{number}", external_id=f"<{number}@acme.example>")
    return replace(plain, **fields)  # type: ignore[arg-type]  # a builder takes any field


def reference() -> int:
    """An id for a new record."""
    return next(_references)


async def filed(store: Database, *cases: Case) -> list[Case]:
    """Put cases on record; what the store then holds."""
    kept = []
    for case in cases or (a_case(),):
        filing = case.filing()
        filing.cursor = (case.line.inbox, "mail", f"after {case.line.key}")
        async with store.write() as tx:
            kept.append(case.real(await tx.save(filing)))
    return kept
