"""What is put off comes back: snoozed tickets, reminders, drafts; and marks that find tickets again."""

from datetime import timedelta

import pytest

from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import agent_notices, answering, assigning, desk, drafting, later, marking, reading, settling
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.records import Notice, Ticket
from inbox_bot.store.database import Database
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, mail
from tests.unit.scenario_house import tickets


@pytest.fixture
async def day(store: Database) -> Day:
    day = Day(store)
    await day.agent("anna", "AB")
    await day.agent("bert", "BE")
    await day.takes(mail())
    return day


async def the_ticket(day: Day) -> Ticket:
    [ticket] = await tickets(day)
    return ticket


async def told(day: Day) -> list[Notice]:
    async with day.store.read() as tx:
        return [
            one
            for _, one in [*await tx.notices(99), *await tx.notices(99, agents=True)]
            if one.kind in {"awake", "reminder"}
        ]


async def listed(day: Day, **which: object) -> int:
    return len(await reading.tickets(day.house, reading.Wanted(**which), 9))  # type: ignore[arg-type]


async def test_a_snoozed_ticket_is_away_until_its_time(day: Day) -> None:
    """Out of the lists and of the queue; then back, and who has it is told once."""
    number = (await the_ticket(day)).number
    await desk.assign(day.house, number, "anna", "anna")
    ticket = await later.snooze(day.house, number, "in 3 hours", "anna")
    assert ticket.snoozed_until == NOW + timedelta(hours=3)
    assert (await listed(day), await listed(day, snoozed=True)) == (0, 1)
    day.later(hours=2)
    assert await later.wake(day.house) == 0
    day.later(hours=1)
    assert await later.wake(day.house) == 1
    assert await later.wake(day.house) == 0
    assert await listed(day) == 1
    assert [(one.kind, one.agent) for one in await told(day)] == [("awake", ticket.assignee)]


async def test_the_customer_wakes_it(day: Day) -> None:
    """He writes: it is back at once, and the time that was set means nothing any more."""
    number = (await the_ticket(day)).number
    await later.snooze(day.house, number, "in 3 hours", "anna")
    assert await assigning.queue(day.house) == []
    day.later(hours=1)
    await day.takes(mail("Noch etwas.", id=2, at=day.now))
    assert (await the_ticket(day)).snoozed_until is None
    assert len(await assigning.queue(day.house)) == 1
    day.later(hours=3)
    assert await later.wake(day.house) == 0


@pytest.mark.parametrize(
    ("until", "words"),
    [("soon", "names no time"), ("heute 9:00", "is over"), ("next week", "names no time"), ("2020-01-01", "is over")],
)
async def test_a_time_that_cannot_be_kept_is_refused(day: Day, until: str, words: str) -> None:
    """In one line that says how to name one; nothing is changed."""
    with pytest.raises(UsageError, match=words):
        await later.snooze(day.house, (await the_ticket(day)).number, until, "anna")
    assert (await the_ticket(day)).snoozed_until is None


async def test_what_is_settled_is_not_snoozed(day: Day) -> None:
    """It is in nobody's way; a snooze can be taken back."""
    number = (await the_ticket(day)).number
    await later.snooze(day.house, number, "in 3 hours", "anna")
    assert (await later.snooze(day.house, number, "", "anna")).snoozed_until is None
    await settling.resolve(day.house, number, "anna")
    with pytest.raises(UsageError, match="is resolved"):
        await later.snooze(day.house, number, "in 3 hours", "anna")


async def test_a_reminder_reaches_who_asked_for_it_once(day: Day) -> None:
    """By mail to his own address, at its time."""
    number = (await the_ticket(day)).number
    _, reminder = await later.remind(day.house, number, "in 2 hours", "Monteur anrufen", "bert")
    await later.wake(day.house)
    assert await told(day) == []
    day.later(hours=2)
    await later.wake(day.house)
    await later.wake(day.house)
    [one] = await told(day)
    assert (one.kind, one.agent, one.text, one.ticket) == (
        "reminder",
        reminder.agent,
        "Monteur anrufen",
        reminder.ticket,
    )
    await agent_notices.tell_agents(day.house)
    await day.sends()
    [draft] = [draft for draft in day.mail.drafts if draft.kind == "notice"]
    assert draft.to.address == "bert@acme.example"
    assert draft.subject.endswith("Erinnerung: Monteur anrufen")
    with pytest.raises(UsageError, match="needs a text"):
        await later.remind(day.house, number, "in 2 hours", " ", "bert")


async def test_tags_and_topics_mark_a_ticket(day: Day) -> None:
    """A tag is one word, whatever its case; what is no topic or tag is refused."""
    number = (await the_ticket(day)).number
    assert (await marking.tag(day.house, number, ["#Umzug", "umzug", "eilig"], "anna"))[1] == ("eilig", "umzug")
    assert (await listed(day, tag="#UMZUG"), await listed(day, tag="nichts")) == (1, 0)
    assert (await marking.tag(day.house, number, ["eilig"], "anna", off=True))[1] == ("umzug",)
    with pytest.raises(UsageError, match="cannot be a tag"):
        await marking.tag(day.house, number, ["zwei worte"], "anna")
    with pytest.raises(UsageError, match="no topic of the configuration"):
        await marking.set_topic(day.house, number, "billing", "anna")


async def test_a_draft_survives_and_is_sent_once(day: Day) -> None:
    """One for each agent and ticket; it is shown to the others; a stop leaves it, sending it ends it."""
    ticket = await the_ticket(day)
    await drafting.keep(day.house, ticket.number, "Guten Tag,", "anna")
    await drafting.keep(day.house, ticket.number, "Guten Tag,\nwir kommen.", "anna")
    marks = await reading.marks(day.house, [ticket])
    assert marks.work[ticket.id].drafting == ("anna",)
    text = await drafting.begun(day.house, ticket.number, "anna")
    assert text == "Guten Tag,\nwir kommen."
    with pytest.raises(UsageError, match="you have begun no answer"):
        await drafting.begun(day.house, ticket.number, "bert")
    with pytest.raises(Stopped):
        await answering.reply(day.house, Answer(number=ticket.number, who="anna", text=text))
    assert await drafting.begun(day.house, ticket.number, "anna") == text
    await drafting.keep(day.house, ticket.number, " ", "anna")
    assert await drafting.drafts(day.house, "anna") == []
