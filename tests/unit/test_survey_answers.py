"""What is answered to the question how satisfied one is: kept, reopening nothing; a low score calls a supervisor."""

import pytest

from inbox_bot.flows import clock, erasing, recurring
from inbox_bot.model import Direction, Incoming, Kind, Priority, TicketState
from inbox_bot.records import Notice
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.rules.numbers import pretty
from inbox_bot.store.database import Database
from tests.unit.desk_house import MAIL
from tests.unit.flow_house import dm, mail
from tests.unit.scenario_house import tickets
from tests.unit.survey_day import SurveyDay


@pytest.fixture
async def day(store: Database) -> SurveyDay:
    """Eva has been asked by mail about her settled ticket."""
    day = SurveyDay(store)
    await day.agent()
    return day


async def asked(day: SurveyDay) -> None:
    """Eva's ticket is settled, and she is asked by mail."""
    await day.settled()
    assert await day.asks() == 1
    day.later(hours=2)


async def reply_to_question(day: SurveyDay, text: str, *, id: int = 2) -> Incoming:
    """A reply to it, as a mail program makes it."""
    draft = next(one for one in reversed(day.mail.drafts) if one.kind is Kind.SURVEY)
    return mail(
        text, f"In-Reply-To: {draft.message_id}", id=id, subject=f"Re: {draft.subject}", to=draft.reply_to, at=day.now
    )


async def notices(day: SurveyDay) -> list[Notice]:
    """What the team is told of scores."""
    async with day.store.read() as tx:
        waiting = [*await tx.notices(99), *await tx.notices(99, agents=True)]
    return [one for _, one in waiting if one.kind == "rated"]


async def test_a_score_is_kept_and_changes_nothing(day: SurveyDay) -> None:
    """It lies in the ticket, which stays settled; nothing answers it, nobody is bothered."""
    await asked(day)
    before = len(await day.deliveries())
    await day.takes(await reply_to_question(day, "5"))
    [survey] = await day.decided()
    assert (survey.score, survey.comment, survey.answered_at) == (5, "", day.now)
    [ticket] = await tickets(day)
    assert ticket.state is TicketState.RESOLVED
    day.later(hours=2)
    assert await clock.acknowledge_owed(day.house) == 0
    await recurring.turn(day.house)
    assert len(await day.deliveries()) == before
    assert await notices(day) == []
    async with day.store.read() as tx:
        entries = await tx.timeline(ticket.customer, ticket.id)
        assert await tx.satisfaction(day.now.replace(year=2000)) == [5]
        assert "he answered 5 of 5" in [one.detail for one in await tx.log(ticket.id)]
    [message] = [one.message for one in entries if one.message.text.strip() == "5"]
    assert (message.acknowledge_at, message.acknowledged_by) == (None, None)


async def test_a_comment_is_kept_and_told(day: SurveyDay) -> None:
    """To who has the ticket, or else to the team."""
    await asked(day)
    await day.takes(await reply_to_question(day, "4, aber es hat lange gedauert\n\nViele Grüße\nEva"))
    [survey] = await day.decided()
    assert (survey.score, survey.comment) == (4, "aber es hat lange gedauert")
    [notice] = await notices(day)
    assert "aber es hat lange gedauert" in notice.text
    assert len(await tickets(day)) == 1


