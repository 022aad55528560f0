"""Who may act for a customer is on record once: then he is let in, and nobody asks for it again."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.care import Authorisation, Form
from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import authorising, clock, settling
from inbox_bot.flows.answering import reply
from inbox_bot.flows.authorising import Grant
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.flows.house import House
from inbox_bot.model import AgentRole, DeliveryState, Kind
from inbox_bot.records import Ticket
from inbox_bot.rules import authorisations, numbers
from inbox_bot.store.database import Database
from tests.unit.flow_house import Day, mail
from tests.unit.linking_day import MAIL, Linking
from tests.unit.scenario_house import tickets

MIRA = "Mira Winter <mira@post.example>"
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


class Topical(Day):
    """A day in a house with topics."""

    @property
    def house(self) -> House:
        """Contracts and invoices."""
        return replace(super().house, topics={"contract": ("anschluss", "umzug"), "invoice": ("rechnung",)})


@pytest.fixture
def day(store: Database) -> Topical:
    """One with an empty store."""
    return Topical(store=store)


async def begun(day: Day) -> Ticket:
    """Eva has a ticket about her contract; Mira has written about something else."""
    await day.agent()
    await day.takes(mail("Mein Umzug.", id=1, subject="Umzug"))
    await day.takes(mail("Hallo.", id=2, sender=MIRA, subject="Hallo"))
    await day.sends()
    return (await tickets(day))[0]


def a_grant(ticket: Ticket, **how: object) -> Grant:
    """Mira may act for Eva."""
    plain = Grant(
        key=ticket.number, person="Mira Winter", identity="mira@post.example", evidence="by telephone", who="anna"
    )
    return replace(plain, **how)  # type: ignore[arg-type]  # a builder takes any field


async def writes(day: Day, ticket: Ticket, id: int) -> Ticket:
    """Mira writes about Eva's ticket; where it went."""
    text = f"Es geht um Ticket {numbers.pretty(ticket.number)}."
    await day.takes(mail(text, id=id, sender=MIRA, subject="Umzug", at=day.now))
    async with day.store.read() as tx:
        for one in await tickets(day):
            for entry in await tx.timeline(one.customer, one.id):
                if entry.message.external_id == f"<m{id}@post.example>":
                    return one
    raise AssertionError("it is nowhere")


async def test_before_it_she_is_a_stranger_and_after_it_she_is_let_in(day: Topical) -> None:
    """The number alone opens nothing; with the authorisation her mail joins, and she is answered."""
    ticket = await begun(day)
    assert (await writes(day, ticket, 3)).id != ticket.id
    done = await authorising.grant(day.house, a_grant(ticket, scope=("contract",)))
    assert "Mira Winter darf für Sie handeln, in diesen Angelegenheiten: contract" in done.text
    assert (await writes(day, ticket, 4)).id == ticket.id
    async with day.store.read() as tx:
        last = (await tx.timeline(ticket.customer, ticket.id))[-1].message
        assert last.reason.endswith(f"as a representative (a{done.authorisation.id})")
    day.later(minutes=10)
    await clock.acknowledge_owed(day.house)
    told = [
        delivery.to for _, delivery in await day.deliveries() if delivery.ticket == ticket.id and delivery.automatic
    ]
    assert told[-1] == "mira@post.example"  # what she wrote there is confirmed to her
    queued = await reply(day.house, Answer(number=ticket.number, who="anna", text="Gern.", anyway=True))
    assert queued.to.address == "mira@post.example"
    queued = await reply(
        day.house, Answer(number=ticket.number, who="anna", text="An Sie selbst.", anyway=True, to_customer=True)
    )
    assert queued.to.address == "eva.winter@post.example"


@pytest.mark.parametrize("why", ["other topic", "ended", "not yet", "withdrawn", "other person"])
async def test_outside_of_it_nothing_opens(day: Topical, why: str) -> None:
    """Scope, time, person: each of them counts, and nothing is told of it."""
    ticket = await begun(day)
    ways: dict[str, dict[str, object]] = {
        "other topic": {"scope": ("invoice",)},
        "ended": {"until": "2026-03-09"},
        "not yet": {"since": "2026-04-01"},
        "other person": {"identity": ""},
    }
    done = await authorising.grant(day.house, a_grant(ticket, **ways.get(why, {})))
    if why == "withdrawn":
        ended = await authorising.withdraw(day.house, done.authorisation.id, "anna", "they parted")
        assert "nicht mehr für Sie handeln" in ended.text
        with pytest.raises(UsageError, match="withdrawn already"):
            await authorising.withdraw(day.house, done.authorisation.id, "anna", "")
    day.later(days=2)
    assert (await writes(day, ticket, 3)).id != ticket.id


