"""Waiting times: measured in opening hours, said so that it is true, and not said where it is not known."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.rules.hours import WHOLE_DAY, Hours, add_business, business_seconds
from inbox_bot.rules.waiting import Waiting, measure, said

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Hours(zone=BERLIN, week=(*(((9 * 60, 17 * 60),),) * 5, (), ()))
ALWAYS = Hours(zone=BERLIN)
NIGHT_AND_DAY = Hours(zone=BERLIN, week=((WHOLE_DAY,),) * 7)
NOW = datetime(2026, 6, 12, 9, 0, tzinfo=UTC)  # a Friday, 11:00 in Berlin
EVENING = NOW + timedelta(hours=8)
HOUR, WORKDAY = 3600.0, 8 * 3600.0
UNKNOWN = ("Wie lange es bis zu einer Antwort dauert, wissen wir noch nicht.",
           "We don't know yet how long an answer will take.")  # fmt: skip


def waited(
    *hours: float | None, at: datetime = datetime(2026, 6, 8, 7, tzinfo=UTC)
) -> list[tuple[datetime, datetime | None]]:
    """So many arrivals at Monday's opening, each answered after so many opening hours, or still waiting."""
    return [(at, None if length is None else add_business(OFFICE, at, length * HOUR)) for length in hours]


def test_median_and_nine_of_ten() -> None:
    """Of ten the fifth and the ninth, in any order; over nights, in opening hours only."""
    pairs = waited(3, 1, 2, 9, 5, 4, 8, 6, 7, 30)
    assert measure(pairs, OFFICE, NOW) == Waiting(median=5 * HOUR, most=9 * HOUR, answered=10)
    assert measure(reversed(pairs), OFFICE, NOW) == measure(pairs, OFFICE, NOW)


@pytest.mark.parametrize("count", [0, 1, 9])
def test_too_few_are_nothing_known(count: int) -> None:
    """Below ten answers there is no figure, however many wait."""
    assert measure(waited(*[1.0] * count, *[None] * 50), OFFICE, NOW) is None
    assert measure(waited(*[1.0] * count), OFFICE, NOW) is None


def test_only_the_last_fourteen_days_count() -> None:
    """What came earlier, or by a clock that was wrong will come, is left out."""
    old = [(NOW - timedelta(days=14, seconds=1), NOW - timedelta(days=14))] * 50
    ahead: list[tuple[datetime, datetime | None]] = [(NOW + timedelta(seconds=1), NOW + timedelta(days=1))] * 50
    assert measure([*old, *ahead], OFFICE, NOW) is None
    edge = [(NOW - timedelta(days=14), NOW - timedelta(days=14) + timedelta(hours=1))] * 10
    found = measure([*old, *ahead, *edge], OFFICE, NOW)
    assert found == Waiting(median=HOUR, most=HOUR, answered=10)


def test_who_still_waits_is_not_forgotten() -> None:
    """Ten quick answers and ten who have waited for days: the median is no quick one, nine of ten are unknown."""
    quick = [0.5] * 10
    assert measure(waited(*quick), OFFICE, NOW) == Waiting(median=HOUR / 2, most=HOUR / 2, answered=10)
    assert measure(waited(*quick, None), OFFICE, NOW) == Waiting(median=HOUR / 2, most=HOUR / 2, answered=10)
    assert measure(waited(*quick, *[None] * 9), OFFICE, NOW) == Waiting(median=HOUR / 2, most=None, answered=10)
    assert measure(waited(*quick, *[None] * 11), OFFICE, NOW) is None


def test_who_has_only_just_written_makes_nothing_slower() -> None:
    """He is no evidence of a long wait yet."""
    pairs = [*waited(*[2.0] * 10), *waited(*[None] * 30, at=NOW - timedelta(minutes=10))]
    assert measure(pairs, OFFICE, NOW) == Waiting(median=2 * HOUR, most=2 * HOUR, answered=10)


def test_an_answer_at_night_took_no_opening_hours() -> None:
    """Somebody answers on a Sunday: no waiting time, and the least that is said is a quarter of an hour."""
    sunday = datetime(2026, 6, 7, 10, tzinfo=UTC)
    found = measure([(sunday, sunday + timedelta(hours=3))] * 10, OFFICE, NOW)
    assert found == Waiting(median=0, most=0, answered=10)
    assert said(found, OFFICE, NOW, "en") == "In 9 of 10 cases we answer within 15 minutes."


