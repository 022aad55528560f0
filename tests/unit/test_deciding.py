"""A mail that was lost twice: a person says what became of it, and no alarm stays for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.errors import Uncertain, UsageError
from inbox_bot.flows import deciding, erasing
from inbox_bot.flows.outbox import Outbox
from inbox_bot.model import DeliveryState
from inbox_bot.ports import Store
from inbox_bot.records import Delivery, Ticket
from inbox_bot.rules.delivery import Verdict
from tests.unit.desk_house import MAIL
from tests.unit.flow_house import Day, mail


@pytest.fixture
async def day(store: Store) -> Day:
    """Eva's confirmation was lost twice."""
    day = await lost_once(store)
    day.later(minutes=16)
    await Outbox(house=day.house, sender=day.mail).look()
    await loses(day)
    return day


async def lost_once(store: Store) -> Day:
    """Eva's confirmation got no answer."""
    day = Day(store=store)
    await day.agent()
    await day.takes(mail())
    day.mail.answers = [Uncertain("hung up after the mail")]
    await day.sends()
    return day


async def loses(day: Day) -> None:
    """What goes out now gets no answer, and is looked up in vain."""
    day.mail.answers = [Uncertain("hung up after the mail")]
    await day.sends()
    day.later(minutes=16)
    await Outbox(house=day.house, sender=day.mail).look()


async def only(day: Day) -> Delivery:
    """The one delivery."""
    [(_, delivery)] = await day.deliveries()
    return delivery


async def ticket(day: Day) -> Ticket:
    """The one ticket."""
    async with day.store.read() as tx:
        [(found, _, _)] = await tx.tickets(states=[], customer=None, limit=9)
    return found


async def alarms(day: Day) -> set[str]:
    """What the audit says."""
    return {finding.kind for finding in await day.findings()}


async def test_it_is_listed_with_what_to_look_for(day: Day) -> None:
    """The relay's log is searched by Message-ID; nothing is done by itself any more."""
    [one] = await deciding.unsettled(day.house)
    assert one.delivery.external_id.endswith("@acme.example>")
    assert (one.number, one.look_at) == ((await ticket(day)).number, None)
    assert {"delivery_uncertain", "number_not_delivered"} <= await alarms(day)
    await day.sends()
    assert len(day.mail.parcels) == 2


async def test_it_arrived(day: Day) -> None:
    """That is the number's proof, with who found it; nothing goes out again, and all is in order."""
    found = await deciding.decide(day.house, (await only(day)).id, Verdict.ARRIVED, "")
    assert found.delivery.state is DeliveryState.UNCERTAIN
    assert (await only(day)).state is DeliveryState.SENT
    own = await ticket(day)
    assert own.number_delivered_at == day.now
    async with day.store.read() as tx:
        entry = (await tx.timeline(own.customer, own.id))[-1]
        log = [(one.who, one.what, one.detail) for one in await tx.log(own.id)]
    [(_, receipts)] = entry.deliveries
    assert receipts[-1].evidence == "anna found it taken"
    assert ("anna", "decide", f"delivery {found.delivery.id}: arrived") in log
    await day.sends()
    assert len(day.mail.parcels) == 2
    assert await alarms(day) <= {"unanswered"}


async def test_it_goes_once_more_with_the_same_bytes(day: Day) -> None:
    """And what is accepted then is proof as ever."""
    await deciding.decide(day.house, (await only(day)).id, Verdict.AGAIN, "")
    await day.sends()
    assert len({parcel.payload for parcel in day.mail.parcels}) == 1
    assert (len(day.mail.parcels), (await only(day)).state) == (3, DeliveryState.SENT)
    assert (await ticket(day)).number_delivered_at == day.now


async def test_what_is_lost_once_more_is_his_again(day: Day) -> None:
    """One decision is one copy."""
    await deciding.decide(day.house, (await only(day)).id, Verdict.AGAIN, "")
    await loses(day)
    await day.sends()
    [one] = await deciding.unsettled(day.house)
    assert (one.look_at, len(day.mail.parcels)) == (None, 3)


async def test_it_is_left(day: Day) -> None:
    """It counts as failed until something makes up for it: the number still raises its alarm."""
    await deciding.decide(day.house, (await only(day)).id, Verdict.LEFT, "")
    delivery = await only(day)
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "anna leaves it: not known whether it arrived")
    assert await deciding.unsettled(day.house) == []
    assert {"delivery_failed", "number_not_delivered"} <= await alarms(day)


async def test_what_is_still_looked_up_is_nobodys_to_decide(store: Store) -> None:
    """Two that decide at once, a person and the outbox, could send it twice."""
    day = await lost_once(store)
    delivery = await only(day)
    [one] = await deciding.unsettled(day.house)
    assert one.look_at == day.now + timedelta(minutes=15)
    with pytest.raises(UsageError, match="still looked up"):
        await deciding.decide(day.house, delivery.id, Verdict.AGAIN, "")


async def test_what_is_settled_is_not_decided(day: Day) -> None:
    """Neither twice, nor something that has no doubt about it."""
    delivery = await only(day)
    await deciding.decide(day.house, delivery.id, Verdict.AGAIN, "")
    with pytest.raises(UsageError, match="nothing to decide about delivery"):
        await deciding.decide(day.house, delivery.id, Verdict.AGAIN, "")


async def test_who_waits_to_be_erased_can_be(day: Day) -> None:
    """What nobody could settle kept a customer's data for ever."""
    with pytest.raises(UsageError, match="uncertain"):
        await erasing.erase(day.house, MAIL, "", "asked")
    await deciding.decide(day.house, (await only(day)).id, Verdict.LEFT, "")
    assert (await erasing.erase(day.house, MAIL, "", "asked")).counts


async def test_what_no_inbox_looks_up_any_more_is_a_persons(store: Store) -> None:
    """Its inbox is not configured any more: else its alarm and its customer's data would stay for ever. Nothing can go
    out by it again."""
    day = await lost_once(store)
    delivery = await only(day)
    without = replace(day.house, inboxes={"x": day.house.inboxes["x"]})
    [one] = await deciding.unsettled(without)
    assert one.look_at is None
    with pytest.raises(UsageError, match="inbox mail is not configured any more"):
        await deciding.decide(without, delivery.id, Verdict.AGAIN, "")
    await deciding.decide(without, delivery.id, Verdict.LEFT, "")
    assert (await only(day)).state is DeliveryState.FAILED
