"""Time names: finds where a text names a day, an hour, a week or a span of time, and takes such a name apart."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from inbox_bot.rules.passages import lower
from inbox_bot.rules.time_words import NAMING, Naming

_MOST = 300  # names of times in one text and language that are looked at …
_MOST_TRIED = 2000  # … and words that may begin one; 80 kB of prose have so many
_TOKEN = re.compile(r"(?<![^\W\d_])[^\W\d_]+|(?<!\d)\d+")
_FULL_STOP = re.compile(r"(?<![.\d])\w\.\Z(?<!\d\.)")  # not of "3.12." or "5 p.m."
_AFTERNOON = 7  # "um 5" and "between 2 and 4" are in the afternoon, at a support team


class Kind(StrEnum):
    """What sort of name it is: a day or hour; a week, month or year; a count of units; a month alone; "the 3rd"; a day
    counted on from another."""

    MOMENT = "moment"
    PERIOD = "period"
    COUNT = "count"
    MONTH = "month"
    NTH = "nth"
    ONWARD = "onward"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The name of a time in lower case, and its place. `firm`: it lies ahead, or its date says that it does not."""

    start: int
    end: int
    text: str
    language: str
    kind: Kind
    firm: bool


def _one_of(words: Iterable[str]) -> str:
    longest_first = sorted(set(words), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s{1,3}") for word in longest_first) + ")"


def _all(names: Iterable[tuple[str, ...]]) -> str:
    return _one_of(name for alike in names for name in alike)


def _numbered_week(words: Naming) -> str:
    weeks = _one_of(words.calendar_weeks)
    return rf"(?:{weeks}\s?(?P<week>\d{{1,2}})(?!\d)|(?P<nth_week>\d{{1,2}})\.\s?{weeks}(?!\w))"


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,/])(?:{pattern})(?!\w|[-/:]\d)")


def _unnamed(*patterns: str) -> str:
    return "(?:" + "|".join(re.sub(r"\?P<\w+>", "?:", pattern) for pattern in patterns) + ")"


