"""Which ticket's number has arrived stays known, whatever is merged, parted and split meanwhile. On both databases."""

import pytest

from inbox_bot.flows import customers, merging, settling
from inbox_bot.model import Channel, DeliveryState, Kind
from inbox_bot.rules import numbers
from inbox_bot.store.database import Database
from inbox_bot.writes import Settlement
from tests.unit.flow_house import Day, mail, post
from tests.unit.scenario_house import tickets, two_matters


@pytest.fixture
def day(store: Database) -> Day:
    """One with an empty store."""
    return Day(store=store)


async def missing(day: Day) -> list[str]:
    """The numbers of which the audit says half an hour later that they have not arrived."""
    day.later(minutes=30)
    return [one.number for one in await day.findings() if one.kind == "number_not_delivered"]


async def test_a_number_that_arrived_while_merged_is_known_afterwards(day: Day) -> None:
    """Both were on their way when the tickets were merged, and arrived."""
    first, second = await two_matters(day)
    await merging.merge(day.house, first.number, second.number, "anna", "")
    await day.sends()
    arrived = day.now
    day.later(minutes=5)
    await merging.unmerge(day.house, first.number, "anna", "")
    assert [one.number_delivered_at for one in await tickets(day)] == [arrived, arrived]
    assert await missing(day) == []


async def test_anothers_number_is_no_evidence_of_ones_own(day: Day) -> None:
    """Only the first one's arrived, what brings the second one's was refused: parted again, that is an alarm."""
    first, second = await two_matters(day)
    await merging.merge(day.house, first.number, second.number, "anna", "")
    await day.sends()
    tag = numbers.tag(second.number)
    brought = [sent.id for message, sent in await day.deliveries() if tag in message.subject]
    refused = [
        Settlement(delivery=one, state=DeliveryState.FAILED, at=day.now, error="no", number_taken_back=True)
        for one in brought
    ]
    async with day.store.write() as tx:
        await tx.settle(refused)
    assert (await tickets(day))[1].number_delivered_at is not None  # he has one that leads there
    await merging.unmerge(day.house, first.number, "anna", "")
    assert [one.number_delivered_at is not None for one in await tickets(day)] == [True, False]
    assert await missing(day) == [second.number]


@pytest.mark.parametrize("sent", [True, False])
async def test_a_split_leaves_the_number_where_it_is(day: Day, sent: bool) -> None:
    """Anna moves our acknowledgement along with his message: what it brings is the old ticket's number all the same."""
    await day.agent()
    await day.takes(mail("Mein Anschluss geht nicht.", id=1), mail("Und die Rechnung.", id=2, subject="Rechnung"))
    if sent:
        await day.sends()
    [ticket] = await tickets(day)
    async with day.store.read() as tx:
        ids = [one.message.id for one in await tx.timeline(ticket.customer, ticket.id)]
    done = await merging.split(day.house, ticket.number, ids[1:], "", "anna", "")
    await day.sends()
    assert [one.number_delivered_at is not None for one in await tickets(day)] == [True, True]
    carried = {one.ticket: one.kind for _, one in await day.deliveries() if one.carries_number}
    assert carried == {ticket.id: Kind.ACKNOWLEDGEMENT, done.other.id: Kind.OPENING}
    assert await missing(day) == []
    assert numbers.pretty(done.other.number) in done.text


async def test_who_is_just_being_told_a_number_is_told_where_it_leads(day: Day) -> None:
    """Merged before the acknowledgement has left: it goes first, and then what became of it."""
    first, second = await two_matters(day)
    done = await merging.merge(day.house, first.number, second.number, "anna", "")
    await day.sends()
    texts = [one.text for one in day.mail.drafts]
    assert numbers.pretty(first.number) in texts[0]
    assert "zusammen unter" in texts[-1]
    assert done.text in texts[-1]


async def test_he_is_told_by_the_way_of_the_other_ticket_where_this_one_was_public(day: Day) -> None:
    """His mail's ticket goes on in his post's: he reads of it by mail, and of its end, too; never in public."""
    await day.agent()
    await day.takes(mail("Mein Anschluss geht nicht.", id=1, subject="Anschluss"))
    await day.sends()
    await day.takes(post(at=day.now))
    first, second = await tickets(day)
    await customers.merge(day.house, "1001", "eva.winter@post.example", "anna", "he said so")
    done = await merging.merge(day.house, first.number, second.number, "anna", "")
    assert numbers.pretty(second.number) in done.text
    await day.sends()
    back = await merging.unmerge(day.house, first.number, "anna", "")
    assert f"{numbers.pretty(second.number)} („@acme mein Anschluss geht nicht“)" in back.text
    assert f"{numbers.pretty(first.number)} („Anschluss“)" in back.text
    told = [sent for message, sent in await day.deliveries() if message.text in {done.text, back.text}]
    assert [(sent.to, sent.visibility.value) for sent in told] == [("eva.winter@post.example", "private")] * 2


async def test_a_merge_that_was_a_slip_is_told_to_nobody(day: Day) -> None:
    """Taken back before he could read of it: he hears neither of it nor of its end."""
    first, second = await two_matters(day)
    await day.sends()
    before = len(day.mail.parcels)
    assert (await merging.merge(day.house, first.number, second.number, "anna", "")).text
    assert (await merging.unmerge(day.house, first.number, "anna", "a slip")).text == ""
    await day.sends()
    assert len(day.mail.parcels) == before


async def test_a_code_is_about_the_ticket_that_goes_on(day: Day) -> None:
    """The newest was merged, and nothing is open: what he is written lies in the one that both numbers lead to."""
    first, second = await two_matters(day)
    await merging.merge(day.house, second.number, first.number, "anna", "")
    await settling.resolve(day.house, first.number, "anna")
    done = await customers.invite(day.house, "eva.winter@post.example", Channel.TWITTER, "anna")
    [ticket] = [message.ticket for message, _ in await day.deliveries() if message.text == done.text]
    assert ticket == first.id
