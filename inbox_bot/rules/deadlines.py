"""Deadlines: decides at which moment a named time ends.

dateparser is only asked about one day or one span of days, in a fixed language and in words of our choice: on its own
it takes "Die" and "We" for dates, "17 Uhr" for the seventeenth and "3.12." for twelve past three.
"""

import calendar as months
import math
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from inbox_bot.rules.calendars import Calendar
from inbox_bot.rules.time_names import Grammar, Kind, Named, flat, grammar, index, last_of

if TYPE_CHECKING:
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]  # ships no marker for its types

_SUNDAY = 6
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  # only the distance from it is taken
_BEGIN, _MIDDLE = 10, 20  # days of a month at which its beginning and its middle are over
_MOST_UNITS = 1000
_MINUTES = {"minute": 1, "quarter": 15, "three quarters": 45, "hour": 60}


def due(named: Named, calendar: Calendar, *, before: bool = False) -> datetime | None:
    """The end of a named time, in UTC and perhaps past; None where it cannot be told.

    `before`: the time is named as that before which something happens.
    """
    patterns = grammar(named.language)
    try:
        match named.kind:
            case Kind.COUNT:
                return _count(named, patterns, calendar)
            case Kind.PERIOD:
                return _period(named, patterns, calendar, before=before)
            case Kind.NTH:
                return _nth(named, patterns, calendar)
            case Kind.MONTH:
                return None
            case Kind.ONWARD:
                return _onward(named, patterns, calendar)
            case Kind.MOMENT:
                return _moment(named, patterns, calendar, before=before)
    except (ValueError, OverflowError):  # 31 November; beyond the year 9999
        return None


@lru_cache(maxsize=512)
def _parsed(language: str, text: str, base: datetime) -> datetime:
    """Ask dateparser; raises ValueError where it knows no answer."""
    found: datetime | None = _parser(language, base).get_date_data(text).date_obj
    if found is None:
        raise ValueError(text)
    return found


@lru_cache(maxsize=8)
def _parser(language: str, base: datetime) -> "DateDataParser":
    from dateparser.date import DateDataParser  # loaded where wanted: 0.3 s

    return DateDataParser(
        languages=[language],
        settings={"RELATIVE_BASE": base, "PREFER_DATES_FROM": "future", "DATE_ORDER": "DMY"},
    )


def _day(language: str, text: str, calendar: Calendar) -> date:
    return _parsed(language, text, datetime.combine(calendar.today, time())).date()


def _moment(named: Named, patterns: Grammar, calendar: Calendar, *, before: bool) -> datetime | None:
    rest = patterns.until_day.sub("", named.text)  # of "Monday to Wednesday" the end
    day = _date(named.language, rest, patterns, calendar)
    for pattern in patterns.dates:
        rest = pattern.sub(" ", rest)
    clock = patterns.clock(rest)
    weekdays = _weekdays(named.text if day is None else rest, patterns)
    if day is not None and weekdays and day.weekday() != weekdays[-1]:
        raise ValueError("the date is another day of the week")
    if day is None and weekdays:
        following = len(weekdays) == 1 and (before or patterns.next.search(rest) is not None)
        day = _on(weekdays[0], clock if len(weekdays) == 1 else None, calendar, following=following)
        day += timedelta(days=(weekdays[-1] - weekdays[0]) % 7)
    rest = patterns.long_weekday.sub(" ", rest)
    word = patterns.day.search(rest)
    if day is None and word:
        rest = rest[: word.start()] + rest[word.end() :]
        day = _day(named.language, patterns.words.days[index(patterns.words.days, word[0])][0], calendar)
    part = patterns.part.search(rest)
    if clock is None and part and not patterns.closer.search(rest):
        clock = patterns.words.parts[flat(part[0])]
    if clock is not None:
        return _clocked(day, clock, calendar, turns=part is None)
    if day is not None and before:
        day -= timedelta(days=1)
        day = calendar.last_workday(min(calendar.today, day), day)
    return calendar.close(day if day is not None else calendar.today)


def _on(weekday: int, clock: time | None, calendar: Calendar, *, following: bool) -> date:
    """The next such day of the week: today, where the hour or else the opening is not over yet."""
    ahead = (weekday - calendar.today.weekday()) % 7
    if not ahead:
        over = calendar.closed if clock is None else calendar.at(calendar.today, clock) <= calendar.now
        ahead = 7 if following or over else 0
    return calendar.today + timedelta(days=ahead)


