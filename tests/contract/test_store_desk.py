"""What people look at, on both databases: tickets, customers, timelines, search, agents, the log."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.errors import Conflict
from inbox_bot.model import Channel, Direction, TicketState, Visibility
from inbox_bot.records import Agent, LogEntry
from inbox_bot.store.database import Database
from inbox_bot.views import Lookup
from inbox_bot.writes import Filing
from tests.contract.store_builders import DAY, HOUR, MINUTE, NOW, a_case, filed, reference

ADA = Agent(id=0, name="Ada", initials="AL", address="Ada@Acme.example", created_at=NOW)


async def test_tickets_are_listed_newest_last(store: Database) -> None:
    """Of the wanted states, or all, or one customer's; the newest where there are more than asked for."""
    cases = await filed(store, *(a_case() for _ in range(5)))
    async with store.write() as tx:
        agent = await tx.save_agent(ADA)
        changed = [
            replace(cases[0].ticket, state=TicketState.OPEN, assignee=agent),
            replace(cases[1].ticket, state=TicketState.CLOSED),
        ]
        await tx.save(Filing(tickets=changed))
        listed = await tx.tickets(states=["new", "open"], customer=None, limit=9)
        assert listed == [
            (changed[0], "Eva Winter", "Ada"),
            *((case.ticket, "Eva Winter", "") for case in cases[2:]),
        ]
        assert await tx.tickets(states=["new", "open"], customer=None, limit=2) == listed[-2:]
        assert [ticket.id for ticket, _, _ in await tx.tickets(states=[], customer=None, limit=9)] == [
            case.ticket.id for case in cases
        ]
        mine = await tx.tickets(states=(), customer=cases[1].customer.id, limit=9)
        assert mine == [(changed[1], "Eva Winter", "")]
        assert await tx.tickets(states=["new"], customer=cases[1].customer.id, limit=9) == []


@pytest.mark.parametrize("key", ["eva.WINTER@post.example", "@EVA_w", "eva_W", "1001", " 1001 "])
async def test_customer_is_found_by_any_address(store: Database, key: str) -> None:
    """By mail address, handle with or without @, or X id, whatever the case; never by a part or by nothing."""
    case, other = a_case(), a_case()
    case = replace(case, identity=replace(case.identity, address="Eva.Winter@post.example"))
    on_x = replace(case.identity, id=reference(), channel=Channel.TWITTER, address="1001", handle="Eva_W")
    filing = case.filing()
    filing.identities.append(on_x)
    async with store.write() as tx:
        ids = await tx.save(filing)
        await tx.save(other.filing())
    async with store.read() as tx:
        assert [customer.id for customer in await tx.find_customers(key)] == [ids[case.customer.id]]
        for wrong in ("", "@", "eva", "100", "%"):
            assert await tx.find_customers(wrong) == []
        assert [one.id for one in await tx.identities(ids[case.customer.id])] == [
            ids[case.identity.id],
            ids[on_x.id],
        ]


async def test_timeline_is_one_history(store: Database) -> None:
    """A customer's messages by time, also those beside his tickets and notes, with who wrote; or one ticket's."""
    case, stranger = await filed(store, a_case(), a_case())
    async with store.write() as tx:
        agent = await tx.save_agent(ADA)
        note = replace(
            case.message,
            id=reference(),
            direction=Direction.NOTE,
            visibility=Visibility.INTERNAL,
            identity=None,
            customer=None,
            agent=agent,
            at=NOW + HOUR,
            external_id="",
        )
        beside = replace(case.message, id=reference(), ticket=None, at=NOW - HOUR, external_id="")
        ids = await tx.save(Filing(messages=[note, beside]))
        entries = await tx.timeline(case.customer.id)
        whole = [ids[beside.id], case.message.id, case.answer.id, ids[note.id]]
        assert [entry.message.id for entry in entries] == whole
        assert [entry.message.id for entry in await tx.timeline(case.customer.id, case.ticket.id)] == whole[1:]
        assert entries[1].message == case.message
        assert [entry.address for entry in entries] == [*[case.identity.address] * 3, ""]
        assert [entry.agent for entry in entries] == ["", "", "", "Ada"]
        assert entries[1].deliveries == ()
        assert entries[2].deliveries == ((replace(case.delivery, payload=b""), ()),)
        assert await tx.timeline(999_999) == []
    assert stranger.message.id not in whole


