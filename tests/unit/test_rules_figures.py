"""Percentiles, opening hours over changes of the clock and holidays, and where days begin."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules.figures import OpenTime, ages, offsets, times
from inbox_bot.rules.hours import WHOLE_DAY, Hours, business_seconds
from inbox_bot.rules.lengths import length

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Hours(
    zone=BERLIN,
    week=((((480, 720), (780, 1080)),) * 5) + ((), ()),
    holidays=frozenset({date(2026, 12, 25), date(2026, 4, 6)}),
    special={date(2026, 12, 24): ((540, 720),)},
)
NIGHTS = Hours(zone=BERLIN, week=(((0, 360), (1320, 1440)),) * 7)
ALWAYS = Hours(zone=BERLIN)
HOUR = 3600.0


def at(text: str) -> datetime:
    """A time on the wall in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def open_for(hours: Hours, start: str, end: str) -> float:
    """In hours, counted once from well before to well after."""
    first, last = at(start), at(end)
    counted = OpenTime(hours, first - timedelta(days=3), last + timedelta(days=3)).seconds(
        first.timestamp(), last.timestamp()
    )
    assert counted == business_seconds(hours, first, last)
    return counted / HOUR


def test_percentiles_are_times_that_were_measured() -> None:
    """Nearest rank: so many per cent were not above it."""
    found = times(float(n) for n in range(100, 0, -1))
    assert found is not None
    assert (found.count, found.median, found.p90, found.p99, found.longest) == (100, 50, 90, 99, 100)
    one = times([7.0])
    assert one is not None
    assert (one.median, one.p90, one.p99, one.longest) == (7, 7, 7, 7)
    three = times([3, 1, 2])
    assert three is not None
    assert (three.median, three.p90) == (2, 3)
    assert times([]) is None


def test_clocks_that_differ_make_no_time_below_zero() -> None:
    """A relay's clock may be ahead of ours."""
    found = times([-5.0, 10.0])
    assert found is not None
    assert (found.median, found.longest) == (0, 10)


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=60))
def test_so_many_are_within(seconds: list[float]) -> None:
    """At least the percentage is not above, and any smaller measured time would hold too few."""
    found = times(seconds)
    assert found is not None
    for percent, limit in ((50, found.median), (90, found.p90), (99, found.p99)):
        assert limit in seconds
        assert 100 * sum(one <= limit for one in seconds) >= percent * len(seconds)
        assert 100 * sum(one < limit for one in seconds) < percent * len(seconds)


@pytest.mark.parametrize(
    ("start", "end", "wall", "opened"),
    [
        # the clock is put forward on Sunday 2026-03-29 at 2:00: two days on the wall are 47 hours
        ("2026-03-28 12:00", "2026-03-30 12:00", 47, 4),
        # … and back on Sunday 2026-10-25 at 3:00: two days are 49 hours
        ("2026-10-24 12:00", "2026-10-26 12:00", 49, 4),
        ("2026-03-27 17:00", "2026-03-30 09:00", 63, 2),
        ("2026-10-23 17:00", "2026-10-26 09:00", 65, 2),
        # Easter Monday is closed
        ("2026-04-02 17:00", "2026-04-07 09:00", 112, 11),
        # Christmas Eve has hours of its own, the 25th is closed, then comes a weekend
        ("2026-12-23 17:00", "2026-12-28 09:00", 112, 5),
        ("2026-12-25 09:00", "2026-12-25 17:00", 8, 0),
    ],
)
def test_a_wait_over_changes_of_the_clock_and_holidays(start: str, end: str, wall: float, opened: float) -> None:
    """By any clock, and by opening hours."""
    assert (at(end) - at(start)).total_seconds() == wall * HOUR
    assert open_for(OFFICE, start, end) == opened


def test_nights_are_shorter_and_longer_when_the_clock_changes() -> None:
    """From ten to six: seven hours in March, nine in October, eight else."""
    assert open_for(NIGHTS, "2026-03-28 20:00", "2026-03-29 12:00") == 7
    assert open_for(NIGHTS, "2026-10-24 20:00", "2026-10-25 12:00") == 9
    assert open_for(NIGHTS, "2026-06-06 20:00", "2026-06-07 12:00") == 8


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # limits are naive


@given(MOMENTS, MOMENTS, st.sampled_from([OFFICE, NIGHTS, ALWAYS, Hours(zone=BERLIN, week=((WHOLE_DAY,),) * 7)]))
def test_counted_once_is_the_same_as_each_anew(one: datetime, other: datetime, hours: Hours) -> None:
    """Whatever the hours and moments; backwards it is nothing."""
    clock = OpenTime(hours, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert clock.seconds(one.timestamp(), other.timestamp()) == pytest.approx(business_seconds(hours, one, other))


def test_where_days_begin() -> None:
    """The offset changes at one o'clock UTC on the last Sundays of March and October."""
    year = offsets(BERLIN, at("2026-01-01 00:00"), at("2026-12-31 00:00"))
    assert year == (
        (datetime(2025, 12, 31, 23, tzinfo=UTC), 3600),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 7200),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), 3600),
    )
    assert offsets(ZoneInfo("Asia/Kathmandu"), at("2026-01-01 00:00"), at("2026-02-01 00:00"))[0][1] == 20_700


@given(MOMENTS, MOMENTS, st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"]))
def test_the_wall_is_ahead_by_the_last_offset_before(one: datetime, other: datetime, name: str) -> None:
    """For each moment between: what a database adds gives the day on the wall."""
    zone, (since, until) = ZoneInfo(name), sorted((one, other))
    found = offsets(zone, since, until)
    for part in range(11):
        moment = since + (until - since) * part / 10
        [*_, ahead] = [seconds for begins, seconds in found if begins <= moment]
        assert (moment + timedelta(seconds=ahead)).replace(tzinfo=None) == moment.astimezone(zone).replace(tzinfo=None)


def test_ages_are_classes() -> None:
    """A day, three, a week, two, four, and what is older."""
    day = 86400.0
    assert ages([0, day - 1, day, 2.9 * day, 6 * day, 13 * day, 27 * day, 28 * day, 400 * day]) == [2, 2, 1, 1, 1, 2]


@pytest.mark.parametrize(
    ("seconds", "english", "german"),
    [
        (0.4, "0 s", "0 s"), (59.4, "59 s", "59 s"), (60, "1 min", "1 min"), (3595, "1 h", "1 h"),
        (3600 * 3 + 1200, "3 h 20 min", "3 h 20 min"), (86400 * 1.5, "36 h", "36 h"),
        (86400 * 2, "2 days", "2 Tage"), (86400 * 5 + 4 * 3600, "5 days 4 h", "5 Tage 4 h"),
    ],
)  # fmt: skip
def test_lengths_for_people(seconds: float, english: str, german: str) -> None:
    """As one would say them."""
    assert (length(seconds), length(seconds, "de")) == (english, german)
