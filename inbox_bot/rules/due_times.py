"""Due times: decides which moment an agent names, and what his text and his options promise together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from inbox_bot.errors import UsageError
from inbox_bot.rules import time_names
from inbox_bot.rules.calendars import Calendar
from inbox_bot.rules.deadlines import due
from inbox_bot.rules.hours import Hours, add_business, business_seconds, spans_of
from inbox_bot.rules.moments import said
from inbox_bot.rules.promise_words import PROMISING
from inbox_bot.rules.promises import LANGUAGES, Promise

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]+(\d{1,2}:\d\d))?", re.ASCII)
_WORD = re.compile(r"[^\W_]+")
_EVENING = time(18)
_MOST = 1439  # minutes of a day that a clock can show
_LONGEST = timedelta(hours=1)
_PART = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """One promise with its due time; `phrase` as the customer reads it, or as the agent named the time."""

    phrase: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is promised. `missing`: what the agent must still say, in one line. `later`: why a time that he gave is
    later than what the customer reads."""

    agreed: tuple[Agreed, ...] = ()
    missing: str = ""
    later: str = ""


def calendar(hours: Hours, now: datetime) -> Calendar:
    """What times are reckoned by where these are the team's hours: a day ends when its opening does, a closed one when
    an ordinary one would. Without hours days end at 18:00 and weekends are free."""
    if hours.always:
        return Calendar(now=now, zone=hours.zone, end_of_day=_EVENING)
    ordinary = max((spans[-1][1] for spans in hours.week if spans), default=_EVENING.hour * 60)

    def closing(day: date) -> time:
        spans = spans_of(hours, day)
        minute = min(spans[-1][1] if spans else ordinary, _MOST)
        return time(minute // 60, minute % 60)

    return Calendar(now=now, zone=hours.zone, end_of_day=closing, workday=lambda day: bool(spans_of(hours, day)))


def read(text: str, reckoned: Calendar) -> datetime:
    """The moment (UTC) that is meant by "Friday 17:00", "morgen 12 Uhr", "in 2 hours" or "2026-11-27 17:00"; a day
    stands for its end. Raises `UsageError` where it cannot be told or is over."""
    words = " ".join(text.split())
    found = _ISO.fullmatch(words)
    try:
        meant = {_dated(found[1], found[2], reckoned)} if found else _spoken(words, reckoned)
    except ValueError:
        meant = set()
    if len(meant) != 1:
        raise UsageError(f'"{words}" is no time that can be told; write it as "Friday 17:00" or "2026-11-27 17:00"')
    [when] = meant
    if when <= reckoned.now:
        raise UsageError(f'"{words}" is over ({said(when, reckoned.zone)}); give a time that is still to come')
    return when


def _dated(day: str, clock: str | None, reckoned: Calendar) -> datetime:
    if clock is None:
        return reckoned.close(date.fromisoformat(day))
    hour, minute = clock.split(":")
    return reckoned.at(date.fromisoformat(day), time(int(hour), int(minute)))


def _spoken(text: str, reckoned: Calendar) -> set[datetime]:
    """What it means in either language, where nothing but prepositions stands around the time."""
    meant: set[datetime] = set()
    for language in LANGUAGES:
        words = PROMISING[language]
        around = {*words.until, *words.before, *words.within, *words.at, *words.filler}
        for named in time_names.names(text, language):
            beside = {word.lower() for word in _WORD.findall(text[: named.start] + " " + text[named.end :])}
            when = due(named, reckoned, before=not beside.isdisjoint(words.before)) if beside <= around else None
            if when is not None:
                meant.add(when)
    return meant


def agreed(
    found: Sequence[Promise], times: Sequence[tuple[str, datetime]], reckoned: Calendar, *, confirmed: bool
) -> Terms:
    """What a text that was found to promise this, and times that its writer named (as written, with the moment), come
    to. `confirmed`: he says that the times are read rightly. One time may stand for all phrases."""
    unclear = [one for one in found if one.due is None]
    if confirmed and not found:
        return Terms(missing="the text names no time to confirm; leave --promised out, or say when with --promise TIME")
    if not found:
        return Terms(agreed=tuple(Agreed(phrase=text, due=when) for text, when in times))
    if (confirmed or times) and len(times) == len(unclear) < len(found) and (confirmed or unclear):
        rest = iter(times)
        pairs = [(one, one.due or next(rest)[1]) for one in found]
        return Terms(agreed=tuple(Agreed(phrase=one.phrase, due=when) for one, when in pairs))
    if len(times) == 1:
        [(_, when)] = times
        joined = " … ".join(one.phrase for one in found)
        return Terms(agreed=(Agreed(phrase=joined, due=when),), later=_later([(one, when) for one in found], reckoned))
    if len(times) == len(found):
        pairs = [(one, when) for one, (_, when) in zip(found, times, strict=True)]
        named = tuple(Agreed(phrase=one.phrase, due=when) for one, when in pairs)
        return Terms(agreed=named, later=_later(pairs, reckoned))
    return Terms(missing=_asked(found, len(times), reckoned, confirmed=confirmed))


def _later(pairs: Sequence[tuple[Promise, datetime]], reckoned: Calendar) -> str:
    """A later hour of the day that was named is no later than what was promised, where no hour was."""
    for one, when in pairs:
        if one.due is None or when <= one.due:
            continue
        day = one.due.astimezone(reckoned.zone).date()
        if one.due != reckoned.close(day) or when.astimezone(reckoned.zone).date() != day:
            return (
                f'"{one.phrase}" is {said(one.due, reckoned.zone)} to the customer, before {said(when, reckoned.zone)}'
                ": change the text or the time"
            )
    return ""


def _asked(found: Sequence[Promise], count: int, reckoned: Calendar, *, confirmed: bool) -> str:
    clear = [one for one in found if one.due is not None]
    parts = [
        f'"{one.phrase}" promises something by {said(one.due, reckoned.zone)}' if one.due else
        f'"{one.phrase}" {one.reason}' for one in found
    ]  # fmt: skip
    listed = " and ".join(parts)
    if count:
        return f"{listed}: give one --promise TIME for each in this order, not {count}"
    if len(clear) < len(found):
        more = " beside --promised" if confirmed and clear else ""
        return f'{listed}: say when it is due with --promise "Friday 17:00"{more} (by mail: /promise Friday 17:00)'
    by_mail = f"/promise {_short(min(one.due for one in found if one.due), reckoned)}"
    return (
        f"{listed}: if that is right, confirm it with --promised (by mail: {by_mail}); "
        'else say when with --promise "Friday 17:00"'
    )


def _short(when: datetime, reckoned: Calendar) -> str:
    """As `read` takes it, in few words: whoever copies six in a row from our mail is taken to quote it."""
    local = when.astimezone(reckoned.zone)
    return f"{local.day}.{local.month}. {local:%H:%M}"


def remind_at(made: datetime, when: datetime, hours: Hours) -> datetime:
    """When its owner is reminded of a promise: an hour before, of a short one a fifth of its time before, both counted
    while the team is there."""
    opening = business_seconds(hours, made, when)
    lead = min(opening / _PART, _LONGEST.total_seconds())
    counted = add_business(hours, made, opening - lead) if opening > 0 else None
    return counted if counted is not None else when - min((when - made) / _PART, _LONGEST)
