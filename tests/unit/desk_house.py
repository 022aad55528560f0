"""A house for the desk's tests: the real store and templates, senders that keep what they are given, a clock to set."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from inbox_bot.flows.house import Brand, House, Inbox
from inbox_bot.model import Attachment, Channel, Direction, TicketState, Visibility
from inbox_bot.ports import Store
from inbox_bot.records import Agent, Customer, Delivery, Identity, Message, MessageFile, Ticket
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.rules.tokens import Keys
from inbox_bot.texts import BrandFacts, Templates, shipped
from inbox_bot.writes import Filing
from tests.fakes import FakeSender

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
NUMBER = "427918354"
WRITTEN = "427-918-354"
MAIL = "eva.winter@post.example"
HANDLE = "eva_w"


@dataclass(slots=True)
class Office:
    """A house and its parts. `now` may be set; `first_bits` are handed out before the counted ones."""

    store: Store
    now: datetime = NOW
    first_bits: list[int] = field(default_factory=list)
    mail: FakeSender = field(default_factory=lambda: FakeSender(inbox="mail", channel=Channel.EMAIL))
    x: FakeSender = field(default_factory=lambda: FakeSender(inbox="x", channel=Channel.TWITTER))
    _bits: count = field(default_factory=lambda: count(123_456_789, 7_654_321))  # type: ignore[type-arg]  # of int
    _ids: count = field(default_factory=lambda: count(1))  # type: ignore[type-arg]  # of int

    @property
    def house(self) -> House:
        """What the flows are given."""
        return House(
            store=self.store,
            texts=Templates([shipped()], BrandFacts(name="Acme", language="de", timezone="Europe/Berlin")),
            senders={"x": self.x, "mail": self.mail},
            inboxes={
                "x": Inbox(name="x", channel=Channel.TWITTER, address="acme"),
                "mail": Inbox(name="mail", channel=Channel.EMAIL, address="hilfe@acme.example", plus_address=True),
            },
            keys=Keys(keys=(b"k" * 32,)),
            brand=Brand(name="Acme", language="de"),
            policy=Policy(),
            team=(),
            young_hours=72,
            worker="test",
            now=lambda: self.now,
            bits=lambda n: self.first_bits.pop(0) if self.first_bits else next(self._bits) % 2**n,
        )

    async def agent(self, name: str = "anna", initials: str = "AB") -> Agent:
        """An agent on record."""
        agent = Agent(
            id=-1, name=name, initials=initials, address=f"{name}@acme.example", created_at=NOW - timedelta(days=9)
        )
        async with self.store.write() as tx:
            return replace(agent, id=await tx.save_agent(agent))

    async def save(self, *rows: Customer | Identity | Ticket | Message | Delivery | MessageFile) -> dict[int, int]:
        """Put rows on record as they are."""
        filing = Filing()
        for row in rows:
            match row:
                case Customer():
                    filing.customers.append(row)
                case Identity():
                    filing.identities.append(row)
                case Ticket():
                    filing.tickets.append(row)
                case Message():
                    filing.messages.append(row)
                case Delivery():
                    filing.deliveries.append(row)
                case MessageFile():
                    filing.files.append(row)
        async with self.store.write() as tx:
            return await tx.save(filing)

    async def case(self, *rows: Message | Delivery, ticket: Ticket | None = None, dm: bool = False) -> Ticket:
        """Eva with her mail address and X account, a ticket, and these messages and deliveries in it.

        Her references: customer -100, mail identity -101, X identity -102, ticket -103.
        """
        opened = ticket or a_ticket()
        ids = await self.save(
            Customer(id=-100, name="Eva Winter", language="de", created_at=NOW),
            an_identity(id=-101),
            an_identity(
                id=-102,
                channel=Channel.TWITTER,
                address="1001",
                handle=HANDLE,
                wrote_dm_at=NOW - timedelta(hours=1) if dm else None,
            ),
            opened,
            *rows,
        )
        return replace(opened, id=ids[opened.id], customer=ids[-100])


def an_identity(**fields: object) -> Identity:
    """Eva's mail address."""
    identity = Identity(
        id=-101, customer=-100, channel=Channel.EMAIL, address=MAIL, name="Eva Winter", created_at=NOW, proven=True
    )
    return replace(identity, **fields)  # type: ignore[arg-type]  # a builder takes any field


def a_ticket(**fields: object) -> Ticket:
    """Eva's ticket, new, its number not delivered."""
    ticket = Ticket(
        id=-103,
        number=NUMBER,
        customer=-100,
        inbox="mail",
        channel=Channel.EMAIL,
        state=TicketState.NEW,
        subject="Kein Anschluss",
        opened_at=NOW - timedelta(hours=2),
        last_incoming_at=NOW - timedelta(hours=2),
    )
    return replace(ticket, **fields)  # type: ignore[arg-type]  # a builder takes any field


def a_mail(**fields: object) -> Message:
    """A mail of Eva's in her ticket."""
    message = Message(
        id=-1,
        ticket=-103,
        customer=-100,
        identity=-101,
        inbox="mail",
        channel=Channel.EMAIL,
        direction=Direction.INCOMING,
        visibility=Visibility.PRIVATE,
        external_id="<1@post.example>",
        at=NOW - timedelta(hours=2),
        text="Seit Montag geht nichts.",
        subject="Kein Anschluss",
        language="de",
        references=("<0@post.example>",),
    )
    return replace(message, **fields)  # type: ignore[arg-type]  # a builder takes any field


def a_post(**fields: object) -> Message:
    """A public mention of Eva's."""
    return replace(
        a_mail(id=-2, subject="", references=()),
        **{  # type: ignore[arg-type]  # a builder takes any field
            "identity": -102,
            "inbox": "x",
            "channel": Channel.TWITTER,
            "visibility": Visibility.PUBLIC,
            "external_id": "9001",
            "at": NOW - timedelta(hours=3),
            "text": "@acme seit Montag geht nichts",
            "conversation": "9001",
            **fields,
        },
    )


def a_dm(**fields: object) -> Message:
    """A direct message of Eva's."""
    given = {"id": -3, "visibility": Visibility.PRIVATE, "external_id": "7001", "text": "Mein Name ist Winter."}
    return a_post(**{**given, **fields})


def files(names: Sequence[str], message: int = -1) -> list[MessageFile]:
    """Attachments of a message."""
    return [
        MessageFile(
            message=message,
            attachment=Attachment(name=name, media_type="text/plain", size=2, content=b"ab"),
        )
        for name in names
    ]
