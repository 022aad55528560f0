"""A question that could not leave at once does not go to who must not be asked any more when it could."""

from dataclasses import replace

import pytest

from inbox_bot.errors import Deferred
from inbox_bot.flows import desk, incidents, settling, surveys
from inbox_bot.flows.answering import reply
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.model import DeliveryState
from inbox_bot.rules.surveys import ASK
from inbox_bot.store.database import Database
from tests.unit.desk_house import MAIL
from tests.unit.flow_house import mail
from tests.unit.scenario_house import tickets
from tests.unit.survey_day import SurveyDay


@pytest.fixture
async def day(store: Database) -> SurveyDay:
    """The mail server takes nothing when Eva is to be asked about her settled ticket."""
    day = SurveyDay(store)
    await day.agent()
    await day.settled()
    day.mail.answers = [Deferred("451 later")]
    await day.asks()
    assert [one.state for _, one in await day.questions()] == [DeliveryState.QUEUED]
    return day


async def goes_on(day: SurveyDay) -> list[DeliveryState]:
    """A minute passes, the mail server takes everything again; what became of the question."""
    day.later(minutes=1)
    await surveys.turn(day.house)
    await day.sends()
    return [one.state for _, one in await day.questions()]


async def test_it_goes_as_ever_where_nothing_has_changed(day: SurveyDay) -> None:
    """It was only late."""
    assert await goes_on(day) == [DeliveryState.SENT]
    assert await day.reasons() == [(True, ASK)]


async def test_who_has_written_again_is_not_asked(day: SurveyDay) -> None:
    """It does not work after all: he is not told that it counts as solved, and it is on record why."""
    await day.takes(mail("Es geht wieder nicht.", "In-Reply-To: <m1@post.example>", id=2, at=day.now))
    assert await goes_on(day) == [DeliveryState.WITHDRAWN]
    assert await day.reasons() == [(False, "it is open again")]
    [ticket] = await tickets(day)
    await settling.resolve(day.house, ticket.number, "anna")
    assert await day.asks() == 0


async def test_what_else_speaks_against_it_counts_too(day: SurveyDay) -> None:
    """An incident that begins meanwhile; and he was not asked, so that another matter may be asked about later."""
    await day.takes(mail("Meine Mails kommen nicht an.", id=3, sender="Ida <ida@post.example>", at=day.now))
    report = incidents.Report(title="Mailserver", words="anschluss", since="2026-03-09 08:00", who="anna")
    opened, _ = await incidents.begin(day.house, report)
    assert (await goes_on(day))[:1] == [DeliveryState.WITHDRAWN]
    assert await day.reasons() == [(False, "an incident touches him")]
    await incidents.give(day.house, incidents.News(incident=opened.id, text="Vorbei.", who="anna", closes=True))
    day.later(days=1)
    await day.settled(id=4, subject="Rechnung", text="Die Rechnung fehlt.")
    await day.asks()
    assert (await day.reasons())[-1] != (False, "he was asked not long ago")


async def test_who_is_blocked_meanwhile_gets_nothing(day: SurveyDay) -> None:
    """Settled tickets too have something in line."""
    await desk.block(day.house, MAIL, "anna", undo=False)
    assert await goes_on(day) == [DeliveryState.WITHDRAWN]
    assert await day.reasons() == [(False, "the customer is blocked")]


async def test_what_may_have_left_is_not_taken_back(day: SurveyDay) -> None:
    """Who could have read it is not said to have had none."""
    [(_, question)] = await day.questions()
    await day.save(replace(question, state=DeliveryState.UNCERTAIN))
    await day.takes(mail("Es geht wieder nicht.", "In-Reply-To: <m1@post.example>", id=2, at=day.now))
    await surveys.turn(day.house)
    assert [one.state for _, one in await day.questions()] == [DeliveryState.UNCERTAIN]
    assert await day.reasons() == [(True, ASK)]


async def test_who_is_answered_before_it_has_left_was_not_asked(store: Database) -> None:
    """A person's answer takes its place; another matter may be asked about within the ninety days."""
    day = SurveyDay(store)
    await day.agent()
    ticket = await day.settled()
    day.later(days=1)
    await surveys.turn(day.house)
    await reply(day.house, Answer(number=ticket.number, who="anna", text="Noch etwas dazu.", anyway=True))
    assert await goes_on(day) == [DeliveryState.WITHDRAWN]
    assert await day.reasons() == [(False, "answered by anna")]
    day.later(days=1)
    await day.settled(id=4, subject="Rechnung", text="Die Rechnung fehlt.")
    await day.asks()
    assert (await day.reasons())[-1] == (True, ASK)
