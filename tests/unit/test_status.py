"""Who asks only how it stands is answered at once from the record, in private, and a person still owes an answer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.casework import Action, Promise
from inbox_bot.errors import UsageError
from inbox_bot.flows import clock, status
from inbox_bot.flows.answering import reply
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.flows.intake import take_in
from inbox_bot.model import Act, Channel, Kind, Priority, TicketState, Visibility
from inbox_bot.ports import Rendered
from inbox_bot.records import Delivery, Message, Ticket
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.rules.numbers import pretty
from inbox_bot.store.database import Database
from inbox_bot.texts import BrandFacts, Templates, shipped
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, FakeSource, dm, mail, post
from tests.unit.scenario_house import tickets

BRAND = BrandFacts(name="Acme", language="de", timezone="Europe/Berlin")


@pytest.fixture
async def day(store: Database) -> Day:
    day = Day(store)
    await day.agent("anna", "AB")
    return day


async def told(day: Day) -> list[tuple[Message, Delivery]]:
    """The answers from the record."""
    return [(message, delivery) for message, delivery in await day.deliveries() if delivery.kind is Kind.STATUS]


async def said(day: Day) -> str:
    """The one answer from the record."""
    [(message, _)] = await told(day)
    return message.text


async def opened(day: Day, **mail_: object) -> Ticket:
    """A ticket whose number has arrived, an hour ago."""
    await day.takes(mail(**mail_))  # type: ignore[arg-type]  # a builder takes any field
    await day.sends()
    day.later(hours=1)
    return (await tickets(day))[-1]


async def answers(day: Day, ticket: Ticket, text: str = "Der Router war defekt.", **how: object) -> None:
    """Anna answers an hour later."""
    day.later(hours=1)
    await reply(
        day.house,
        Answer(number=ticket.number, who="anna", text=text, anyway=True, **how),  # type: ignore[arg-type]
    )
    await day.sends()
    day.later(hours=1)


async def test_a_mail_is_answered_at_once(day: Day) -> None:
    """State, last message, last step, no promise, nobody; with the number; one mail, no acknowledgement beside."""
    ticket = await opened(day)
    await day.takes(mail("Wie ist der Stand?", id=2, subject=f"Status {pretty(ticket.number)}", at=day.now))
    [(message, delivery)] = await told(day)
    assert (delivery.automatic, delivery.due_at, delivery.to) == (True, day.now, "eva.winter@post.example")
    for words in (
        pretty(ticket.number), "noch nicht beantwortet", "9. März 2026 um 13:00 Uhr", "noch keine",
        "keiner Person zugeteilt", "Eine feste Zeit ist Ihnen derzeit nicht zugesagt", "automatisch geschrieben",
    ):  # fmt: skip
        assert words in message.text, words
    day.later(hours=1)
    assert await clock.acknowledge_owed(day.house) == 0
    assert len(await day.deliveries()) == 2


async def test_a_direct_message_is_answered_there(day: Day) -> None:
    """By DM, though no number is named; in English to who writes English."""
    await day.takes(dm("My line is down since yesterday and nothing works"))
    day.later(hours=1)
    await day.takes(dm("Any news on my ticket please? Thanks!", id=5002, at=day.now))
    [(message, delivery)] = await told(day)
    assert (delivery.channel, delivery.to) == (Channel.TWITTER, "1001")
    assert "State: not answered yet" in message.text


async def test_nothing_of_it_counts_as_an_answer(day: Day) -> None:
    """The ticket stays as it was, he still waits since his first message, and the team sees what was said."""
    ticket = await opened(day)
    await day.takes(mail("Status?", id=2, subject="", at=day.now))
    [now] = await tickets(day)
    assert (now.state, now.answered_at, now.last_outgoing_at) == (TicketState.NEW, None, None)
    async with day.store.read() as tx:
        [waiting] = await tx.awaiting(day.now, 10)
        log = await tx.log(ticket.id)
        lines = await tx.ledger_lines(inbox="", outcome="", limit=10)
    assert waiting.since == NOW
    assert [one.who for one in log if one.what == "status"] == ["inbox-bot"]
    assert any("asks only for the state: answered automatically" in line.reason for line in lines)


async def test_the_record_is_told(day: Day) -> None:
    """A person's last answer, an action with evidence, the next promised time, a promise missed, and who has it."""
    ticket = await opened(day)
    await answers(day, ticket)
    async with day.store.write() as tx:
        [anna] = await tx.agents()
        [ticket] = [one for one, _, _ in await tx.tickets(states=[], customer=None, limit=9)]
        due = day.now + timedelta(days=2)
        promise = Promise(id=-1, ticket=ticket.id, agent=anna.id, phrase="x", made_at=day.now, due_at=due)
        done = Action(
            id=-1, ticket=ticket.id, kind=Act.ORDERED, text="intern: Ware", reference="4711", at=day.now, agent=anna.id,
            confirmed_by=anna.id,
        )  # fmt: skip
        await tx.save(Filing(tickets=[replace(ticket, assignee=anna.id)], promises=[promise], actions=[done]))
    await day.takes(mail("Gibt es etwas Neues?", id=2, subject="Re: Anschluss gestört", at=day.now))
    text = await said(day)
    for words in (
        "Unsere letzte Antwort: am 9. März 2026 um 15:00 Uhr, per E-Mail", "ausgeführt: Bestellung",
        "spätestens am 11. März 2026 um 16:00 Uhr", "Zuständig: anna",
    ):  # fmt: skip
        assert words in text, words
    assert "intern" not in text
    assert "4711" not in text
    day.later(days=3)
    await day.takes(mail("Gibt es etwas Neues?", id=3, subject="Re: Anschluss gestört", at=day.now))
    assert "ist verstrichen (am 11. März 2026 um 16:00 Uhr)" in (await told(day))[-1][0].text


