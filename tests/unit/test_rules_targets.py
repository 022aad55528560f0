"""Targets: due and reminder in opening hours, and where a ticket stands."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.model import Priority
from inbox_bot.rules.hours import Hours, business_seconds, is_open
from inbox_bot.rules.targets import Standing, Target, Targets, next_look, standing, target

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Hours(
    zone=BERLIN,
    week=(*(((8 * 60, 18 * 60),),) * 5, (), ()),
    holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26)}),
)
SECOND = timedelta(seconds=1)
TARGETS = Targets(hours={Priority.URGENT: 1, Priority.HIGH: 2, Priority.NORMAL: 8})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("priority", "since", "remind", "due"),
    [
        (Priority.URGENT, "2026-12-22 10:00", "2026-12-22 10:45", "2026-12-22 11:00"),
        (Priority.URGENT, "2026-12-22 17:00", "2026-12-22 17:45", "2026-12-22 18:00"),
        (Priority.HIGH, "2026-12-22 17:00", "2026-12-23 08:30", "2026-12-23 09:00"),
        (Priority.NORMAL, "2026-12-24 14:00", "2026-12-28 10:00", "2026-12-28 12:00"),  # over Christmas
        (Priority.NORMAL, "2026-12-25 14:00", "2026-12-28 14:00", "2026-12-28 16:00"),
        (Priority.NORMAL, "2026-03-27 17:00", "2026-03-30 13:00", "2026-03-30 15:00"),  # over the short Sunday
        (Priority.NORMAL, "2026-10-23 17:00", "2026-10-26 13:00", "2026-10-26 15:00"),  # over the long one
    ],
)
def test_due_and_reminder_count_opening_hours(priority: Priority, since: str, remind: str, due: str) -> None:
    """Nights, weekends, holidays and changes of the clock take nothing away and add nothing."""
    assert target(TARGETS, priority, at(since), OFFICE) == Target(remind_at=at(remind), due_at=at(due))


def test_no_target() -> None:
    """For a priority without one, with 0, and where nobody will be there for so long."""
    now = at("2026-12-22 10:00")
    assert target(TARGETS, Priority.LOW, now, OFFICE) is None
    assert target(Targets(), Priority.URGENT, now, OFFICE) is None
    assert target(Targets(hours={Priority.LOW: 0}), Priority.LOW, now, OFFICE) is None
    assert target(TARGETS, Priority.URGENT, now, Hours(zone=BERLIN, week=((),) * 7)) is None


def test_where_it_stands() -> None:
    """Each moment belongs to what begins with it; an answer is judged by when it came, however late one looks."""
    goal = target(TARGETS, Priority.HIGH, at("2026-12-22 17:00"), OFFICE)
    assert goal is not None
    remind, due = goal.remind_at, goal.due_at
    looks = [at("2026-12-22 17:00"), remind - SECOND, remind, due - SECOND, due, due + timedelta(days=9)]
    assert [standing(goal, None, now) for now in looks] == [
        Standing.WAITING, Standing.WAITING, Standing.SOON, Standing.SOON, Standing.OVERDUE, Standing.OVERDUE,
    ]  # fmt: skip
    assert [next_look(goal, now) for now in looks] == [remind, remind, due, due, None, None]
    late = due + timedelta(days=30)
    assert [standing(goal, answered, late) for answered in (remind, due, due + SECOND)] == [
        Standing.MET, Standing.MET, Standing.MISSED,
    ]  # fmt: skip
    assert standing(goal, due, remind) is Standing.SOON  # seen by a clock that was set back


@settings(deadline=None)
@given(
    st.integers(0, 500 * 86400), st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0.01, 1), st.integers(-99, 99)
)
def test_more_time_is_never_due_earlier(seconds: int, one: float, two: float, remind: float, later: int) -> None:
    """A reminder comes before its due time, a tighter target or an earlier arrival never falls due later."""
    since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    tight, loose = sorted((one, two))
    targets = Targets(hours={Priority.HIGH: tight, Priority.LOW: loose}, remind=remind)
    high, low = (target(targets, priority, since, OFFICE) for priority in (Priority.HIGH, Priority.LOW))
    assert high is not None
    assert low is not None
    assert since < high.remind_at <= high.due_at <= low.due_at
    assert abs(business_seconds(OFFICE, since, high.due_at) - tight * 3600) < 1e-3
    for moment in (high.remind_at, high.due_at):
        assert is_open(OFFICE, moment - timedelta(microseconds=1))
    other = target(targets, Priority.HIGH, since + timedelta(hours=later), OFFICE)
    assert other is not None
    assert (other.due_at >= high.due_at) if later >= 0 else (other.due_at <= high.due_at)
