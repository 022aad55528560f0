"""Opening hours: when somebody is there, and how much time of it passes, over holidays and changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inbox_bot.rules.hours import (
    WHOLE_DAY,
    Hours,
    Span,
    add_business,
    business_seconds,
    end_of_business_day,
    is_open,
    next_open,
)

BERLIN = ZoneInfo("Europe/Berlin")
HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in ("2026-04-03", "2026-04-06", "2026-10-03", "2026-12-25", "2026-12-26", "2027-01-01")
)
OFFICE: tuple[Span, ...] = ((8 * 60, 12 * 60), (13 * 60, 18 * 60))
WEEK = (OFFICE,) * 5 + (((9 * 60, 13 * 60),), ())
TEAM = Hours(
    zone=BERLIN, week=WEEK, holidays=HOLIDAYS | {date(2026, 12, 31)}, special={date(2026, 12, 24): ((9 * 60, 12 * 60),)}
)
NIGHTS = Hours(zone=BERLIN, week=(((0, 360), (1320, 1440)),) * 7)
CLOSED = Hours(zone=BERLIN, week=((),) * 7)
UNKNOWN = Hours(zone=BERLIN, holidays=HOLIDAYS)
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
]


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def local(moment: datetime | None) -> str:
    return "never" if moment is None else moment.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("when", "opens", "ends"),
    [
        ("2026-10-02 10:00", "2026-10-02 10:00", "2026-10-02 18:00"),
        ("2026-10-02 12:00", "2026-10-02 13:00", "2026-10-02 18:00"),  # Friday, at lunch
        ("2026-10-02 17:59", "2026-10-02 17:59", "2026-10-02 18:00"),
        ("2026-10-02 18:00", "2026-10-05 08:00", "2026-10-05 18:00"),  # Saturday is German Unity Day
        ("2026-10-03 10:00", "2026-10-05 08:00", "2026-10-05 18:00"),
        ("2026-10-10 10:00", "2026-10-10 10:00", "2026-10-10 13:00"),  # an ordinary Saturday
        ("2026-04-02 18:00", "2026-04-04 09:00", "2026-04-04 13:00"),  # Maundy Thursday; Good Friday is left out
        ("2026-04-04 13:00", "2026-04-07 08:00", "2026-04-07 18:00"),  # Easter Saturday to Tuesday
        ("2026-12-23 18:00", "2026-12-24 09:00", "2026-12-24 12:00"),  # Christmas Eve has hours of its own
        ("2026-12-24 12:00", "2026-12-28 08:00", "2026-12-28 18:00"),
        ("2026-12-25 00:00", "2026-12-28 08:00", "2026-12-28 18:00"),
        ("2026-12-26 23:59", "2026-12-28 08:00", "2026-12-28 18:00"),
        ("2026-12-30 18:00", "2027-01-02 09:00", "2027-01-02 13:00"),  # over the year's end
        ("2026-03-28 13:00", "2026-03-30 08:00", "2026-03-30 18:00"),  # over the short Sunday
        ("2026-10-24 13:00", "2026-10-26 08:00", "2026-10-26 18:00"),  # over the long one
    ],
)
def test_when_it_opens_and_closes(when: str, opens: str, ends: str) -> None:
    """Around holidays and weekends: open where it opens "now", and the next closing time is that day's last."""
    assert is_open(TEAM, at(when)) == (when == opens)
    assert local(next_open(TEAM, at(when))) == opens
    assert local(end_of_business_day(TEAM, at(when))) == ends


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-10-02 17:00", 1, "2026-10-02 18:00"),  # the moment of closing, not of opening again
        ("2026-10-02 17:00", 2, "2026-10-05 09:00"),
        ("2026-10-02 11:00", 2, "2026-10-02 14:00"),  # lunch does not count
        ("2026-10-02 22:00", 1, "2026-10-05 09:00"),
        ("2026-04-02 17:00", 6, "2026-04-07 09:00"),  # 1 h on Thursday, 4 h on Saturday, 1 h on Tuesday
        ("2026-12-23 17:00", 4, "2026-12-24 12:00"),
        ("2026-12-23 17:00", 5, "2026-12-28 09:00"),
        ("2026-12-26 12:00", 9, "2026-12-28 18:00"),
        ("2026-12-30 17:00", 5, "2027-01-02 13:00"),
    ],
)
def test_business_time_over_holidays(start: str, hours: float, due: str) -> None:
    """What is due in so many opening hours, and that so many lie between."""
    assert local(add_business(TEAM, at(start), hours * 3600)) == due
    assert business_seconds(TEAM, at(start), at(due)) == hours * 3600


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_a_day_of_a_change_of_the_clock_has_its_real_length(zone: str, day: date) -> None:
    """23 or 25 hours in an open day; the hours of the office stay what they are on the wall."""
    spring = day.month == 3
    here = ZoneInfo(zone)
    midnight = datetime(day.year, day.month, day.day, tzinfo=here)
    following = midnight + timedelta(days=1)
    whole = Hours(zone=here, week=((WHOLE_DAY,),) * 7)
    assert business_seconds(whole, midnight, following) == (23 if spring else 25) * 3600
    assert add_business(whole, midnight, 12 * 3600) == midnight.astimezone(UTC) + timedelta(hours=12)
    assert end_of_business_day(whole, midnight) == following
    office = Hours(zone=here, week=(OFFICE,) * 7)
    assert business_seconds(office, midnight, following) == 9 * 3600
    opens = next_open(office, midnight)
    assert opens is not None
    assert opens.astimezone(here).hour == 8
    early, late = midnight + timedelta(minutes=30), midnight + timedelta(hours=22)  # by the clock of the zone
    assert business_seconds(whole, early, late) == (20.5 if spring else 22.5) * 3600
    assert add_business(whole, early, 20.5 * 3600) == early.astimezone(UTC) + timedelta(hours=20.5)
    night = Hours(zone=here, week=(((0, 4 * 60),),) * 7)
    assert business_seconds(night, midnight, following) == (3 if spring else 5) * 3600


