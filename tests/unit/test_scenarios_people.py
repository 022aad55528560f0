"""Scenarios of people who look like machines: quick, terse, repeating; of floods and limits beside them."""

from dataclasses import replace

import pytest

from inbox_bot.flows import clock
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.store.database import Database, open_store
from tests.unit.flow_house import Day, dm, mail, post
from tests.unit.scenario_house import identities, kinds, tickets

SAME = "Guten Tag, der Anschluss geht seit gestern nicht mehr, bitte melden Sie sich bei mir."
TALKS = {
    "thanks, again and again": [(0, SAME), (20, "Danke!"), (330, "Danke"), (1500, "danke"), (2600, "Danke!!")],
    "answers within seconds": [
        (0, SAME),
        (4, "Noch etwas: Kunde 1234"),
        (309, "Ja"),
        (330, "Foto folgt"),
        (900, "Und?"),
    ],
    "the same text twice": [(0, SAME), (3, SAME)],
    "the same text twice, after an hour": [(0, SAME), (3600, SAME)],
    "three lines in a breath": [(0, "Hallo"), (2, "mein Internet geht nicht"), (5, "schon wieder")],
}


@pytest.fixture
def day(store: Database) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


async def go(day: Day, seconds: float) -> None:
    """Time passes; what falls due meanwhile goes out when it does."""
    end = day.now.timestamp() + seconds
    while True:
        await clock.acknowledge_owed(day.house)
        await day.sends()
        async with day.store.read() as tx:
            due = await tx.next_due()
        if due is None or due.timestamp() > end:
            day.later(seconds=end - day.now.timestamp())
            return
        day.now = max(due, day.now)


@pytest.mark.parametrize("by_dm", [False, True], ids=["mail", "direct message"])
@pytest.mark.parametrize("name", TALKS)
async def test_people_are_confirmed(day: Day, name: str, by_dm: bool) -> None:
    """Every message is filed in the one ticket and confirmed, several of them in one; nobody is suspected."""
    begun = day.now
    for place, (at, text) in enumerate(TALKS[name], 1):
        await go(day, at - (day.now - begun).total_seconds())
        come = dm(text, id=place, at=day.now) if by_dm else mail(text, id=place, at=day.now)
        await day.takes(come)
    await go(day, 7200)
    [identity] = await identities(day, "1001" if by_dm else "eva.winter@post.example")
    assert identity.looping_at is None
    assert await kinds(day) == set()
    [ticket] = await tickets(day)
    async with day.store.read() as tx:
        entries = await tx.timeline(identity.customer, ticket.id)
    theirs = [entry.message for entry in entries if entry.message.direction.value == "incoming"]
    assert [one.text for one in theirs] == [text for _, text in TALKS[name]]
    assert all(one.acknowledged_by for one in theirs)
    sent = day.x.parcels if by_dm else day.mail.parcels
    assert 1 <= len(sent) <= len(theirs)


async def test_the_other_comes_first_behind_two_thousand(day: Day) -> None:
    """Two thousand mails of one sender, who asks for a read receipt each time, and as many mentions and retweets: what
    another wrote after them all is answered with the second thing that leaves."""
    asks = "Disposition-Notification-To: <eva.winter@post.example>"
    await day.takes(*(mail(f"Nr {place}", asks, id=place, at=day.now) for place in range(1, 2001)))
    await day.takes(mail(id=9000, sender="Bodo <bodo@post.example>", at=day.now))
    await day.takes(*(post(f"@acme {n}", id=20_000 + n, at=day.now, retweet=bool(n % 2)) for n in range(2000)))
    await day.takes(post(id=40_000, author="1002", at=day.now))
    day.later(minutes=2)
    await day.sends()
    assert "bodo@post.example" in [parcel.to.address for parcel in day.mail.parcels][:2]
    assert [parcel.to.address for parcel in day.x.parcels] == ["1001", "1002"]
    assert len(day.mail.parcels) == day.policy.per_hour + 1


async def test_two_processes_and_a_restart_share_the_limit(store_url: str) -> None:
    """Each message comes to another process on the same database, and each is started anew: `per_hour` for all."""
    policy = Policy(per_hour=3, coalesce_seconds=0)
    stores = [open_store(store_url) for _ in range(2)]
    days = [Day(store=one, policy=policy, first_bits=[], count=n) for n, one in enumerate(stores)]
    now = days[0].now
    for place in range(12):
        now = now.replace(minute=place * 2)
        one = days[place % 2] = replace(days[place % 2], now=now, mail=days[0].mail, x=days[0].x)
        await one.takes(mail(f"Nr {place}", id=place, at=now))
        await clock.acknowledge_owed(one.house)
        await one.sends()
        if place in (4, 5):  # a restart
            await stores[place % 2].close()
            stores[place % 2] = open_store(store_url)
            days[place % 2] = replace(one, store=stores[place % 2])
    assert len(days[0].mail.parcels) == 3
    for opened in stores:
        await opened.close()
