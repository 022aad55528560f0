"""Settled customers are asked how satisfied they are, once, and only who may be asked: each decision has its reason."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.casework import Promise
from inbox_bot.flows import desk, incidents, settling, surveys, temper
from inbox_bot.model import Channel, PromiseState, TicketState, Visibility
from inbox_bot.records import Customer, LogEntry
from inbox_bot.rules.acknowledge import OPTED_OUT, Policy
from inbox_bot.rules.numbers import draw, pretty
from inbox_bot.rules.surveys import ASK, Surveys
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.unit.desk_house import MAIL, a_mail, a_ticket, an_identity
from tests.unit.flow_house import dm, mail, post
from tests.unit.scenario_house import identities, tickets
from tests.unit.survey_day import SurveyDay


@pytest.fixture
async def day(store: Database) -> SurveyDay:
    day = SurveyDay(store)
    await day.agent()
    return day


async def test_he_is_asked_a_day_after_it_was_settled(day: SurveyDay) -> None:
    """By mail in his thread, once, automatically; the ticket stays as it is, and the reason is on record."""
    ticket = await day.settled()
    assert await day.asks(hours=23) == 0
    assert await day.asks(hours=1) == 1
    [(message, delivery)] = await day.questions()
    assert (delivery.to, delivery.automatic, delivery.carries_number) == (MAIL, True, False)
    for words in (pretty(ticket.number), "„Anschluss gestört“", "von 1 (gar nicht zufrieden) bis 5 (sehr zufrieden)"):
        assert words in message.text
    assert "<m1@post.example>" in message.references
    [survey] = await day.decided()
    assert (survey.ticket, survey.asked, survey.reason, survey.message) == (ticket.id, True, ASK, message.id)
    assert await day.asks() == 0
    [now] = await tickets(day)
    assert (now.state, now.last_outgoing_at) == (TicketState.RESOLVED, ticket.last_outgoing_at)


async def test_nobody_is_asked_unless_it_is_switched_on(day: SurveyDay) -> None:
    """The default is off."""
    day.surveys = Surveys()
    await day.settled()
    assert await day.asks() == 0
    assert await day.decided() == []


async def test_by_direct_message_where_he_wrote_one(day: SurveyDay) -> None:
    """In English to who writes English."""
    await day.takes(dm("My line is down since yesterday and nothing works"))
    await day.sends()
    await day.answers((await tickets(day))[0])
    assert await day.asks() == 1
    [(message, delivery)] = await day.questions()
    assert (delivery.channel, delivery.to, delivery.visibility) == (Channel.TWITTER, "1001", Visibility.PRIVATE)
    assert "from 1 (not at all satisfied) to 5 (very satisfied)" in message.text


async def test_never_in_public(day: SurveyDay) -> None:
    """Who wrote posts only is not asked."""
    await day.takes(post())
    day.later(minutes=2)
    await day.sends()
    await day.answers((await tickets(day))[0])
    assert await day.asks() == 1
    assert await day.reasons() == [(False, surveys.PUBLIC_ONLY)]
    assert await day.questions() == []


async def test_an_open_matter_besides(day: SurveyDay) -> None:
    """Also one that came after it was settled."""
    await day.settled()
    day.later(days=0.5)
    await day.takes(mail("Die Rechnung fehlt.", id=2, subject="Rechnung", at=day.now))
    assert len(await tickets(day)) == 2
    await day.asks()
    assert await day.reasons() == [(False, "another ticket of his is open")]


@pytest.mark.parametrize("closed", [True, False])
async def test_whom_an_incident_touches(day: SurveyDay, closed: bool) -> None:
    """While it is going on, and also where it was over before his ticket was settled."""
    await day.settled(text="Meine Mails kommen nicht an.")
    report = incidents.Report(title="Mailserver", words="mails", since="2026-03-09 08:00", who="anna")
    opened, count = await incidents.begin(day.house, report)
    assert count == 1
    if closed:
        await incidents.give(day.house, incidents.News(incident=opened.id, text="Vorbei.", who="anna", closes=True))
    await day.asks()
    assert await day.reasons() == [(False, "an incident touches him")]


async def test_a_broken_promise(day: SurveyDay) -> None:
    """Though the matter is solved in the end."""
    ticket = await day.settled()
    async with day.store.write() as tx:
        [anna] = await tx.agents()
        await tx.save(
            Filing(
                promises=[
                    Promise(
                        id=-1, ticket=ticket.id, agent=anna.id, phrase="bis Freitag", made_at=day.now,
                        due_at=day.now, state=PromiseState.BROKEN, settled_at=day.now,
                    )
                ]
            )
        )  # fmt: skip
    await day.asks()
    assert await day.reasons() == [(False, "a promise in it was broken")]


async def test_time_settled_it(day: SurveyDay) -> None:
    """No agent's act stands at the moment since which it is settled; `resolve` alone is one."""
    ticket = await day.settled(resolve=False)
    await settling.resolve(day.house, ticket.number, "anna")
    other = await day.settled(id=5, sender="Ida <ida@post.example>", resolve=False)
    async with day.store.write() as tx:
        clocked = replace(other, state=TicketState.RESOLVED, resolved_at=day.now + timedelta(minutes=1))
        await tx.save(Filing(tickets=[clocked]))
    assert await day.asks(hours=25) == 2
    assert await day.reasons() == [(True, ASK), (False, "nobody settled it: time did")]