def test_a_time_that_the_clock_leaves_out_is_the_moment_of_change() -> None:
    """02:30 on the short Sunday: a span from there begins at 03:00, one that lies inside is not there at all."""
    late = Hours(zone=BERLIN, week=(((150, 300),),) * 7)
    assert local(next_open(late, at("2026-03-29 00:00"))) == "2026-03-29 03:00"
    assert business_seconds(late, at("2026-03-29 00:00"), at("2026-03-30 00:00")) == 2 * 3600
    inside = Hours(zone=BERLIN, week=(((130, 170),),) * 7)
    assert local(next_open(inside, at("2026-03-29 00:00"))) == "2026-03-30 02:10"
    assert local(end_of_business_day(inside, at("2026-03-29 00:00"))) == "2026-03-30 02:50"


def test_a_time_that_comes_twice_counts_the_first_time() -> None:
    """02:30 on the long Sunday: one span ends there, the next begins there, and nothing counts twice."""
    split = Hours(zone=BERLIN, week=(((0, 150), (150, 300)),) * 7)
    day = at("2026-10-25 00:00"), at("2026-10-26 00:00")
    assert business_seconds(split, *day) == 6 * 3600
    early = Hours(zone=BERLIN, week=(((0, 150),),) * 7)
    assert business_seconds(early, *day) == 2.5 * 3600
    assert not is_open(early, datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN, fold=1))


