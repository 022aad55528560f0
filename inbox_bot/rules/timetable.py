"""Timetables as people write and read them: decides what a text of opening hours means, and how a week is said."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from inbox_bot.errors import UsageError
from inbox_bot.rules.hours import WHOLE_DAY, Hours, Span, spans_of

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GERMAN = ("mo", "di", "mi", "do", "fr", "sa", "so")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEK = 7
_PLACES = {name: place for names in (DAYS, _ENGLISH, _GERMAN) for place, name in enumerate(names)}
_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*[-\N{EN DASH}]\s*(\d{1,2}):(\d\d)", re.ASCII)
_ENTRY = re.compile(r"([a-z]+)(?:\s*[-\N{EN DASH}]\s*([a-z]+))?\s+(\d.*)", re.ASCII)


def read_day(texts: Iterable[str]) -> tuple[Span, ...]:
    """The spans of one day, written as 08:00-12:00; in order, those that touch joined.

    Raises `UsageError` where one is none, ends before it begins, or overlaps another.
    """
    spans: list[Span] = []
    for begin, end in sorted(_span(text) for text in texts):
        if spans and begin < spans[-1][1]:
            raise UsageError(f"{_written((begin, end))} overlaps {_written(spans[-1])}; make one of the two")
        if spans and begin == spans[-1][1]:
            begin = spans.pop()[0]
        spans.append((begin, end))
    return tuple(spans)


def read_week(text: str) -> tuple[tuple[Span, ...], ...]:
    """A week, written as `mon-fri 08:00-12:00 13:00-18:00, sat 09:00-13:00`; days that are not named are closed.

    German short names will do, too. An empty text is a week without hours, (). Raises `UsageError`, also where a day
    is named twice.
    """
    week: dict[int, tuple[Span, ...]] = {}
    for entry in filter(None, (part.strip() for part in text.lower().split(","))):
        found = _ENTRY.fullmatch(entry)
        names = [name for name in found.groups()[:2] if name] if found else []
        if not found or not all(name in _PLACES for name in names):
            raise UsageError(f'"{entry}" are no opening hours; write them as "mon-fri 08:00-12:00 13:00-18:00"')
        first, last = _PLACES[names[0]], _PLACES[names[-1]]
        spans = read_day(re.sub(r"\s*[-\N{EN DASH}]\s*", "-", found[3]).split())
        for place in range(first, first + (last - first) % 7 + 1):
            if place % 7 in week:
                raise UsageError(f"{DAYS[place % 7]} is named twice; give all its hours at one place")
            week[place % 7] = spans
    return tuple(week.get(place, ()) for place in range(7)) if week else ()


def write_week(week: Sequence[Sequence[Span]]) -> str:
    """What `read_week` reads as this week."""
    return ", ".join(
        f"{_days(first, last, _ENGLISH, '-')} {' '.join(map(_written, spans))}" for first, last, spans in _alike(week)
    )


def said(week: Sequence[Sequence[Span]], language: str) -> str:
    """A week for people: "Mo–Fr 8–12 und 13–18 Uhr, Sa 9–13 Uhr"; "" where it has no hours. English but for "de"."""
    if len(week) == 7 and all(tuple(spans) == (WHOLE_DAY,) for spans in week):
        return "rund um die Uhr" if language == "de" else "around the clock"
    names = tuple(name.capitalize() for name in (_GERMAN if language == "de" else _ENGLISH))
    return ", ".join(
        f"{_days(first, last, names, '–')} {_spans_said(spans, language)}" for first, last, spans in _alike(week)
    )


def said_at(hours: Hours, at: datetime, language: str) -> str:
    """The hours for people who read of them on the day of `at`: the week, and which of the next seven days differ from
    it: "Mo–Fr 8–18 Uhr; am 24.12. 9–12 Uhr, am 25.12. geschlossen". "" where none are known."""
    if hours.always:
        return ""
    today = at.astimezone(hours.zone).date()
    days = [today + timedelta(days=count) for count in range(_WEEK)]
    differing = [(day, spans_of(hours, day)) for day in days if spans_of(hours, day) != hours.week[day.weekday()]]
    parts = [f"{_date(day, language)} {_spans_said(spans, language)}" for day, spans in differing]
    return "; ".join(filter(None, (said(hours.week, language), ", ".join(parts))))


def written_days(hours: Hours, first: date, count: int = _WEEK) -> str:
    """Single days for the team: "Mon 2026-11-23 08:00-18:00, Tue 2026-11-24 closed"."""
    days = [first + timedelta(days=place) for place in range(count)]
    return ", ".join(
        f"{_ENGLISH[day.weekday()].capitalize()} {day} {' '.join(map(_written, spans_of(hours, day))) or 'closed'}"
        for day in days
    )


def next_holiday(hours: Hours, day: date) -> date | None:
    """The next holiday, from that day on, that closes a day with hours in other weeks; None where none is known."""
    closing = (one for one in hours.holidays if one >= day and one not in hours.special)
    return min((one for one in closing if not hours.always and hours.week[one.weekday()]), default=None)


def _date(day: date, language: str) -> str:
    return f"am {day.day}.{day.month}." if language == "de" else f"on {day.day} {_MONTHS[day.month - 1]}"


def _spans_said(spans: Sequence[Span], language: str) -> str:
    german = language == "de"
    if not spans:
        return "geschlossen" if german else "closed"
    listed = _listed([_said(span, short=german) for span in spans], "und" if german else "and")
    return f"{listed} Uhr" if german else listed


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text.strip())
    numbers = [int(part) for part in found.groups()] if found else []
    if not found or numbers[1] > 59 or numbers[3] > 59:
        raise UsageError(f'"{text}" is no span of time; write it as "08:00-12:00"')
    begin, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if end > WHOLE_DAY[1]:
        raise UsageError(f'"{text}" ends after 24:00; write the rest on the next day')
    if begin >= end:
        raise UsageError(f'"{text}" ends before it begins; over midnight write "22:00-24:00", the rest on the next day')
    return begin, end


def _written(span: Span) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span)


def _said(span: Span, *, short: bool) -> str:
    return "–".join(f"{m // 60}" if short and m % 60 == 0 else f"{m // 60}:{m % 60:02}" for m in span)


def _listed(words: Sequence[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else words[0]


def _alike(week: Sequence[Sequence[Span]]) -> list[tuple[int, int, Sequence[Span]]]:
    """Runs of days with the same hours: first, last, hours; closed days are left out."""
    runs: list[tuple[int, int, Sequence[Span]]] = []
    for spans, places in groupby(range(len(week)), key=lambda place: tuple(week[place])):
        days = list(places)
        if spans:
            runs.append((days[0], days[-1], spans))
    return runs


def _days(first: int, last: int, names: Sequence[str], dash: str) -> str:
    return names[first] if first == last else f"{names[first]}{dash}{names[last]}"
