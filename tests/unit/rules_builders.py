"""Valid records for the tests of the rules; a test names only what matters to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from inbox_bot.model import Address, Channel, Direction, Incoming, Kind, MailFacts, PostFacts, TicketState, Visibility
from inbox_bot.records import Delivery, Identity, Message, Ticket
from inbox_bot.rules import tokens
from inbox_bot.views import Known

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
KEYS = tokens.Keys(keys=(b"a key of the first year", b"the key before"))
INBOX = "hilfe@acme.example"
EVA = Address(channel=Channel.EMAIL, address="eva.winter@post.example", name="Eva Winter")
EVA_ON_X = Address(channel=Channel.TWITTER, address="1001", handle="eva_w")
NUMBERS = ("427918354", "100000006", "555555553")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def a_mail(
    *headers: tuple[str, str], author: Address | None = EVA, facts: MailFacts | None = None, **fields: object
) -> Incoming:
    """A plain mail of Eva's; `facts` replaces what the headers say."""
    plain = MailFacts(
        headers=headers, from_sound=True, return_path=author.address if author else None, recipients=(INBOX,)
    )
    mail = Incoming(
        key="7:1",
        external_id="<1@post.example>",
        author=author,
        at=NOW,
        text="Mein Anschluss geht nicht.",
        subject="Anschluss",
        visibility=Visibility.PRIVATE,
        content_hash="hash of the mail",
        mail=facts or plain,
    )
    return replace(mail, **fields)  # type: ignore[arg-type]  # a builder takes any field


def a_post(author: Address | None = EVA_ON_X, post: PostFacts | None = None, **fields: object) -> Incoming:
    """A mention by Eva."""
    mention = Incoming(
        key="post:9001",
        external_id="9001",
        author=author,
        at=NOW,
        text="@acme mein Anschluss geht nicht",
        visibility=Visibility.PUBLIC,
        content_hash="hash of the post",
        conversation="9001",
        post=post or PostFacts(first_id="9001"),
    )
    return replace(mention, **fields)  # type: ignore[arg-type]  # a builder takes any field


def a_ticket(**fields: object) -> Ticket:
    """An open ticket of customer 1, opened by mail two hours ago."""
    ticket = Ticket(
        id=1,
        number=NUMBERS[0],
        customer=1,
        inbox="mail",
        channel=Channel.EMAIL,
        state=TicketState.OPEN,
        subject="Anschluss",
        opened_at=NOW - hours(2),
        last_incoming_at=NOW - hours(2),
    )
    return replace(ticket, **fields)  # type: ignore[arg-type]  # a builder takes any field


def an_identity(address: Address = EVA, customer: int = 1, **fields: object) -> Identity:
    identity = Identity(
        id=customer, customer=customer, channel=address.channel, address=address.address, created_at=NOW - hours(99)
    )
    return replace(identity, **fields)  # type: ignore[arg-type]  # a builder takes any field


def a_delivery(**fields: object) -> Delivery:
    delivery = Delivery(
        id=5,
        token="abcdefghijklm",
        inbox="mail",
        channel=Channel.EMAIL,
        kind=Kind.ACKNOWLEDGEMENT,
        visibility=Visibility.PRIVATE,
        to=EVA.address,
        payload=b"",
        created_at=NOW - hours(2),
        due_at=NOW - hours(2),
        ticket=1,
        identity=1,
    )
    return replace(delivery, **fields)  # type: ignore[arg-type]  # a builder takes any field


def a_message(**fields: object) -> Message:
    message = Message(
        id=3,
        ticket=1,
        customer=1,
        identity=1,
        inbox="mail",
        channel=Channel.EMAIL,
        direction=Direction.INCOMING,
        visibility=Visibility.PRIVATE,
        external_id="<0@post.example>",
        at=NOW - hours(2),
        text="",
    )
    return replace(message, **fields)  # type: ignore[arg-type]  # a builder takes any field


def what_is_known(
    *, tickets: tuple[Ticket, ...] = (), deliveries: tuple[Delivery, ...] = (), messages: tuple[Message, ...] = ()
) -> Known:
    """The store's answer with these rows; deliveries are found by token and by external id."""
    known = Known(tickets={ticket.id: ticket for ticket in tickets})
    for delivery in deliveries:
        known.deliveries[delivery.token] = delivery
        if delivery.external_id:
            known.deliveries[delivery.external_id] = delivery
    for message in messages:
        known.messages.setdefault(message.external_id, []).append(message)
    return known
