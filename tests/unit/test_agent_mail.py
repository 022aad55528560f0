"""Answering by mail: an agent's reply to a notice goes to the customer, once, and is shown to him before."""

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.flows import answering, desk, undoing
from inbox_bot.flows.agent_notices import tell_agents
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.model import Direction, Outcome, TicketState
from inbox_bot.ports import Store
from tests.unit.agent_day import EVA, NOW, OWN, AgentDay, agents, body, mail, the_ticket, written_to
from tests.unit.flow_house import dm

TEXT = "Guten Tag Frau Winter,\n\nder Techniker hat Ihre Nummer."


@pytest.fixture
async def day(store: Store) -> AgentDay:
    """Anna's house, in which Eva has written."""
    return await written_to(store)


async def test_reply_to_a_notice_goes_to_the_customer(day: AgentDay) -> None:
    """Anna is told, answers by mail, sees what goes out to whom, and a minute later Eva has that and nothing else."""
    notice = await day.told()
    assert "Mein Anschluss geht seit gestern nicht mehr." in body(notice)
    assert (await day.answers(notice, TEXT)).outcome is Outcome.FILED
    preview = (await day.letters())[-1]
    assert not await day.customers()
    day.later(seconds=61)
    (answer,) = await day.customers()
    assert answer["To"].endswith(f"<{EVA}>")
    assert body(answer).strip() in body(preview)
    assert EVA in body(preview)
    assert "der Techniker hat Ihre Nummer." in body(answer)
    assert "Anschluss geht seit gestern" not in body(answer)
    assert len(await day.letters()) == 2
    assert preview["References"] == notice["References"]


async def test_undo_by_mail(day: AgentDay) -> None:
    """What is undone never leaves; the ticket waits for an answer as before, and Anna is told."""
    before = await the_ticket(day)
    await day.answers(await day.told(), "/resolve\n" + TEXT)
    assert (await the_ticket(day)).state is TicketState.RESOLVED
    preview = (await day.letters())[-1]
    await day.answers(preview, "/undo", id="a2@acme.example")
    assert "der Techniker hat" in body((await day.letters())[-1])
    day.later(hours=1)
    assert not await day.customers()
    assert await the_ticket(day) == before


async def test_undo_too_late(day: AgentDay) -> None:
    """What has left stays sent; the mail comes back and says so. The command line says the same."""
    await day.answers(await day.told(), TEXT)
    preview = (await day.letters())[-1]
    day.later(seconds=61)
    assert len(await day.customers()) == 1
    assert (await day.answers(preview, "/undo", id="a2@acme.example")).outcome is Outcome.REFUSED
    assert "has left already" in body((await day.letters())[-1])
    with pytest.raises(UsageError, match="has left already"):
        await undoing.undo(day.house, (await the_ticket(day)).number, "anna")


async def test_an_undone_answer_owes_the_confirmation_again(store: Store) -> None:
    """An answer takes the place of an acknowledgement that has not left; undone, it gives it back."""
    day = AgentDay(store)
    await day.agent("anna", "AB")
    await day.takes(mail("Mein Anschluss geht seit gestern nicht mehr.", *OWN))
    ticket = await the_ticket(day)
    await tell_agents(day.house)
    (notice,) = [draft for draft in day.mail.drafts if draft.kind == "notice"]
    assert notice.reply_to
    await desk.assign(day.house, ticket.number, "anna", "anna")
    async with store.read() as tx:
        last = max(entry.message.id for entry in await tx.timeline(ticket.customer, ticket.id))
    answer = Answer(number=ticket.number, who="anna", text=TEXT, seen=last, delay=day.house.gateway.undo)  # type: ignore[union-attr]  # it is on
    await answering.reply(day.house, answer)
    await undoing.undo(day.house, ticket.number, "AB")
    async with store.read() as tx:
        owed = await tx.owed(NOW, 9)
    assert [one.direction for one in owed] == [Direction.INCOMING]


