"""Scenarios about the ticket's number: it arrives, once, by a delivery that can be named, or somebody is alarmed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.errors import Deferred, Paused, Uncertain, Unsendable
from inbox_bot.flows import answering, clock, detour, recovering
from inbox_bot.flows.outbox import Outbox
from inbox_bot.model import Channel, DeliveryState, Kind, TicketState, Visibility
from inbox_bot.outgoing import Sent
from inbox_bot.ports import Store
from inbox_bot.records import Identity
from inbox_bot.rules import delivery, numbers
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, dm, mail, post
from tests.unit.said import informed
from tests.unit.scenario_house import identities, kinds, reports, tickets


@pytest.fixture
def day(store: Store) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


async def test_failure_then_success_counts_as_arrived(day: Day) -> None:
    """A failure takes the number back; a later proof of delivery gives it again, and the address is good again."""
    await day.takes(mail())
    await day.sends()
    await reports(day, "failed", id=2)
    [ticket] = await tickets(day)
    assert ticket.number_delivered_at is None
    assert {"number_not_delivered", "delivery_failed"} <= await kinds(day)
    day.later(minutes=5)
    await reports(day, "delivered", id=3)
    [ticket] = await tickets(day)
    assert ticket.number_delivered_at == day.now
    assert await kinds(day) == set()
    [identity] = await identities(day)
    assert identity.undeliverable_at is None


async def test_a_relays_late_word_does_not_undo_a_failure(day: Day) -> None:
    """ "A word of "relayed" that comes after "failed" tells of an earlier step: the number stays undelivered."""
    await day.takes(mail())
    await day.sends()
    await reports(day, "failed", id=2)
    await reports(day, "relayed", id=3)
    [ticket] = await tickets(day)
    assert ticket.number_delivered_at is None
    assert "number_not_delivered" in await kinds(day)


async def test_a_bounce_that_is_quicker_than_our_own_record_is_not_forgotten(day: Day) -> None:
    """The report comes in while the outcome of sending is not written yet: failed stays failed."""
    await day.takes(mail())
    async with day.store.write() as tx:
        [parcel] = await tx.claim("mail", 1, "test", day.now + timedelta(minutes=15), day.now)
    await reports(day, "failed", id=2)
    async with day.store.write() as tx:
        await tx.settle([delivery.accepted(parcel, Sent(external_id=parcel.external_id, evidence="250"), day.now)])
    [ticket] = await tickets(day)
    [(_, sent)] = await day.deliveries()
    assert (sent.state, ticket.number_delivered_at) == (DeliveryState.FAILED, None)
    assert "number_not_delivered" in await kinds(day)


async def test_a_proof_is_not_overwritten_by_a_lost_answer(day: Day) -> None:
    """Our DM showed in the poll before the sender gave up waiting: it is delivered and never sent again."""
    await day.takes(dm())
    async with day.store.write() as tx:
        [parcel] = await tx.claim("x", 1, "test", day.now + timedelta(minutes=15), day.now)
    await day.takes(dm(day.x.drafts[0].text, id=5002, own=True, at=NOW + timedelta(seconds=5)))
    async with day.store.write() as tx:
        await tx.settle([delivery.unsure(parcel, "timed out", day.now)])
    [(_, sent)] = await day.deliveries()
    [ticket] = await tickets(day)
    assert (sent.state, sent.external_id) == (DeliveryState.DELIVERED, "5002")
    assert ticket.number_delivered_at == day.now


async def test_bounce_and_answer_in_one_poll(day: Day) -> None:
    """He answered what a mail server reported as failed: it has arrived, whatever the order within the poll."""
    await day.takes(mail())
    await day.sends()
    ours = day.mail.drafts[0]
    bounce = mail("kaputt", id=2, sender="<mailer-daemon@post.example>", to=ours.return_path, subject="Undeliverable")
    answer = mail("ist da", f"In-Reply-To: {ours.message_id}", id=3, to=ours.reply_to, at=NOW + timedelta(seconds=1))
    await day.takes(bounce, answer)
    [ticket] = await tickets(day)
    [(_, sent)] = await day.deliveries()
    assert (sent.state, ticket.number_delivered_at is None) == (DeliveryState.DELIVERED, False)


