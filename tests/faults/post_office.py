"""The outbox over a real SMTP sender and a relay that fails: customers write, time is made to pass."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from inbox_bot.channels.smtp import SmtpSender
from inbox_bot.flows.house import House
from inbox_bot.flows.outbox import Outbox
from inbox_bot.sandbox.mail import Relay
from inbox_bot.store.database import open_store
from tests.e2e.seen import NUMBER
from tests.unit.flow_house import Day, mail

ADDRESS = "kunde{place}@post.example"


@dataclass(slots=True)
class PostOffice(Day):
    """A day whose mail goes to a real relay. `passed` is how much time the outbox needed."""

    relay: SmtpSender | None = None
    box: Outbox | None = None
    customers: int = 0
    attempts: list[datetime] = field(default_factory=list)

    @property
    def house(self) -> House:
        """With the real sender of mail."""
        house = super(PostOffice, self).house
        assert self.relay is not None
        return replace(house, senders={"x": self.x, "mail": self.relay})

    async def write(self, count: int) -> None:
        """So many new customers, each with one mail, which is acknowledged."""
        first = self.customers + 1
        self.customers += count
        await self.takes(
            *(
                mail(id=place, sender=f"Kunde {place} <{ADDRESS.format(place=place)}>")
                for place in range(first, self.customers + 1)
            )
        )

    async def work(self, **passing: float) -> timedelta:
        """Let the outbox work while so much time passes, or until nothing waits; gives how long that took."""
        begun, end = self.now, self.now + timedelta(**passing)
        self.box = self.box or Outbox(house=self.house, sender=self.house.senders["mail"])
        while True:
            await self.box.deliver()
            await self.box.look()
            async with self.store.read() as tx:
                due = await tx.next_due()
            if due is None or self.now >= end:
                return self.now - begun
            self.now = min(end, max(due, self.box.paused_until or due, self.now + timedelta(seconds=1)))

    async def kinds(self) -> dict[str, str]:
        """What the audit says, by kind."""
        return {finding.kind: finding.detail for finding in await self.findings()}

    async def states(self) -> Counter[str]:
        """How many deliveries stand where."""
        return Counter(delivery.state.value for _, delivery in await self.deliveries())


@asynccontextmanager
async def post_office(folder: Path, port: int, **options: object) -> AsyncIterator[PostOffice]:
    """An empty house on SQLite that sends over the relay at that port."""
    settings: dict[str, object] = {
        "inbox": "mail", "address": "hilfe@acme.example", "name": "Acme", "host": "127.0.0.1", "port": port,
        "security": "none", "user": "", "password": "", "hostname": "bot.acme.example",
    }  # fmt: skip
    sender = SmtpSender(**(settings | options))  # type: ignore[arg-type]  # mypy takes no types out of a dict
    store = open_store(f"sqlite:///{folder / 'inbox.db'}")
    try:
        yield PostOffice(store=store, relay=sender)
    finally:
        await sender.close()
        await store.close()


def copies(relay: Relay) -> Counter[str]:
    """How often each customer's acknowledgement was accepted by the relay."""
    return Counter(one.recipients[0].address for one in relay.accepted if NUMBER.search(one.data.decode()))
