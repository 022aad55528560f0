"""Measured waiting times: decides what may be said about when a first answer comes, and in which words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.rules.hours import WHOLE_DAY, Hours, add_business, business_seconds

WINDOW = timedelta(days=14)
FEWEST = 10
"""So many must have been answered before anything is said."""

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_TINY = 1e-9
_MINUTES = (15, 30)
_HOURS = (1, 2, 3, 4, 6, 8, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Half of those who wrote had an answer within `median` business seconds, nine of ten within `most`.

    `most` is None where so many are still waiting that this is not known yet. `answered`: how many were counted.
    """

    median: float
    most: float | None
    answered: int


def measure(pairs: Iterable[tuple[datetime, datetime | None]], hours: Hours, now: datetime) -> Waiting | None:
    """The waiting times of one channel, from pairs (arrived, first answered or None).

    What arrived more than 14 days ago does not count. Who still waits counts with the time he has waited so far: left
    out he would make us look faster than we are (Kaplan-Meier's estimate; with nobody waiting it is the plain median).
    None where fewer than ten were answered, or most still wait.
    """
    waits: list[tuple[float, bool]] = []  # how long, and whether he still waits
    for arrived, answered in pairs:
        if now - WINDOW <= arrived <= now:
            waiting = answered is None or answered > now
            waits.append((business_seconds(hours, arrived, now if answered is None or waiting else answered), waiting))
    count = sum(not waiting for _, waiting in waits)
    left, median, most = 1.0, None, None
    for place, (seconds, waiting) in enumerate(sorted(waits)):
        if waiting:
            continue
        left *= 1 - 1 / (len(waits) - place)
        if median is None and left <= 0.5 + _TINY:
            median = seconds
        if most is None and left <= 0.1 + _TINY:
            most = seconds
    return None if count < FEWEST or median is None else Waiting(median=median, most=most, answered=count)


def said(waiting: Waiting | None, hours: Hours, now: datetime, language: str) -> str:
    """One sentence for a customer who writes at `now`, in German for "de", else in English.

    It rounds up, so that it stays true, and names no time of day. Where hours or minutes would run on while the team is
    not there, it says that only opening hours count.
    """
    german = language == "de"
    median = _rounded(waiting.median, hours) if waiting else None
    most = _rounded(waiting.most, hours) if waiting and waiting.most is not None else None
    if median is None or add_business(hours, now, 1) is None:
        return _UNKNOWN[german]
    lengths = [length for length in (median, most) if length]
    stops = any(_passes_closed(hours, now, seconds) for seconds, unit in lengths if unit != "day")
    counted = (" (gezählt in unseren Öffnungszeiten)" if german else " (counted in our opening hours)") if stops else ""
    usual = _words(median, hours, german=german)
    if most == median:
        if german:
            return f"Wir antworten in 9 von 10 Fällen innerhalb {usual}{counted}."
        return f"In 9 of 10 cases we answer within {usual}{counted}."
    if most is None:
        if german:
            return f"Wir antworten meist innerhalb {usual}{counted}, manchmal dauert es länger."
        return f"We usually answer within {usual}{counted}, sometimes it takes longer."
    rare = _words(most, hours, german=german)
    if german:
        return f"Wir antworten meist innerhalb {usual}, in 9 von 10 Fällen innerhalb {rare}{counted}."
    return f"We usually answer within {usual}, in 9 of 10 cases within {rare}{counted}."


_UNKNOWN = {
    True: "Wie lange es bis zu einer Antwort dauert, wissen wir noch nicht.",
    False: "We don't know yet how long an answer will take.",
}
_Length = tuple[float, str]  # business seconds, and the unit in which they are said: minute, hour or day


def _rounded(seconds: float, hours: Hours) -> _Length:
    """Up to the next length that one would say: no "47 minutes", and days from half a business day on."""
    day = _business_day(hours)
    steps = [(minutes * _MINUTE, "minute") for minutes in _MINUTES] + [(count * _HOUR, "hour") for count in _HOURS]
    for length, unit in steps:
        if seconds <= length <= day / 2:
            return length, unit
    return max(1.0, -(-seconds // day)) * day, "day"


def _business_day(hours: Hours) -> float:
    """How long a day with opening hours is, on average."""
    lengths = [sum(end - begin for begin, end in spans) for spans in hours.week if spans]
    return sum(lengths) * _MINUTE / len(lengths) if lengths else _DAY


def _passes_closed(hours: Hours, now: datetime, seconds: float) -> bool:
    due = add_business(hours, now, seconds)
    return due is None or due - now > timedelta(seconds=seconds)


def _words(length: _Length, hours: Hours, *, german: bool) -> str:
    """What follows "innerhalb" or "within"."""
    seconds, unit = length
    per = {"minute": _MINUTE, "hour": _HOUR, "day": _business_day(hours)}[unit]
    count = round(seconds / per)
    if unit == "day" and not (hours.always or (set(hours.week) == {(WHOLE_DAY,)} and not hours.holidays)):
        unit = "working day"
    if german:
        one, more = _GERMAN[unit]
        return (
            f"einer {one}" if count == 1 and unit == "hour" else f"eines {one}" if count == 1 else f"von {count} {more}"
        )
    return f"one {unit}" if count == 1 else f"{count} {unit}s"


_GERMAN = {
    "minute": ("", "Minuten"),
    "hour": ("Stunde", "Stunden"),
    "day": ("Tages", "Tagen"),
    "working day": ("Arbeitstages", "Arbeitstagen"),
}
