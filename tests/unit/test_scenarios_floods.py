"""Scenarios of floods: one sender's thousands delay nobody, and draw a handful of messages from us."""

from dataclasses import replace

import pytest

from inbox_bot.flows import clock
from inbox_bot.flows.outbox import Outbox
from inbox_bot.model import DeliveryState, Incoming, Kind
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.unit.flow_house import Day, dm, mail, post
from tests.unit.scenario_house import tickets

FLOOD = 2000
BODO = "bodo@post.example"


@pytest.fixture
def day(store: Database) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


def bodo(place: int, day: Day, text: str = "Mein Anschluss ist tot.") -> Incoming:
    """A mail of somebody else."""
    return mail(text, id=90_000 + place, sender=f"Bodo <{BODO}>", at=day.now)


async def test_two_thousand_mails_of_one_sender(day: Day) -> None:
    """All are filed in his ticket; he asks for a read receipt each time and gets ten messages in the first hour; a
    further mail of another customer is confirmed within a few rounds of the clock."""
    asks = "Disposition-Notification-To: <eva.winter@post.example>"
    await day.takes(*(mail(f"Nr {place}", asks, id=place, at=day.now) for place in range(1, FLOOD + 1)))
    await day.takes(bodo(1, day))
    await day.sends()
    async with day.store.read() as tx:
        counts, balanced = await tx.ledger_counts()
    assert balanced
    assert counts == [("mail", "filed", FLOOD + 1)]
    assert len(await tickets(day)) == 2
    per_hour = day.policy.per_hour
    assert len(day.mail.parcels) <= per_hour + 1

    await day.takes(bodo(2, day, "Noch etwas"))
    day.later(seconds=301)
    rounds = 0
    while [parcel.to.address for parcel in day.mail.parcels].count(BODO) < 2:
        rounds += 1
        assert rounds <= 1 + FLOOD // 500
        await clock.acknowledge_owed(day.house)
        await day.sends()

    for _ in range(30):
        day.later(minutes=10)
        await clock.acknowledge_owed(day.house)
        await day.sends()
    told = [parcel for parcel in day.mail.parcels if parcel.to.address != BODO]
    assert len(told) <= 2 * per_hour + 1
    async with day.store.read() as tx:
        assert await tx.next_due() is None


async def test_a_flood_of_posts_draws_one_public_reply(day: Day) -> None:
    """Five hundred mentions and as many retweets of one account: one reply; another's goes out before anybody's
    second."""
    await day.takes(*(post(f"@acme Nr {n}", id=20_000 + n, at=day.now) for n in range(500)))
    await day.takes(*(post("RT @acme", id=30_000 + n, retweet=True, at=day.now) for n in range(500)))
    await day.takes(post(id=40_000, author="1002", at=day.now))
    day.later(minutes=2)
    await day.sends()
    assert sorted(parcel.to.address for parcel in day.x.parcels) == ["1001", "1002"]


async def test_one_customer_does_not_eat_the_public_limit(day: Day) -> None:
    """Each of his posts opens a ticket, since he has several: above his own limit a person decides, and what waits for
    one counts for nobody else."""
    day.policy = Policy(public_per_hour=8, per_hour=5)
    for place in (1, 2):
        await day.takes(post(id=100 * place, at=day.now))
        day.later(days=4)
    await day.takes(*(post(f"@acme Nr {n}", id=20_000 + n, at=day.now) for n in range(30)))
    await day.takes(post(id=40_000, author="1002", at=day.now))
    day.later(minutes=2)
    before = len(day.x.parcels)
    await day.sends()
    to = [parcel.to.address for parcel in day.x.parcels[before:]]
    assert to.count("1002") == 1
    assert to.count("1001") <= 5 + 2
    waiting = [sent for _, sent in await day.deliveries() if sent.state is DeliveryState.QUEUED and sent.approval]
    assert len(waiting) == 25


async def test_a_flood_of_read_receipts_stays_below_the_limit(day: Day) -> None:
    """They count among the automatic messages to him; above the limit none is sent, and nothing else suffers."""
    asks = "Disposition-Notification-To: <eva.winter@post.example>"
    await day.takes(*(mail(f"Nr {n}", asks, id=n, at=day.now) for n in range(1, 51)))
    await day.sends()
    kinds = [parcel.kind for parcel in day.mail.parcels]
    assert kinds.count(Kind.ACKNOWLEDGEMENT) == 1
    assert kinds.count(Kind.MDN) == day.policy.per_hour - 1


@pytest.mark.parametrize("by_dm", [False, True], ids=["mail", "direct message"])
async def test_a_full_queue_of_one_customer_delays_nobody(day: Day, by_dm: bool) -> None:
    """Two thousand messages to one customer are due long before another's number: it is the second that leaves, also
    where one connection sends and each claim takes one."""
    sender = day.x if by_dm else day.mail
    sender.concurrency = 1
    await day.takes(dm(id=1) if by_dm else mail(id=1))
    [(_, first)] = await day.deliveries()
    queue = [
        replace(first, id=-n, token=f"t{n}", external_id="", message=None, created_at=day.now, due_at=day.now)
        for n in range(1, FLOOD + 1)
    ]
    async with day.store.write() as tx:
        await tx.save(Filing(deliveries=queue))
    day.later(minutes=30)
    others = [
        dm(id=90_000 + n, author=str(2000 + n), at=day.now)
        if by_dm
        else mail(id=90_000 + n, sender=f"Nr <nr{n}@post.example>", at=day.now)
        for n in range(3)
    ]
    await day.takes(*others)
    left = [len(sender.parcels) + 8]
    box = Outbox(house=day.house, sender=sender, stopping=lambda: len(sender.parcels) >= left[0])
    await box.deliver()
    to = [parcel.to.address for parcel in sender.parcels]
    assert len(to) == 8
    assert len(set(to[:4])) == 4
    assert len(set(to[4:])) == 1
