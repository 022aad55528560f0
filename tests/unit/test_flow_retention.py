"""Retention on both databases: what a rule names goes, what is open or not delivered stays, and the house goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from inbox_bot.errors import Unsendable
from inbox_bot.flows import answering, clock, desk, reading, retention, settling
from inbox_bot.flows.house import House
from inbox_bot.model import Channel, Direction, Incoming, Keeping, TicketState, Unreadable
from inbox_bot.records import Ticket
from inbox_bot.store.database import Database
from inbox_bot.store.tables import metadata
from inbox_bot.views import Entry
from tests.unit.flow_house import Day, FakeSource, mail, post
from tests.unit.mime_builders import with_file
from tests.unit.said import informed

EVERYTHING = dict.fromkeys(Keeping, 40)
EVA = "eva.winter@post.example"


@dataclass(slots=True)
class LongDay(Day):
    """A house that keeps only so long."""

    days: Mapping[Keeping, int] = field(default_factory=dict)

    @property
    def house(self) -> House:
        """With this day's rules."""
        return replace(super(LongDay, self).house, retention=self.days)

    async def prunes(self, **days: int) -> dict[str, int]:
        """Erase by these rules; what went."""
        self.days = {Keeping(kind): number for kind, number in days.items()} or EVERYTHING
        counted = await retention.count(self.house)
        done = await retention.prune(self.house)
        assert done is not None
        assert done.keys() == counted.keys()
        # a customer counts once his last ticket has been erased, which the same run may do
        assert all(done[kind] == number for kind, number in counted.items() if kind is not Keeping.CUSTOMERS)
        assert not any((await retention.count(self.house)).values())
        return {kind.value: number for kind, number in done.items() if number}

    async def settles(self, ticket: Ticket) -> None:
        """An answer, and everything until the ticket is closed."""
        await answering.reply(self.house, informed(number=ticket.number, text="Der Techniker kommt.", who="anna"))
        await self.sends()
        await settling.resolve(self.house, ticket.number, "anna")
        self.later(days=15)
        await clock.close_resolved(self.house)

    async def ticket(self) -> Ticket:
        """The newest."""
        async with self.store.read() as tx:
            return (await tx.tickets(states=[], customer=None, limit=1))[-1][0]

    async def entries(self, ticket: Ticket) -> list[Entry]:
        """Its messages."""
        return (await reading.dossier(self.house, ticket.number)).entries

    async def holds(self, what: str) -> int:
        """How many rows of a table."""
        async with self.database.reader.connect() as db:
            return (await db.execute(select(func.count()).select_from(metadata.tables[what]))).scalar() or 0

    @property
    def database(self) -> Database:
        """The store as what it is."""
        assert isinstance(self.store, Database)
        return self.store

    async def in_order(self) -> None:
        """The ledger balances and the audit has nothing but what waits for people."""
        await self.outcomes()
        assert {finding.kind for finding in await self.findings()} <= {"unanswered"}


@pytest.fixture
async def day(store: Database) -> LongDay:
    """A house with one agent."""
    day = LongDay(store=store, team=("team@acme.example",))
    await day.agent()
    return day


def big(**fields: object) -> Incoming:
    """A mail with a file."""
    return with_file(**fields)  # type: ignore[arg-type]  # a builder takes any field


async def test_a_closed_ticket_becomes_a_skeleton(day: LongDay) -> None:
    """Texts, files, subject, search words, bytes and payloads go; number, times, ledger and evidence stay."""
    await day.takes(big(text="Mein Drehwurm ist kaputt", name="Zähler.txt", at=day.now))
    await day.sends()
    ticket = await day.ticket()
    await day.settles(ticket)
    before = await day.entries(ticket)
    assert len(await reading.search(day.house, ["Drehwurm"], 9)) == 1
    day.later(days=30)
    assert await day.prunes(closed_tickets=31) == {}
    assert await day.entries(ticket) == before
    day.later(days=2)
    assert await day.prunes(closed_tickets=31) == {"closed_tickets": 1}

    found = await reading.dossier(day.house, ticket.number)
    assert found.ticket is not None
    assert (found.ticket.subject, found.ticket.erased_at) == ("", day.now)
    assert found.ticket.number_delivered_at is not None
    for now, then in zip(found.entries, before, strict=True):
        told = now.message
        assert (told.text, told.subject, told.quoted, told.html, told.raw, now.files) == ("", "", "", "", "", ())
        assert (told.at, told.external_id, told.content_hash) == (
            then.message.at, then.message.external_id, then.message.content_hash
        )  # fmt: skip
        assert [(d.state, d.external_id, r) for d, r in now.deliveries] == [
            (d.state, d.external_id, r) for d, r in then.deliveries
        ]
    assert [entry.detail for entry in found.log] == [""] * len(found.log)
    assert found.log
    assert await reading.search(day.house, ["Drehwurm"], 9) == []
    assert await day.holds("raws") == await day.holds("files") == 0
    await day.in_order()