class Grammar:
    """The patterns of one language: `core` finds any name, the others find their part in it."""

    def __init__(self, words: Naming) -> None:
        self.words = words
        month, number = _all(words.months), _one_of((*words.numbers, *words.some))
        self.dates = [_whole(pattern.replace("{month}", month)) for pattern in words.dates]
        hours = [pattern.replace("{number}", _one_of(words.numbers)) for pattern in words.hours]
        self.nth = re.compile(words.nth)
        self.hours = [re.compile(rf"(?<![\w.:])(?:{pattern})(?![\w:])") for pattern in hours]
        self.bare_range = re.compile(rf"{words.range}(?P<hour>\d{{1,2}})(?![\d:/]|\.\d)")
        weeks = _one_of(name for name, unit in words.periods.items() if unit == "week")
        self.this_week = re.compile(rf"(?<!\w){weeks}(?!\w)")
        self.bare_hour = re.compile(
            rf"(?<!\w){_one_of(words.hour_links)}\s{{1,3}}(?P<hour>\d{{1,2}})(?![\w:/%]|\.\d)", re.I
        )
        self.calendar_week = re.compile(rf"(?<!\w){_numbered_week(words)}")
        self.hour_word = _whole(_one_of(words.hour_words))
        self.closer = _whole(_one_of(words.closers))
        self.part = re.compile(rf"{_one_of(words.parts)}(?!\w)")
        self.long_weekday = re.compile(rf"(?<!\w){_all(words.weekdays)}")
        self.short_weekday = re.compile(rf"(?<!\w){_one_of(words.short_weekdays)}(?!\w)")
        self.day = _whole(_all(words.days))
        self.month = re.compile(rf"(?<!\w)(?P<month>{month})\.?(?:\s{{1,3}}(?P<year>20\d\d))?(?!\w)")
        self.place = re.compile(rf"(?<!\w){_one_of(words.places)}")
        self.next = _whole(_one_of(words.next))
        self.period = _whole(_one_of((*words.periods, *words.compounds)))
        self.number = re.compile(rf"(?<![\w.,])(?:\d{{1,4}}(?:[.,]5)?|{number})(?![^\W\d])")
        self.unit = re.compile(rf"(?<![a-zäöü]){_all(words.units.values())}(?!\w)")
        self.beginnings = _beginnings(words)
        self.core = self._core(_unnamed(*(one.pattern for one in self.dates)), _unnamed(*hours), month, number)

    def _core(self, date: str, clock: str, month: str, number: str) -> re.Pattern[str]:
        words = self.words
        place, following = rf"(?:{_one_of(words.places)}\s?)", rf"(?:{_one_of(words.next)}\s{{1,3}})"
        weekday = rf"(?:{_all(words.weekdays)}|(?:{_one_of(words.short_weekdays)})\b\.?)"
        separator = rf"(?:,?\s{{1,4}}(?:{_one_of(words.links)}\s{{1,4}}){{0,2}}|,)"
        days = {name for alike in words.days for name in alike}
        later = _one_of(part for part in words.parts if part not in days)  # "bis morgen" is no morning
        by_day = rf"(?:,?\s{{1,4}}(?:{_one_of(words.day_links)}\s{{1,4}})?|,)"
        by_part = rf"(?:\s?|,?\s{{1,4}}(?:{_one_of(words.part_links)}\s{{1,4}})?)"
        part, closer, unit = _one_of(words.parts), _one_of(words.closers), _all(words.units.values())
        hour = rf"(?:(?:{words.range})?{clock}|{_one_of(words.hour_words)})"
        bare_range = rf"{words.range}\d{{1,2}}(?![\d:/]|\.\d)"
        bare_hour = rf"{_one_of(words.hour_links)}\s{{1,3}}\d{{1,2}}(?![\w:/%]|\.\d|\s{{0,3}}{unit})"
        single = rf"(?:{date}|{_all(words.days)}|{following}?{weekday})"
        first, second = words.both
        to = rf"(?:\s{{1,3}}{_one_of(words.to)}\s{{1,3}}|\s?[-–]\s?)"
        alone = rf"{bare_hour}(?=\s{{0,3}}(?:[.,;!?)](?!\d)|\Z|\n)|\s{{1,3}}{_one_of(words.behind_hours)}(?!\w))"
        day = rf"(?:{first}\s{{1,3}}{single}\s{{1,3}}{second}\s{{1,3}}{single}"
        day += rf"|{_one_of(words.span_leads)}\s{{1,3}}{single}(?:{by_day}{single})?{to}{single}|{single})"
        self.until_day = re.compile(rf"\A.{{1,200}}{to}(?={single})", re.DOTALL)
        self.opening = re.compile(
            rf"(?:{_one_of(words.weekdays[0])}|{words.short_weekdays[0]}\b\.?){to}"
            rf"(?:{_all(words.weekdays[4:])}|{_one_of(words.short_weekdays[4:])}\b)\D{{1,20}}\d"
        )
        which = rf"(?:{following}|{_one_of(words.this)}\s{{1,3}})"
        whose = rf"(?:{following}|{_one_of((*words.this, *words.articles))}\s{{1,3}})"
        period = _one_of(words.periods)
        counted = rf"(?:\d{{1,4}}(?:[.,]5)?(?!\d)|{number})"
        coming = rf"(?:{_one_of(words.coming)}\s{{1,3}})"
        until = rf"(?:{counted}\s{{0,3}}(?:bis|-|–|to|or|oder)\s{{0,3}}|{number},\s{{1,3}})"
        again = rf"(?:\s{{0,3}}\((?:\d{{1,4}}|{number})\))?"  # 2 (two) days
        count = rf"{coming}?{counted}\s{{1,3}}{unit}\s{{1,3}}(?:or|oder)\s{{1,3}}{counted}"
        count += rf"|{coming}?{until}?{counted}{again}\s{{0,3}}{unit}|{coming}{unit}"
        spell = (
            rf"(?:(?:{weekday}{to})?{weekday}\s{{1,3}}(?:in\s{{1,3}}|of\s{{1,3}})?)?(?:{place}{whose}?|{which}){period}"
            rf"(?:,?\s{{1,3}}(?:(?:am|on)\s{{1,3}})?{weekday})?"
            rf"|{place}{whose}?{month}(?:\s{{1,3}}20\d\d)?|(?:{place}{whose}?|{which})?{_one_of(words.compounds)}"
            rf"|(?:{place}{whose}?)?{_unnamed(_numbered_week(words))}"
        )
        moment = (
            rf"{day}(?:{by_day}{day}|{to}{single}|{separator}(?:{closer}|{hour}|{bare_range}|{bare_hour})|{by_part}{part}(?!\w)){{0,4}}"
            rf"|{bare_hour}{by_day}{day}"
            rf"|(?:{closer}|{hour}|{bare_range})(?:{by_day}{day}(?:{by_day}{day}|\s{{1,3}}{part})?)?"
            rf"|{_one_of(words.part_leads)}\s{{1,3}}{later}|{alone}"
        )
        length = _one_of(word for key in ("day", "week", "fortnight") for word in words.units[key])
        onward = rf"(?P<day>{single})\s{{1,3}}(?:in\s{{1,3}}(?P<ahead>{counted}\s{{0,3}}{length})|{words.week}(?!\w))"
        onward += rf"|(?P<count>{counted}\s{{0,3}}{length})\s{{1,3}}{words.onward}(?P<from>{single})"
        self.onward = re.compile(onward)
        return re.compile(
            rf"(?<![\w.,/:@#-])(?:(?P<onward>{_unnamed(onward)})(?!\w)|(?P<period>{spell})"
            rf"|(?P<count>(?!(?:{words.by_clock})\d{{1,2}}h(?!\w))(?:{count}))|(?P<moment>{moment})"
            rf"|(?P<nth>{_unnamed(words.nth)})|(?P<month>{month}\.?(?:\s{{1,3}}20\d\d)?))(?!\w|[-/:]\d|[.,]\d)",
        )

    def lower(self, text: str) -> str:
        """In lower case but for "Mo" and "Sa", which are days only as written."""
        low, pieces, reached = lower(text), [], 0
        for found in self.short_weekday.finditer(text):
            pieces += [low[reached : found.start()], found[0]]
            reached = found.end()
        return "".join([*pieces, low[reached:]])

    def clock(self, text: str) -> time | None:
        """The last hour that a text names, of a range its end; raises ValueError for 25:00."""
        patterns = (*self.hours, self.bare_range, self.bare_hour)
        found = [last for pattern in patterns if (last := last_of(pattern, text))]
        if not found:
            word = self.hour_word.search(text)
            return self.words.hour_words[flat(word[0])] if word else None
        latest = max(found, key=lambda one: (one.end(), -one.start()))
        parts = {key: value for key, value in latest.groupdict().items() if value}
        turn = self.words.turns[flat(parts.pop("turn"))] if "turn" in parts else 0
        hour = int(parts["hour"]) if "hour" in parts else int(self.words.numbers[flat(parts["word"])])
        minute = int(parts.get("minute") or parts.get("more") or 0)
        half = parts.get("half", "").lower()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        elif hour <= _AFTERNOON and len(parts) == 1 and hour > 0:
            hour += 12
        if turn:
            hour, minute = divmod(hour * 60 + turn, 60)
        return time(23, 59) if (hour, minute) == (24, 0) else time(hour, minute)


