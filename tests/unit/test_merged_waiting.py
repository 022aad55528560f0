"""Whoever was not answered waits on: what is merged, parted or undone answers nobody. On both databases."""

import pytest

from inbox_bot.errors import Stopped
from inbox_bot.flows import calls, customers, merging, sight, undoing
from inbox_bot.flows.answering import reply
from inbox_bot.flows.authorising import Grant, grant
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.model import Channel, TicketState
from inbox_bot.records import Ticket
from inbox_bot.rules import numbers
from inbox_bot.store.database import Database
from tests.unit.flow_house import dm
from tests.unit.linking_day import MAIL, Linking, a_mail
from tests.unit.scenario_house import tickets, two_matters


@pytest.fixture
def day(store: Database) -> Linking:
    """One with an empty store."""
    return Linking(store=store)


async def two(day: Linking) -> tuple[Ticket, Ticket]:
    """Eva has written two mails about two matters, and has both numbers; the first was answered."""
    await two_matters(day)
    await day.sends()
    first, second = await tickets(day)
    await answers(day, first, "Wir kümmern uns.")
    return first, second


async def answers(day: Linking, ticket: Ticket, text: str = "Ist das so?") -> None:
    """Anna does, and it goes out."""
    day.later(minutes=5)
    await reply(day.house, Answer(number=ticket.number, who="anna", text=text, anyway=True))
    await day.sends()
    day.later(minutes=5)


async def unanswered(day: Linking) -> list[str]:
    """The numbers that the audit calls so two days later."""
    day.later(days=2)
    return [one.number for one in await day.findings() if one.kind == "unanswered"]


async def test_what_was_parted_again_waits_as_before(day: Linking) -> None:
    """That he was told of it, twice, is no answer to his second matter."""
    first, second = await two(day)
    await merging.merge(day.house, first.number, second.number, "anna", "")
    await day.sends()
    day.later(minutes=5)
    await merging.unmerge(day.house, first.number, "anna", "")
    await day.sends()
    back, kept = await tickets(day)
    assert (back.state, kept.state) == (TicketState.OPEN, TicketState.NEW)
    assert back.answered_at is not None
    assert (kept.answered_at, kept.last_outgoing_at) == (None, None)
    assert await unanswered(day) == [kept.number]


async def test_what_is_left_of_a_split_ticket_waits(day: Linking) -> None:
    """The question that Anna asked goes with the message that it answered."""
    await day.agent()
    await day.mails("Mein Anschluss geht nicht.", id=1)
    await day.mails("Und die Rechnung stimmt nicht.", id=2)
    [ticket] = await tickets(day)
    await answers(day, ticket, "Um welche Rechnung geht es? Bitte schreiben Sie uns.")
    said = {one.id for one in await day.filed() if "Rechnung" in one.text and "angekommen" not in one.text}
    await merging.split(day.house, ticket.number, said, "", "anna", "")
    left = (await tickets(day))[0]
    assert (left.state, left.answered_at, left.asked) == (TicketState.NEW, None, False)
    assert ticket.number in await unanswered(day)


async def test_what_is_left_of_a_parted_ticket_waits(day: Linking) -> None:
    """The X account's own message was never answered: the answer was the mail's, and goes with it."""
    await day.begins()
    await day.mails(id=1)
    [x, _] = await tickets(day)
    await customers.link(day.house, MAIL, "1001", "anna", "he said so")
    day.later(minutes=5)
    await day.mails("Und noch etwas.", id=2, subject=f"[#{x.number}]")
    await answers(day, x)
    await customers.unlink(day.house, MAIL, "anna", "her sister's")
    left = (await tickets(day))[0]
    assert (left.number, left.last_outgoing_at, left.answered_at) == (x.number, None, None)
    assert x.number in await unanswered(day)


@pytest.mark.parametrize("told", ["invited", "authorised"])
async def test_an_answer_that_was_undone_leaves_him_waiting(day: Linking, told: str) -> None:
    """A code, or a note who may act for him, that went out before was no answer."""
    await day.begins()
    [ticket] = await tickets(day)
    await day.sends()
    day.later(minutes=5)
    if told == "invited":
        await customers.invite(day.house, "1001", Channel.EMAIL, "anna")
    else:
        await grant(day.house, Grant(key=ticket.number, person="Mira", evidence="by telephone", who="anna"))
    await day.sends()
    day.later(minutes=5)
    await reply(day.house, Answer(number=ticket.number, who="anna", text="Geht es wieder?", anyway=True))
    await undoing.undo(day.house, ticket.number, "anna")
    [ticket] = await tickets(day)
    assert (ticket.state, ticket.answered_at, ticket.last_outgoing_at) == (TicketState.NEW, None, None)
    assert await unanswered(day) == [ticket.number]


async def test_who_has_called_was_spoken_with(day: Linking) -> None:
    """A call's ticket does not wait for an answer, also after it was merged and parted."""
    await day.agent()
    await day.takes(a_mail(id=1))
    await day.sends()
    day.later(minutes=5)
    await calls.open_ticket(day.house, calls.Call(key=MAIL, text="Die Leitung ist tot.", who="anna"))
    await day.sends()
    wrote, called = await tickets(day)
    await merging.merge(day.house, called.number, wrote.number, "anna", "")
    await merging.unmerge(day.house, called.number, "anna", "")
    assert (await tickets(day))[1].last_outgoing_at == called.last_outgoing_at
    assert await unanswered(day) == [wrote.number]


@pytest.mark.parametrize("read", [True, False])
async def test_nobody_answers_what_has_come_in_unread(day: Linking, read: bool) -> None:
    """Ben knows the second ticket only: what Eva wrote in the first one, before, he is shown once they are one."""
    first, second = await two(day)
    await day.agent("ben", "BB")
    await sight.saw(day.house, await day.filed() if read else (await day.filed())[-3:-1], "ben")
    await merging.merge(day.house, first.number, second.number, "anna", "")
    answer = Answer(number=second.number, who="ben", text="Die Rechnung ist berichtigt.", no_promise=True)
    asked = [m.id for m in await day.filed() if m.text == "Mein Anschluss geht nicht."]
    try:
        await reply(day.house, answer)
        shown: tuple[str, ...] = ()
    except Stopped as stopped:
        shown = stopped.newer
    assert any(line.startswith(f"m{asked[0]} ") for line in shown) is not read


async def test_what_comes_back_into_an_answered_ticket_waits_there(day: Linking) -> None:
    """His DM in the mail's ticket came after the answer; moved to another customer and back, it waits as before."""
    await day.begins()
    await day.mails(id=1)
    await day.mails("Guten Tag.", id=2, sender="Ida Sommer <ida@post.example>")
    await customers.merge(day.house, MAIL, "1001", "anna", "he said so")
    [_, ticket, _] = await tickets(day)
    await answers(day, ticket)
    await day.takes(dm(f"Noch etwas zu {numbers.pretty(ticket.number)}.", id=5002, at=day.now))
    before = next(one for one in await tickets(day) if one.id == ticket.id)
    await customers.link(day.house, "1001", "ida@post.example", "anna", "so it looked")
    await customers.unlink(day.house, "1001", "anna", "it was wrong")
    after = next(one for one in await tickets(day) if one.id == ticket.id)
    assert (after.last_incoming_at, after.last_outgoing_at) == (before.last_incoming_at, before.last_outgoing_at)
    assert ticket.number in await unanswered(day)
