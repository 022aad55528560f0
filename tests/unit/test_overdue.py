"""Targets of answering: somebody is reminded once, the team alarmed once, in opening hours, until it is answered."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.config import Opening
from inbox_bot.errors import UsageError
from inbox_bot.flows import clock, desk, reading, settling
from inbox_bot.flows.overdue import OVERDUE, SOON
from inbox_bot.model import Priority
from inbox_bot.ports import Store
from inbox_bot.rules.targets import Standing
from tests.unit.flow_house import mail
from tests.unit.scenario_house import tickets
from tests.unit.staffed_house import Staffed, berlin, hours_until_answer

OPEN = berlin("2026-03-10T10:00+01:00")  # a Tuesday


@pytest.fixture
def day(store: Store) -> Staffed:
    """A house that answers within eight opening hours, on both databases."""
    return Staffed(
        store=store, now=OPEN, targets=hours_until_answer(urgent=1, high=2, normal=8), team=("t@acme.example",)
    )


async def looked(day: Staffed) -> list[str]:
    """The clock looks; what the team is then told that it was not told before, tickets left out."""
    before = len(await day.notices())
    await clock.raise_alarms(day.house)
    return [notice.kind for notice in (await day.notices())[before:]]


async def test_a_reminder_before_and_an_alarm_at_the_due_time_once_each(day: Staffed) -> None:
    """Eight opening hours from Tuesday ten o'clock: reminded at four, due at six in the evening, however often one
    looks; gone with the answer, and begun anew with his next mail."""
    anna = await day.agent()
    await day.takes(mail(at=OPEN))
    await day.sends()
    [ticket] = await tickets(day)
    await desk.assign(day.house, ticket.number, "anna", "anna")
    told = []
    for minutes in (0, 359, 360, 361, 479):
        day.now = OPEN + timedelta(minutes=minutes)
        told.append(await looked(day))
    assert told == [[], [], [SOON], [], []]
    reminder = (await day.notices())[-1]
    assert (reminder.ticket, reminder.agent) == (ticket.id, anna.id)
    assert reminder.subject == "Antwort fällig am 10. März 2026 um 18:00 Uhr"
    assert "wartet seit seiner Nachricht am 10. März 2026 um 10:00 Uhr" in reminder.text
    assert await reading.audit(day.house, day.now) == []
    for minutes in (480, 481, 3000):
        day.now = OPEN + timedelta(minutes=minutes)
        told.append(await looked(day))
    assert told[5:] == [[OVERDUE], [], []]
    [finding] = await reading.audit(day.house, day.now)
    assert (finding.kind, finding.number) == (OVERDUE, ticket.number)
    assert finding.at == OPEN + timedelta(hours=8)
    await day.answers(ticket)
    assert await looked(day) == []
    assert await reading.audit(day.house, day.now) == []
    again = day.now = berlin("2026-03-13T09:00+01:00")
    await day.takes(mail("Es geht immer noch nicht.", id=2, at=again))
    day.now = berlin("2026-03-16T14:00+01:00")
    assert await looked(day) == [OVERDUE]


async def test_who_writes_again_keeps_his_place(day: Staffed) -> None:
    """A second mail, and our own automatic answer, put the due time off by nothing."""
    await day.takes(mail(at=OPEN))
    [ticket] = await tickets(day)
    day.later(hours=3)
    await day.takes(mail("Hallo?", id=2, at=day.now))
    await clock.acknowledge_owed(day.house)
    [due] = (await reading.targets(day.house)).values()
    assert (due.ticket.ticket, due.ticket.since) == (ticket.id, OPEN)
    assert due.target.due_at == OPEN + timedelta(hours=8)


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026-03-27T16:00+01:00", "2026-03-30T14:00"),  # over the weekend in which summer time begins
        ("2026-10-23T16:00", "2026-10-26T14:00+01:00"),  # and ends
        ("2026-04-02T16:00", "2026-04-07T14:00"),  # over Good Friday and Easter Monday
        ("2026-12-24T16:00+01:00", "2026-12-28T14:00+01:00"),  # over Christmas
        ("2026-03-14T03:00+01:00", "2026-03-16T16:00+01:00"),  # at night, when nothing counts
    ],
)
async def test_only_opening_hours_count(day: Staffed, written: str, due: str) -> None:
    """Past weekends, holidays and both changes of the clock, the alarm comes at the due time and no minute before."""
    day.now = berlin(written)
    await day.takes(mail(at=day.now))
    await day.sends()
    day.now = berlin(due) - timedelta(minutes=1)
    assert OVERDUE not in await looked(day)
    day.now = berlin(due)
    assert await looked(day) == [OVERDUE]


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026-03-29T01:00+01:00", "2026-03-29T10:00"),  # eight hours, though the clock shows nine
        ("2026-10-25T01:00", "2026-10-25T08:00+01:00"),  # and here seven
    ],
)
async def test_hours_are_real_hours_in_the_night_of_the_change(day: Staffed, written: str, due: str) -> None:
    """A team that is there around the clock."""
    day.opening = Opening(week=(((0, 1440),),) * 7)
    day.now = berlin(written)
    await day.takes(mail(at=day.now))
    [one] = (await reading.targets(day.house)).values()
    assert one.target.due_at == berlin(due)


async def test_a_priority_by_hand_moves_the_due_time(day: Staffed) -> None:
    """Counted from the same moment as before: what becomes urgent late is overdue at once; who did it is on record."""
    await day.agent()
    await day.takes(mail(at=OPEN))
    await day.sends()
    [ticket] = await tickets(day)
    day.later(hours=2)
    changed = await desk.prioritise(day.house, ticket.number, Priority.URGENT, "anna")
    assert changed.priority is Priority.URGENT
    assert await looked(day) == [OVERDUE]
    async with day.store.read() as tx:
        assert [(one.who, one.what) for one in await tx.log(ticket.id)] == [("anna", "priority urgent")]
    await desk.prioritise(day.house, ticket.number, Priority.LOW, "anna")
    assert await looked(day) == []
    assert await reading.targets(day.house) == {}


@pytest.mark.parametrize("end", ["resolve", "junk"])
async def test_what_is_settled_or_junk_is_never_overdue(day: Staffed, end: str) -> None:
    """Nobody waits there."""
    await day.agent()
    await day.takes(mail(at=OPEN))
    [ticket] = await tickets(day)
    if end == "resolve":
        await settling.resolve(day.house, ticket.number, "anna")
    else:
        await desk.junk(day.house, ticket.number, "anna", undo=False)
    assert await reading.targets(day.house) == {}


async def test_a_question_of_ours_stops_the_target_until_he_answers(day: Staffed) -> None:
    """The ticket waits for him; from his answer on he waits for us."""
    await day.agent()
    await day.takes(mail(at=OPEN))
    [ticket] = await tickets(day)
    day.later(hours=1)
    await day.answers(ticket, "Bitte schreiben Sie uns Ihre Kundennummer.")
    assert await reading.targets(day.house) == {}
    day.later(days=1)
    await day.takes(mail("4711", id=2, at=day.now))
    [due] = (await reading.targets(day.house)).values()
    assert due.ticket.since == day.now


async def test_overdue_ones_are_listed(day: Staffed) -> None:
    """Only they; without targets the question has no answer."""
    await day.takes(mail(at=OPEN))
    day.later(hours=7)
    await day.takes(mail(id=2, sender="Al <al@post.example>", at=day.now))
    [first, _] = await tickets(day)
    day.now = OPEN + timedelta(days=1)
    rows = await reading.tickets(day.house, reading.Wanted(states=("new",), overdue=True), 9)
    assert [ticket.id for ticket, _, _ in rows] == [first.id]
    found = await reading.targets(day.house)
    assert [due.standing for due in found.values()] == [Standing.OVERDUE, Standing.WAITING]
    with pytest.raises(UsageError, match=r"\[targets\]"):
        await reading.tickets(replace(day.house, targets=hours_until_answer()), reading.Wanted(overdue=True), 9)


async def test_the_reminder_reaches_the_team_by_mail(day: Staffed) -> None:
    """As a reminder, with number and due time; the alarm as an alarm."""
    await day.takes(mail(at=OPEN))
    await day.sends()
    [ticket] = await tickets(day)
    await clock.tell_team(day.house)
    for hours in (7, 8):
        day.now = OPEN + timedelta(hours=hours)
        await clock.raise_alarms(day.house)
        await clock.tell_team(day.house)
    pretty = f"{ticket.number[:3]}-{ticket.number[3:6]}-{ticket.number[6:]}"
    _, reminder, alarm = [draft for draft in day.mail.drafts if draft.to.address == "t@acme.example"]
    assert reminder.subject == f"Erinnerung {pretty}: Antwort fällig am 10. März 2026 um 18:00 Uhr"
    assert f"inbox-bot show {pretty}" in reminder.text
    assert alarm.subject == f"Alarm: {pretty}: answer overdue"