def _onward(named: Named, patterns: Grammar, calendar: Calendar) -> datetime | None:
    """A day counted on from another: "Friday in two weeks", "a week tomorrow"."""
    found = patterns.onward.search(named.text)
    assert found is not None
    count = found["count"] or found["ahead"] or patterns.words.week
    anchor = replace(named, text=found["from"] or found["day"], kind=Kind.MOMENT)
    if calendar.today.weekday() in _weekdays(anchor.text, patterns):
        return None  # "Wednesday in a week", on a Wednesday
    day, days = _moment(anchor, patterns, calendar, before=False), _days(count, patterns)
    if day is None or days is None:
        return None
    return calendar.close(day.astimezone(calendar.zone).date() + timedelta(days=days))


def _days(text: str, patterns: Grammar) -> int | None:
    unit, number = _counted(text, patterns)
    length = {"day": 1, "week": 7, "fortnight": 14}.get(unit)
    return None if length is None or number is None else math.ceil(number * length)


def _clocked(day: date | None, clock: time, calendar: Calendar, *, turns: bool) -> datetime:
    """An hour without a day is the next one; a part of the day is today's."""
    end = calendar.at(day or calendar.today, clock)
    if day is None and turns and end <= calendar.now:
        return calendar.at(calendar.today + timedelta(days=1), clock)
    return end


def _weekdays(text: str, patterns: Grammar) -> list[int]:
    """The days of the week that are named, in their order."""
    words = patterns.words
    found = [(one.start(), index(words.weekdays, one[0])) for one in patterns.long_weekday.finditer(text)]
    found += [(one.start(), words.short_weekdays.index(one[0])) for one in patterns.short_weekday.finditer(text)]
    return [weekday for _, weekday in sorted(found)]


def _date(language: str, text: str, patterns: Grammar, calendar: Calendar) -> date | None:
    """The date in a name; without a year the nearest. Raises ValueError where day and month cannot be told apart."""
    found = next((found for pattern in patterns.dates if (found := last_of(pattern, text))), None)
    if found is None:
        return None
    parts = {key: value for key, value in found.groupdict().items() if value}
    if "either" in parts:
        first, second = int(parts["either"]), int(parts["other"])
        day, month = (second, first) if first == second or second > 12 else (first, second)
        if max(first, second) <= 12 and first != second:
            raise ValueError("day and month cannot be told apart")
    else:
        day = int(parts["day"])
        month = int(parts["number"]) if "number" in parts else index(patterns.words.months, parts["month"]) + 1
    if not 1 <= month <= 12:
        raise ValueError("no such month")
    this = calendar.today.year
    years = [int(parts["year"]) % 100 + 2000] if "year" in parts else [this - 1, this, this + 1]
    dates = [date(year, month, day) for year in years if 1 <= day <= months.monthrange(year, month)[1]]
    if not dates:
        raise ValueError("no such day")
    nearest = min(dates, key=lambda one: abs(one - calendar.today))
    name, dot = patterns.words.months[month - 1][0], "." if language == "de" else ""
    return _parsed(language, f"{day}{dot} {name} {nearest.year}", _EPOCH).date()


def _nth(named: Named, patterns: Grammar, calendar: Calendar) -> datetime:
    """The next day of a month that has this number."""
    found = patterns.nth.search(named.text)
    assert found is not None
    day = int(found["day"])
    for ahead in range(3):
        year, month = _month_on(calendar.today, ahead)
        if 1 <= day <= months.monthrange(year, month)[1] and date(year, month, day) >= calendar.today:
            return calendar.close(date(year, month, day))
    raise ValueError("no such day")


def _month_on(day: date, ahead: int) -> tuple[int, int]:
    count = day.year * 12 + day.month - 1 + ahead
    return count // 12, count % 12 + 1


