"""The team's queue: new tickets find somebody who is on duty, by arrival, and who has one is told."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.errors import Unsendable, UsageError
from inbox_bot.flows import agent_notices, assigning, clock, desk, settling, team
from inbox_bot.flows.house import House
from inbox_bot.flows.team import Wishes
from inbox_bot.model import AgentRole
from inbox_bot.records import Agent, LogEntry, Notice
from inbox_bot.store.database import Database
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, mail
from tests.unit.scenario_house import tickets

TOPICS = {"billing": ("Rechnung",)}


class Shift(Day):
    """A day on which the team has topics."""

    @property
    def house(self) -> House:
        """With one topic."""
        return replace(super().house, topics=TOPICS)


@pytest.fixture
def day(store: Database) -> Shift:
    return Shift(store)


async def an_agent(day: Day, name: str, **fields: object) -> int:
    agent = await day.agent(name, name[:2].upper())
    changed = replace(agent, **fields)  # type: ignore[arg-type]  # a builder takes any field
    async with day.store.write() as tx:
        return await tx.save_agent(changed)


async def has(day: Day) -> list[int | None]:
    """Who has each ticket, oldest first."""
    return [ticket.assignee for ticket in await tickets(day)]


async def notices(day: Day, kind: str = "assigned") -> list[Notice]:
    async with day.store.read() as tx:
        return [one for _, one in [*await tx.notices(99), *await tx.notices(99, agents=True)] if one.kind == kind]


async def log(day: Day, ticket: int) -> list[LogEntry]:
    async with day.store.read() as tx:
        return await tx.log(ticket)


async def test_new_tickets_go_round_by_load(day: Shift) -> None:
    """Three tickets, two agents: nobody gets the third before the other has one; each is told, with the whole
    message and the reason."""
    anna, bert = await an_agent(day, "anna"), await an_agent(day, "bert")
    await day.takes(mail(id=1), mail(id=2, sender="Tom <tom@post.example>"), mail(id=3, sender="Ida <i@post.example>"))
    assert await assigning.hand_out(day.house) == 3
    assert sorted(filter(None, await has(day))) == [anna, anna, bert]
    assert await assigning.hand_out(day.house) == 0
    first, *_ = await notices(day)
    assert first.agent == anna
    assert "Mein Anschluss geht seit gestern nicht mehr." in first.text
    assert first.message is not None
    [ticket, *_] = await tickets(day)
    [reason] = [one.detail for one in await log(day, ticket.id) if one.what == "assign"]
    assert reason.startswith("anna: has the least")


async def test_who_knows_the_topic_gets_it(day: Shift) -> None:
    """The topic is told by the first message's words."""
    await an_agent(day, "anna")
    bert = await an_agent(day, "bert", skills=("billing",))
    await day.takes(mail("Die Rechnung ist doppelt."), mail(id=2, text="Die Rechnung fehlt.", sender="T <t@b.example>"))
    await assigning.hand_out(day.house)
    assert [ticket.topic for ticket in await tickets(day)] == ["billing", "billing"]
    assert await has(day) == [bert, bert]


async def test_the_customer_gets_whom_he_had_last(day: Shift) -> None:
    """Whoever has less to do."""
    await an_agent(day, "anna")
    bert = await an_agent(day, "bert")
    await day.takes(mail())
    [first] = await tickets(day)
    await desk.assign(day.house, first.number, "bert", "bert")
    await settling.resolve(day.house, first.number, "bert")
    day.later(days=20)
    await clock.close_resolved(day.house)
    await day.takes(mail(id=2, subject="Etwas anderes", text="Noch eine Frage.", at=day.now))
    await assigning.hand_out(day.house)
    assert await has(day) == [bert, bert]


async def test_nobody_is_woken_at_night(day: Shift) -> None:
    """Nobody on duty: the tickets wait and go out by arrival as soon as somebody comes."""
    anna = await an_agent(day, "anna", hours="mon-fri 14:00-18:00")  # NOW is noon
    await day.takes(mail(id=1, at=NOW - timedelta(hours=1)), mail(id=2, sender="T <t@post.example>"))
    assert await assigning.hand_out(day.house) == 0
    assert await has(day) == [None, None]
    day.later(hours=2)
    assert await assigning.hand_out(day.house) == 2
    assert await has(day) == [anna, anna]
    assert [one.subject for one in await notices(day)] == ["Ihr Ticket: Anschluss gestört"] * 2


async def test_automatic_assigning_can_be_switched_off(day: Shift) -> None:
    """`[assign] automatic = false`: they wait for who takes them."""
    await an_agent(day, "anna")
    await day.takes(mail())
    assert await assigning.hand_out(replace(day.house, automatic_assign=False)) == 0


async def test_the_next_one_is_whose_customer_waits_longest(day: Shift) -> None:
    """By arrival, whatever its number; not one in a language that he does not write."""
    await an_agent(day, "anna", languages=("de",))
    ben = await an_agent(day, "ben", languages=("en",))
    await day.takes(mail(id=1, at=NOW), mail(id=2, sender="T <t@post.example>", at=NOW - timedelta(hours=3)))
    waiting = [one.ticket.number for one in await assigning.queue(day.house)]
    taken = [await assigning.take_next(day.house, "anna") for _ in range(3)]
    assert [one.number for one in taken if one] == waiting
    assert taken[2] is None
    text = "Hello, my line is dead since yesterday and I cannot work from home. Please help me."
    await day.takes(mail(text, id=3, sender="Joe <joe@post.example>", subject="No line", at=day.now))
    assert await assigning.take_next(day.house, "anna") is None
    found = await assigning.take_next(day.house, "ben")
    assert found is not None
    assert found.assignee == ben


