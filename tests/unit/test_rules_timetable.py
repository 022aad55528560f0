"""Timetables: what a written week means, and how it is said."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.errors import UsageError
from inbox_bot.rules.hours import WHOLE_DAY, Hours, Span
from inbox_bot.rules.timetable import next_holiday, read_day, read_week, said, said_at, write_week, written_days

OFFICE: tuple[Span, ...] = ((480, 720), (780, 1080))
SHORT: tuple[Span, ...] = ((540, 810),)
EDGES = st.lists(st.integers(0, 1440), max_size=6, unique=True).map(sorted)
SPANS = EDGES.map(lambda e: tuple(zip(e[::2], e[1::2], strict=False)))


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("mon-fri 08:00-12:00 13:00-18:00, sat 9:00-13:30", (OFFICE,) * 5 + (SHORT, ())),
        ("Mo–Fr 8:00–12:00 13:00 - 18:00,Sa 9:00-13:30", (OFFICE,) * 5 + (SHORT, ())),
        ("tue 09:00-13:30", ((), SHORT, (), (), (), (), ())),
        ("fri-mon 09:00-13:30", (SHORT, (), (), (), SHORT, SHORT, SHORT)),
        ("monday - sunday 00:00-24:00", ((WHOLE_DAY,),) * 7),
        ("", ()),
        (" , ", ()),
    ],
)
def test_a_week_is_read(text: str, week: tuple[tuple[Span, ...], ...]) -> None:
    """English or German short names, ranges also over Sunday; what is not named is closed."""
    assert read_week(text) == week


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("mon", "are no opening hours"),
        ("08:00-12:00", "are no opening hours"),
        ("mon-xyz 08:00-12:00", "are no opening hours"),
        ("feb 08:00-12:00", "are no opening hours"),
        ("mon 08:00-12:00 - 13:00", "is no span"),
        ("mon 8-12", "is no span"),
        ("mon 08:60-12:00", "is no span"),
        ("mon ٠٨:٠٠-12:00", "are no opening hours"),
        ("mon 12:00-12:00", "ends before it begins"),
        ("mon 22:00-06:00", 'write "22:00-24:00"'),
        ("mon 22:00-24:01", "ends after 24:00"),
        ("mon 08:00-12:00 11:59-13:00", "overlaps"),
        ("mon-fri 08:00-12:00, wed 13:00-14:00", "wednesday is named twice"),
    ],
)
def test_what_is_no_week_is_refused(text: str, why: str) -> None:
    """One line says what to write."""
    with pytest.raises(UsageError, match=why) as caught:
        read_week(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("week", "german", "english"),
    [
        ((OFFICE,) * 5 + (SHORT, ()), "Mo–Fr 8–12 und 13–18 Uhr, Sa 9–13:30 Uhr",
         "Mon–Fri 8:00–12:00 and 13:00–18:00, Sat 9:00–13:30"),
        ((OFFICE, SHORT, OFFICE, (), SHORT, (), ()),
         "Mo 8–12 und 13–18 Uhr, Di 9–13:30 Uhr, Mi 8–12 und 13–18 Uhr, Fr 9–13:30 Uhr",
         "Mon 8:00–12:00 and 13:00–18:00, Tue 9:00–13:30, Wed 8:00–12:00 and 13:00–18:00, Fri 9:00–13:30"),
        ((((0, 60), (120, 180), (1320, 1440)),) * 7, "Mo–So 0–1, 2–3 und 22–24 Uhr",
         "Mon–Sun 0:00–1:00, 2:00–3:00 and 22:00–24:00"),
        (((WHOLE_DAY,),) * 7, "rund um die Uhr", "around the clock"),
        ((), "", ""),
        (((),) * 7, "", ""),
    ],
)  # fmt: skip
def test_a_week_is_said(week: tuple[tuple[Span, ...], ...], german: str, english: str) -> None:
    """Days with the same hours together, closed ones left out."""
    assert said(week, "de") == german
    assert said(week, "en") == english


CHRISTMAS = Hours(
    zone=UTC,
    week=((OFFICE,) * 5 + (SHORT, ())),
    holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 27), date(2027, 1, 1)}),
    special={date(2026, 12, 24): SHORT, date(2027, 1, 1): OFFICE, date(2026, 12, 23): OFFICE},
)


@pytest.mark.parametrize(
    ("day", "german", "english"),
    [
        (16, "", ""),
        (18, "; am 24.12. 9–13:30 Uhr", "; on 24 Dec 9:00–13:30"),
        (21, "; am 24.12. 9–13:30 Uhr, am 25.12. geschlossen, am 26.12. geschlossen",
         "; on 24 Dec 9:00–13:30, on 25 Dec closed, on 26 Dec closed"),
        (26, "; am 26.12. geschlossen", "; on 26 Dec closed"),
        (27, "", ""),
    ],
)  # fmt: skip
def test_days_of_the_coming_week_that_differ_are_said(day: int, german: str, english: str) -> None:
    """Holidays that close nothing, and open days with the usual hours, are not worth a word."""
    at = datetime(2026, 12, day, 23, tzinfo=UTC)
    assert said_at(CHRISTMAS, at, "de") == said(CHRISTMAS.week, "de") + german
    assert said_at(CHRISTMAS, at, "en") == said(CHRISTMAS.week, "en") + english


def test_the_day_is_that_of_the_zone() -> None:
    """At 23:30 UTC it is tomorrow in Berlin; who is always there has nothing to say."""
    berlin = replace(CHRISTMAS, zone=ZoneInfo("Europe/Berlin"))
    assert "24.12." in said_at(berlin, datetime(2026, 12, 24, 22, 30, tzinfo=UTC), "de")
    assert "24.12." not in said_at(berlin, datetime(2026, 12, 24, 23, 30, tzinfo=UTC), "de")
    assert said_at(Hours(zone=UTC), datetime(2026, 12, 24, tzinfo=UTC), "de") == ""


def test_days_are_written_for_the_team() -> None:
    """Each with its date; the next holiday is the next one that takes away hours."""
    written = written_days(CHRISTMAS, date(2026, 12, 24), 2)
    assert written == "Thu 2026-12-24 09:00-13:30, Fri 2026-12-25 closed"
    days = [next_holiday(CHRISTMAS, date(2026, 12, day)) for day in (1, 25, 26, 27)]
    assert days == [date(2026, 12, 25), date(2026, 12, 25), date(2026, 12, 26), None]
    assert next_holiday(Hours(zone=UTC, holidays=CHRISTMAS.holidays), date(2026, 12, 1)) is None


@given(st.lists(SPANS, min_size=7, max_size=7))
def test_what_is_written_is_read_back(week: list[tuple[Span, ...]]) -> None:
    """Every week with any hours; a closed one cannot be told from none, and is written as nothing."""
    assert read_week(write_week(week)) == (tuple(week) if any(week) else ())


@given(st.text(max_size=30) | st.from_regex(r"(mon|fr|x)(-sun)? \d?\d:\d\d ?- ?\d\d:\d\d", fullmatch=True))
def test_any_text_is_a_week_or_refused(text: str) -> None:
    """Never a traceback, never a week of other than seven days; spans are in order and apart."""
    try:
        week = read_week(text)
    except UsageError:
        return
    assert len(week) in (0, 7)
    for spans in week:
        flat = [minute for span in spans for minute in span]
        assert flat == sorted(set(flat))
        assert read_day(f"{a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}" for a, b in spans) == spans