def _period(named: Named, patterns: Grammar, calendar: Calendar, *, before: bool) -> datetime | None:
    words, text = patterns.words, flat(named.text)
    place = patterns.place.search(text)
    position = words.places[place[0]] if place else ""
    ahead = 1 if patterns.next.search(text) else 0
    month = patterns.month.search(text)
    numbered = patterns.calendar_week.search(text)
    if numbered:
        return _in_calendar_week(int(numbered["week"] or numbered["nth_week"]), position, calendar)
    found = patterns.period.search(text)
    if found is None and month:
        number = index(words.months, month["month"]) + 1
        year = int(month["year"]) if month["year"] else calendar.today.year
        past = not month["year"] and number < calendar.today.month
        return _in_month(year + past, number, position, calendar)
    name = found[0] if found else ""
    unit, fixed = words.compounds.get(name, (words.periods.get(name, ""), ""))
    position = fixed or position
    match unit:
        case "hour":
            return calendar.now + timedelta(hours=1)
        case "week" | "weekend":
            return _in_week(unit, ahead, position, _weekdays(named.text, patterns), calendar, before=before)
        case "month":
            return _in_month(*_month_on(calendar.today, ahead), position, calendar)
        case "year" if position in ("", "end"):
            return _in_month(calendar.today.year + ahead, 12, "end", calendar)
    return None


def _in_week(
    unit: str, ahead: int, position: str, weekdays: list[int], calendar: Calendar, *, before: bool
) -> datetime:
    monday = calendar.today + timedelta(days=7 * ahead - calendar.today.weekday())
    if weekdays:
        return calendar.close(monday + timedelta(days=weekdays[-1]))
    if unit == "weekend" and not before:
        return calendar.close(monday + timedelta(days=_SUNDAY))
    if position in ("begin", "middle"):
        end = calendar.close(monday + timedelta(days=1 if position == "begin" else 2))
        if end <= calendar.now and not ahead:
            raise ValueError("which week's cannot be told")
        return end
    return calendar.close(calendar.last_workday(monday, monday + timedelta(days=_SUNDAY)))


def _in_calendar_week(number: int, position: str, calendar: Calendar) -> datetime:
    """The nearest week of that number (ISO 8601)."""
    this = calendar.today.isocalendar().year
    mondays = [date.fromisocalendar(year, number, 1) for year in (this, this + 1)]
    monday = next((one for one in mondays if one + timedelta(days=_SUNDAY) >= calendar.today), mondays[0])
    if position in ("begin", "middle"):
        return calendar.close(monday + timedelta(days=1 if position == "begin" else 2))
    return calendar.close(calendar.last_workday(monday, monday + timedelta(days=_SUNDAY)))


def _in_month(year: int, month: int, position: str, calendar: Calendar) -> datetime:
    if position in ("begin", "middle"):
        return calendar.close(date(year, month, _BEGIN if position == "begin" else _MIDDLE))
    last = months.monthrange(year, month)[1]
    return calendar.close(calendar.last_workday(date(year, month, 1), date(year, month, last)))


def _counted(text: str, patterns: Grammar) -> tuple[str, float | None]:
    """The unit and how many of it; None where that cannot be told."""
    words, text = patterns.words, flat(text)
    found = patterns.unit.search(text)
    assert found is not None  # no count without a unit
    unit = next(key for key, alike in words.units.items() if found[0] in alike)
    counts = [one[0] for one in patterns.number.finditer(text[: found.start()] + " " + text[found.end() :])]
    if any(one in words.some for one in counts) or unit == "other":
        return unit, None
    if not counts and found[0] != words.units[unit][0]:
        return unit, None  # "in the next days" says nothing, "in the next hour" does
    number = max((words.numbers.get(one) or float(one.replace(",", ".")) for one in counts), default=1.0)
    return unit, number if 0 < number <= _MOST_UNITS else None


def _count(named: Named, patterns: Grammar, calendar: Calendar) -> datetime | None:
    unit, number = _counted(named.text, patterns)
    if number is None:
        return None
    if unit in _MINUTES:
        minutes = math.ceil(number * _MINUTES[unit])
        asked = patterns.words.count.format(n=minutes, unit=patterns.words.units["minute"][1])
        return calendar.now + (_parsed(named.language, asked, _EPOCH) - _EPOCH)
    if unit == "workday":
        return calendar.close(calendar.workdays_on(math.ceil(number)))
    if unit == "fortnight":
        return calendar.close(calendar.today + timedelta(days=14 * math.ceil(number)))
    asked = patterns.words.count.format(n=math.ceil(number), unit=patterns.words.units[unit][1])
    return calendar.close(_day(named.language, asked, calendar))