async def test_an_answer_during_the_hold_carries_the_number(day: Day) -> None:
    """The public reply is withdrawn because an agent was quicker; then the agent's words bring the number."""
    await day.agent()
    await day.takes(post())
    [ticket] = await tickets(day)
    await answering.reply(day.house, informed(number=ticket.number, who="anna", text="Wir schauen nach."))
    day.later(seconds=61)
    await day.sends()
    [parcel] = day.x.parcels
    assert numbers.pretty(ticket.number) in parcel.payload.decode()
    [ticket] = await tickets(day)
    assert ticket.number_delivered_at == day.now
    assert await kinds(day) == set()


async def test_an_answer_in_xs_own_app_does_not_swallow_the_number(day: Day) -> None:
    """Nobody can tell whether the app's answer named the number: so the reply that carries it still goes out."""
    await day.takes(post())
    elsewhere = post(
        "@eva_w wir kümmern uns", id=9002, author="42", own=True, reply_to_id="9001", reply_to_author="1001",
        conversation="9001", at=NOW + timedelta(seconds=20),
    )  # fmt: skip
    await day.takes(elsewhere)
    day.later(seconds=61)
    await day.sends()
    [ticket] = await tickets(day)
    assert (ticket.answered_at, ticket.number_delivered_at) == (NOW + timedelta(seconds=20), day.now)
    assert len(day.x.parcels) == 1


async def test_an_answer_in_xs_own_app_drops_only_what_is_needless(day: Day) -> None:
    """Once the number is there, a further confirmation after the team's answer is not sent."""
    await day.takes(dm())
    await day.sends()
    await day.takes(
        dm("noch etwas", id=5002, at=NOW + timedelta(seconds=5)),
        dm("Danke, wir sehen nach.", id=5003, own=True, at=NOW + timedelta(seconds=9)),
    )
    day.later(minutes=6)
    assert await clock.acknowledge_owed(day.house) == 0
    await day.sends()
    assert len(day.x.parcels) == 1


async def test_question_and_answer_of_xs_app_in_one_poll(day: Day) -> None:
    """His first DM and the team's answer come in one poll: the number goes out all the same, once."""
    await day.takes(dm(), dm("Wir kümmern uns.", id=5002, own=True, at=NOW + timedelta(seconds=9)))
    await day.sends()
    [ticket] = await tickets(day)
    assert (len(day.x.parcels), ticket.number_delivered_at) == (1, day.now)
    assert ticket.state is TicketState.OPEN


async def test_a_number_owed_by_the_hourly_limit_is_not_dropped_by_an_answer_elsewhere(day: Day) -> None:
    """The first message of a ticket fell under the limit: an answer in X's app does not make its number needless."""
    day.policy = Policy(per_hour=1)
    await day.takes(dm())
    await day.sends()
    async with day.store.write() as tx:
        [ticket] = [row for row, _, _ in await tx.tickets(states=[], customer=None, limit=9)]
        await tx.save(Filing(tickets=[replace(ticket, state=TicketState.CLOSED, closed_at=day.now)]))
    day.later(minutes=1)
    await day.takes(dm("etwas Neues", id=5002, at=day.now))
    await day.takes(dm("Wir kümmern uns.", id=5003, own=True, at=day.now + timedelta(seconds=9)))
    day.later(minutes=61)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert all(ticket.number_delivered_at for ticket in await tickets(day) if ticket.state is not TicketState.CLOSED)


async def test_opted_out_the_number_rides_on_the_first_human_answer(day: Day) -> None:
    """Until then it is an alarm; the answer names it; the second answer does not."""
    await day.agent()
    await day.takes(mail("Stopp", subject=""))
    [ticket] = await tickets(day)
    assert day.mail.drafts == []
    [finding] = [one for one in await day.findings() if one.kind == "number_not_delivered"]
    assert "no automatic messages" in finding.detail
    await answering.reply(day.house, informed(number=ticket.number, who="anna", text="Gern, es bleibt dabei."))
    await day.sends()
    [ticket] = await tickets(day)
    [(_, sent)] = await day.deliveries()
    assert (sent.kind, sent.carries_number, ticket.number_delivered_at) == (Kind.REPLY, True, day.now)
    assert numbers.pretty(ticket.number) in day.mail.drafts[0].text