async def test_an_erased_ticket_is_still_known(day: LongDay) -> None:
    """The same mail is a duplicate, an answer to ours opens a new ticket linked to it, a late DSN is evidence."""
    first = mail(id=1, at=day.now)
    await day.takes(first)
    await day.sends()
    old = await day.ticket()
    [ours] = [delivery for _, delivery in await day.deliveries() if delivery.carries_number]
    await day.settles(old)
    day.later(days=60)
    await day.prunes(closed_tickets=31, raw=31, payload=31, log=31)
    await day.takes(replace(first, key="8:1"))
    assert ("8:1", "duplicate") in await day.outcomes()
    await day.takes(mail("Es ist wieder kaputt.", f"In-Reply-To: {ours.external_id}", id=2, at=day.now))
    new = await day.ticket()
    assert (new.related, new.customer) == (old.id, old.customer)
    assert "follow-up of closed" in new.reason
    async with day.store.read() as tx:
        stayed = await tx.ticket(old.number)
    assert stayed is not None
    assert stayed.state is TicketState.CLOSED
    await day.sends()
    await day.in_order()


async def test_what_is_open_or_not_out_is_kept(day: LongDay) -> None:
    """No rule touches an open ticket, a delivery that may still go, or the number of a ticket."""
    await day.takes(big(text="offen", name="a.txt", at=day.now))
    await day.sends()
    kept = await day.entries(await day.ticket())
    await day.takes(mail(id=7, sender="Ole Fink <ole@post.example>", at=day.now))
    waiting = await day.ticket()
    await settling.resolve(day.house, waiting.number, "anna")
    day.later(days=15)
    await clock.close_resolved(day.house)
    day.later(days=400)
    raws = await day.holds("raws")
    gone = await day.prunes()
    assert gone == {"raw": 1, "log": 1}  # of the closed one, whose acknowledgement still waits
    assert await day.entries(await day.ticket()) != []
    async with day.store.read() as tx:
        [(opened, _, _)] = await tx.tickets(states=["new"], customer=None, limit=9)
        closed = await tx.ticket(waiting.number)
    assert await day.entries(opened) == kept
    assert closed is not None
    assert closed.erased_at is None
    assert await day.holds("raws") == raws - 1
    await day.sends()
    assert day.mail.parcels[-1].to.address == "ole@post.example"
    assert day.mail.parcels[-1].payload


async def test_each_rule_takes_its_kind_only(day: LongDay) -> None:
    """Raw bytes, files and payloads go by their own times; texts stay, and the reader is told."""
    await day.takes(big(text="mit Anlage", name="Beleg.txt", at=day.now))
    await day.sends()
    ticket = await day.ticket()
    await day.settles(ticket)
    day.later(days=60)
    assert await day.prunes(raw=30) == {"raw": 1}
    [told] = [entry for entry in await day.entries(ticket) if entry.message.direction is Direction.INCOMING]
    assert (told.message.text, told.message.raw) == ("mit Anlage", "")
    with pytest.raises(Exception, match="no longer kept"):
        await reading.raw(day.house, f"m{told.message.id}")
    [(_, file)] = await reading.files(day.house, ticket.number)
    assert file.content
    assert await day.prunes(attachments=30) == {"attachments": 1}
    [(_, file)] = await reading.files(day.house, ticket.number)
    assert (file.name, file.content, file.reason) == ("Beleg.txt", None, "no longer kept")
    gone = await day.prunes(payload=30)
    assert gone["payload"] >= 2
    assert len(await reading.search(day.house, ["Anlage"], 9)) == 1
    assert await day.holds("raws") == 0
    await day.in_order()


async def test_equal_bytes_stay_while_one_needs_them(day: LongDay) -> None:
    """Two customers sent the same file: it goes with the second."""
    await day.takes(big(text="eins", name="a.txt", id=1, at=day.now))
    await day.sends()
    first = await day.ticket()
    await day.settles(first)
    day.later(days=30)
    await day.takes(big(text="zwei", name="a.txt", id=2, sender="Ole Fink <ole@post.example>", at=day.now))
    await day.sends()
    second = await day.ticket()
    await day.prunes(closed_tickets=20)
    [(_, file)] = await reading.files(day.house, second.number)
    assert file.content == b"Inhalt"
    await day.settles(second)
    day.later(days=30)
    await day.prunes(closed_tickets=20)
    assert await day.holds("raws") == 0