async def test_what_was_put_back_by_hand_stays_in_the_queue(day: Shift) -> None:
    """`assign NUMBER nobody` is a wish: it is not handed out again, but who takes the next one gets it."""
    await an_agent(day, "anna")
    await day.takes(mail())
    await assigning.hand_out(day.house)
    [ticket] = await tickets(day)
    await desk.assign(day.house, ticket.number, "", "anna")
    assert await assigning.hand_out(day.house) == 0
    taken = await assigning.take_next(day.house, "anna")
    assert taken is not None
    assert taken.number == ticket.number


async def test_the_tickets_of_who_leaves_are_handed_on(day: Shift) -> None:
    """Disabled: his open tickets are in the queue again, with the reason on record, and go to a colleague."""
    await an_agent(day, "anna")
    await day.takes(mail())
    await assigning.hand_out(day.house)
    bert = await an_agent(day, "bert")
    await team.disable(day.house, "anna")
    assert await has(day) == [None]
    await assigning.hand_out(day.house)
    assert await has(day) == [bert]
    [ticket] = await tickets(day)
    assert "back to the queue: anna is disabled" in [one.detail for one in await log(day, ticket.id)]


async def test_who_is_given_a_ticket_is_told_and_nobody_else(day: Shift) -> None:
    """By hand as well, but not who takes it himself; the mail goes to his own address only."""
    await an_agent(day, "anna")
    await an_agent(day, "bert")
    day.team = ("team@acme.example",)
    await day.takes(mail())
    [ticket] = await tickets(day)
    await desk.assign(day.house, ticket.number, "anna", "anna")
    assert await notices(day) == []
    await desk.assign(day.house, ticket.number, "bert", "anna")
    [told] = await notices(day)
    assert told.text.startswith("anna hat Ihnen dieses Ticket gegeben.")
    await clock.tell_team(day.house)
    await agent_notices.tell_agents(day.house)
    await day.sends()
    told_to = [draft.to.address for draft in day.mail.drafts if draft.kind == "notice"]
    assert sorted(told_to) == ["bert@acme.example", "team@acme.example"]


async def test_a_slow_process_tells_nobody_twice(day: Shift) -> None:
    """Another one takes over what its lease no longer covers, and tells first."""
    await an_agent(day, "anna")
    await day.takes(*(mail(id=id, sender=f"K <k{id}@post.example>") for id in range(1, 9)))
    await assigning.hand_out(day.house)
    slow = replace(day.house, worker="slow")
    later = day.now + timedelta(hours=1)
    fast = replace(day.house, worker="fast", now=lambda: later)
    await asyncio.gather(*(agent_notices.tell_agents(house) for house in (slow, fast, slow, fast)))
    day.later(hours=1)
    await day.sends()
    told = [parcel.external_id for parcel in day.mail.parcels if parcel.to.address == "anna@acme.example"]
    assert len(told) == len(set(told)) == 8


async def test_a_note_tells_the_colleague_it_names(day: Shift) -> None:
    """By mail, with the note and who wrote it; not who writes it himself."""
    await an_agent(day, "anna")
    bert = await an_agent(day, "bert")
    await day.takes(mail())
    [ticket] = await tickets(day)
    await desk.note(day.house, ticket.number, "@bert rufst du ihn an? @anna weiß Bescheid.", "anna")
    [told] = await notices(day, "mentioned")
    assert (told.agent, told.text) == (
        bert,
        "anna schreibt in einer Notiz:\n\n@bert rufst du ihn an? @anna weiß Bescheid.",
    )


async def test_an_agent_is_changed_by_what_is_given(day: Shift) -> None:
    """What is not given stays; wrong skills, languages and names are refused with what to do."""
    agent = await team.add(day.house, "anna", "ab", "anna@acme.example", Wishes(languages=("DE", " en"), skills=()))
    assert (agent.languages, agent.skills, agent.role) == (("de", "en"), (), AgentRole.AGENT)
    changed = await team.change(day.house, "Anna", Wishes(skills=("billing",), role=AgentRole.SUPERVISOR))
    assert changed == replace(agent, skills=("billing",), role=AgentRole.SUPERVISOR)
    found: list[Agent] = await team.agents(day.house)
    assert found == [changed]
    for wishes, words in (
        (Wishes(skills=("rockets",)), "no topic of the configuration"),
        (Wishes(languages=("deutsch",)), "no language"),
        (Wishes(address="nowhere"), "not a mail address"),
        (Wishes(), "nothing is to be changed"),
    ):
        with pytest.raises(UsageError, match=words):
            await team.change(day.house, "anna", wishes)
    with pytest.raises(UsageError, match="unknown agent"):
        await team.change(day.house, "nobody", Wishes())


async def test_a_supervisor_is_called_to_what_is_overdue(day: Shift) -> None:
    """Once for each finding, beside the team; nobody is called where there is no supervisor."""
    rieke = await an_agent(day, "rieke", role=AgentRole.SUPERVISOR)
    await an_agent(day, "anna")
    await day.takes(mail())
    day.later(hours=25)
    await clock.raise_alarms(day.house)
    await clock.raise_alarms(day.house)
    assert [one.agent for one in await notices(day, "unanswered")] == [None, rieke]


async def test_a_supervisor_is_called_to_what_has_failed(day: Shift) -> None:
    """A number that the relay refused: the failure, and that the customer does not have it."""
    rieke = await an_agent(day, "rieke", role=AgentRole.SUPERVISOR)
    await an_agent(day, "anna")
    await day.takes(mail())
    day.mail.answers = [Unsendable("550 5.1.1 no such user")]
    await day.sends()
    await clock.raise_alarms(day.house)
    for kind in ("delivery_failed", "number_not_delivered"):
        assert [one.agent for one in await notices(day, kind)] == [None, rieke]
