"""Scenarios of loops: machines that answer us by mail and DM, people who only seem to, limits that stay."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.flows import answering, clock, desk, settling
from inbox_bot.model import Channel, Incoming
from inbox_bot.records import Identity
from inbox_bot.rules import numbers
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, dm, mail, post
from tests.unit.said import informed
from tests.unit.scenario_house import identities, kinds, tickets

AWAY = "Ich bin bis Montag nicht im Büro. Ihre Nachricht wird nicht weitergeleitet."
ROBOT = "eva.winter@post.example"


@pytest.fixture
def day(store: Database) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


async def robot_answers(day: Day, rounds: int, *, by_dm: bool = False, minutes: float = 10) -> int:
    """A machine without any sign answers each message of ours after three seconds; how many it has got."""
    sender = day.x if by_dm else day.mail
    answered, number = 0, 1000
    for _ in range(rounds):
        await clock.acknowledge_owed(day.house)
        await day.sends()
        for _ in range(answered, len(sender.parcels)):
            day.later(seconds=3)
            number += 1
            await day.takes(dm(AWAY, id=number, at=day.now) if by_dm else mail(AWAY, id=number, at=day.now))
            answered += 1
        day.later(seconds=60 * minutes / rounds)
    return len(sender.parcels)


async def the_identity(day: Day, key: str = ROBOT) -> Identity:
    [identity] = await identities(day, key)
    return identity


@pytest.mark.parametrize("by_dm", [False, True])
async def test_two_machines_face_to_face(day: Day, by_dm: bool) -> None:
    """Ten minutes: two messages of ours; then nothing for a week; the team is told once and the audit shows it."""
    day.team = ("team@acme.example",)
    await day.takes(dm(id=999) if by_dm else mail(id=999))
    assert await robot_answers(day, 40, by_dm=by_dm) == 2
    assert await robot_answers(day, 40, by_dm=by_dm, minutes=7 * 24 * 60) == 2
    identity = await the_identity(day, "1001" if by_dm else ROBOT)
    assert identity.looping_at is not None
    assert "loop_suspected" in await kinds(day)
    for _ in range(3):
        await clock.raise_alarms(day.house)
        await clock.tell_team(day.house)
    told = [draft for draft in day.mail.drafts if "loop" in draft.subject]
    assert len(told) == 1
    assert len(await tickets(day)) == 1


async def suspect(day: Day) -> Identity:
    """The robot has been recognised."""
    await day.agent()
    await day.takes(mail(id=999))
    await robot_answers(day, 40)
    identity = await the_identity(day)
    assert identity.looping_at is not None
    return identity


async def test_an_agents_answer_ends_the_suspicion(day: Day) -> None:
    """Somebody has looked: his next message is confirmed again, and it takes two more answers to suspect him again."""
    await suspect(day)
    before = len(day.mail.parcels)
    [ticket] = await tickets(day)
    await answering.reply(day.house, informed(number=ticket.number, who="anna", text="Wir kümmern uns."))
    await day.sends()
    assert (await the_identity(day)).looping_at is None
    assert "loop_suspected" not in await kinds(day)
    assert await robot_answers(day, 40) <= before + 1 + 2


async def test_a_command_ends_the_suspicion(day: Day) -> None:
    """`block --undo`: it is a person after all."""
    await suspect(day)
    await desk.block(day.house, ROBOT, "anna", undo=True)
    assert (await the_identity(day)).looping_at is None
    day.later(hours=2)
    before = len(day.mail.parcels)
    await day.takes(mail("Nun wirklich ich", id=2000, at=day.now))
    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert len(day.mail.parcels) == before + 1


async def test_a_silent_day_ends_the_suspicion(day: Day) -> None:
    """Who was taken for a machine gets the number of his next ticket; while it is kept from him, that is an alarm."""
    await suspect(day)
    [old] = await tickets(day)
    await settling.resolve(day.house, old.number, "anna")
    day.later(days=15)
    await clock.close_resolved(day.house)
    await day.takes(mail("Etwas ganz Neues", id=2000, at=day.now))
    await day.sends()
    assert (await the_identity(day)).looping_at is None
    assert (await tickets(day))[-1].number_delivered_at is not None


async def test_a_number_kept_from_a_suspect_is_an_alarm(day: Day) -> None:
    """It opens a new ticket: no number goes out, and the audit says why."""
    await suspect(day)
    [old] = await tickets(day)
    await settling.resolve(day.house, old.number, "anna")
    async with day.store.write() as tx:
        await tx.close_resolved(day.now + timedelta(days=1), day.now)
    before = len(day.mail.parcels)
    await day.takes(mail("Noch etwas", id=2000, at=day.now))
    await day.sends()
    assert len(day.mail.parcels) == before
    [alarm] = [one for one in await day.findings() if one.kind == "number_not_delivered"]
    assert "machine" in alarm.detail


async def test_a_customer_who_writes_five_mails_in_a_row(day: Day) -> None:
    """The first is confirmed at once, the other four in one mail; nobody takes him for a machine."""
    for place in range(5):
        await day.takes(mail(f"Noch etwas: {place}", id=10 + place, at=day.now))
        await day.sends()
        day.later(seconds=30)
    day.later(minutes=5)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert len(day.mail.parcels) == 2
    assert day.mail.drafts[1].text.count("\n- ") == 4
    assert (await the_identity(day)).looping_at is None


async def test_a_customer_who_asks_for_the_status_five_times(day: Day) -> None:
    """The same short word every six minutes: each is confirmed, none is suspected."""
    for place in range(5):
        await day.takes(mail("Status?", id=10 + place, at=day.now))
        for _ in range(6):
            await clock.acknowledge_owed(day.house)
            await day.sends()
            day.later(minutes=1)
    day.later(hours=1)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert (await the_identity(day)).looping_at is None
    async with day.store.read() as tx:
        assert await tx.next_due() is None
        entries = await tx.timeline((await the_identity(day)).customer)
    assert all(entry.message.acknowledged_by for entry in entries if entry.message.text == "Status?")


async def test_the_hourly_limit_counts_all_ways_of_one_customer(day: Day) -> None:
    """DMs and mails of one customer share the limit, and it lies in the database: a restart resets nothing."""
    day.policy = Policy(per_hour=1)
    await day.takes(dm())
    await day.sends()
    known = await the_identity(day, "1001")
    joined = Identity(id=-1, customer=known.customer, channel=Channel.EMAIL, address=ROBOT, created_at=NOW)
    async with day.store.write() as tx:
        await tx.save(Filing(identities=[joined]))
    again = Day(store=day.store, now=day.now, mail=day.mail, x=day.x, _bits=day._bits, policy=day.policy)
    again.later(minutes=10)
    await again.takes(mail("Nun per Mail", subject="Anderes", at=again.now))
    await clock.acknowledge_owed(again.house)
    await again.sends()
    assert day.mail.parcels == []
    again.later(minutes=51)
    await clock.acknowledge_owed(again.house)
    await again.sends()
    number = (await tickets(day))[-1].number
    assert [numbers.pretty(number) in draft.text for draft in day.mail.drafts] == [True]


async def test_newcomers_of_one_domain_above_the_limit_get_their_numbers_later(day: Day) -> None:
    """A machine with a new address each time: those above the limit wait, each number arrives within hours, and till
    then the audit says so; others are not held up; a restart resets nothing."""
    day.policy = Policy(newcomers_per_hour=3)

    def stranger(place: int, domain: str = "bots.example") -> Incoming:
        return mail(f"Fall {place}", id=place, sender=f"Nr <nr{place}@{domain}>", at=day.now)

    for place in range(1, 6):
        await day.takes(stranger(place))
    again = Day(store=day.store, now=day.now, mail=day.mail, x=day.x, _bits=day._bits, policy=day.policy)
    again.later(seconds=10)
    await again.takes(stranger(6), stranger(7, "post.example"))
    await again.sends()
    assert sorted(parcel.to.address.partition("@")[0] for parcel in day.mail.parcels) == ["nr1", "nr2", "nr3", "nr7"]
    late = [one for one in await again.findings() if one.kind == "number_not_delivered"]
    assert len(late) == 3
    assert all("put off until" in one.detail for one in late)
    for _ in range(4):
        again.later(minutes=30)
        await clock.acknowledge_owed(again.house)
        await again.sends()
    assert all(ticket.number_delivered_at for ticket in await tickets(again))
    assert len(day.mail.parcels) == 7


async def test_a_looping_account_gets_no_public_reply(day: Day) -> None:
    """On X, too: whoever answers our DMs as a machine gets nothing under his posts."""
    await day.takes(dm(id=999))
    await robot_answers(day, 40, by_dm=True)
    [ticket] = await tickets(day)
    async with day.store.write() as tx:
        await tx.save(Filing(tickets=[replace(ticket, greeted=False)]))
    await day.takes(post("@acme hallo", at=day.now))
    day.later(minutes=2)
    await day.sends()
    assert len(day.x.parcels) == 2


async def test_a_machine_with_ever_new_addresses(day: Day) -> None:
    """It answers each of ours from another address, to our signed one: two get a number, the third waits for a person,
    whose word begins the talk anew."""
    await day.agent()

    async def answers(place: int) -> None:
        ours = day.mail.drafts[-1]
        day.later(minutes=1)
        await day.takes(mail(f"Antwort {place}", id=place, sender=f"<nr{place}@bots.example>", to=ours.reply_to,
                             at=day.now))  # fmt: skip
        await day.sends()

    await day.takes(mail())
    await day.sends()
    for place in range(2, 8):
        await answers(place)
    assert [parcel.to.address for parcel in day.mail.parcels] == [ROBOT, "nr2@bots.example"]
    kept = [one.detail for one in await day.findings() if one.kind == "number_not_delivered"]
    assert kept == ["ever new addresses answer our automatic messages"] * 5
    second = (await tickets(day))[1]
    await answering.reply(day.house, informed(number=second.number, who="anna", text="Wer sind Sie?"))
    await day.sends()
    await answers(8)
    assert day.mail.parcels[-1].to.address == "nr8@bots.example"
