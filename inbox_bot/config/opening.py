"""Reads the [hours] section, and makes of it the opening hours of the years around a day; knows the public holidays."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from inbox_bot.config.reading import Table, closest
from inbox_bot.config.shape import Opening
from inbox_bot.errors import UsageError
from inbox_bot.rules.hours import Hours, Span
from inbox_bot.rules.timetable import DAYS, read_day

_YEARS_AHEAD = 3  # opening hours are searched for two years ahead, in any zone

# The states of most who use this, so that a command need not load the library (0.15 s) to find nothing wrong.
STATES = {
    "AT": ("1", "2", "3", "4", "5", "6", "7", "8", "9"),
    "CH": (
        "AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE", "NW", "OW", "SG", "SH", "SO",
        "SZ", "TG", "TI", "UR", "VD", "VS", "ZG", "ZH",
    ),
    "DE": ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"),
    "GB": ("ENG", "NIR", "SCT", "WLS"),
}  # fmt: skip


def read(table: Table) -> Opening:
    """The section; its faults are noted in the table."""
    week = tuple(_day(table, day) for day in DAYS)
    known = any(week)
    country, state = _place(table)
    closed = tuple(_date(table, f"extra_holidays[{i}]", item) for i, item in enumerate(table.items("extra_holidays")))
    opened = tuple(_opened(table, i, item, week) for i, item in enumerate(table.items("open_days")))
    if not known:
        for key in ("country", "extra_holidays", "open_days"):
            if table.given(key):
                table.fault(key, 'needs opening hours; give at least one day some, e.g. monday = ["08:00-18:00"]')
    _once(table, "extra_holidays", [day for day in closed if day], ())
    _once(table, "open_days", [one[0] for one in opened if one], [day for day in closed if day])
    table.finish()
    return Opening(
        week=week if known else (),
        country=country,
        state=state,
        closed=tuple(sorted(day for day in closed if day)),
        opened=tuple(sorted(one for one in opened if one)),
    )


def hours(opening: Opening, timezone: str, at: datetime) -> Hours:
    """The team's hours with the holidays of the year before `at` and of those in which one may search from there."""
    return _hours(opening, timezone, at.year)


def days(country: str, state: str, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of a country, and of a state of it unless that is "", in those years.

    Raises `UsageError`, in one line with the valid names, where there is no such country or state.
    """
    import holidays  # 0.15 s, and only where a country is configured

    if not _known(country):  # the library knows longer names, and stock exchanges
        raise UsageError(_unknown(country, state))
    try:
        return frozenset(holidays.country_holidays(country, subdiv=state or None, years=years))
    except NotImplementedError:
        raise UsageError(_unknown(country, state)) from None


def holiday(opening: Opening, day: date) -> str:
    """What that day is called in the configured country; "" where it is closed by the configuration alone."""
    if not opening.country:
        return ""
    import holidays

    known = holidays.country_holidays(opening.country, subdiv=opening.state or None, years=day.year)
    return str(known.get(day) or "")


@lru_cache(maxsize=8)
def _hours(opening: Opening, timezone: str, year: int) -> Hours:
    from zoneinfo import ZoneInfo

    off = frozenset(opening.closed)
    if opening.country:
        off |= days(opening.country, opening.state, range(year - 1, year + _YEARS_AHEAD + 1))
    return Hours(zone=ZoneInfo(timezone), week=opening.week, holidays=off, special=dict(opening.opened))


def _place(table: Table) -> tuple[str, str]:
    country, state = table.text("country").upper(), table.text("state")
    if not country:
        if state:
            table.fault("state", 'needs its country; e.g. country = "DE"')
        return "", ""
    if country in STATES and (not state or state in STATES[country]):
        return country, state
    try:
        days(country, state, ())
    except UsageError as exc:
        table.fault("state" if _known(country) else "country", str(exc))
    return country, state


def _known(country: str) -> bool:
    from holidays.registry import COUNTRIES

    return len(country) == 2 and any(country in names for _, *names in COUNTRIES.values())


def _unknown(country: str, state: str) -> str:
    if not _known(country):
        return f'"{country}" is no country whose holidays are known; write its two letters (ISO 3166), e.g. "DE"'
    import holidays

    states = holidays.country_holidays(country).subdivisions
    if not states:
        return f'"{state}" is unknown: {country} has no states with holidays of their own; leave it empty'
    listed = ", ".join(f'"{one}"' for one in states)
    return f'"{state}" is no state of {country}{closest(state, states)}; write one of {listed}'


def _day(table: Table, day: str) -> tuple[Span, ...]:
    texts = []
    for place, item in enumerate(table.items(day)):
        if isinstance(item, str):
            texts.append(item)
        else:
            table.fault(f"{day}[{place}]", f'{item!s} is no span of time; write it as "08:00-12:00"')
    try:
        return read_day(texts)
    except UsageError as exc:
        table.fault(day, str(exc))
        return ()


def _date(table: Table, key: str, item: object) -> date | None:
    if isinstance(item, date) and not isinstance(item, datetime):
        return item
    try:
        return date.fromisoformat(item.strip() if isinstance(item, str) else "")
    except ValueError:
        table.fault(key, f'{item!s} is no day; write it as "2026-12-24"')
        return None


def _opened(
    table: Table, place: int, item: object, week: tuple[tuple[Span, ...], ...]
) -> tuple[date, tuple[Span, ...]] | None:
    key = f"open_days[{place}]"
    written, _, spans = item.strip().partition(" ") if isinstance(item, str) else (item, "", "")
    day = _date(table, key, written)
    if day is None:
        return None
    try:
        found = read_day(spans.replace(",", " ").split()) or week[day.weekday()]
    except UsageError as exc:
        table.fault(key, str(exc))
        return None
    if not found and any(week):
        name = DAYS[day.weekday()].capitalize()
        table.fault(key, f'{day} is a {name}, which has no hours; write them, too, e.g. "{day} 09:00-12:00"')
    return day, found


def _once(table: Table, key: str, found: list[date], others: Iterable[date]) -> None:
    for day in sorted(set(found)):
        if day in others:
            table.fault(key, f"{day} is in extra_holidays, too; remove it from one of the two")
        elif found.count(day) > 1:
            table.fault(key, f"{day} is there twice; name it once")