async def test_an_action_without_evidence_was_only_requested(day: Day) -> None:
    """Nothing is said to be done without it; what was taken back is not said at all."""
    ticket = await opened(day)
    async with day.store.write() as tx:
        [anna] = await tx.agents()
        action = Action(id=-1, ticket=ticket.id, kind=Act.CANCELLED, text="t", reference="", at=day.now, agent=anna.id)
        await tx.save(Filing(actions=[action, replace(action, id=-2, kind=Act.SENT, taken_back_at=day.now)]))
    await day.takes(mail("Status?", id=2, subject="", at=day.now))
    text = await said(day)
    assert "veranlasst: Kündigung" in text
    assert "ausgeführt" not in text
    assert "Versand" not in text


async def test_the_same_again_is_said_once_more_only_if_something_changed(day: Day) -> None:
    """Within minutes nothing but what is new; after them, again; what is not answered so is acknowledged as ever."""
    ticket = await opened(day)
    await day.takes(mail("Status?", id=2, subject="", at=day.now), mail("Status?", id=3, subject="", at=day.now))
    day.later(minutes=2)
    await day.takes(mail("Wie ist der Stand?", id=4, subject="", at=day.now))
    assert len(await told(day)) == 1
    day.later(minutes=1)
    async with day.store.write() as tx:
        [anna] = await tx.agents()
        [fresh] = [one for one, _, _ in await tx.tickets(states=[], customer=None, limit=9)]
        await tx.save(Filing(tickets=[replace(fresh, assignee=anna.id)]))
    await day.takes(mail("Status?", id=5, subject="", at=day.now))
    assert ["Zuständig: anna" in message.text for message, _ in await told(day)] == [False, True]
    day.later(minutes=11)
    await clock.acknowledge_owed(day.house)
    day.later(minutes=11)
    await day.takes(mail("Status?", id=6, subject="", at=day.now))
    assert len(await told(day)) == 3
    async with day.store.read() as tx:
        entries = await tx.timeline(ticket.customer, ticket.id)
    asked = [one.message for one in entries if one.message.external_id.startswith("<m")]
    assert len(asked) == 6
    assert all(one.acknowledged_by is not None and one.acknowledge_at is None for one in asked)


async def test_a_settled_matter_stays_settled(day: Day) -> None:
    """He is told that it is solved and what to do if not; nothing is reopened."""
    ticket = await opened(day)
    await answers(day, ticket, resolve=True)
    await day.takes(mail("Wie ist der Stand?", id=2, subject="", at=day.now))
    assert "Stand: gelöst am 9. März 2026 um 15:00 Uhr. Wenn das nicht stimmt" in await said(day)
    [now] = await tickets(day)
    assert now.state is TicketState.RESOLVED
    await day.takes(mail("Nein, es geht nicht.", id=3, subject="Re: x", at=day.now))
    assert any(one.state in {TicketState.OPEN, TicketState.NEW} for one in await tickets(day))


async def test_all_his_open_tickets_newest_first_at_most_five(day: Day) -> None:
    """Without a number all of them, in the answer to the newest; with one that one alone."""
    for place in range(7):
        await day.takes(mail(f"Störung Nummer {place}", id=20 + place, subject=f"Sache {place}", at=day.now))
        day.later(days=4)  # so that each is a matter of its own
    everything = await tickets(day)
    oldest, newest = everything[0], everything[-1]
    assert len(everything) == 7
    await day.takes(mail("Status?", id=40, subject="", at=day.now))
    text = await said(day)
    order = [text.index(pretty(one.number)) for one in everything[:1:-1]]
    assert order == sorted(order)
    assert pretty(oldest.number) not in text
    assert len(await tickets(day)) == 7
    day.later(hours=1)
    await day.takes(mail(f"Status Ticket {pretty(oldest.number)}", id=41, subject="", at=day.now))
    [_, (message, delivery)] = await told(day)
    assert (pretty(oldest.number) in message.text, delivery.ticket) == (True, oldest.id)
    assert pretty(newest.number) not in message.text