async def test_junk_quarantine_and_the_rest_beside(day: LongDay) -> None:
    """A junk ticket is closed and emptied; automatic mail loses its text, quarantine its bytes."""
    await day.takes(mail(id=1, sender="Los <los@bulk.example>", at=day.now))
    junk = await day.ticket()
    await desk.junk(day.house, junk.number, "anna", undo=False)
    await day.takes(mail("Bin weg", "Auto-Submitted: auto-replied", id=2, sender="Los <l2@bulk.example>", at=day.now))
    await day.takes(Unreadable(key="7:99", at=day.now, reason="too deep", raw=b"kaputt"))
    await day.sends()
    assert await day.prunes(junk=30, beside=30, quarantine=30) == {}
    day.later(days=31)
    assert await day.prunes(junk=30, beside=30, quarantine=30) == {"junk": 1, "beside": 1, "quarantine": 1}
    async with day.store.read() as tx:
        emptied = await tx.ticket(junk.number)
    assert emptied is not None
    assert (emptied.state, emptied.junk, emptied.subject) == (TicketState.CLOSED, True, "")
    assert await day.holds("raws") == 0
    await day.in_order()
    assert [outcome for _, outcome in await day.outcomes()].count("quarantined") == 1


async def test_a_customer_is_forgotten_last(day: LongDay) -> None:
    """Name, addresses and handles go once all his tickets are erased; an opt-out is never forgotten."""
    x = FakeSource(channel=Channel.TWITTER, inbox="x", stream="mentions")
    await day.takes(mail(id=1, at=day.now))
    await day.takes(mail("Stop", id=2, sender="Ole Fink <ole@post.example>", at=day.now))
    await day.takes(post(id=9001, author="1001", at=day.now), source=x)
    day.later(minutes=5)
    await day.sends()
    async with day.store.read() as tx:
        rows = await tx.tickets(states=[], customer=None, limit=9)
    for ticket, _, _ in rows:
        await settling.resolve(day.house, ticket.number, "anna")
    day.later(days=15)
    await clock.close_resolved(day.house)
    day.later(days=60)
    assert await day.prunes(customers=40) == {}
    assert await day.prunes(closed_tickets=40, customers=40) == {"closed_tickets": 3, "customers": 3}
    async with day.store.read() as tx:
        assert await tx.find_customers(EVA) == []
        assert await tx.find_customers("1001") == []
        [ole] = await tx.find_customers("ole@post.example")
        [still] = await tx.identities(ole.id)
        assert (ole.name, still.name, still.opted_out_at is not None) == ("", "", True)
        entries = [entry for ticket, _, _ in rows for entry in await tx.timeline(ticket.customer, ticket.id)]
    told = str([(e.message, e.address, [d for d, _ in e.deliveries if d.to != "ole@post.example"]) for e in entries])
    assert "eva" not in told.lower()
    await day.takes(mail("Ich bin wieder da.", id=3, at=day.now))
    assert (await day.ticket()).customer not in {ticket.customer for ticket, _, _ in rows}
    await day.in_order()


async def test_a_failed_number_is_not_forgotten(day: LongDay) -> None:
    """The alarm about a number that never arrived outlives every rule, as long as its ticket is open."""
    day.mail.answers.append(Unsendable("550 no such user"))
    await day.takes(mail(id=1, at=day.now))
    await day.sends()
    day.later(days=20)
    await day.prunes(**dict.fromkeys(Keeping, 1))
    assert "number_not_delivered" in {finding.kind for finding in await day.findings()}


async def test_only_one_process_erases(day: LongDay) -> None:
    """While another process has the lease nothing is done; its end gives it back."""
    day.days = {Keeping.LOG: 1}
    async with day.store.write() as tx:
        assert await tx.take_lease("retention", "other", day.now + timedelta(minutes=5), day.now)
    assert await retention.prune(day.house) is None
    day.later(minutes=6)
    assert await retention.prune(day.house) == {Keeping.LOG: 0}
    async with day.store.write() as tx:
        assert await tx.take_lease("retention", "other", day.now + timedelta(minutes=5), day.now)


async def test_without_rules_nothing_goes(day: LongDay) -> None:
    """The default keeps everything for ever."""
    assert await retention.prune(day.house) == {}
    assert await retention.count(replace(day.house, retention=dict.fromkeys(Keeping, 0))) == {}