async def test_talk_that_moved_on_comes_back(day: AgentDay) -> None:
    """Eva writes again before Anna's answer: it comes back with what Eva wrote, and Anna's answer to that goes out."""
    notice = await day.told()
    day.later(minutes=5)
    await day.takes(mail("Es geht wieder, danke für nichts!", *OWN, id=2, at=day.now))
    assert (await day.answers(notice, TEXT)).outcome is Outcome.REFUSED
    returned = (await day.letters())[-1]
    assert "Es geht wieder, danke für nichts!" in body(returned)
    assert (await day.answers(returned, TEXT, id="a2@acme.example")).outcome is Outcome.FILED
    day.later(minutes=5)
    (answer,) = await day.customers()
    assert "der Techniker hat Ihre Nummer." in body(answer)


async def test_anyway(day: AgentDay) -> None:
    """Who knows that the talk has moved on may send all the same."""
    notice = await day.told()
    day.later(minutes=5)
    await day.takes(mail("Es geht wieder!", *OWN, id=2, at=day.now))
    assert (await day.answers(notice, "/anyway\n" + TEXT)).outcome is Outcome.FILED


async def test_words_that_cannot_be_told_apart_come_back(day: AgentDay) -> None:
    """A line partly from our mail stops everything, and is named."""
    await desk.note(
        day.house, (await the_ticket(day)).number, "Kulanz bis zwanzig Euro ist der Kundin zu geben", "anna"
    )
    await day.takes(mail("Und die Rechnung?", *OWN, id=2))
    notice = await day.told()
    assert "Kulanz bis zwanzig Euro" in body(notice)
    fate = await day.answers(notice, "Hallo, Kulanz bis zwanzig Euro ist der Kundin erlaubt.", quoted=False)
    assert fate.outcome is Outcome.REFUSED
    assert "| Hallo, Kulanz" in body((await day.letters())[-1])
    day.later(hours=1)
    assert not await day.customers()


async def test_commands_act_on_the_ticket(day: AgentDay) -> None:
    """A note goes to nobody, a ticket to the colleague, who is told; help comes back."""
    await day.agent("ben", "BT")
    notice = await day.told((await agents(day))["anna"])
    fate = await day.answers(notice, "/assign ben\n/note Bitte zurückrufen.")
    assert fate.outcome is Outcome.FILED
    ticket = await the_ticket(day)
    assert ticket.assignee == (await agents(day))["ben"].id
    async with day.store.read() as tx:
        entries = await tx.timeline(ticket.customer, ticket.id)
    assert [entry.message.text for entry in entries if entry.message.direction is Direction.NOTE] == [
        "Bitte zurückrufen."
    ]
    told = await day.told((await agents(day))["ben"])
    assert "Mein Anschluss geht" in body(told)
    assert "Bitte zurückrufen." in body(told)
    await day.answers(notice, "/help", id="a2@acme.example")
    assert "/note" in body((await day.letters((await agents(day))["anna"]))[-1])
    await day.answers(notice, "/resolve", id="a3@acme.example")
    assert (await the_ticket(day)).state is TicketState.RESOLVED
    day.later(hours=1)
    assert not await day.customers()


@pytest.mark.parametrize(
    "text",
    ["/promise irgendwann\nBis Freitag.", "Wir melden uns in Kürze.", "/note", "/template fehlt", "/assign niemand"],
)
async def test_what_cannot_be_done_comes_back_whole(day: AgentDay, text: str) -> None:
    """One order that cannot be obeyed stops all the others, too."""
    before = await the_ticket(day)
    fate = await day.answers(await day.told(), "/resolve\n" + text)
    assert fate.outcome is Outcome.REFUSED
    assert await the_ticket(day) == before
    assert (await day.letters())[-1]["Subject"].startswith("Nicht gesendet")


