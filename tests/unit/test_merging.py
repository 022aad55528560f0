"""Two tickets become one and two again: nothing is lost or doubled, either number finds it, he is told once."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.errors import UsageError
from inbox_bot.flows import clock, customers, desk, merging, settling
from inbox_bot.flows.answering import reply
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.model import Priority, TicketState
from inbox_bot.records import Ticket
from inbox_bot.rules import numbers
from inbox_bot.store.database import Database, open_store
from tests.unit.flow_house import Day, dm, mail
from tests.unit.scenario_house import texts, tickets, two_matters

MAIL = "eva.winter@post.example"


@pytest.fixture
def day(store: Database) -> Day:
    """One with an empty store."""
    return Day(store=store)


async def two(day: Day) -> tuple[Ticket, Ticket]:
    """Eva has written two mails about two matters, and has both numbers."""
    await two_matters(day)
    await day.sends()
    first, second = await tickets(day)
    return first, second


async def test_either_number_finds_the_one_that_goes_on(day: Day) -> None:
    """By subject, by our signed address, and at the desk; he is told once, and nothing is open twice."""
    first, second = await two(day)
    done = await merging.merge(day.house, first.number, second.number, "anna", "one matter")
    assert numbers.pretty(first.number) in done.text
    assert "zusammen" in done.text
    assert [one.state for one in await tickets(day)] == [TicketState.CLOSED, TicketState.NEW]
    await day.takes(mail("Noch etwas.", id=3, subject=f"[#{numbers.pretty(first.number)}]", at=day.now))
    day.later(minutes=10)
    answered = next(m.external_id for m, d in await day.deliveries() if d.ticket == second.id)
    await day.takes(mail("Und das.", f"In-Reply-To: {answered}", id=4, subject="Re:", at=day.now))
    assert len(await texts(day, second)) == 4
    assert await texts(day, first) == []
    queued = await reply(day.house, Answer(number=first.number, who="anna", text="Wir kümmern uns.", anyway=True))
    assert queued.ticket.number == second.number
    await day.sends()
    sent = [message.text for message, _ in await day.deliveries() if "zusammen unter" in message.text]
    assert len(sent) == 1
    assert [finding.kind for finding in await day.findings()] == []


async def test_it_can_be_taken_back(day: Day) -> None:
    """Each has its own again, in the state it had; what came since stays where it was written."""
    first, second = await two(day)
    before = {first.id: await texts(day, first), second.id: await texts(day, second)}
    await merging.merge(day.house, first.number, second.number, "anna", "")
    await day.sends()
    done = await merging.unmerge(day.house, first.number, "anna", "two matters")
    assert "getrennt" in done.text
    assert {one.id: await texts(day, one) for one in (first, second)} == before
    assert [(one.state, one.merged_into) for one in await tickets(day)] == [(TicketState.NEW, None)] * 2
    with pytest.raises(UsageError, match="was not merged"):
        await merging.unmerge(day.house, first.number, "anna", "")


async def test_what_is_refused(day: Day) -> None:
    """Two customers' tickets, one into itself, an open one into a settled one."""
    first, second = await two(day)
    await day.takes(dm("Und ich?", author="77"))
    with pytest.raises(UsageError, match="two customers"):
        await merging.merge(day.house, (await tickets(day))[-1].number, first.number, "anna", "")
    with pytest.raises(UsageError, match="already"):
        await merging.merge(day.house, first.number, first.number, "anna", "")
    await desk.prioritise(day.house, first.number, Priority.URGENT, "anna")
    await settling.resolve(day.house, second.number, "anna")
    with pytest.raises(UsageError, match="the other way round"):
        await merging.merge(day.house, first.number, second.number, "anna", "")
    done = await merging.merge(day.house, second.number, first.number, "anna", "")
    assert (done.ticket.state, done.ticket.priority) == (TicketState.NEW, Priority.URGENT)
    with pytest.raises(UsageError, match="already"):
        await merging.merge(day.house, first.number, second.number, "anna", "")


async def test_a_split_ticket_is_told_its_number(day: Day) -> None:
    """It is born with the delivery that carries it; the rest stays; merging takes it back."""
    await day.agent()
    await day.takes(mail("Mein Anschluss geht nicht.", id=1))
    day.later(minutes=1)
    await day.takes(mail("Und die Rechnung stimmt nicht.", id=2, subject="Rechnung", at=day.now))
    await day.sends()
    [ticket] = await tickets(day)
    async with day.store.read() as tx:
        ids = [e.message.id for e in await tx.timeline(ticket.customer, ticket.id) if "Rechnung" in e.message.text]
    with pytest.raises(UsageError, match="is not in ticket"):
        await merging.split(day.house, ticket.number, {999}, "", "anna", "")
    done = await merging.split(day.house, ticket.number, set(ids), "", "anna", "another matter")
    assert numbers.pretty(done.other.number) in done.text
    assert done.other.subject == "Rechnung"
    await day.sends()
    fresh = (await tickets(day))[-1]
    assert fresh.number_delivered_at is not None
    assert await texts(day, ticket) == ["Mein Anschluss geht nicht."]
    await clock.acknowledge_owed(day.house)
    with pytest.raises(UsageError, match="nothing of the customer's would stay"):
        await merging.split(day.house, fresh.number, set(ids), "", "anna", "")
    await merging.merge(day.house, fresh.number, ticket.number, "anna", "one after all")
    assert await texts(day, ticket) == ["Mein Anschluss geht nicht.", "Und die Rechnung stimmt nicht."]


@settings(max_examples=12)
@given(steps=st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 3)), max_size=7))
async def test_any_order_gives_every_row_back(steps: list[tuple[bool, int, int]]) -> None:
    """However tickets are merged and parted: each message is in one ticket, and all undone each has its own."""
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'inbox.db'}")
        try:
            day = Day(store=store)
            await day.agent()
            for n in range(4):
                await day.takes(mail(f"Sache {n}", id=n + 1, subject=f"Sache {n}", at=day.now))
                day.later(days=4)
            own = await tickets(day)
            undo: list[str] = []
            for merges, one, other in steps:
                try:
                    if merges:
                        done = await merging.merge(day.house, own[one].number, own[other].number, "anna", "")
                        undo.append(done.other.number)
                    else:
                        await merging.unmerge(day.house, own[one].number, "anna", "")
                        undo.remove(own[one].number)
                except UsageError:
                    continue
                found = [text for ticket in own for text in await texts(day, ticket)]
                assert sorted(found) == [f"Sache {n}" for n in range(4)]
            for number in reversed(undo):
                await merging.unmerge(day.house, number, "anna", "")
            assert [await texts(day, one) for one in own] == [[f"Sache {n}"] for n in range(4)]
            assert all(one.merged_into is None for one in await tickets(day))
        finally:
            await store.close()


async def test_after_linking_two_people_their_tickets_can_be_merged(day: Day) -> None:
    """The DM's customer and the mail's are one by an agent's word; then one ticket holds both."""
    await day.agent()
    await day.takes(mail(id=1))
    await day.takes(dm("Sicherheitshalber auch hier."))
    first, second = await tickets(day)
    await customers.link(day.house, MAIL, "1001", "anna", "he said so")
    await merging.merge(day.house, first.number, second.number, "anna", "")
    assert len(await texts(day, second)) == 2
