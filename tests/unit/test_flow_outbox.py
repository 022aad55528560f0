"""Outbox and clock: nothing twice, nothing lost, and what falls due happens once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.errors import Deferred, Limited, Paused, Uncertain, Unsendable
from inbox_bot.flows import clock, detour, recovering
from inbox_bot.flows.outbox import Outbox
from inbox_bot.model import DeliveryState, Kind, TicketState, Visibility
from inbox_bot.outgoing import Sent
from inbox_bot.ports import Store
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, dm, mail, post


@pytest.fixture
def day(store: Store) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


async def test_a_refused_number_is_an_alarm(day: Day) -> None:
    """A permanent refusal fails at once; the audit names the ticket and the relay's words."""
    await day.takes(mail())
    day.mail.answers = [Unsendable("550 5.1.1 no such user")]
    await day.sends()
    findings = {finding.kind: finding.detail for finding in await day.findings()}
    assert "550 5.1.1" in findings["delivery_failed"]
    assert "number_not_delivered" in findings


async def test_a_temporary_refusal_is_tried_again_with_the_same_bytes(day: Day) -> None:
    """4xx: later, the same payload and Message-ID."""
    await day.takes(mail())
    day.mail.answers = [Deferred("451 4.3.0 later")]
    await day.sends()
    await day.sends()
    assert len(day.mail.parcels) == 1
    day.later(seconds=30)
    await day.sends()
    first, second = day.mail.parcels
    assert (first.payload, first.external_id) == (second.payload, second.external_id)
    assert [delivery.state for _, delivery in await day.deliveries()] == [DeliveryState.SENT]


async def test_a_pause_keeps_the_queue_and_raises_an_alarm(day: Day) -> None:
    """No credits: nothing else is claimed before the pause ends, and nothing is lost."""
    await day.takes(dm(), dm(id=5002, author="1002"))
    day.x.answers = [Paused("no credits left", until=NOW + timedelta(minutes=20), alarm=True)]
    box = Outbox(house=day.house, sender=day.x)
    await box.deliver()
    assert (len(day.x.parcels), box.alarm) == (1, "no credits left")
    await box.deliver()
    assert len(day.x.parcels) == 1
    day.later(minutes=21)
    box = Outbox(house=day.house, sender=day.x)
    await box.deliver()
    assert {delivery.state for _, delivery in await day.deliveries()} == {DeliveryState.DELIVERED}


async def test_a_limit_on_one_way_keeps_the_others_open(day: Day) -> None:
    """X's limit for direct messages: that one waits until it ends, what comes behind it goes out."""
    await day.takes(dm(), dm(id=5002, author="1002"))
    until = NOW + timedelta(hours=20)
    day.x.answers = [Limited("the day's messages are used up", until=until)]
    box = Outbox(house=day.house, sender=day.x)
    await box.deliver()
    (_, first), (_, second) = await day.deliveries()
    assert (first.state, first.due_at, first.error) == (DeliveryState.QUEUED, until, "the day's messages are used up")
    assert (second.state, box.alarm) == (DeliveryState.DELIVERED, "")
    late = {finding.kind: finding.detail for finding in await day.findings()}
    assert "the day's messages are used up" in late["number_not_delivered"]


async def test_what_is_tried_again_for_ever_at_short_intervals_is_late(day: Day) -> None:
    """A quarter of an hour after it was written its number counts as not delivered, however soon the next try is."""
    await day.takes(dm())
    for _ in range(4):
        day.x.answers = [Limited("not now", until=day.now + timedelta(minutes=5))]
        await day.sends()
        early = {finding.kind for finding in await day.findings()}
        day.later(minutes=5)
    assert "number_not_delivered" in early
    await day.sends()
    assert await day.findings() == []


