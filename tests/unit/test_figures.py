"""Figures of the work are right: those of a fortnight made by hand (`figured`), computed by hand, on both stores."""

from datetime import timedelta

import pytest

from inbox_bot.flows import figures, settling
from inbox_bot.flows.figures import Figures, Kept
from inbox_bot.model import Channel, DeliveryState
from inbox_bot.rules.figures import Times
from inbox_bot.store.database import Database
from inbox_bot.work.figures import By
from tests.unit.figured import SINCE, UNTIL, Fortnight, at, fortnight
from tests.unit.flow_house import mail

HOUR = 3600


@pytest.fixture
async def day(store: Database) -> Fortnight:
    """The fortnight is over."""
    made = Fortnight(store=store)
    await fortnight(made)
    return made


async def by(day: Fortnight, what: By) -> dict[str, Figures]:
    """The groups."""
    return {one.group: one for one in (await figures.stats(day.house, SINCE, what)).groups}


def hours(one: Times | None) -> tuple[int, float, float]:
    """How many, the median and the longest in hours."""
    assert one is not None
    return one.count, one.median / HOUR, one.longest / HOUR


async def test_all_of_it(day: Fortnight) -> None:
    """Each figure as it is by hand."""
    found = await figures.stats(day.house, SINCE)
    assert (found.since, found.until, found.hours_known, found.groups) == (SINCE, UNTIL, True, ())
    one = found.overall
    assert (one.incoming, one.answers) == (4, 4)
    assert one.by_channel == {Channel.EMAIL: 3, Channel.TWITTER: 1}
    assert (one.tickets, one.numbers) == (4, 3)
    assert one.acknowledgement == Times(count=3, median=30, p90=60, p99=60, longest=60)
    assert hours(one.answer) == (3, 47, 67)
    assert hours(one.answer_open) == (3, 3, 3)
    assert hours(one.solution) == (2, 2, 97)
    assert hours(one.solution_open) == (2, 1, 32)
    assert (one.backlog.count, one.backlog.waiting) == (3, 2)
    assert hours(one.backlog.age) == (3, (UNTIL - at("03-28 12:00")).total_seconds() / HOUR, 17 * 24 + 7)
    assert one.backlog.ages == (0, 0, 1, 1, 1, 0)
    assert one.reopened == 1
    assert one.promises == Kept(kept=2, broken=1, withdrawn=1)
    assert one.promises.rate == pytest.approx(2 / 3)
    assert one.deliveries == {
        DeliveryState.SENT: 8, DeliveryState.DELIVERED: 1, DeliveryState.WITHDRAWN: 2, DeliveryState.FAILED: 1,
    }  # fmt: skip
    assert one.automatic == 4
    assert one.spend is not None
    assert one.spend.by_day == {"2026-03-23": 250_000, "2026-03-31": 50_000}


async def test_spend_is_by_whole_days(day: Fortnight) -> None:
    """Its days are UTC's: those of the same name as the days of the period count, from first to last."""
    found = (await figures.stats(day.house, at("03-23 23:30"))).overall.spend
    assert found is not None
    assert (found.total, found.days, found.tickets, found.per_day) == (300_000, 16, 1, 18_750)
    assert found.per_ticket == 300_000


async def test_by_channel(day: Fortnight) -> None:
    """Mail and X; only X costs."""
    found = await by(day, By.CHANNEL)
    assert list(found) == ["email", "twitter"]
    email, x = found["email"], found["twitter"]
    assert (email.incoming, email.answers, email.tickets, email.numbers, email.reopened) == (3, 3, 3, 2, 1)
    assert (x.incoming, x.answers, x.tickets, x.numbers, x.reopened) == (1, 1, 1, 1, 0)
    assert (email.automatic, x.automatic) == (3, 1)
    assert hours(x.answer) == (1, 47, 47)
    assert email.spend is None
    assert x.spend is not None


async def test_by_agent(day: Fortnight) -> None:
    """Who has the ticket, wrote the answer, owns the promise; what nobody has comes last."""
    found = await by(day, By.AGENT)
    assert list(found) == ["anna", "ben", ""]
    assert [found[name].incoming for name in found] == [2, 1, 1]
    assert [found[name].answers for name in found] == [2, 2, 0]
    assert [found[name].tickets for name in found] == [2, 1, 1]
    assert found["anna"].promises == Kept(kept=2, broken=0, withdrawn=0)
    assert found["ben"].promises == Kept(kept=0, broken=1, withdrawn=1)
    assert [found[name].backlog.count for name in found] == [0, 2, 1]