async def test_what_is_told_to_her_is_not_told_to_him(day: Topical) -> None:
    """How Mira is addressed is not how Eva is; what waits for Eva still goes to Eva, with the number."""
    await day.agent()
    await day.takes(mail("Mein Umzug.", id=1, subject="Umzug"), mail("Hallo.", id=2, sender=MIRA, subject="Hallo"))
    ticket = (await tickets(day))[0]
    await authorising.grant(day.house, a_grant(ticket))
    assert (await writes(day, ticket, 3)).id == ticket.id
    answer = Answer(number=ticket.number, who="anna", text="Hallo Mira,\nwir melden uns bei dir.", anyway=True)
    queued = await reply(day.house, answer)
    assert (queued.to.address, queued.withdrawn) == ("mira@post.example", 0)
    waiting = {one.to: one.state for _, one in await day.deliveries() if one.kind is Kind.ACKNOWLEDGEMENT}
    assert waiting["eva.winter@post.example"] is DeliveryState.QUEUED
    async with day.store.read() as tx:
        eva = await tx.customer(ticket.customer)
        carries = {one.carries_number for _, one in await day.deliveries() if one.kind is Kind.REPLY}
    assert eva is not None
    assert (eva.form, eva.called, carries) == (Form.UNKNOWN, "", {False})
    himself = replace(answer, text="Sehr geehrte Frau Winter,\nIhr Umzug läuft.", to_customer=True)
    await reply(day.house, himself)
    assert (await reply(day.house, replace(answer, text="Hallo Mira,\ndir auch danke.", anyway=False))).text


async def test_she_cannot_authorise_herself(day: Topical) -> None:
    """What Mira writes in Eva's ticket is no word of Eva's."""
    ticket = await begun(day)
    await authorising.grant(day.house, a_grant(ticket, scope=("contract",)))
    assert (await writes(day, ticket, 3)).id == ticket.id
    async with day.store.read() as tx:
        said = (await tx.timeline(ticket.customer, ticket.id))[-1].message
    with pytest.raises(UsageError, match=f"m{said.id} was not written by this customer"):
        await authorising.grant(day.house, a_grant(ticket, evidence="", message=said.id))


async def test_a_forged_word_authorises_nobody(store: Database) -> None:
    """Where the mail server could have shown who wrote, and did not; a proven mail does."""
    day = Linking(store=store)
    await day.begins()
    for id, result in ((1, "pass"), (2, "fail")):
        await day.mails("Kevin darf für mich handeln.", id=id, result=result)
    proven, forged = [one.id for one in await day.filed() if one.channel == "email" and one.direction == "incoming"]
    plain = Grant(key=MAIL, person="Kevin", evidence="", message=forged, who="anna")
    with pytest.raises(UsageError, match=f"nothing proves who wrote m{forged}"):
        await authorising.grant(day.house, plain)
    assert (await authorising.grant(day.house, replace(plain, message=proven))).text


async def test_nobody_asks_again_for_what_is_on_record(day: Topical) -> None:
    """The demand is stopped with the evidence; a supervisor alone may insist."""
    ticket = await begun(day)
    ask = Answer(number=ticket.number, who="anna", text="Bitte senden Sie uns eine Vollmacht.", anyway=True)
    assert (await reply(day.house, ask)).text
    await authorising.grant(day.house, a_grant(ticket, message=1))
    ask = replace(ask, text="Bitte schicken Sie uns eine unterschriebene Vollmacht.")
    with pytest.raises(Stopped, match="Mira Winter may act for the customer since 9 Mar 2026 \\(by telephone, a1\\)"):
        await reply(day.house, ask)
    chief = await day.agent("rieke", "RS")
    async with day.store.write() as tx:
        await tx.save_agent(replace(chief, role=AgentRole.SUPERVISOR))
    assert (await reply(day.house, replace(ask, who="rieke"))).text


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"evidence": ""}, "say what shows it"),
        ({"message": 2}, "is not a message of this customer"),
        ({"scope": ("weather",)}, "is no topic"),
        ({"until": "2026-03-01"}, "ended before it begins"),
        ({"since": "soon"}, "is no day"),
        ({"person": " "}, "say who"),
        ({"identity": "eva.winter@post.example"}, "the customer himself"),
        ({"identity": "nobody@post.example"}, "nobody is known"),
    ],
)
async def test_what_is_not_good_is_refused(day: Topical, how: dict[str, object], says: str) -> None:
    """In one line that says what to do."""
    ticket = await begun(day)
    with pytest.raises(UsageError, match=says):
        await authorising.grant(day.house, a_grant(ticket, **how))