async def test_a_lost_outcome_is_looked_up_before_anything_is_sent_again(day: Day) -> None:
    """Found in X's record: its id is adopted, and only one DM was ever posted."""
    await day.takes(dm())
    day.x.answers = [Uncertain("connection lost")]
    await day.sends()
    box = Outbox(house=day.house, sender=day.x)
    assert await box.look() == 0
    day.later(seconds=61)
    day.x.records[day.x.parcels[0].token] = Sent(external_id="77", evidence="dm event id 77")
    assert await box.look() == 1
    [(_, delivery)] = await day.deliveries()
    assert (delivery.state, delivery.external_id, len(day.x.parcels)) == (DeliveryState.DELIVERED, "77", 1)


async def test_what_cannot_be_found_twice_goes_once_more(day: Day) -> None:
    """After two looks the same bytes are sent again."""
    await day.takes(dm())
    day.x.answers = [Uncertain("connection lost")]
    await day.sends()
    for seconds in (61, 241):
        day.later(seconds=seconds)
        await Outbox(house=day.house, sender=day.x).look()
    await day.sends()
    first, second = day.x.parcels
    assert first.payload == second.payload
    assert {delivery.state for _, delivery in await day.deliveries()} == {DeliveryState.DELIVERED}


async def test_an_id_that_belongs_to_another_delivery_is_not_adopted(day: Day) -> None:
    """Two equal texts: the record found is the other one's, so ours did not go out."""
    await day.takes(dm())
    await day.sends()
    await day.takes(dm(id=5002, author="1002"))
    day.x.answers = [Uncertain("connection lost")]
    await day.sends()
    day.x.records[day.x.parcels[1].token] = Sent(external_id="x1", evidence="dm event id x1")
    day.later(seconds=61)
    await Outbox(house=day.house, sender=day.x).look()
    states = [delivery.state for _, delivery in await day.deliveries()]
    assert states == [DeliveryState.DELIVERED, DeliveryState.UNCERTAIN]


async def test_a_dead_workers_claims_become_uncertain(day: Day) -> None:
    """After a crash nothing is blindly sent again: the claim is looked up first."""
    await day.takes(dm())
    async with day.store.write() as tx:
        await tx.claim("x", 5, "dead", day.now + timedelta(minutes=15), day.now)
    assert await recovering.recover(day.house, alone=True) == 1
    await day.sends()
    assert day.x.parcels == []
    assert [delivery.state for _, delivery in await day.deliveries()] == [DeliveryState.UNCERTAIN]


async def test_further_mails_share_one_acknowledgement(day: Day) -> None:
    """Three mails within the window: the first at once, the other two together when it ends, with their files."""
    await day.takes(mail())
    await day.takes(mail("zwei", id=2, subject="Nachtrag eins"), mail("drei", id=3, subject="Nachtrag zwei"))
    assert await clock.acknowledge_owed(day.house) == 0
    day.later(seconds=301)
    assert await clock.acknowledge_owed(day.house) == 2
    assert await clock.acknowledge_owed(day.house) == 0
    _, shared = day.mail.drafts
    assert "Nachtrag eins" in shared.text
    assert "Nachtrag zwei" in shared.text
    assert shared.in_reply_to == "<m3@post.example>"


async def test_a_confirmation_that_an_answer_made_needless_is_dropped(day: Day) -> None:
    """Whoever was answered meanwhile gets no automatic confirmation behind it."""
    await day.takes(dm())
    await day.sends()
    await day.takes(dm("noch etwas", id=5002, at=NOW + timedelta(seconds=1)))
    await day.takes(dm("Danke, wir sehen nach.", id=5003, own=True, at=NOW + timedelta(seconds=60)))
    day.later(seconds=400)
    assert await clock.acknowledge_owed(day.house) == 0
    assert [draft.kind for draft in day.x.drafts] == [Kind.ACKNOWLEDGEMENT]


async def test_an_answer_withdraws_no_read_receipt(day: Day) -> None:
    """The acknowledgement is needless then, the receipt that he asked for is not."""
    await day.takes(mail("Bitte lesen", "Disposition-Notification-To: <eva.winter@post.example>"))
    async with day.store.write() as tx:
        assert await tx.withdraw(1, "answered") == 1
    await day.sends()
    assert [parcel.kind for parcel in day.mail.parcels] == [Kind.MDN]