def test_the_clock_may_be_put_back_over_midnight() -> None:
    """St. John's, 2010: at 00:01 it is 23:01 of the day before, which stays the new day; a day may be left out, too."""
    there = ZoneInfo("America/St_Johns")
    sunday = Hours(zone=there, week=(*((),) * 6, (WHOLE_DAY,)))
    again = datetime(2010, 11, 6, 23, 30, tzinfo=there, fold=1).astimezone(UTC)
    assert is_open(sunday, again)
    assert business_seconds(sunday, again - timedelta(days=2), again + timedelta(days=2)) == 25 * 3600
    samoa = Hours(zone=ZoneInfo("Pacific/Apia"), week=((WHOLE_DAY,),) * 7)
    noon = datetime(2011, 12, 29, 12, tzinfo=samoa.zone)
    assert business_seconds(samoa, noon, datetime(2011, 12, 31, 12, tzinfo=samoa.zone)) == 24 * 3600
    assert end_of_business_day(samoa, noon) == datetime(2011, 12, 31, tzinfo=samoa.zone)


def test_over_midnight() -> None:
    """A span to 24:00 and one from 00:00 make one night; the business day ends at 24:00."""
    assert is_open(NIGHTS, at("2026-06-01 23:59"))
    assert is_open(NIGHTS, at("2026-06-02 00:00"))
    assert not is_open(NIGHTS, at("2026-06-02 06:00"))
    assert business_seconds(NIGHTS, at("2026-06-01 12:00"), at("2026-06-02 12:00")) == 8 * 3600
    assert local(add_business(NIGHTS, at("2026-06-01 23:00"), 2 * 3600)) == "2026-06-02 01:00"
    assert local(end_of_business_day(NIGHTS, at("2026-06-01 23:00"))) == "2026-06-02 00:00"
    assert local(end_of_business_day(NIGHTS, at("2026-06-02 00:00"))) == "2026-06-03 00:00"


def test_no_hours_known_is_always_open() -> None:
    """Also on holidays: then every second counts, and a day ends at midnight."""
    christmas = at("2026-12-25 03:00")
    assert UNKNOWN.always
    assert is_open(UNKNOWN, christmas)
    assert next_open(UNKNOWN, christmas) == christmas
    assert business_seconds(UNKNOWN, christmas, christmas + timedelta(days=400)) == 400 * 86400
    assert add_business(UNKNOWN, christmas, 1e6) == christmas + timedelta(seconds=1e6)
    assert local(end_of_business_day(UNKNOWN, christmas)) == "2026-12-26 00:00"


def test_who_never_opens_is_said_to_never_open() -> None:
    """Within two years nothing opens, or not for long enough: None, not an endless search."""
    now = at("2026-06-01 12:00")
    off = frozenset(now.date() + timedelta(days=day) for day in range(-2, 800))
    for hours in (CLOSED, Hours(zone=BERLIN, week=WEEK, holidays=off)):
        assert not is_open(hours, now)
        assert next_open(hours, now) is None
        assert end_of_business_day(hours, now) is None
        assert add_business(hours, now, 1) is None
        assert business_seconds(hours, now, now + timedelta(days=700)) == 0
    weekly = Hours(zone=BERLIN, week=(((480, 540),), *((),) * 6))
    assert add_business(weekly, now, 100 * 3600) is not None
    assert add_business(weekly, now, 110 * 3600) is None


def test_weeks_that_are_closed_are_looked_past() -> None:
    """Three weeks of company holidays."""
    off = frozenset(date(2026, 8, 3) + timedelta(days=day) for day in range(21))
    hours = Hours(zone=BERLIN, week=WEEK, holidays=off)
    assert local(next_open(hours, at("2026-08-01 13:00"))) == "2026-08-24 08:00"
    assert local(add_business(hours, at("2026-08-01 12:00"), 2 * 3600)) == "2026-08-24 09:00"


def test_what_is_not_after_takes_no_time() -> None:
    """Neither backwards nor at one moment."""
    noon = at("2026-10-05 11:00")
    assert business_seconds(TEAM, noon, noon) == 0
    assert business_seconds(TEAM, noon, noon - timedelta(days=9)) == 0
    assert add_business(TEAM, noon, 0) == add_business(TEAM, noon, -5) == noon