async def test_whether_it_arrived_is_answered_with_the_list(day: Day) -> None:
    """As `confirm` does: each message with its time; questions like this one are not in it; said to be automatic."""
    await opened(day)
    await day.takes(mail("Anbei noch die Auftragsnummer 4711.", id=2, subject="Nachtrag", at=day.now))
    day.later(hours=1)
    await day.takes(mail("Haben Sie meine E-Mails erhalten?", id=3, subject="Nachfrage", at=day.now))
    text = await said(day)
    assert "hiermit bestätigen wir Ihnen" in text
    assert "„Anschluss gestört“, angekommen am 9. März 2026 um 13:00 Uhr" in text
    assert "„Nachtrag“, angekommen am 9. März 2026 um 14:00 Uhr" in text
    assert text.count("angekommen am") == 2
    assert "automatisch geschrieben" in text
    day.later(hours=1)
    await day.takes(mail("Sind sie angekommen? Wie ist der Stand?", id=4, subject="Re: x", at=day.now))
    assert len(await told(day)) == 1  # "they" may be anything
    await day.takes(mail("Ist meine Mail angekommen? Wie ist der Stand?", id=5, subject="Re: x", at=day.now))
    both = (await told(day))[-1][0].text
    assert "Das ist von Ihnen angekommen" in both
    assert "Stand: noch nicht beantwortet" in both


async def test_one_matter_more_is_for_a_person(day: Day) -> None:
    """A new fact, another question, an attachment: the usual acknowledgement, and nothing of the record."""
    await opened(day)
    for place, text in enumerate(("Status? Jetzt geht auch das Telefon nicht.", "Wann kommt der Techniker?")):
        await day.takes(mail(text, id=2 + place, subject="Re: Anschluss gestört", at=day.now))
    assert await told(day) == []
    day.later(minutes=10)
    assert await clock.acknowledge_owed(day.house) == 2


async def test_three_questions_without_an_answer_call_a_person(day: Day) -> None:
    """The record answers, but nobody has: what is asked again raises the ticket as any other repeated request."""
    await opened(day)
    for place in range(3):
        await day.takes(mail("Wann bekomme ich eine Antwort?", id=2 + place, subject="Re: x", at=day.now))
        day.later(hours=1)
    assert len(await told(day)) == 3
    [ticket] = await tickets(day)
    assert ticket.priority is Priority.HIGH


async def test_the_limits_of_automatic_messages_hold(day: Day) -> None:
    """Not more than `per_hour`, and none to who wants none."""
    day.policy = Policy(per_hour=2, coalesce_seconds=1)
    await day.takes(mail(), mail("Auch das Telefon geht nicht.", id=2, subject="Re: Anschluss gestört"))
    for place, text in enumerate(("Status?", "Wie ist der Stand?", "Wie steht's?", "STOP", "Status bitte")):
        day.later(minutes=1)
        await day.takes(mail(text, id=3 + place, subject="Re: Anschluss gestört", at=day.now))
    assert len(await told(day)) == 1


async def test_what_the_hotline_reads_out_is_what_he_would_get(day: Day) -> None:
    """`status NUMBER` gives the very text; nothing is sent."""
    ticket = await opened(day)
    before = len(await day.deliveries())
    shown = await status.preview(day.house, pretty(ticket.number))
    assert len(await day.deliveries()) == before
    await day.takes(mail("Status?", id=2, subject="", at=day.now))
    assert shown.text == await said(day)
    english = await status.preview(day.house, ticket.number, Channel.EMAIL, "en")
    assert "State: not answered yet" in english.text
    with pytest.raises(UsageError, match="no such address"):
        await status.preview(day.house, ticket.number, Channel.TWITTER)


@pytest.mark.parametrize("missing", ["status", "status-public", "please-dm"])
async def test_a_text_that_cannot_be_made_stops_nothing(day: Day, missing: str) -> None:
    """The company broke its own text: the question is filed, acknowledged as any message, and a person answers."""

    class Broken(Templates):
        def render(self, name: str, channel: Channel, language: str, facts: Mapping[str, object]) -> Rendered:
            if name == missing:
                raise UsageError("broken")
            return super().render(name, channel, language, facts)

    await day.takes(post("@acme mein Anschluss ist tot", id=9000))
    if missing != "please-dm":
        await day.takes(dm("Mein Anschluss ist tot"))
    day.later(hours=1)
    house = replace(day.house, texts=Broken([shipped()], BRAND))
    await take_in(house, FakeSource(channel=Channel.TWITTER, inbox="x", things=[post("@acme Status?", at=day.now)]))
    assert [one.visibility for _, one in await told(day)] == [Visibility.PRIVATE] * (missing == "status-public")
    assert ("post:9001", "filed") in await day.outcomes()
