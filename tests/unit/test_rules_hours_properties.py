"""Opening hours: what must hold for every timetable, around changes of the clock above all."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inbox_bot.rules.hours import (
    Hours,
    Span,
    add_business,
    business_seconds,
    end_of_business_day,
    is_open,
    next_open,
    spans_of,
)
from tests.unit.test_rules_hours import CHANGES

ZONES = st.sampled_from(["Europe/Berlin", "Europe/London", "America/New_York", "Asia/Kolkata", "America/St_Johns"])
NEAR_CHANGES = st.builds(
    lambda change, minutes: datetime.combine(change[1], time(), UTC) + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-2 * 1440, 1440),
)
MOMENTS = NEAR_CHANGES | st.integers(0, 10**9).map(
    lambda seconds: datetime(2010, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
SHORT = st.timedeltas(timedelta(), timedelta(days=9))


def spans(unit: int) -> st.SearchStrategy[tuple[Span, ...]]:
    """Up to three spans of a day, at multiples of so many minutes, touching ones among them."""
    edges = st.lists(st.integers(0, 1440 // unit), max_size=6, unique=True).map(sorted)
    return edges.map(lambda e: tuple((a * unit, b * unit) for a, b in zip(e[::2], e[1::2], strict=False)))


def timetables(unit: int) -> st.SearchStrategy[Hours]:
    days = st.sets(st.dates(date(2026, 3, 1), date(2026, 11, 9)), max_size=5)
    return st.builds(
        lambda zone, week, holidays, special: Hours(
            zone=ZoneInfo(zone), week=tuple(week), holidays=frozenset(holidays), special=special
        ),
        ZONES,
        st.lists(spans(unit), min_size=7, max_size=7) | st.just([]),
        days,
        st.dictionaries(st.dates(date(2026, 3, 1), date(2026, 11, 9)), spans(unit), max_size=2),
    )


@settings(deadline=None)  # time limits are no matter of a busy machine
@given(timetables(1), MOMENTS, st.floats(0, 2e6))
def test_adding_is_the_inverse_of_counting(hours: Hours, start: datetime, seconds: float) -> None:
    """Exactly so much business time lies between, to the microsecond, and no earlier moment has it."""
    due = add_business(hours, start, seconds)
    assume(due is not None)
    assert due is not None
    counted = business_seconds(hours, start, due)
    assert abs(counted - seconds) < 1e-5
    if due > start:
        assert business_seconds(hours, start, due - timedelta(milliseconds=1)) < counted


@settings(deadline=None)
@given(timetables(1), MOMENTS, SHORT)
def test_counting_is_the_inverse_of_adding(hours: Hours, start: datetime, length: timedelta) -> None:
    """Where it is open at the end, one comes back to it; else to the last moment that it was open."""
    end = start + length
    back = add_business(hours, start, business_seconds(hours, start, end))
    assert back is not None
    assert back <= end
    assert business_seconds(hours, back, end) == 0
    if is_open(hours, end) and business_seconds(hours, start, end) > 0:
        opened = next_open(hours, back)
        assert opened == end


@settings(deadline=None)
@given(timetables(1), MOMENTS, SHORT, SHORT)
def test_time_only_grows(hours: Hours, start: datetime, one: timedelta, two: timedelta) -> None:
    """Business time adds up, is never more than the time itself, and more of it is never due earlier."""
    middle, end = start + one, start + one + two
    whole = business_seconds(hours, start, end)
    assert abs(whole - business_seconds(hours, start, middle) - business_seconds(hours, middle, end)) < 1e-5
    assert 0 <= whole <= (one + two).total_seconds()
    due, later = (add_business(hours, start, length.total_seconds()) for length in (one, one + two))
    assert later is None or (due is not None and due <= later)
    after = add_business(hours, middle, 3600)
    before = add_business(hours, start, 3600)
    assert after is None or (before is not None and before <= after)


@settings(deadline=None)
@given(timetables(1), MOMENTS)
def test_next_opening_is_the_first(hours: Hours, start: datetime) -> None:
    """It is open then and was not until then; the day's end is a closing time that lies ahead."""
    opens = next_open(hours, start)
    if opens is None:
        assert business_seconds(hours, start, start + timedelta(days=700)) == 0
        return
    assert opens >= start
    assert is_open(hours, opens)
    assert (opens == start) == is_open(hours, start)
    assert business_seconds(hours, start, opens) == 0
    end = end_of_business_day(hours, start)
    assert end is not None
    assert end > start
    assert business_seconds(hours, start, end) > 0


@settings(deadline=None)
@given(timetables(60), MOMENTS)
def test_open_is_what_the_clock_on_the_wall_says(hours: Hours, moment: datetime) -> None:
    """At whole hours (a change of the clock leaves those unambiguous) it agrees with looking at clock and timetable."""
    assume(str(hours.zone) != "America/St_Johns" or moment.year > 2011)
    wall = moment.astimezone(hours.zone)
    minute = wall.hour * 60 + wall.minute
    assert is_open(hours, moment) == any(first <= minute < last for first, last in spans_of(hours, wall.date()))


@settings(deadline=None)
@given(timetables(60), st.sampled_from(CHANGES))
def test_business_time_is_what_counting_by_hand_gives(hours: Hours, change: tuple[str, date]) -> None:
    """Over the two days before a change of the clock and the day itself, minute by minute at whole quarters."""
    day = change[1]
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    quarters = [start + timedelta(minutes=15 * step) for step in range(3 * 96)]
    by_hand = sum(900 for quarter in quarters if is_open(hours, quarter))
    assert business_seconds(hours, start, start + timedelta(days=3)) == by_hand