@pytest.mark.parametrize(
    ("median", "most", "hours", "now", "german", "english"),
    [
        (2.2 * HOUR, 7 * HOUR, OFFICE, NOW,
         "Wir antworten meist innerhalb von 3 Stunden, in 9 von 10 Fällen innerhalb eines Arbeitstages.",
         "We usually answer within 3 hours, in 9 of 10 cases within one working day."),
        (2.2 * HOUR, 17 * HOUR, OFFICE, EVENING,
         "Wir antworten meist innerhalb von 3 Stunden, in 9 von 10 Fällen innerhalb von 3 Arbeitstagen"
         " (gezählt in unseren Öffnungszeiten).",
         "We usually answer within 3 hours, in 9 of 10 cases within 3 working days (counted in our opening hours)."),
        (600, 50 * 60, OFFICE, NOW,
         "Wir antworten meist innerhalb von 15 Minuten, in 9 von 10 Fällen innerhalb einer Stunde.",
         "We usually answer within 15 minutes, in 9 of 10 cases within one hour."),
        (2 * HOUR, 3.5 * HOUR, OFFICE, NOW + timedelta(hours=3),
         "Wir antworten meist innerhalb von 2 Stunden, in 9 von 10 Fällen innerhalb von 4 Stunden"
         " (gezählt in unseren Öffnungszeiten).",
         "We usually answer within 2 hours, in 9 of 10 cases within 4 hours (counted in our opening hours)."),
        (WORKDAY, 2 * WORKDAY, OFFICE, EVENING,
         "Wir antworten meist innerhalb eines Arbeitstages, in 9 von 10 Fällen innerhalb von 2 Arbeitstagen.",
         "We usually answer within one working day, in 9 of 10 cases within 2 working days."),
        (WORKDAY, WORKDAY, OFFICE, NOW, "Wir antworten in 9 von 10 Fällen innerhalb eines Arbeitstages.",
         "In 9 of 10 cases we answer within one working day."),
        (HOUR, None, OFFICE, NOW, "Wir antworten meist innerhalb einer Stunde, manchmal dauert es länger.",
         "We usually answer within one hour, sometimes it takes longer."),
        (HOUR, None, OFFICE, EVENING,
         "Wir antworten meist innerhalb einer Stunde (gezählt in unseren Öffnungszeiten), manchmal dauert es länger.",
         "We usually answer within one hour (counted in our opening hours), sometimes it takes longer."),
        (5 * HOUR, 40 * HOUR, ALWAYS, EVENING,
         "Wir antworten meist innerhalb von 6 Stunden, in 9 von 10 Fällen innerhalb von 2 Tagen.",
         "We usually answer within 6 hours, in 9 of 10 cases within 2 days."),
        (5 * HOUR, 20 * HOUR, NIGHT_AND_DAY, EVENING,
         "Wir antworten meist innerhalb von 6 Stunden, in 9 von 10 Fällen innerhalb eines Tages.",
         "We usually answer within 6 hours, in 9 of 10 cases within one day."),
        (5 * HOUR, 20 * HOUR, replace(NIGHT_AND_DAY, holidays=frozenset({NOW.date()})), EVENING,
         "Wir antworten meist innerhalb von 6 Stunden, in 9 von 10 Fällen innerhalb eines Arbeitstages"
         " (gezählt in unseren Öffnungszeiten).",
         "We usually answer within 6 hours, in 9 of 10 cases within one working day (counted in our opening hours)."),
    ],
)  # fmt: skip
def test_what_is_said(
    median: float, most: float | None, hours: Hours, now: datetime, german: str, english: str
) -> None:
    """Rounded as people speak; where hours would run into closed time, that only opening hours count."""
    waiting = Waiting(median=median, most=most, answered=20)
    assert said(waiting, hours, now, "de") == german
    assert said(waiting, hours, now, "en") == english
    assert said(waiting, hours, now, "nl") == english


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    """Without a figure, and where nobody will be there."""
    closed = Hours(zone=BERLIN, week=((),) * 7)
    for waiting, hours in ((None, OFFICE), (None, ALWAYS), (Waiting(median=60, most=60, answered=99), closed)):
        assert (said(waiting, hours, NOW, "de"), said(waiting, hours, NOW, "en")) == UNKNOWN


LENGTHS = st.floats(0, 80)
WEEKS = st.sampled_from([OFFICE, ALWAYS, NIGHT_AND_DAY, Hours(zone=BERLIN, week=(((0, 60),), *((),) * 6))])


@settings(deadline=None)
@given(st.lists(LENGTHS, min_size=10, max_size=40), st.lists(LENGTHS, max_size=20))
def test_figures_hold_for_those_they_were_measured_on(answered: list[float], waiting: list[float]) -> None:
    """Half had their answer within the median and nine of ten within the other; who waits never makes it faster."""
    start = NOW - timedelta(hours=100)
    pairs: list[tuple[datetime, datetime | None]] = [(start, start + timedelta(hours=length)) for length in answered]
    found = measure(pairs, ALWAYS, NOW)
    assert found is not None
    assert found.most is not None
    lengths = [business_seconds(ALWAYS, start, end) for _, end in pairs if end]
    assert sum(length <= found.median for length in lengths) * 2 >= len(lengths)
    assert sum(length <= found.most for length in lengths) * 10 >= len(lengths) * 9
    assert found.median in lengths
    assert found.median <= found.most
    assert sum(length < found.median for length in lengths) * 2 < len(lengths)
    assert sum(length < found.most for length in lengths) * 10 < len(lengths) * 9
    slower = measure([*pairs, *((NOW - timedelta(hours=length), None) for length in waiting)], ALWAYS, NOW)
    if slower is not None:
        assert slower.median >= found.median
        assert slower.most is None or slower.most >= found.most


@settings(deadline=None)
@given(LENGTHS, LENGTHS, WEEKS, st.integers(0, 14 * 24 * 60), st.sampled_from(["de", "en"]))
def test_no_clock_time_and_nothing_shorter_than_measured(
    one: float, two: float, hours: Hours, minutes: int, language: str
) -> None:
    """At any moment: no time of day; closed time is never counted in silence."""
    median, most = sorted((one * HOUR, two * HOUR))
    now = NOW + timedelta(minutes=minutes)
    text = said(Waiting(median=median, most=most, answered=10), hours, now, language)
    assert not re.search(r"\d:\d|\d Uhr|\d ?[ap]m\b|heute|morgen|today|tomorrow", text)
    assert text.count(".") == 1
    spoken = [
        float(number if number.isdigit() else 1) * (60 if unit.lower() == "minute" else HOUR)
        for number, unit in re.findall(r"(\d+|einer|one) (Minute|Stunde|minute|hour)", text)
    ]
    if spoken:
        usually = re.search(r"meist|usually", text)
        assert spoken[0] >= (median if usually else most)
        assert all(length >= most for length in spoken[1:])
    if spoken and not re.search("in unseren Öffnungszeiten|in our opening hours", text):
        assert all(add_business(hours, now, length) == now + timedelta(seconds=length) for length in spoken)
