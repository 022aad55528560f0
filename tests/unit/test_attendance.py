"""What customers are told of opening hours and waiting times: true, in their language, measured, never in public."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.config import Opening
from inbox_bot.flows import attendance, clock
from inbox_bot.flows.answering import confirm
from inbox_bot.flows.calls import Call, open_ticket
from inbox_bot.model import Channel
from inbox_bot.ports import Store
from inbox_bot.writes import Filing
from tests.unit.desk_house import MAIL
from tests.unit.flow_house import dm, mail, post
from tests.unit.scenario_house import tickets
from tests.unit.staffed_house import WORKDAYS, Staffed, berlin

HOUR = timedelta(hours=1)
OPEN = berlin("2026-03-10T10:00+01:00")  # a Tuesday
UNKNOWN = "Wie lange es bis zu einer Antwort dauert, wissen wir noch nicht."


@pytest.fixture
def day(store: Store) -> Staffed:
    """A house that is open, on both databases."""
    return Staffed(store=store, now=OPEN)


async def test_hours_are_said_and_that_nothing_is_known_yet(day: Staffed) -> None:
    """A new team: its hours, and no time that nobody has measured."""
    await day.takes(mail(at=OPEN))
    [told] = day.mail.drafts
    assert f"und antwortet Ihnen.\n{UNKNOWN}\nUnsere Öffnungszeiten: Mo–Fr 8–18 Uhr.\nWenn Sie" in told.text
    assert "Das nächste Mal" not in told.text


@pytest.mark.parametrize(
    ("now", "hours", "again"),
    [
        # the evening before Good Friday: the next who is there comes on the Tuesday after Easter
        (
            "2026-04-02T19:00",
            "Mo–Fr 8–18 Uhr; am 3.4. geschlossen, am 6.4. geschlossen",
            "am 7. April 2026 um 08:00 Uhr",
        ),
        ("2026-03-27T20:00+01:00", "Mo–Fr 8–18 Uhr", "am 30. März 2026 um 08:00 Uhr"),  # summer time begins between
        ("2026-10-23T20:00", "Mo–Fr 8–18 Uhr", "am 26. Oktober 2026 um 08:00 Uhr"),  # and ends
        ("2026-03-10T07:59+01:00", "Mo–Fr 8–18 Uhr", "am 10. März 2026 um 08:00 Uhr"),
    ],
)
async def test_who_writes_when_nobody_is_there_is_told_when_somebody_is(
    day: Staffed, now: str, hours: str, again: str
) -> None:
    """By the wall clock, past holidays, and with the days of the coming week that differ from others."""
    day.now = berlin(now)
    await day.takes(mail(at=day.now))
    [told] = day.mail.drafts
    assert f"Unsere Öffnungszeiten: {hours}. Das nächste Mal ist {again} jemand da." in told.text


async def test_without_hours_none_are_claimed(day: Staffed) -> None:
    """Nothing is known of hours: only what is measured is said."""
    day.opening = Opening()
    day.now = berlin("2026-03-08T03:00+01:00")
    await day.takes(mail(at=day.now))
    [told] = day.mail.drafts
    assert UNKNOWN in told.text
    assert "Öffnungszeit" not in told.text
    assert "jemand da" not in told.text


async def test_measured_times_are_said_by_channel_and_language(day: Staffed) -> None:
    """Mails are answered within an hour, nothing is known of X; an Englishman reads English."""
    await day.answered_after(*[HOUR / 2] * 9, 4 * HOUR, 5 * HOUR)
    await day.takes(
        mail(at=OPEN),
        mail("Our line has been dead since Monday, please help us.", id=2, sender="Al <al@post.example>", at=OPEN),
    )
    await day.takes(dm(at=OPEN))
    german, english = day.mail.drafts
    assert "Wir antworten meist innerhalb von 30 Minuten, in 9 von 10 Fällen innerhalb von 4 Stunden.\n" in german.text
    assert "We usually answer within 30 minutes, in 9 of 10 cases within 4 hours.\n" in english.text
    assert "Our opening hours: Mon–Fri 8:00–18:00.\n" in english.text
    [message] = day.x.drafts
    assert f"{UNKNOWN}\nUnsere Öffnungszeiten: Mo–Fr 8–18 Uhr." in message.text


async def test_time_in_which_nobody_is_there_does_not_count(day: Staffed) -> None:
    """Answered in the next morning's first half hour, and who writes at night is told that only opening hours count."""
    day.now = berlin("2026-03-11T17:30+01:00")
    await day.answered_after(*[timedelta(hours=14, minutes=45)] * 12)
    day.now = berlin("2026-03-11T22:00+01:00")
    await day.takes(mail(at=day.now))
    [told] = day.mail.drafts
    assert "Wir antworten in 9 von 10 Fällen innerhalb einer Stunde (gezählt in unseren Öffnungszeiten)." in told.text