def last_of(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last place where a pattern matches."""
    return next(reversed([*pattern.finditer(text)]), None)


def flat(text: str) -> str:
    """As the word lists have it: in lower case, with single spaces."""
    return " ".join(text.lower().split())


@lru_cache
def grammar(language: str) -> Grammar:
    """The patterns of "de" or "en"."""
    return Grammar(NAMING[language])


def index(names: tuple[tuple[str, ...], ...], word: str) -> int:
    """Which of these a name belongs to."""
    return next(n for n, alike in enumerate(names) if flat(word) in alike)


def names(text: str, language: str) -> Iterator[Named]:
    """The names of times in a text in their order, of a long list of them the first few hundred."""
    patterns = grammar(language)
    text = patterns.lower(text)
    count = reached = 0
    for place in islice(_places(text, patterns.beginnings), _MOST_TRIED):
        found = patterns.core.match(text, place) if place >= reached else None
        if found is None:
            continue
        reached = found.end()
        count += 1
        if count > _MOST:
            return
        kind = Kind(str(found.lastgroup))
        name = found[0][:-1] if _FULL_STOP.search(found[0]) else found[0]
        yield Named(
            start=found.start(), end=found.start() + len(name), text=name, language=language, kind=kind,
            firm=_is_firm(patterns, kind, name),
        )  # fmt: skip


def _places(text: str, beginnings: frozenset[str]) -> Iterator[int]:
    """Where a word stands that may begin a name: the long pattern is tried there only."""
    for word in _TOKEN.finditer(text):
        if word[0][0].isdecimal() or word[0].lower() in beginnings:
            yield word.start()


def _beginnings(words: Naming) -> frozenset[str]:
    groups = (
        words.closers, words.places, words.this, words.next, words.compounds, words.numbers, words.some, words.coming,
        words.part_leads, words.hour_links, words.both, words.calendar_weeks, words.hour_words, words.short_weekdays,
        words.span_leads,
        *words.days, *words.weekdays, *words.months, words.first_words,
    )  # fmt: skip
    compounds = (name + part for alike in words.weekdays for name in alike for part in words.parts)
    every = (*compounds, *(word for group in groups for word in group))
    return frozenset(token[0].lower() for word in every if (token := _TOKEN.match(word)))


def _is_firm(patterns: Grammar, kind: Kind, text: str) -> bool:
    if kind is Kind.ONWARD:
        return True
    if kind is Kind.PERIOD:
        place = patterns.place.search(text)
        week = place is not None and patterns.words.places[place[0]] != "end" and patterns.this_week.search(text)
        return patterns.next.search(text) is not None or (place is not None and not week)
    if kind is not Kind.MOMENT:
        return False
    word = patterns.day.match(text)
    dated = any(pattern.search(text) for pattern in patterns.dates)
    return dated or (word is not None and index(patterns.words.days, word[0]) > 0)
