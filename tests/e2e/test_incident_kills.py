"""An incident over thousands of customers: stopped in the middle, the daemon killed twice; nobody hears it twice,
nobody is forgotten, and who writes meanwhile is answered as ever. $INBOX_BOT_AFFECTED says how many there are."""

import asyncio
import os
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

from inbox_bot.model import Channel, Direction, TicketState, Visibility
from inbox_bot.records import Customer, Identity, Message, Ticket
from inbox_bot.rules import numbers
from inbox_bot.store.database import open_store
from inbox_bot.writes import Filing
from tests.crash.victim import Order
from tests.dovecot import Dovecot
from tests.e2e.desk import THILO, Desk, opened
from tests.e2e.mixed import Person
from tests.e2e.waiting import until
from tests.smtpsink import Sink

CUSTOMERS = int(os.environ.get("INBOX_BOT_AFFECTED", "10000"))
FAST = "\n[incidents]\nmails_per_hour = 360000\n"
TEXT = "Die Technik tauscht ein Netzteil."
_LOT = 1000
_USUAL = 15.0  # seconds: an acknowledgement beside all that, on a machine with other work


async def crowd(desk: Desk) -> None:
    """So many customers have each written a mail this morning and have their numbers."""
    store = open_store(f"sqlite:///{desk.house.folder / 'inbox.db'}")
    at, drawn = desk.clock.now() - timedelta(hours=2), count(5_000_011, 7_919)
    for start in range(0, CUSTOMERS, _LOT):
        filing = Filing()
        for number in range(start, min(start + _LOT, CUSTOMERS)):
            customer, identity, ticket, message = (-(4 * number + part + 1) for part in range(4))
            address = f"kunde{number}@post.example"
            filing.customers.append(Customer(id=customer, name=f"Kunde {number}", language="de", created_at=at))
            filing.identities.append(
                Identity(id=identity, customer=customer, channel=Channel.EMAIL, address=address, created_at=at)
            )
            filing.tickets.append(
                Ticket(
                    id=ticket, number=numbers.draw(lambda bits: next(drawn) % 2**bits), customer=customer, inbox="mail",
                    channel=Channel.EMAIL, state=TicketState.PENDING, subject="Keine Mails", opened_at=at,
                    last_incoming_at=at, last_outgoing_at=at, answered_at=at, number_delivered_at=at, assignee=1,
                )
            )  # fmt: skip
            filing.messages.append(
                Message(
                    id=message, ticket=ticket, customer=customer, identity=identity, inbox="mail",
                    channel=Channel.EMAIL, direction=Direction.INCOMING, visibility=Visibility.PRIVATE,
                    external_id=f"<k{number}@post.example>", at=at, text="Meine Mails kommen nicht an.",
                    subject="Keine Mails", language="de", content_hash=f"k{number}",
                )
            )  # fmt: skip
        async with store.write() as tx:
            await tx.save(filing)
    await store.close()


@dataclass(slots=True)
class Arrived:
    """What is at the sink, each mail looked at once: it is the same process that takes them."""

    sink: Sink
    updates: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    others: set[str] = field(default_factory=set)
    seen: int = 0

    def look(self) -> int:
        """How many have had an update, by now."""
        for mail in self.sink.mails[self.seen :]:
            self.seen += 1
            if b"Netzteil" in mail.data:
                named = re.search(rb"(?im)^message-id:\s*(<[^>]+>)", mail.data)
                assert named is not None
                self.updates[mail.rcpts[0]].add(named[1])
            else:
                self.others.add(mail.rcpts[0])
        return len(self.updates)

    def has(self, address: str) -> bool:
        """Whether something else has reached this address."""
        self.look()
        return address in self.others


async def written_beside(desk: Desk, arrived: Arrived, number: int) -> float:
    """Somebody else writes; how many seconds until he has his number."""
    person = Person(name=f"Neu {number}", address=f"neu{number}@post.example", handle=f"neu{number}")
    begun = time.monotonic()
    desk.writes("Rechnung", "Meine Rechnung stimmt nicht.", person=person)
    await until(lambda: arrived.has(person.address), 60)
    return time.monotonic() - begun


async def test_thousands(tmp_path: Path, dovecot: Dovecot) -> None:
    """See above; the seconds that others wait are printed."""
    async with opened(tmp_path, dovecot, more=FAST) as desk:
        await crowd(desk)
        arrived = Arrived(desk.sink)
        alone = await written_beside(desk, arrived, 0)
        report = await desk.json(
            "incident", "open", "Mailserver gestört", "--match", "mails", "--as", "anna", "--since",
            (desk.clock.now() - timedelta(hours=3)).strftime("%Y-%m-%d %H:%M"),
        )  # fmt: skip
        assert report["tickets"] == CUSTOMERS
        id = str(report["incident"])
        planned = await desk.json("incident", "update", id, TEXT, "--as", "anna", "--dry-run")
        assert planned["recipients"] == {"email": CUSTOMERS}
        begun = time.monotonic()
        await desk.team("incident", "update", id, TEXT, "--as", "anna", "--yes")
        queued = time.monotonic() - begun
        waits = []

        await until(lambda: arrived.look() > CUSTOMERS // 10, 120)
        waits.append(await written_beside(desk, arrived, 1))
        await desk.team("incident", "stop", id, "--as", "anna")
        await asyncio.sleep(2)
        stopped = arrived.look()
        await asyncio.sleep(2)
        assert arrived.look() == stopped < CUSTOMERS
        await desk.team("incident", "resume", id, "--as", "anna")

        for place, part in enumerate((0.4, 0.7)):
            await until(lambda part=part: arrived.look() > CUSTOMERS * part, 300)  # type: ignore[misc]  # of floats
            await desk.lives.kill()
            await desk.lives.begin(Order(folder=str(desk.house.folder)))
            waits.append(await written_beside(desk, arrived, place + 2))
        await until(lambda: arrived.look() >= CUSTOMERS * 0.999, 600)
        desk.clock.advance(20 * 60.0)  # what may have been on the wire at a kill is looked at again
        await until(lambda: arrived.look() == CUSTOMERS, 300)
        took = time.monotonic() - begun

        assert {len(named) for named in arrived.updates.values()} == {1}, "a second mail to somebody"
        [update] = (await desk.json("incident", "show", id))["updates"]
        assert update["queued"] == CUSTOMERS
        assert update["ended_at"]
        assert THILO.address not in arrived.updates
        print(  # noqa: T201  # the figure that is asked for
            f"\n{CUSTOMERS} told in {took:.0f} s, queued in {queued:.1f} s; who wrote alone had his number after "
            f"{alone:.1f} s, beside it after {', '.join(f'{one:.1f}' for one in waits)} s"
        )
        assert max(waits) < max(alone, 5) + _USUAL