async def test_by_reason(day: Fortnight) -> None:
    """What the ticket is about; of some it is not known."""
    found = await by(day, By.REASON)
    assert list(found) == ["bill", "fault", ""]
    assert [found[name].tickets for name in found] == [1, 1, 2]
    assert hours(found["fault"].answer) == (2, 2, 67)


async def test_by_day(day: Fortnight) -> None:
    """Every day of the period is there, by Berlin's clock: 23:30 there is the same day still, also in summer."""
    found = await by(day, By.DAY)
    assert list(found) == [(SINCE.date() + timedelta(days=1 + n)).isoformat() for n in range(16)]
    assert [name for name, one in found.items() if one.tickets] == [
        "2026-03-23", "2026-03-28", "2026-03-31", "2026-04-02",
    ]  # fmt: skip
    assert [name for name, one in found.items() if one.answer] == ["2026-03-23", "2026-03-30"]
    assert hours(found["2026-03-23"].answer) == (2, 2, 67)
    assert found["2026-04-02"].backlog.count == 1
    assert [name for name, one in found.items() if one.reopened] == ["2026-03-25", "2026-03-26"]
    spend = found["2026-03-31"].spend
    assert spend is not None
    assert (spend.total, spend.per_day) == (50_000, 50_000)


async def test_by_week(day: Fortnight) -> None:
    """From Monday on; each measured anew, not the mean of its days."""
    found = await by(day, By.WEEK)
    assert list(found) == ["2026-03-23", "2026-03-30", "2026-04-06"]
    assert [found[name].tickets for name in found] == [2, 2, 0]
    assert [found[name].incoming for name in found] == [3, 1, 0]
    assert hours(found["2026-03-23"].answer) == (2, 2, 67)


@pytest.mark.parametrize("what", [By.CHANNEL, By.AGENT, By.REASON, By.DAY, By.WEEK])
async def test_the_groups_are_all_of_it(day: Fortnight, what: By) -> None:
    """What is counted is counted in one group; what is open and older than the period is of no day in it."""
    found = await figures.stats(day.house, SINCE, what)
    for name in ("incoming", "answers", "tickets", "numbers", "automatic"):
        assert sum(getattr(one, name) for one in found.groups) == getattr(found.overall, name)
    assert sum(one.answer.count for one in found.groups if one.answer) == 3
    assert sum(one.solution.count for one in found.groups if one.solution) == 2
    assert sum(one.promises.kept for one in found.groups) == 2
    assert sum(sum(one.deliveries.values()) for one in found.groups) == 12
    assert sum(one.backlog.count for one in found.groups) == (2 if what.of_time else 3)


async def test_nothing_on_record(store: Database) -> None:
    """Zeros and no times, whatever it is grouped by."""
    empty = Fortnight(store=store)
    for what in By:
        found = await figures.stats(empty.house, empty.now - timedelta(days=2), what)
        one = found.overall
        assert (one.incoming, one.tickets, one.answer, one.backlog.age, one.promises.rate) == (0, 0, None, None, None)
        assert one.spend is not None
        assert (one.spend.total, one.spend.per_ticket) == (0, None)
        assert len(found.groups) == {By.DAY: 3, By.WEEK: 2}.get(what, 0)


async def test_a_customer_who_comes_back_is_logged(store: Database) -> None:
    """His message opens the resolved ticket again, and that is counted; thanks alone are not."""
    day = Fortnight(store=store)
    await day.agent()
    await day.takes(mail())
    async with day.store.read() as tx:
        [row] = await tx.tickets(states=(), customer=None, limit=9)
    number = row[0].number
    await settling.resolve(day.house, number, "anna")
    day.later(hours=1)
    await day.takes(mail("Vielen Dank!", "In-Reply-To: <m1@post.example>", id=2, at=day.now))
    assert (await figures.stats(day.house, day.now - timedelta(days=1))).overall.reopened == 0
    await day.takes(mail("Es geht doch nicht.", "In-Reply-To: <m1@post.example>", id=3, at=day.now))
    assert (await figures.stats(day.house, day.now - timedelta(days=1))).overall.reopened == 1
    async with day.store.read() as tx:
        assert [(one.who, one.what) for one in await tx.log(row[0].id)][-1] == ("inbox-bot", "came back")