async def test_the_hourly_limit_postpones_and_loses_nothing(day: Day) -> None:
    """At most so many automatic messages an hour to one customer; the rest is confirmed later."""
    day.policy = Policy(per_hour=1, coalesce_seconds=0)
    await day.takes(mail())
    await day.takes(mail("zwei", id=2))
    assert await clock.acknowledge_owed(day.house) == 0
    day.later(minutes=61)
    assert await clock.acknowledge_owed(day.house) == 1


async def test_a_stranded_number_takes_the_other_way(day: Day) -> None:
    """The public reply was refused; since he also wrote a DM, the number goes there, once."""
    await day.takes(post())
    await day.takes(dm(at=NOW + timedelta(seconds=1)))
    day.x.answers = [Unsendable("403 not permitted")]
    day.later(seconds=61)
    await day.sends()
    assert await detour.find_another_way(day.house) == 1
    assert await detour.find_another_way(day.house) == 0
    await day.sends()
    refused, private = day.x.parcels
    assert (refused.visibility, private.visibility) == (Visibility.PUBLIC, Visibility.PRIVATE)
    assert "number_not_delivered" not in {finding.kind for finding in await day.findings()}


async def test_a_number_without_another_way_is_an_alarm(day: Day) -> None:
    """He has only the address that refused: nothing is tried again, a person is told."""
    await day.takes(mail())
    day.mail.answers = [Unsendable("550 no such user")]
    await day.sends()
    assert await detour.find_another_way(day.house) == 0
    assert "number_not_delivered" in {finding.kind for finding in await day.findings()}


async def test_the_team_is_told_once_per_ticket_and_alarm(day: Day) -> None:
    """One mail each; a second audit of the same finding is silent."""
    day.team = ("team@acme.example",)
    await day.takes(mail())
    await clock.tell_team(day.house)
    day.mail.answers = [Unsendable("550 no such user")]
    await day.sends()
    await clock.raise_alarms(day.house)
    await clock.raise_alarms(day.house)
    await clock.tell_team(day.house)
    notices = [draft for draft in day.mail.drafts if draft.kind is Kind.NOTICE]
    assert len(notices) == 3
    assert {draft.to.address for draft in notices} == {"team@acme.example"}


async def test_above_ten_an_hour_the_team_gets_a_digest(day: Day) -> None:
    """Twenty new tickets are one mail that lists them."""
    day.team = ("team@acme.example",)
    await day.takes(*(mail(id=place, sender=f"Kunde {place} <kunde{place}@post.example>") for place in range(1, 21)))
    await clock.tell_team(day.house)
    [digest] = [draft for draft in day.mail.drafts if draft.kind is Kind.NOTICE]
    assert "20" in digest.subject + digest.text


async def test_resolved_tickets_close_after_a_fortnight(day: Day) -> None:
    """14 days after resolved, not before."""
    await day.takes(mail())
    async with day.store.write() as tx:
        [(ticket, _, _)] = await tx.tickets(states=[], customer=None, limit=9)
        known = replace(ticket, state=TicketState.RESOLVED, resolved_at=NOW)
        await tx.save(Filing(tickets=[known]))
    day.later(days=13)
    assert await clock.close_resolved(day.house) == 0
    day.later(days=2)
    assert await clock.close_resolved(day.house) == 1


async def test_thanks_after_the_solution_are_confirmed_without_a_promise(day: Day) -> None:
    """The ticket stays resolved, and nobody is said to be going to answer."""
    await day.takes(mail())
    async with day.store.write() as tx:
        [(ticket, _, _)] = await tx.tickets(states=[], customer=None, limit=9)
        await tx.save(Filing(tickets=[replace(ticket, state=TicketState.RESOLVED, resolved_at=NOW)]))
    named = f"In-Reply-To: {day.mail.drafts[0].message_id}"
    await day.takes(mail("Es geht wieder, vielen Dank!", named, id=2))
    day.later(seconds=301)
    assert await clock.acknowledge_owed(day.house) == 1
    thanks = day.mail.drafts[-1]
    assert "angekommen" in thanks.text
    assert "antwortet" not in thanks.text