async def test_junk_is_reversible(store: Database) -> None:
    """The mark alone changes."""
    [case] = await filed(store)
    async with store.write() as tx:
        await tx.set_junk(case.ticket.id, True)
        assert await tx.ticket(case.ticket.number) == replace(case.ticket, junk=True)
        await tx.set_junk(case.ticket.id, False)
        assert await tx.ticket(case.ticket.number) == case.ticket


async def test_agents_are_added_and_changed(store: Database) -> None:
    """A name is given once; initials, address and the end may change; intake knows their addresses in lower case."""
    async with store.write() as tx:
        ada = await tx.save_agent(ADA)
        bob = await tx.save_agent(replace(ADA, name="Bob", address="bob@acme.example"))
        assert await tx.agents() == [replace(ADA, id=ada), replace(ADA, id=bob, name="Bob", address="bob@acme.example")]
        known = await tx.gather(Lookup(), NOW)
        assert known.agents == {"ada@acme.example", "bob@acme.example"}
        gone = replace(ADA, id=bob, name="Robert", initials="RB", address="bob@acme.example", disabled_at=NOW)
        assert await tx.save_agent(gone) == bob
        assert (await tx.agents())[1] == replace(gone, name="Bob")
        assert (await tx.gather(Lookup(), NOW)).agents == {"ada@acme.example"}
    with pytest.raises(Conflict):
        async with store.write() as tx:
            await tx.save_agent(replace(ADA, initials="A2"))


async def test_log_is_kept_by_ticket(store: Database) -> None:
    """Who did what, oldest first."""
    [case] = await filed(store)
    lot = [LogEntry(at=NOW + number * MINUTE, who="Ada", what="note", ticket=case.ticket.id) for number in range(3)]
    async with store.write() as tx:
        await tx.save(Filing(log=[*lot, LogEntry(at=NOW, who="Ada", what="agent added", detail="Bob")]))
        assert await tx.log(case.ticket.id) == lot


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["Störung"], True),
        (["stoerungen"], True),
        (["STORUNG"], True),
        (["Leitungen", "gestört"], True),
        (["gestörte leitung"], True),
        (["connections"], True),
        (["café"], True),
        (["cafe"], True),
        (["vertrag-4711"], True),
        (["4711"], True),
        (["471"], False),
        (["Leitung", "Rechnung"], False),
        (["OR"], False),
        (['"'], False),
        (["störung OR rechnung"], False),
        (["NEAR(", "störung*"], False),
        (["' & !"], False),
        ([], False),
        (["привет"], True),
    ],
)
async def test_search_finds_any_form_of_all_words(store: Database, words: list[str], found: bool) -> None:
    """Inflected, with umlauts spelled either way, in German and English; no operators, no error."""
    text = "Die Leitung ist seit gestern gestört, the connection failed. Café, Vertrag-4711. Привет!"
    case = a_case(text)
    [case] = await filed(store, replace(case, answer=replace(case.answer, subject="")))
    async with store.read() as tx:
        hits = await tx.search(words, 9)
    assert hits == ([(case.message, case.ticket.number)] if found else [])


async def test_search_gives_the_newest(store: Database) -> None:
    """Newest first, no more than asked for; what is beside the tickets has no number."""
    cases = await filed(store, *(a_case("Rechnung", at=NOW + timedelta(days=day)) for day in range(4)))
    beside = replace(cases[0].message, id=reference(), ticket=None, at=NOW + 9 * DAY, external_id="")
    async with store.write() as tx:
        ids = await tx.save(Filing(messages=[beside]))
    async with store.read() as tx:
        hits = await tx.search(["rechnungen"], 3)
    assert [(message.id, number) for message, number in hits] == [
        (ids[beside.id], ""),
        (cases[3].message.id, cases[3].ticket.number),
        (cases[2].message.id, cases[2].ticket.number),
    ]