async def test_an_opt_out_during_the_hold_stops_the_public_reply(day: Day) -> None:
    """X's rule: who says stop gets nothing automatic any more, also not what was already queued."""
    await day.takes(post())
    await day.takes(post("@acme stop", id=9002, conversation="9001", at=NOW + timedelta(seconds=10)))
    day.later(minutes=10)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert day.x.parcels == []
    [finding] = [one for one in await day.findings() if one.kind == "number_not_delivered"]
    assert "no automatic messages" in finding.detail


async def test_an_opt_out_while_x_makes_us_wait(day: Day) -> None:
    """The acknowledgement was put off (no credits), then he says stop: it is not sent when the wait is over."""
    await day.takes(dm())
    day.x.answers = [Paused("no credits left", until=NOW + timedelta(hours=2), alarm=True)]
    await day.sends()
    await day.takes(dm("stop", id=5002, at=NOW + timedelta(minutes=5)))
    tried = len(day.x.parcels)
    day.later(hours=3)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert len(day.x.parcels) == tried


async def test_mention_and_opt_out_in_one_poll(day: Day) -> None:
    """The opt-out comes with the mention: the reply that the mention queued is not sent."""
    await day.takes(post(), post("@acme stop", id=9002, conversation="9001", at=NOW + timedelta(seconds=10)))
    day.later(minutes=10)
    await day.sends()
    assert day.x.parcels == []


async def test_public_reply_and_dm_share_one_ticket_and_each_is_answered_where_it_was_written(day: Day) -> None:
    """Mention, then DM "just to be safe": one public reply, one confirmation in the DM, one number."""
    await day.takes(post())
    await day.takes(dm(at=NOW + timedelta(seconds=30)))
    day.later(seconds=301)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    [ticket] = await tickets(day)
    assert [parcel.visibility for parcel in day.x.parcels] == [Visibility.PUBLIC, Visibility.PRIVATE]
    assert all(numbers.pretty(ticket.number) in parcel.payload.decode() for parcel in day.x.parcels)


async def test_a_greylisted_mail_whose_answer_is_lost_still_goes_once_more(day: Day) -> None:
    """Put off at first, then the answer after DATA is lost: the same bytes go once more, and never a third time."""
    await day.takes(mail())
    day.mail.answers = [Deferred("451 greylisted"), Uncertain("connection lost"), Uncertain("connection lost")]
    await day.sends()
    day.later(minutes=1)
    await day.sends()
    for _ in range(3):
        day.later(minutes=16)
        await Outbox(house=day.house, sender=day.mail).look()
        await day.sends()
    assert len(day.mail.parcels) == 3
    assert len({parcel.payload for parcel in day.mail.parcels}) == 1
    [(_, sent)] = await day.deliveries()
    assert sent.state is DeliveryState.UNCERTAIN
    assert {"delivery_uncertain", "number_not_delivered"} <= await kinds(day)


async def test_a_vacation_notice_to_the_return_path_is_evidence(day: Day) -> None:
    """RFC 3834: it comes to the envelope sender, without our Message-ID; no answer, no reopening, but a proof."""
    await day.takes(mail())
    await day.sends()
    ours = day.mail.drafts[0]
    await day.takes(
        mail("Bin im Urlaub", "Auto-Submitted: auto-replied", id=2, to=ours.return_path, subject="Automatische Antwort")
    )
    assert ("7:2", "automatic") in await day.outcomes()
    [(_, sent)] = await day.deliveries()
    assert (sent.state, len(day.mail.drafts)) == (DeliveryState.DELIVERED, 1)


