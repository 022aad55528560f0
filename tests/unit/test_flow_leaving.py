"""What a crash leaves behind: what certainly never left is simply sent, what may have left is looked up."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from inbox_bot.errors import StoreError
from inbox_bot.flows import recovering
from inbox_bot.flows.outbox import Outbox
from inbox_bot.model import Channel, DeliveryState, Kind
from inbox_bot.outgoing import Parcel, Sent
from inbox_bot.ports import Leaving, Store, unnoted
from tests.fakes import FakeSender
from tests.unit.flow_house import Day, dm, mail


@pytest.fixture
def day(store: Store) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


@dataclass(slots=True, kw_only=True)
class SlowSender(FakeSender):
    """While it prepares, the claim's lease ends and somebody else takes the delivery."""

    day: Day

    async def send(self, parcel: Parcel, leaving: Leaving = unnoted) -> Sent:
        """Too late."""
        async with self.day.store.write() as tx:
            await tx.expire(self.day.now, everyone=True)
            until = self.day.now + timedelta(minutes=15)
            assert [one.id for one in await tx.claim(self.inbox, 9, "quick", until, self.day.now)] == [parcel.id]
        return await FakeSender.send(self, parcel, leaving)


@dataclass(slots=True, kw_only=True)
class CutOffSender(FakeSender):
    """The database fails when the note is to be written."""

    async def send(self, parcel: Parcel, leaving: Leaving = unnoted) -> Sent:
        """Not at all."""
        raise StoreError("the database is locked by another process; try again")


async def test_a_claim_of_which_nothing_left_is_simply_sent(day: Day) -> None:
    """After a crash between claim and wire there is nothing to look up, and no read receipt to give up."""
    await day.takes(mail("Bitte lesen", "Disposition-Notification-To: <eva.winter@post.example>"))
    async with day.store.write() as tx:
        await tx.claim("mail", 5, "dead", day.now + timedelta(minutes=15), day.now, unsent=True)
    assert await recovering.recover(day.house, alone=True) == 2
    await day.sends()
    assert {parcel.kind for parcel in day.mail.parcels} == {Kind.ACKNOWLEDGEMENT, Kind.MDN}
    assert {(one.state, one.attempts) for _, one in await day.deliveries()} == {(DeliveryState.SENT, 1)}


async def test_what_may_have_left_twice_is_not_sent_a_third_time(day: Day) -> None:
    """A crash while the mail is on its way: the same bytes once more, and then a person decides."""
    await day.takes(mail())
    for _ in range(2):
        async with day.store.write() as tx:
            [parcel] = await tx.claim("mail", 5, "dead", day.now + timedelta(minutes=15), day.now, unsent=True)
            assert await tx.leave([parcel.id], "dead", day.now) == {parcel.id}
        assert await recovering.recover(day.house, alone=True) == 1
        await Outbox(house=day.house, sender=day.mail).look()
    await day.sends()
    assert day.mail.parcels == []
    assert [delivery.state for _, delivery in await day.deliveries()] == [DeliveryState.UNCERTAIN]


async def test_an_attempt_that_lost_its_claim_ends_without_a_trace(day: Day) -> None:
    """Another process has the delivery by now: this one neither sends it nor writes an outcome over the other's."""
    await day.takes(dm())
    sender = SlowSender(inbox="x", channel=Channel.TWITTER, day=day)
    await Outbox(house=replace(day.house, worker="slow"), sender=sender).deliver()
    assert sender.parcels == []
    [(_, delivery)] = await day.deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENDING, 1)


async def test_without_the_note_nothing_goes_and_it_is_tried_again(day: Day) -> None:
    """Where the database cannot take the note that something leaves, it stays, and is sent a minute later."""
    await day.takes(dm())
    await Outbox(house=day.house, sender=CutOffSender(inbox="x", channel=Channel.TWITTER)).deliver()
    assert [delivery.state for _, delivery in await day.deliveries()] == [DeliveryState.QUEUED]
    day.later(seconds=61)
    await day.sends()
    assert len(day.x.parcels) == 1