async def test_a_low_score_opens_a_ticket_for_a_supervisor(day: SurveyDay) -> None:
    """Related, high, hers, with a note; she is told; Eva gets its number with proof, and the old one stays settled."""
    vera = await day.supervisor()
    await asked(day)
    await day.takes(await reply_to_question(day, "2, weil es drei Wochen gedauert hat"))
    old, new = await tickets(day)
    assert (old.state, new.state) == (TicketState.RESOLVED, TicketState.NEW)
    assert (new.related, new.priority, new.assignee, new.customer) == (old.id, Priority.HIGH, vera, old.customer)
    assert (new.subject, new.reason) == (old.subject, f"2 of 5 for {pretty(old.number)}")
    [notice] = await notices(day)
    assert (notice.agent, notice.ticket) == (vera, new.id)
    assert "weil es drei Wochen gedauert hat" in notice.text
    assert pretty(old.number) in notice.text
    async with day.store.read() as tx:
        entries = await tx.timeline(new.customer, new.id)
    [note] = [one.message for one in entries if one.message.direction is Direction.NOTE]
    assert "von 1 bis 5: 2" in note.text
    assert "weil es drei Wochen gedauert hat" in note.text
    await day.sends()
    [number] = [(message, one) for message, one in await day.deliveries() if one.ticket == new.id]
    assert (number[1].kind, number[1].carries_number, number[1].to) == (Kind.ACKNOWLEDGEMENT, True, MAIL)
    assert pretty(new.number) in number[0].text
    assert "zu einer anderen Ticketnummer" not in number[0].text
    [_, told] = await tickets(day)
    assert told.number_delivered_at == day.now
    assert {one.kind for one in await day.findings()} <= {"unanswered"}


async def test_without_a_supervisor_the_team_is_told(day: SurveyDay) -> None:
    """Nobody has the ticket then."""
    await asked(day)
    await day.takes(await reply_to_question(day, "1"))
    assert (await tickets(day))[1].assignee is None
    assert [one.agent for one in await notices(day)] == [None]


async def test_the_limit_puts_the_number_off_and_does_not_lose_it(day: SurveyDay) -> None:
    """It goes out as soon as he may get one more."""
    await asked(day)
    day.policy = Policy(per_hour=1)
    await day.takes(mail("Frage zur Rechnung.", id=9, subject="Rechnung", at=day.now))
    await day.takes(await reply_to_question(day, "1"))
    await day.sends()
    assert (await tickets(day))[-1].number_delivered_at is None
    day.later(minutes=61)
    await day.sends()
    assert (await tickets(day))[-1].number_delivered_at == day.now


async def test_the_last_word_counts(day: SurveyDay) -> None:
    """A second low score opens no second ticket."""
    await asked(day)
    await day.takes(await reply_to_question(day, "1"))
    await day.takes(await reply_to_question(day, "2", id=3))
    assert len(await tickets(day)) == 2
    await day.takes(await reply_to_question(day, "4", id=4))
    assert [one.score for one in await day.decided()] == [4]
    assert (await tickets(day))[0].state is TicketState.RESOLVED


async def test_anything_else_reaches_a_person(day: SurveyDay) -> None:
    """It reopens the ticket and is acknowledged like any message."""
    await asked(day)
    await day.takes(await reply_to_question(day, "3 Tage hat es gehalten, jetzt geht wieder nichts."))
    [ticket] = await tickets(day)
    assert ticket.state is TicketState.OPEN
    day.later(minutes=10)
    assert await clock.acknowledge_owed(day.house) == 1
    assert (await day.decided())[0].score is None


async def test_a_matter_behind_a_good_score_does_not_lie_in_a_settled_ticket(day: SurveyDay) -> None:
    """It reopens the ticket and is acknowledged, though it begins with a number."""
    await asked(day)
    await day.takes(await reply_to_question(day, "5, aber hiermit kündige ich meinen Vertrag."))
    assert [one.state for one in await tickets(day)] == [TicketState.OPEN]
    day.later(minutes=10)
    assert await clock.acknowledge_owed(day.house) == 1
    assert [one.score for one in await day.decided()] == [None]


async def test_by_direct_message(day: SurveyDay) -> None:
    """A bare number counts as long as the question was the last that we said there."""
    await day.takes(dm("My line is down since yesterday and nothing works"))
    await day.sends()
    await day.answers((await tickets(day))[0])
    await day.asks()
    day.later(hours=1)
    await day.takes(dm("4/5", id=5002, at=day.now))
    assert [one.score for one in await day.decided()] == [4]
    [ticket] = await tickets(day)
    assert ticket.state is TicketState.RESOLVED
    await day.answers(ticket, resolve=False)
    await day.takes(dm("5", id=5003, at=day.now))
    assert [one.score for one in await day.decided()] == [4]


