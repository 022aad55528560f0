"""Anger and repeated requests as they come in: a person is put on it, and nothing automatic meets an angry customer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.flows import answering, clock, temper
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.model import AgentRole, DeliveryState, Kind, Priority
from inbox_bot.records import Notice, Ticket
from inbox_bot.store.database import Database
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, dm, mail, post
from tests.unit.scenario_house import tickets

HOUR = timedelta(hours=1)
ANGRY = "Das ist eine Frechheit! Ich beschwere mich bei der Bundesnetzagentur."
RECEIPT = "Disposition-Notification-To: eva.winter@post.example"


@pytest.fixture
async def day(store: Database) -> Day:
    day = Day(store, team=("team@acme.example",))
    rieke = await day.agent("rieke", "RK")
    async with store.write() as tx:
        await tx.save_agent(replace(rieke, role=AgentRole.SUPERVISOR))
    await day.agent("anna", "AB")
    return day


async def the_ticket(day: Day) -> Ticket:
    [ticket] = await tickets(day)
    return ticket


async def sent(day: Day, kind: Kind = Kind.ACKNOWLEDGEMENT) -> list[str]:
    """The texts of that kind that were not withdrawn."""
    found = await day.deliveries()
    return [
        message.text
        for message, delivery in found
        if delivery.kind is kind and delivery.state is not DeliveryState.WITHDRAWN
    ]


async def calls(day: Day) -> list[Notice]:
    async with day.store.read() as tx:
        return [
            one
            for _, one in [*await tx.notices(99), *await tx.notices(99, agents=True)]
            if one.kind in {"angry", "repeated"}
        ]


async def passes(day: Day, **time: float) -> None:
    """Time passes, and what falls due is done."""
    day.later(**time)
    await clock.acknowledge_owed(day.house)
    await day.sends()


async def test_the_first_angry_message_gets_its_number_and_a_person(day: Day) -> None:
    """Its number always arrives; the ticket is urgent, the words that were found are on record, and the supervisor
    is called once."""
    await day.takes(mail(ANGRY))
    await day.sends()
    ticket = await the_ticket(day)
    assert (ticket.priority, ticket.angry_at) == (Priority.URGENT, NOW)
    assert len(await sent(day)) == 1
    assert ticket.number_delivered_at is not None
    [call] = await calls(day)
    async with day.store.read() as tx:
        names = {one.id: one.name for one in await tx.agents()}
        words = [entry.detail for entry in await tx.log(ticket.id) if entry.what == "angry"]
    assert call.agent is not None
    assert names[call.agent] == "rieke"
    assert call.ticket == ticket.id
    assert "Frechheit" in call.text
    assert ANGRY in call.text
    assert words == ["complaint: Frechheit, beschwere, Bundesnetzagentur"]
    await passes(day, hours=1)
    await day.takes(mail(ANGRY, id=2, at=day.now))
    assert len(await calls(day)) == 1


async def test_nothing_automatic_meets_an_angry_message(day: Day) -> None:
    """After the number no shared acknowledgement goes out any more; an ordinary further message would have had one."""
    await day.takes(mail())
    await passes(day, hours=1)
    await day.takes(mail("Noch etwas: die Lampe leuchtet rot.", id=2, at=day.now))
    await passes(day, minutes=1)
    await passes(day, minutes=10)
    assert len(await sent(day)) == 2
    await day.takes(mail("So eine Frechheit!", "References: <m1@post.example>", id=3, at=day.now))
    await passes(day, hours=1)
    await day.takes(mail("Ich warte.", id=4, at=day.now))
    await passes(day, hours=1)
    assert len(await sent(day)) == 2
    assert (await the_ticket(day)).angry_at is not None


async def test_what_is_still_owed_is_not_sent_either(day: Day) -> None:
    """A shared acknowledgement that waits for its time when the angry message comes."""
    await day.takes(mail())
    await day.sends()
    day.later(seconds=30)
    await day.takes(mail("Noch etwas.", id=2, at=day.now))
    await day.takes(mail("So eine Frechheit!", id=3, at=day.now))
    await passes(day, hours=1)
    assert len(await sent(day)) == 1


async def test_the_number_still_arrives(day: Day) -> None:
    """Where it has not gone out yet when he gets angry, it goes out."""
    await day.takes(mail())
    day.later(seconds=1)
    await day.takes(mail("So eine Frechheit!", id=2, at=day.now))
    await passes(day, hours=1)
    assert (await the_ticket(day)).number_delivered_at is not None


async def test_a_read_receipt_goes_out_all_the_same(day: Day) -> None:
    """His mail program asked for it, and it says nothing that could anger him."""
    await day.takes(mail())
    await passes(day, hours=1)
    await day.takes(mail(ANGRY, RECEIPT, id=2, at=day.now))
    await day.sends()
    kinds = [delivery.kind for _, delivery in await day.deliveries()]
    assert kinds.count(Kind.MDN) == 1
    assert kinds.count(Kind.ACKNOWLEDGEMENT) == 1


async def test_an_answer_ends_it(day: Day) -> None:
    """A person has answered: what comes next is acknowledged again; the priority stays."""
    await day.takes(mail(ANGRY))
    await day.sends()
    ticket = await the_ticket(day)
    day.later(hours=1)
    await answering.reply(day.house, Answer(number=ticket.number, who="anna", text="Das tut uns leid.", anyway=True))
    ticket = await the_ticket(day)
    assert (ticket.angry_at, ticket.priority) == (None, Priority.URGENT)
    await passes(day, hours=1)
    await day.takes(mail("Danke, und wann kommt der Techniker?", id=2, at=day.now))
    await passes(day, minutes=10)
    assert len(await sent(day)) == 2


async def test_calm_ends_it_by_hand(day: Day) -> None:
    """Where the lists were wrong; once."""
    await day.takes(mail(ANGRY))
    ticket = await the_ticket(day)
    assert (await temper.calm(day.house, ticket.number, "anna")).angry_at is None
    with pytest.raises(UsageError, match="nobody is angry"):
        await temper.calm(day.house, ticket.number, "anna")


async def test_the_third_time_calls_a_person(day: Day) -> None:
    """The same question again comes first, the third one goes to the supervisor, and all are confirmed; after an
    answer it counts anew."""
    asked = [
        "Wann wird mein Anschluss freigeschaltet?",
        "Guten Tag, ich wollte fragen: Wann wird mein Anschluss freigeschaltet? Danke!",
        "Ich bin neu hier im Haus und frage mich, wann mein Anschluss freigeschaltet wird. Können Sie das sagen?",
        "Wann kann ich denn telefonieren, also wann ist mein Anschluss freigeschaltet?",
    ]
    found = []
    for place, question in enumerate(asked):
        await day.takes(mail(question, id=1 + place, at=day.now))
        found.append(((await the_ticket(day)).priority, len(await calls(day))))
        await passes(day, hours=2 + place)
        day.later(hours=1)  # who answers ours at once may be a machine
    assert found == [(Priority.NORMAL, 0), (Priority.HIGH, 0), (Priority.HIGH, 1), (Priority.HIGH, 1)]
    [call] = await calls(day)
    assert "zum 3. Mal" in call.text
    ticket = await the_ticket(day)
    assert ticket.angry_at is None
    async with day.store.read() as tx:
        entries = await tx.timeline(ticket.customer)
    assert all(entry.message.acknowledged_by for entry in entries if entry.message.text in asked)
    await answering.reply(day.house, Answer(number=ticket.number, who="anna", text="Am Montag.", anyway=True))
    await passes(day, hours=3)
    for place in (1, 2):
        await day.takes(mail(asked[place], id=10 + place, at=day.now))
    assert len(await calls(day)) == 1


async def test_who_counts_himself_is_met_by_a_person(day: Day) -> None:
    """ "For the third time" is anger, in the words of the customer."""
    await day.takes(mail())
    await passes(day, hours=1)
    await day.takes(mail("Ich schreibe Ihnen jetzt zum dritten Mal!", id=2, at=day.now))
    await passes(day, hours=1)
    assert ((await the_ticket(day)).angry_at, len(await calls(day)), len(await sent(day))) == (NOW + HOUR, 1, 1)


async def test_three_times_in_one_poll(day: Day) -> None:
    """What came in together counts as well."""
    question = "Wann wird mein Anschluss endlich freigeschaltet, bitte?"
    await day.takes(*(mail(question, id=id, at=NOW + timedelta(minutes=id)) for id in (1, 2, 3)))
    assert len(await calls(day)) == 1


async def test_without_a_supervisor_the_team_is_called(store: Database) -> None:
    """Somebody is told in any case."""
    day = Day(store)
    await day.takes(mail(ANGRY))
    assert [one.agent for one in await calls(day)] == [None]


async def test_on_x_as_by_mail(day: Day) -> None:
    """The public reply with the number goes out once; the angry direct message gets no automatic answer."""
    await day.takes(post())
    await passes(day, minutes=2)
    ticket = await the_ticket(day)
    assert ticket.number_delivered_at is not None
    await day.takes(dm("Ihr seid unfähig, das ist eine Frechheit!", at=day.now))
    await passes(day, hours=1)
    assert len(await sent(day)) == 1
    assert (await the_ticket(day)).priority is Priority.HIGH