async def test_after_a_complaint(day: SurveyDay) -> None:
    """Also where he is calm again."""
    await day.takes(mail("Das ist eine Unverschämtheit, ich beschwere mich!"))
    await day.sends()
    [ticket] = await tickets(day)
    await temper.calm(day.house, ticket.number, "anna")
    await day.answers(ticket)
    await day.asks()
    assert await day.reasons() == [(False, "the customer was angry or complained in it")]


async def test_once_in_ninety_days(day: SurveyDay) -> None:
    """A second matter is not asked about, nor the second of two that are due at once."""
    await day.settled()
    await day.settled(id=2, subject="Rechnung", text="Die Rechnung fehlt.")
    assert await day.asks() == 2
    assert [asked for asked, _ in await day.reasons()] == [True, False]
    day.later(days=80)
    await day.settled(id=3, subject="Umzug", text="Wir ziehen um.")
    await day.asks()
    day.later(days=11)
    await day.settled(id=4, subject="Telefon", text="Das Telefon rauscht.")
    await day.asks()
    assert await day.reasons() == [
        (True, ASK), (False, "he was asked not long ago"), (False, "he was asked not long ago"), (True, ASK)
    ]  # fmt: skip


async def test_who_wants_nothing_or_takes_nothing_is_not_asked(day: SurveyDay) -> None:
    """Opted out, blocked, dead address, suspected machine: each with its reason."""
    reasons = []
    for place, field in enumerate(("opted_out_at", "blocked_at", "undeliverable_at", "looping_at")):
        sender = f"k{place}@post.example"
        await day.settled(id=10 + place, sender=sender)
        [one] = await identities(day, sender)
        await day.save(replace(one, **{field: day.now}))  # type: ignore[arg-type]  # any field of a time
        await day.asks()
        reasons.append((await day.decided())[-1].reason)
    assert reasons == [
        OPTED_OUT, "he is blocked", "the address takes no mail", "a machine seems to answer our automatic messages"
    ]  # fmt: skip
    assert await day.questions() == []


async def test_what_comes_meanwhile_puts_it_off(day: SurveyDay) -> None:
    """A reopened ticket is asked about a day after it was settled again; what is settled long ago is not."""
    ticket = await day.settled()
    day.later(hours=12)
    await day.takes(mail("Es geht wieder nicht.", id=2, subject=f"Re: {pretty(ticket.number)}", at=day.now))
    assert await day.asks() == 0
    await day.answers(ticket)
    assert await day.asks(hours=23) == 0
    assert await day.asks(days=9) == 1
    assert await day.reasons() == [(False, "it was settled too long ago")]


async def test_the_limits_of_automatic_messages_hold(day: SurveyDay) -> None:
    """He is asked when he may get one again."""
    day.policy = Policy(per_hour=1)
    day.surveys = Surveys(enabled=True, after_hours=0)
    await day.takes(mail())
    await day.sends()
    await day.answers((await tickets(day))[0])
    assert await day.asks(minutes=1) == 0
    assert await day.asks(hours=1) == 1
    assert [asked for asked, _ in await day.reasons()] == [True]


async def test_junk_is_not_asked_about(day: SurveyDay) -> None:
    """Nor decided about."""
    ticket = await day.settled()
    await desk.junk(day.house, ticket.number, "anna", undo=False)
    assert await day.asks() == 0


async def test_one_process_at_a_time_asks(day: SurveyDay) -> None:
    """Two at once would each not see whom the other is asking; where one has died, another goes on."""
    await day.settled()
    await day.settled(id=2, sender="Ida <ida@post.example>")
    day.later(hours=23)
    assert await surveys.turn(day.house) == 1
    day.surveys = Surveys(enabled=True, after_hours=22)
    assert await surveys.turn(replace(day.house, worker="other")) == 0
    day.later(minutes=10)
    assert await surveys.turn(replace(day.house, worker="other")) == 1


async def test_a_backlog_is_asked_a_few_at_a_time(day: SurveyDay) -> None:
    """Where it is switched on with many settled tickets, each turn writes some: nobody waits long for the database."""
    filing, settled = Filing(), day.now - timedelta(days=1)
    for place in range(60):
        base = -1000 * (place + 1)
        filing.customers.append(Customer(id=base, name="", language="de", created_at=settled))
        filing.identities.append(an_identity(id=base, customer=base, address=f"k{place}@post.example"))
        ticket = a_ticket(
            id=base, customer=base, number=draw(day.house.bits), state=TicketState.RESOLVED, resolved_at=settled,
            number_delivered_at=settled,
        )  # fmt: skip
        filing.tickets.append(ticket)
        filing.messages.append(a_mail(id=base, ticket=base, customer=base, identity=base, external_id=f"<{place}@x>"))
        filing.log.append(LogEntry(at=settled, who="anna", what="resolve", ticket=base))
    async with day.store.write() as tx:
        await tx.save(filing)
    assert [await surveys.turn(day.house) for _ in range(3)] == [50, 10, 0]
    assert [asked for asked, _ in await day.reasons()] == [True] * 60
