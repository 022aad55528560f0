"""A house for the tests of intake, outbox and clock: the real store, rules and texts; sources and senders are fakes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from inbox_bot.channels.mime.parse import parse
from inbox_bot.flows import intake
from inbox_bot.flows.house import House
from inbox_bot.flows.intake import Taken
from inbox_bot.flows.outbox import Outbox
from inbox_bot.model import Address, Batch, Channel, Incoming, PostFacts, Settled, Unreadable, Visibility
from inbox_bot.ports import Unknown
from inbox_bot.records import Delivery, Message
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.views import Finding
from tests.unit.desk_house import NOW, Office


@dataclass(slots=True, kw_only=True)
class FakeSource:
    """A source that gives what stands in `things`, in lots; a bad cursor would show as things given twice."""

    channel: Channel = Channel.EMAIL
    inbox: str = "mail"
    stream: str = "mail"
    seconds: float = 60
    lot: int = 100
    things: list[Incoming | Unreadable] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    handles: dict[str, Address] = field(default_factory=dict)
    spend: int = 0

    async def poll(self, cursor: str | None, unknown: Unknown, now: datetime) -> Batch:
        """The next lot of what is not on record."""
        wanted = await unknown([thing.key for thing in self.things])
        new = [thing for thing in self.things if thing.key in wanted][: self.lot]
        return Batch(items=tuple(new), cursor=str(len(self.things)), more=len(wanted) > len(new), spend=self.spend)

    async def people(self, addresses: Sequence[str]) -> tuple[Mapping[str, Address], int]:
        """The handles known, ten cents for a look."""
        return {address: self.handles[address] for address in addresses if address in self.handles}, 100_000

    async def settle(self, settled: Sequence[Settled]) -> None:
        """Keep what was told."""
        self.settled += settled

    async def wait(self, seconds: float) -> None:
        """Never waits."""

    async def close(self) -> None:
        """Nothing to let go."""


@dataclass(slots=True)
class Day(Office):
    """A day in the house: mails and posts come in, time passes, deliveries go out."""

    policy: Policy = field(default_factory=Policy)
    team: tuple[str, ...] = ()
    count: int = 0

    @property
    def house(self) -> House:
        """With this day's policy and team; an automatic public reply is held for a minute."""
        house = super(Day, self).house
        inboxes = {**house.inboxes, "x": replace(house.inboxes["x"], hold_seconds=60.0)}
        return replace(house, policy=self.policy, team=self.team, inboxes=inboxes)

    def later(self, **passed: float) -> None:
        """Let time pass."""
        self.now += timedelta(**passed)

    async def takes(self, *things: Incoming | Unreadable, source: FakeSource | None = None) -> FakeSource:
        """Poll until nothing more is there."""
        if source is None:
            mail = all(isinstance(thing, Unreadable) or thing.mail is not None for thing in things)
            source = FakeSource() if mail else FakeSource(channel=Channel.TWITTER, inbox="x", stream="mentions")
        source.things += things
        taken = Taken(count=0, more=True)
        while taken.more:
            taken = await intake.take_in(self.house, source)
        return source

    async def sends(self) -> None:
        """Deliver all that is due."""
        for sender in (self.mail, self.x):
            await Outbox(house=self.house, sender=sender).deliver()

    async def outcomes(self) -> list[tuple[str, str]]:
        """(key, outcome) of the ledger, oldest first; the ledger must balance."""
        async with self.store.read() as tx:
            _, balanced = await tx.ledger_counts()
            lines = await tx.ledger_lines(inbox="", outcome="", limit=1000)
        assert balanced
        return sorted((line.key, line.outcome.value) for line in lines)

    async def deliveries(self) -> list[tuple[Message, Delivery]]:
        """Everything outgoing that belongs to a ticket, oldest first."""
        found = []
        async with self.store.read() as tx:
            for ticket, _, _ in await tx.tickets(states=[], customer=None, limit=1000):
                for entry in await tx.timeline(ticket.customer, ticket.id):
                    found += [(entry.message, delivery) for delivery, _ in entry.deliveries]
        return sorted(found, key=lambda pair: pair[1].id)

    async def findings(self) -> list[Finding]:
        """The audit."""
        async with self.store.read() as tx:
            return await tx.findings(self.now)


def mail(
    text: str = "Mein Anschluss geht seit gestern nicht mehr.",
    *headers: str,
    id: int = 1,
    sender: str = "Eva Winter <eva.winter@post.example>",
    to: str = "hilfe@acme.example",
    subject: str = "Anschluss gestört",
    at: datetime = NOW,
) -> Incoming:
    """A mail as its bytes give it."""
    path = sender.rpartition("<")[2].rstrip(">")
    lines = [
        f"Return-Path: <{path}>",
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: <m{id}@post.example>",
        *headers,
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        text,
        "",
    ]
    parsed = parse("\r\n".join(lines).encode(), key=f"7:{id}", at=at)
    assert isinstance(parsed, Incoming), parsed.reason
    return parsed


def post(
    text: str = "@acme mein Anschluss geht nicht",
    *,
    id: int = 9001,
    author: str = "1001",
    conversation: str = "",
    at: datetime = NOW,
    **facts: object,
) -> Incoming:
    """A public post."""
    known = {"first_id": str(id), **facts}
    reply_to = str(known.get("reply_to_id", ""))
    return Incoming(
        key=f"post:{id}",
        external_id=str(id),
        author=Address(channel=Channel.TWITTER, address=author),
        at=at,
        text=text,
        visibility=Visibility.PUBLIC,
        content_hash=f"x:{id}",
        conversation=conversation or str(id),
        references=(reply_to,) if reply_to else (),
        post=PostFacts(**known),  # type: ignore[arg-type]  # a builder takes any field
    )


def dm(
    text: str = "Mein Anschluss geht nicht",
    *,
    id: int = 5001,
    author: str = "1001",
    at: datetime = NOW,
    own: bool = False,
) -> Incoming:
    """A direct message of the customer's, or ours to him."""
    return Incoming(
        key=f"dm:{id}",
        external_id=str(id),
        author=Address(channel=Channel.TWITTER, address="42" if own else author),
        at=at,
        text=text,
        visibility=Visibility.PRIVATE,
        content_hash=f"x:{id}",
        conversation=f"42-{author}",
        post=PostFacts(dm=True, own=own, partner=author, first_id=str(id)),
    )