async def test_a_vacation_notice_to_an_agents_answer_is_filed_quietly(day: Day) -> None:
    """It stands in the ticket, changes nothing, and proves that the agent's answer arrived."""
    await day.agent()
    await day.takes(mail())
    await day.sends()
    [ticket] = await tickets(day)
    await answering.reply(
        day.house, informed(number=ticket.number, who="anna", text="Danke für Ihre Geduld.", resolve=True)
    )
    await day.sends()
    ours = day.mail.drafts[1]
    day.later(minutes=1)
    await day.takes(
        mail(
            "Bin im Urlaub",
            "Auto-Submitted: auto-replied",
            f"In-Reply-To: {ours.message_id}",
            id=2,
            to=ours.return_path,
            subject="Automatische Antwort",
            at=day.now,
        )
    )
    day.later(hours=1)
    assert await clock.acknowledge_owed(day.house) == 0
    [after] = await tickets(day)
    assert after.state is TicketState.RESOLVED
    assert (await day.deliveries())[1][1].state is DeliveryState.DELIVERED


async def test_one_unsendable_way_does_not_hide_the_next_or_stop_the_clock(day: Day) -> None:
    """Looking for another way for a number skips the address that cannot be written to."""
    await day.takes(mail(), mail(id=2, sender="Max Bauer <max@post.example>"))
    day.mail.answers = [Unsendable("550"), Unsendable("550")]
    await day.sends()
    async with day.store.write() as tx:
        rows = await tickets(day)
        await tx.save(
            Filing(
                identities=[
                    Identity(
                        id=-place, customer=ticket.customer, channel=Channel.EMAIL, address=f"zwei{place}@post.example",
                        created_at=NOW, proven=True,
                    )
                    for place, ticket in enumerate(rows, 1)
                ]
            )
        )  # fmt: skip
    day.mail.refuses = {"zwei1@post.example"}
    assert await detour.find_another_way(day.house) == 1
    await day.sends()
    first, second = await tickets(day)
    assert (first.number_delivered_at, second.number_delivered_at) == (None, day.now)


async def test_a_failing_notice_is_no_matter_for_another_notice(day: Day) -> None:
    """A team address that bounces is a finding, but not the cause of a mail that bounces again, and so on for ever."""
    day.team = ("team@acme.example",)
    await day.takes(mail())
    sent = 0
    for place in range(6):
        await clock.raise_alarms(day.house)
        await clock.tell_team(day.house)
        await day.sends()
        for draft in [one for one in day.mail.drafts if one.kind is Kind.NOTICE][sent:]:
            sent += 1
            await day.takes(
                mail(
                    "kaputt",
                    id=100 + place,
                    sender="<mailer-daemon@acme.example>",
                    to=draft.return_path,
                    subject="Undeliverable",
                    at=day.now,
                )
            )
        day.later(minutes=2)
    assert sent == 1
    assert "delivery_failed" in await kinds(day)


async def test_an_outcome_with_an_id_of_another_delivery_does_not_block_the_rest(day: Day) -> None:
    """X gave an id that stands at another delivery: what else was sent in that round is recorded all the same."""
    await day.takes(dm(), dm(id=5002, author="1002"), dm(id=5003, author="1003"))
    day.x.answers = [
        Sent(external_id="77", evidence="dm event id 77"),
        Sent(external_id="77", evidence="dm event id 77"),
        Sent(external_id="78", evidence="dm event id 78"),
    ]
    day.x.concurrency = 3
    await day.sends()
    found = await day.deliveries()
    assert [sent.state for _, sent in found] == [DeliveryState.DELIVERED] * 3
    assert sorted(sent.external_id for _, sent in found) == ["", "77", "78"]
    assert all(ticket.number_delivered_at for ticket in await tickets(day))


async def test_restart_between_claim_and_outcome_sends_a_number_once(day: Day) -> None:
    """The process died after X had taken the DM: its own record is asked first, and nothing goes out twice."""
    await day.takes(dm())
    async with day.store.write() as tx:
        [parcel] = await tx.claim("x", 5, "dead", day.now + timedelta(minutes=15), day.now)
    day.x.records[parcel.token] = Sent(external_id="77", evidence="dm event id 77")
    await recovering.recover(day.house, alone=True)
    await Outbox(house=day.house, sender=day.x).look()
    await day.sends()
    [ticket] = await tickets(day)
    assert (day.x.parcels, ticket.number_delivered_at) == ([], day.now)