DAYS = st.integers(-40, 40).map(lambda days: timedelta(days=days))


@pytest.mark.parametrize("matter", ["Der Umzug klemmt.", "Die Rechnung klemmt."])
async def test_what_follows_a_closed_matter_is_open_to_her_within_the_scope_only(day: Topical, matter: str) -> None:
    """Eva went on in a new ticket: what Mira answers in the closed one comes there where that is hers to deal with."""
    ticket = await begun(day)
    await authorising.grant(day.house, a_grant(ticket, scope=("contract",)))
    await settling.resolve(day.house, ticket.number, "anna")
    day.later(days=15)
    assert await clock.close_resolved(day.house) == 1
    await day.takes(mail(matter, id=3, subject=f"[#{numbers.pretty(ticket.number)}] {matter}", at=day.now))
    follower = (await tickets(day))[-1]
    assert (follower.related, follower.customer) == (ticket.id, ticket.customer)
    assert ((await writes(day, ticket, 4)).id == follower.id) is (follower.topic == "contract")


@given(
    since=DAYS, length=st.none() | DAYS, withdrawn=st.none() | DAYS, scope=st.sets(st.sampled_from("abc")),
    topic=st.sampled_from(["", "a", "b", "c"]), customer=st.integers(1, 2), identity=st.sampled_from([7, 8, None]),
)  # fmt: skip
def test_it_holds_only_within_its_scope_and_time(
    since: timedelta, length: timedelta | None, withdrawn: timedelta | None, scope: set[str], topic: str, customer: int,
    identity: int | None,
) -> None:  # fmt: skip
    """For that customer, that person, that matter, that time, and no other."""
    one = Authorisation(
        id=1, customer=1, person="P", scope=tuple(sorted(scope)), since=NOW + since, evidence="e", at=NOW, agent=1,
        identity=identity, until=None if length is None else NOW + since + length,
        withdrawn_at=None if withdrawn is None else NOW + withdrawn,
    )  # fmt: skip
    holds = authorisations.acting([one], customer, topic, NOW, 7) is not None
    begun, over = since <= timedelta(), length is not None and since + length <= timedelta()
    assert holds == (
        customer == 1 and identity == 7 and begun and not over and withdrawn is None and (not scope or topic in scope)
    )


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Bitte senden Sie uns eine Vollmacht zu.", True),
        ("Please send us a signed power of attorney.", True),
        ("Haben Sie eine Bevollmächtigung?", True),
        ("Danke für die Vollmacht.", False),
        ("Die Vollmacht liegt uns vor.", False),
        ("Eine Vollmacht ist nicht nötig.", False),
        ("Ohne Vollmacht Ihrer Frau\nkönnen wir keine Auskunft geben.", True),
        ("Dafür ist eine unterschriebene Vollmacht erforderlich.", True),
        ("Es fehlt noch die Vollmacht.", True),
        ("Without a power of attorney we cannot help you.", True),
        ("A signed letter of authority is required.", True),
        ("Das sagen wir Ihnen auch ohne Vollmacht, hier geht nichts verloren.", False),
        ("Eine Vollmacht ist nicht mehr erforderlich.", False),
        ("A power of attorney is not required.", False),
    ],
)
def test_what_demands_a_document(text: str, asks: bool) -> None:
    """Not what mentions one."""
    assert bool(authorisations.demanded(text)) is asks


def test_a_hostile_text_costs_little() -> None:
    """However often it begins anew."""
    begun = time.process_time()
    assert not authorisations.demanded("ohne vollmacht " * 1500)
    assert time.process_time() - begun < 2