async def test_template_by_mail(day: AgentDay) -> None:
    """A template is answered with by name; one that has no place for his text comes back with it."""
    notice = await day.told()
    assert (await day.answers(notice, "/template ask-details\n" + TEXT)).outcome is Outcome.REFUSED
    assert "no place for a text of yours" in body((await day.letters())[-1])
    assert (await day.answers(notice, "/template ask-details", id="a2@acme.example")).outcome is Outcome.FILED
    preview = body((await day.letters())[-1])
    day.later(minutes=2)
    (answer,) = await day.customers()
    assert body(answer).strip() in preview


async def test_a_promise_by_mail(day: AgentDay) -> None:
    """What a text promises is in the preview, and on record; a time that cannot be told comes back. Without a text it
    is what was said on the telephone; /kept settles all."""
    notice = await day.told()
    text = "Guten Tag,\n\nwir melden uns bis Freitag bei Ihnen."
    assert (await day.answers(notice, "Wir melden uns in Kürze.")).outcome is Outcome.REFUSED
    assert "/promise Friday 17:00" in body((await day.letters())[-1])
    fate = await day.answers(notice, text, id="a2@acme.example")
    assert fate.outcome is Outcome.FILED
    assert 'promised: "bis Freitag", due Fri 2026-03-13 18:00' in body((await day.letters())[-1])
    await day.answers(notice, "/promise 2026-12-24 12:00", id="a3@acme.example")
    assert "due Thu 2026-12-24 12:00" in body((await day.letters())[-1])
    ticket = await the_ticket(day)
    async with day.store.read() as tx:
        assert [(one.phrase, one.message) for one in await tx.promises_of(ticket.id)] == [
            ("bis Freitag", fate.message),
            ("2026-12-24 12:00", None),
        ]
    day.later(seconds=61)
    assert len(await day.customers()) == 1
    await day.answers(notice, "/resolve", id="a4@acme.example")
    assert (await the_ticket(day)).state is not TicketState.RESOLVED
    await day.answers(notice, "/kept\n/resolve", id="a5@acme.example")
    assert (await the_ticket(day)).state is TicketState.RESOLVED


async def test_second_answer_may_repeat_the_first(day: AgentDay) -> None:
    """What he wrote to this customer before is no secret, though our notice shows it."""
    await day.answers(await day.told(), TEXT)
    day.later(hours=1)
    await day.takes(mail("Wirklich?", *OWN, id=2, at=day.now))
    notice = await day.told()
    assert "der Techniker hat Ihre Nummer." in body(notice)
    await day.answers(notice, TEXT + "\n\nGanz sicher.", id="a2@acme.example")
    day.later(hours=1)
    assert "der Techniker hat Ihre Nummer.\n\nGanz sicher." in body((await day.customers())[-1])


async def test_answer_to_a_direct_message(day: AgentDay) -> None:
    """The way is the customer's: a DM is answered by DM, with initials, after the same minute."""
    await day.takes(dm("Mein Router blinkt rot"))
    notice = (await day.told(), (await day.letters())[-1])[1]
    assert "Direktnachricht" in body(notice)
    assert (await day.answers(notice, "Bitte starten Sie ihn neu.")).outcome is Outcome.FILED
    assert "Bitte starten Sie ihn neu. ^AB" in body((await day.letters())[-1])
    sent = len(day.x.parcels)
    day.later(seconds=61)
    await day.sends()
    assert [parcel.payload.decode() for parcel in day.x.parcels[sent:]] == ["Bitte starten Sie ihn neu. ^AB"]


async def test_he_is_shown_what_was_left_out(day: AgentDay) -> None:
    """His signature, and what might have been his; not our own mail line by line."""
    await day.answers(await day.told(), TEXT + "\n\n-- \nAnna Berg\nDurchwahl 17")
    preview = body((await day.letters())[-1])
    left = preview[preview.index("Weggelassen") :]
    assert "Durchwahl 17" in left
    assert "Mein Anschluss geht" not in left
    day.later(minutes=2)
    assert "Durchwahl" not in body((await day.customers())[0])
