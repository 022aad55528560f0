"""Deadlines: decides at which moment a named time ends.

dateparser is only asked about one day or one span of days, in a fixed language and in words of our choice: on its own
it takes "Die" and "We" for dates, "17 Uhr" for the seventeenth and "3.12." for twelve past three.
"""

import calendar as months
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from inbox_bot.rules.time_names import Grammar, Kind, Named, flat, grammar, index, last_of

if TYPE_CHECKING:
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]  # ships no marker for its types

_SATURDAY, _SUNDAY = 5, 6
_LAST_MINUTE = time(23, 59)
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  # only the distance from it is taken
_BEGIN, _MIDDLE = 10, 20  # days of a month at which its beginning and its middle are over
_MOST_UNITS = 1000


def monday_to_friday(day: date) -> bool:
    """What a working day is where nothing better is known."""
    return day.weekday() < _SATURDAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What times are reckoned by: `now` (aware), the team's zone, when its days end, and on which days it works.

    `end_of_day`: of every day, or of each.
    """

    now: datetime
    zone: tzinfo
    end_of_day: time | Callable[[date], time] = time(18)
    workday: Callable[[date], bool] = monday_to_friday

    @property
    def local(self) -> datetime:
        """Now, by the team's clock."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The day that it is there."""
        return self.local.date()

    def ends_today(self, when: datetime) -> bool:
        """Whether that moment is the end of that day."""
        return when == self.close(self.today)

    def at(self, day: date, clock: time) -> datetime:
        """That moment, in UTC."""
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def close(self, day: date) -> datetime:
        """The end of that day's opening; today, once that is over, the day's last minute."""
        closing = self.end_of_day if isinstance(self.end_of_day, time) else self.end_of_day(day)
        end = self.at(day, closing)
        return end if end > self.now or day != self.today else self.at(day, _LAST_MINUTE)

    def workdays_on(self, count: int) -> date:
        """The day that many working days from today."""
        day = self.today
        while count > 0:
            day += timedelta(days=1)
            count -= self.workday(day)
        return day

    def last_workday(self, first: date, last: date) -> date:
        """The last working day of these; the last day where that is over or there is none."""
        days = [last - timedelta(days=n) for n in range((last - first).days + 1)]
        day = next((day for day in days if self.workday(day)), last)
        return day if self.close(day) > self.now else last


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
    rest = named.text
    day = _date(named.language, rest, patterns, calendar)
    for pattern in patterns.dates:
        rest = pattern.sub(" ", rest)
    clock = patterns.clock(rest)
    weekday = _weekday(rest, patterns)
    rest = patterns.long_weekday.sub(" ", rest)
    if day is None and weekday is not None:
        day = _day(named.language, patterns.words.weekdays[weekday][0], calendar)
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


def _clocked(day: date | None, clock: time, calendar: Calendar, *, turns: bool) -> datetime:
    """An hour without a day is the next one; a part of the day is today's."""
    end = calendar.at(day or calendar.today, clock)
    if day is None and turns and end <= calendar.now:
        return calendar.at(calendar.today + timedelta(days=1), clock)
    return end


def _weekday(text: str, patterns: Grammar) -> int | None:
    found = last_of(patterns.long_weekday, text)
    if found:
        return index(patterns.words.weekdays, found[0])
    short = last_of(patterns.short_weekday, text)
    return patterns.words.short_weekdays.index(short[0]) if short else None


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
        return _in_calendar_week(int(numbered["week"]), calendar)
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
            return _in_week(unit, ahead, position, _weekday(named.text, patterns), calendar, before=before)
        case "month":
            return _in_month(*_month_on(calendar.today, ahead), position, calendar)
        case "year" if position in ("", "end"):
            return _in_month(calendar.today.year + ahead, 12, "end", calendar)
    return None


def _in_week(
    unit: str, ahead: int, position: str, weekday: int | None, calendar: Calendar, *, before: bool
) -> datetime:
    monday = calendar.today + timedelta(days=7 * ahead - calendar.today.weekday())
    if weekday is not None:
        return calendar.close(monday + timedelta(days=weekday))
    if unit == "weekend" and not before:
        return calendar.close(monday + timedelta(days=_SUNDAY))
    if position in ("begin", "middle"):
        return calendar.close(monday + timedelta(days=1 if position == "begin" else 2))
    return calendar.close(calendar.last_workday(monday, monday + timedelta(days=_SUNDAY)))


def _in_calendar_week(number: int, calendar: Calendar) -> datetime:
    """The nearest week of that number (ISO 8601)."""
    this = calendar.today.isocalendar().year
    mondays = [date.fromisocalendar(year, number, 1) for year in (this, this + 1)]
    monday = next((one for one in mondays if one + timedelta(days=_SUNDAY) >= calendar.today), mondays[0])
    return calendar.close(calendar.last_workday(monday, monday + timedelta(days=_SUNDAY)))


def _in_month(year: int, month: int, position: str, calendar: Calendar) -> datetime:
    if position in ("begin", "middle"):
        return calendar.close(date(year, month, _BEGIN if position == "begin" else _MIDDLE))
    last = months.monthrange(year, month)[1]
    return calendar.close(calendar.last_workday(date(year, month, 1), date(year, month, last)))


def _count(named: Named, patterns: Grammar, calendar: Calendar) -> datetime | None:
    words, text = patterns.words, flat(named.text)
    found = patterns.unit.search(text)
    assert found is not None  # no count without a unit
    unit = next(key for key, alike in words.units.items() if found[0] in alike)
    counts = [one[0] for one in patterns.number.finditer(text)]
    counts += patterns.bare_number.findall(text) if not counts else []
    if any(one in words.some for one in counts) or unit == "other":
        return None
    if not counts and found[0] != words.units[unit][0]:
        return None  # "in the next days" says nothing, "in the next hour" does
    number = max((words.numbers.get(one) or float(one.replace(",", ".")) for one in counts), default=1.0)
    if not 0 < number <= _MOST_UNITS:
        return None
    if unit in ("minute", "hour"):
        minutes = math.ceil(number * (60 if unit == "hour" else 1))
        asked = words.count.format(n=minutes, unit=words.units["minute"][1])
        return calendar.now + (_parsed(named.language, asked, _EPOCH) - _EPOCH)
    if unit == "workday":
        return calendar.close(calendar.workdays_on(math.ceil(number)))
    asked = words.count.format(n=math.ceil(number), unit=words.units[unit][1])
    return calendar.close(_day(named.language, asked, calendar))