async def test_nothing_is_said_in_public(day: Staffed) -> None:
    """A post has no room, and X shows it for ever."""
    await day.takes(post(at=OPEN))
    [told] = day.x.drafts
    assert "Öffnungszeiten" not in told.text
    assert "Antwort" not in told.text


async def test_further_messages_are_told_while_no_answer_has_come(day: Staffed) -> None:
    """The time to the first answer says nothing of the second one: after it only the hours are said."""
    await day.agent()
    await day.takes(mail(at=OPEN))
    [ticket] = await tickets(day)
    await day.takes(mail("Noch etwas", id=2, at=OPEN))
    day.later(minutes=6)
    await clock.acknowledge_owed(day.house)
    assert f"{UNKNOWN}\nUnsere Öffnungszeiten: Mo–Fr 8–18 Uhr." in day.mail.drafts[-1].text
    await day.sends()
    await day.answers(ticket)
    day.later(minutes=6)
    await day.takes(mail("Und noch etwas", id=3, at=day.now))
    day.later(minutes=6)
    await clock.acknowledge_owed(day.house)
    told = day.mail.drafts[-1].text
    assert "Ihre weitere Nachricht ist angekommen" in told
    assert "Unsere Öffnungszeiten: Mo–Fr 8–18 Uhr." in told
    assert "dauert" not in told


async def test_who_has_waited_longer_is_not_told_how_quick_we_are(day: Staffed) -> None:
    """His mail lay unread for two days while the service stood still."""
    await day.answered_after(*[HOUR] * 12)
    await day.takes(mail(at=OPEN - timedelta(days=2)), mail(id=2, sender="Al <al@post.example>", at=OPEN))
    late, young = day.mail.drafts
    assert "9 von 10" in young.text
    assert "9 von 10" not in late.text
    assert "Unsere Öffnungszeiten" in late.text


async def test_a_persons_confirmation_and_a_call_say_the_hours(day: Staffed) -> None:
    """Who called has been spoken with: no time to a first answer is named to him, nor is his call counted."""
    await day.agent()
    await day.takes(mail(at=OPEN))
    [ticket] = await tickets(day)
    await confirm(day.house, ticket.number, "anna")
    assert f"{UNKNOWN}\nUnsere Öffnungszeiten: Mo–Fr 8–18 Uhr." in day.mail.drafts[-1].text
    await open_ticket(day.house, Call(key=MAIL, text="Leitung tot", who="anna"))
    told = day.mail.drafts[-1].text
    assert "Unsere Öffnungszeiten: Mo–Fr 8–18 Uhr." in told
    assert "dauert" not in told
    async with day.store.read() as tx:
        assert len(await tx.answer_times(Channel.EMAIL, OPEN - HOUR, 99)) == 1


async def test_a_process_measures_once_in_five_minutes(day: Staffed) -> None:
    """What has changed meanwhile is known from then on; a clock that was set back does not keep an old figure."""
    await attendance.measure(day.house)
    await day.answered_after(*[HOUR] * 12)
    day.later(minutes=4, seconds=59)
    await attendance.measure(day.house)
    assert day.measured[Channel.EMAIL].waiting is None
    day.later(seconds=1)
    await attendance.measure(day.house)
    assert day.measured[Channel.EMAIL].waiting is not None
    day.later(minutes=-3)
    await attendance.measure(day.house)
    assert day.measured[Channel.EMAIL].at == day.now


async def test_who_still_waits_makes_the_figure_longer(day: Staffed) -> None:
    """Twelve were answered within the hour, twelve have been waiting since yesterday: no quick answer is claimed."""
    await day.answered_after(*[HOUR] * 12)
    async with day.store.write() as tx:
        found = [ticket for ticket, _, _ in await tx.tickets(states=[], customer=None, limit=99)]
        waiting = [replace(ticket, id=-place, number=f"8{place:08}", answered_at=None) for place, ticket in
                   enumerate(found, 1)]  # fmt: skip
        await tx.save(Filing(tickets=waiting))
    await attendance.measure(day.house)
    known = day.measured[Channel.EMAIL].waiting
    assert known is not None
    assert (known.median, known.most) == (3600, None)


async def test_a_day_with_hours_of_its_own_is_named(day: Staffed) -> None:
    """Christmas Eve ends at noon: who writes on the day before reads it."""
    eve = berlin("2026-12-23T10:00+01:00")
    day.opening = Opening(
        week=WORKDAYS, country="DE", state="BY", opened=((berlin("2026-12-24T10:00+01:00").date(), ((540, 720),)),)
    )
    day.now = eve
    await day.takes(mail(at=eve))
    [told] = day.mail.drafts
    assert "Unsere Öffnungszeiten: Mo–Fr 8–18 Uhr; am 24.12. 9–12 Uhr, am 25.12. geschlossen." in told.text
