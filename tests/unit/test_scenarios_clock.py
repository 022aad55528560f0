"""Scenarios of time: clocks that jump, the two nights in which the hour changes, dates that nobody can believe."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox_bot.errors import Deferred, Paused
from inbox_bot.flows import recovering
from inbox_bot.flows.outbox import Outbox
from inbox_bot.model import DeliveryState
from inbox_bot.ports import Store
from inbox_bot.rules.delivery import LEASE
from tests.unit.flow_house import Day, mail
from tests.unit.scenario_house import kinds, tickets

AUTUMN = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Berlin, for the first time that night
SPRING = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)  # 01:59 in Berlin, a minute before 03:00


@pytest.fixture
def day(store: Store) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


async def states(day: Day) -> list[DeliveryState]:
    """Of everything outgoing."""
    return [delivery.state for _, delivery in await day.deliveries()]


# --- the system's clock


async def test_a_clock_set_back_stalls_no_queue(day: Day) -> None:
    """What was due, put off or owed by the clock that was ahead goes out by the one that is right."""
    day.now = datetime(2099, 1, 1, tzinfo=UTC)
    day.mail.answers = [Deferred("greylisted")]
    await day.takes(mail(at=day.now))
    await day.sends()
    assert len(day.mail.parcels) == 1
    day.now = datetime(2026, 3, 9, 12, tzinfo=UTC)
    await day.sends()
    assert len(day.mail.parcels) == 1  # nobody has noticed yet
    assert await recovering.catch_up(day.house) == 1
    await day.sends()
    assert await states(day) == [DeliveryState.SENT]
    first, second = day.mail.parcels
    assert first.payload == second.payload


async def test_an_hour_back_brings_forward_what_that_hour_held(day: Day) -> None:
    """A jump seen while running: no delivery waits for the old time to come again, and later ones keep their wait."""
    await day.takes(mail(at=day.now))
    day.now -= timedelta(hours=1)
    assert await recovering.catch_up(day.house, timedelta(hours=1)) == 1
    assert await recovering.catch_up(day.house, timedelta(hours=1)) == 0
    await day.sends()
    assert len(day.mail.parcels) == 1


async def test_a_lease_from_the_future_is_not_for_ever(day: Day) -> None:
    """Its worker died under a clock that was ahead: the claim is found all the same, and only once."""
    await day.takes(mail(at=day.now))
    ahead = day.now + timedelta(days=400)
    async with day.store.write() as tx:
        assert len(await tx.claim("mail", 9, "dead", ahead + LEASE, day.now)) == 1
    assert await recovering.recover(day.house, alone=False) == 1
    assert await recovering.recover(day.house, alone=False) == 0
    assert await states(day) == [DeliveryState.UNCERTAIN]


async def test_a_lease_that_runs_is_left_alone(day: Day) -> None:
    """Neither over nor too far ahead, a little skew between two machines included."""
    await day.takes(mail(at=day.now))
    async with day.store.write() as tx:
        await tx.claim("mail", 9, "other", day.now + LEASE + timedelta(minutes=2), day.now)
    assert await recovering.recover(day.house, alone=False) == 0


async def test_a_pause_ends_when_the_clock_is_set_back_behind_it(day: Day) -> None:
    """It would last for as long as the clock was wrong."""
    box = Outbox(house=day.house, sender=day.mail)
    day.mail.answers = [Paused("busy", until=day.now + timedelta(minutes=5))]
    await day.takes(mail(at=day.now))
    await box.deliver()
    day.now -= timedelta(days=2)
    await recovering.catch_up(day.house, timedelta(days=2, minutes=10))
    await box.deliver()
    assert len(day.mail.parcels) == 2


async def test_polls_are_not_locked_by_a_lease_from_the_future(day: Day) -> None:
    """Another process polls, as it would after the usual time."""
    usual = timedelta(minutes=3)
    async with day.store.write() as tx:
        assert await tx.take_lease("poll:mail:mail", "dead", datetime(2099, 1, 1, tzinfo=UTC), day.now)
        assert await tx.take_lease("poll:mail:mail", "alive", day.now + usual, day.now)
        assert not await tx.take_lease("poll:mail:mail", "third", day.now + usual, day.now)


# --- the nights in which the hour changes


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        (SPRING, SPRING + timedelta(minutes=1), ("01:59", "03:00")),
        (AUTUMN, AUTUMN + timedelta(hours=1), ("02:30", "02:30")),
    ],
)
async def test_times_are_told_as_the_customers_clock_showed_them(
    day: Day, first: datetime, second: datetime, shown: tuple[str, str]
) -> None:
    """In Berlin: 03:00 follows 01:59 in spring, and 02:30 comes twice in autumn; inside, all is UTC."""
    day.now = first
    await day.takes(mail(at=first))
    day.now = second
    await day.takes(mail("Nochmal", id=2, sender="Max Ober <max@post.example>", at=second))
    texts = [draft.text for draft in day.mail.drafts]
    assert [time in text for time, text in zip(shown, texts, strict=True)] == [True, True]


async def test_the_hourly_limit_counts_hours_not_clock_faces(day: Day) -> None:
    """In the hour that comes twice nobody gets less or more: the cap ends sixty minutes after the message."""
    day.policy = type(day.policy)(per_hour=1)
    day.now = AUTUMN
    await day.takes(mail(at=day.now))
    day.later(minutes=59)
    await day.takes(mail("Neue Sache", id=2, subject="Rechnung", at=day.now))
    await day.sends()
    assert len(day.mail.parcels) == 1
    day.later(minutes=1)
    from inbox_bot.flows import clock

    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert len(day.mail.parcels) == 2


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
async def test_a_day_is_twenty_four_hours(day: Day, night: datetime) -> None:
    """ "Unanswered for a day" comes after 24 hours, whatever the calendar says of that day."""
    day.now = night
    await day.takes(mail(at=day.now))
    await day.sends()
    day.later(hours=23, minutes=59)
    assert "unanswered" not in await kinds(day)
    day.later(minutes=1)
    assert "unanswered" in await kinds(day)


# --- dates in mail


@pytest.mark.parametrize(
    "date",
    [
        "",
        "Date: Mon, 09 Mar 2026 12:00:00",
        "Date: gestern",
        "Date: Thu, 01 Jan 1970 00:00:00 +0000",
        "Date: Fri, 31 Dec 2099 23:59:59 +0100",
        "Date: Mon, 99 Foo 0000 99:99:99 +9999",
        "Date: =?utf-8?q?=00?=",
    ],
)
async def test_the_date_header_decides_nothing(day: Day, date: str) -> None:
    """Missing, naive, unreadable, long ago or yet to come: what counts is when the mail arrived."""
    await day.takes(mail("Hallo, es geht nicht", *filter(None, (date,)), at=day.now))
    await day.sends()
    (ticket,) = await tickets(day)
    assert (ticket.opened_at, ticket.last_incoming_at) == (day.now, day.now)
    assert ticket.number_delivered_at is not None


async def test_mail_from_years_ago_is_filed_and_read_and_never_answered(day: Day) -> None:
    """It shows in the dossier with its time; no acknowledgement, no read receipt, and the team sees that it is open."""
    old = datetime(2009, 5, 4, 8, tzinfo=UTC)
    await day.takes(mail("Alte Sache", "Disposition-Notification-To: eva.winter@post.example", at=old))
    await day.sends()
    assert day.mail.parcels == []
    (ticket,) = await tickets(day)
    async with day.store.read() as tx:
        (entry,) = await tx.timeline(ticket.customer, ticket.id)
    assert (entry.message.text, entry.message.at) == ("Alte Sache", old)
    assert {"number_not_delivered", "unanswered"} <= await kinds(day)