async def test_a_mail_that_answers_something_else_is_no_score(day: SurveyDay) -> None:
    """A reply to another mail of ours, a number from somebody else, one beside any question, one after thirty days."""
    await asked(day)
    first = day.mail.drafts[0]
    other = mail(
        "2", f"In-Reply-To: {first.message_id}", id=3, subject=f"Re: {first.subject}", to=first.reply_to, at=day.now
    )
    await day.takes(other)
    draft = next(one for one in reversed(day.mail.drafts) if one.kind is Kind.SURVEY)
    await day.takes(
        mail("1", f"In-Reply-To: {draft.message_id}", id=4, sender="Max <max@post.example>", to=draft.reply_to)
    )
    day.later(days=30, minutes=1)
    await day.takes(await reply_to_question(day, "5", id=5))
    assert [one.score for one in await day.decided()] == [None]


async def test_a_closed_ticket_takes_it_too(day: SurveyDay) -> None:
    """Within the thirty days it stays closed, and no new one is opened."""
    await asked(day)
    day.later(days=15)
    await recurring.turn(day.house)
    await day.takes(await reply_to_question(day, "5, danke"))
    [ticket] = await tickets(day)
    assert ticket.state is TicketState.CLOSED
    assert [one.score for one in await day.decided()] == [5]


async def test_an_erased_customers_words_are_gone(day: SurveyDay) -> None:
    """The score stays as a count."""
    await asked(day)
    await day.takes(await reply_to_question(day, "5, Ben war toll"))
    await day.sends()
    await erasing.erase(day.house, MAIL, "anna", "")
    [survey] = await day.decided()
    assert (survey.score, survey.comment, survey.reason) == (5, "", "")


async def test_a_mail_of_its_own_that_begins_with_a_number_is_no_score(day: SurveyDay) -> None:
    """It answers none of our mails and names no ticket: a new matter, which gets its number."""
    await asked(day)
    await day.takes(mail("2", id=7, subject="Wie viele Router wir brauchen", at=day.now))
    assert [one.score for one in await day.decided()] == [None]
    await day.sends()
    assert [one.number_delivered_at for one in await tickets(day)][-1] == day.now


@pytest.mark.parametrize("by", ["subject", "address"])
async def test_a_reply_whose_program_names_no_mail_is_one_by_its_ticket(day: SurveyDay, by: str) -> None:
    """Some lose In-Reply-To; the number in the subject is left, or the address that we gave."""
    await asked(day)
    reply = await reply_to_question(day, "4")
    assert reply.mail is not None
    subject, to = (reply.subject, "hilfe@acme.example") if by == "subject" else ("Re:", reply.mail.recipients[0])
    await day.takes(mail("4", id=8, subject=subject, to=to, at=day.now))
    assert [one.score for one in await day.decided()] == [4]
    assert len(await tickets(day)) == 1


@pytest.mark.parametrize("together", [True, False])
async def test_a_number_that_follows_a_matter_belongs_to_it(day: SurveyDay, together: bool) -> None:
    """People write in pieces: once something is open again a bare number is no score, also before we have answered."""
    await day.takes(dm("My line is down since yesterday and nothing works"))
    await day.sends()
    await day.answers((await tickets(day))[0])
    await day.asks()
    day.later(hours=1)
    pieces = dm("It is down again. How many routers do I need?", id=5002, at=day.now), dm("2", id=5003, at=day.now)
    if together:
        await day.takes(*pieces)
    else:
        await day.takes(pieces[0])
        await day.takes(pieces[1])
    assert [one.score for one in await day.decided()] == [None]
    assert [one.state for one in await tickets(day)] == [TicketState.OPEN]


async def test_thanks_before_the_number_change_nothing(day: SurveyDay) -> None:
    """Nothing is open by them."""
    await day.takes(dm("My line is down since yesterday and nothing works"))
    await day.sends()
    await day.answers((await tickets(day))[0])
    await day.asks()
    day.later(hours=1)
    await day.takes(dm("Thank you!", id=5002, at=day.now), dm("5", id=5003, at=day.now))
    assert [one.score for one in await day.decided()] == [5]
