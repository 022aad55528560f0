"""Promises: decides which times an outgoing text promises something by, and when each promise is due."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from functools import lru_cache

from inbox_bot.rules import time_names
from inbox_bot.rules.calendars import Calendar, monday_to_friday
from inbox_bot.rules.deadlines import due
from inbox_bot.rules.passages import Around, Passage, phrases
from inbox_bot.rules.promise_words import PROMISING, Promising
from inbox_bot.rules.time_names import Kind, Named
from inbox_bot.rules.time_words import NAMING, Naming

LANGUAGES = ("de", "en")
NO_TIME = "promises something and names no time"
UNCLEAR = "names a time that cannot be told"
PASSED = "names a time that is over"
_MOST_WORKED_OUT = 100  # times of one text that are worked out; whoever names more gets to name the rest himself
_MOST_VAGUE = 300
_LEAD = 80  # characters before a time in which its prepositions stand
_EVENING, _EVENING_BEGINS = time(20), time(18)
_EDGE = re.compile(r"\d[\d.:]*(?:\s{0,3}(?:uhr|am|pm))?\s{1,3}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What an outgoing text promises: the phrase as it stands there, its place, when it is due (UTC, None where that
    cannot be told), and how that was read."""

    phrase: str
    span: tuple[int, int]
    due: datetime | None
    reason: str


class _Role(StrEnum):
    """What stands before a time: a deadline is promised by itself, a mere time only beside words of ours."""

    UNTIL = "until"
    BEFORE = "before"
    WITHIN = "within"
    AFTER = "after"
    AT = "at"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A phrase that may be a promise; a vague one names no time."""

    start: int
    end: int
    language: str
    role: _Role
    named: Named | None = None


class _Patterns:
    """One language's lists as patterns."""

    def __init__(self, words: Promising, naming: Naming) -> None:
        self.words = words
        prepositions = (words.until, words.before, words.within, words.after, words.at)
        word = phrases(*prepositions, words.filler, words.not_before, words.not_vague).pattern
        self.lead = re.compile(rf"(?:{word}\s{{1,4}}){{1,6}}\Z")
        self.word = re.compile(word)
        self.tail = re.compile(rf"\s{{1,3}}{phrases(words.tail).pattern}")
        self.vague, self.ours = phrases(words.vague), phrases(words.ours)
        self.future, self.lasting = phrases(words.future), phrases(words.lasting)
        self.auxiliaries, self.participles = phrases(words.auxiliaries), phrases(words.participles)
        self.past, self.not_past = phrases(words.past), phrases(words.not_past)
        self.negations = phrases(words.negations)
        self.not_negations, self.hours = phrases(words.not_negations), phrases(words.hours)
        self.condition = re.compile(rf"\A\W{{0,5}}{phrases(words.conditions).pattern}")
        self.requests, self.not_requests = phrases(words.requests), phrases(words.not_requests, words.we)
        self.refusals, self.asking = phrases(words.refusals), re.compile(phrases(words.asking).pattern + r"\s*\Z")
        self.opener = re.compile(  # "Wie versprochen …" with no comma: what follows is no condition
            rf"\A\W{{0,5}}(?:wie|as)\s{{1,3}}(?:\w{{1,20}}\s{{1,3}}){{0,2}}?{self.participles.pattern}\s{{1,3}}(?=\w)"
        )
        days = "|".join(re.escape(day) for alike in naming.weekdays for day in alike)
        self.surname = re.compile(rf"(?:(?<!e\s)(?<!r\s)(?:herrn?|frau|mr\.?|mrs\.?|ms\.?)\s{{1,3}})(?:{days})\Z")
        weekdays = phrases(naming.short_weekdays, *naming.weekdays).pattern
        self.weekday = re.compile(rf"{weekdays}\.?\s{{1,4}}\Z")


@lru_cache
def _patterns(language: str) -> _Patterns:
    return _Patterns(PROMISING[language], NAMING[language])


def find(
    text: str,
    *,
    now: datetime,
    zone: tzinfo,
    end_of_day: time | Callable[[date], time] = time(18),
    workday: Callable[[date], bool] = monday_to_friday,
    languages: Sequence[str] = LANGUAGES,
) -> list[Promise]:
    """The promises of an outgoing text in their order. `now` is aware; times are meant in `zone`.

    A day, week or month is due at its end: at `end_of_day` of its last (working) day. What is quoted, asked, denied, a
    condition, a request to the customer, over, or an opening hour is no promise.
    """
    calendar = Calendar(now=now, zone=zone, end_of_day=end_of_day, workday=workday)
    passage = Passage(text)
    found = [one for language in languages for one in _candidates(passage, language)]
    promised: list[Promise] = []
    reached = worked_out = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        around = passage.around(one.start, one.end)
        ahead = one.named is not None and one.role is _Role.AT and _lies_ahead(one.named, calendar)
        if one.start < reached or _is_farewell(passage.own, one, around) or not _is_ours(one, around, ahead=ahead):
            continue
        when: datetime | None = None
        reason = NO_TIME
        if one.named is not None and worked_out < _MOST_WORKED_OUT:
            worked_out += 1
            when, reason = _due(one, one.named, calendar)
        elif one.named is not None:
            reason = UNCLEAR
        if when is not None and one.role is _Role.AT and calendar.ends_today(when) and _told(around, one.language):
            continue
        if when is not None and when <= now:
            if one.role is _Role.AT:
                continue
            when, reason = None, PASSED
        reached = one.end
        start, end = passage.span(one.start, one.end)
        promised.append(Promise(phrase=text[start:end], span=(start, end), due=when, reason=reason))
    return promised


def _due(one: _Found, named: Named, calendar: Calendar) -> tuple[datetime | None, str]:
    when = None if one.role is _Role.AFTER else due(named, calendar, before=one.role is _Role.BEFORE)
    return when, UNCLEAR if when is None else f"names a time ({named.kind})"


def _candidates(passage: Passage, language: str) -> Iterator[_Found]:
    own = passage.low
    patterns = _patterns(language)
    starts = set()
    for named in time_names.names(passage.own, language):
        found = _with_lead(own, named, patterns)
        starts.add(named.start)
        if found is not None:
            yield found
    for count, vague in enumerate(patterns.vague.finditer(own)):
        if count >= _MOST_VAGUE:
            break
        more_exactly = any(vague.end() < start <= vague.end() + 2 for start in starts)  # "later this week"
        if not more_exactly and _lead(own, vague.start(), patterns)[1].isdisjoint(patterns.words.not_vague):
            first = vague[0].split()[0]  # "bis Ostern", "before Christmas"
            role = _Role.UNTIL if first in patterns.words.until else _Role.VAGUE
            role = _Role.BEFORE if first in patterns.words.before else role
            yield _Found(start=vague.start(), end=vague.end(), language=language, role=role)


def _lead(own: str, start: int, patterns: _Patterns) -> tuple[int, frozenset[str]]:
    """Where the prepositions before a time begin, and which they are."""
    begin = max(0, start - _LEAD)
    lead = patterns.lead.search(own[begin:start])
    if lead is None:
        return start, frozenset()
    words = [(one.start(), time_names.flat(one[0])) for one in patterns.word.finditer(lead[0])]
    telling = [at for at, word in words if word not in patterns.words.filler]
    first = begin + lead.start() + telling[0] if telling else start
    return first, frozenset(word for _, word in words)


def _with_lead(own: str, named: Named, patterns: _Patterns) -> _Found | None:
    """The whole phrase; None where what precedes it makes it no time of ours, or where it needs more than it has."""
    start, lead = _lead(own, named.start, patterns)
    words = patterns.words
    if patterns.surname.search(own[max(0, named.start - 8) : named.end]):
        return None
    if time_names.grammar(named.language).opening.match(named.text):
        return None  # "Monday to Friday from 8am to 6pm"
    blocking = lead.intersection(words.not_before)
    if blocking - set(words.of) or (blocking and named.kind is not Kind.COUNT):
        return None
    tail = patterns.tail.match(own, named.end)
    until = tail is not None or not lead.union(named.text.split()[:1]).isdisjoint(words.until)
    within = not lead.isdisjoint(words.within)
    if until and _EDGE.search(own[max(0, start - 20) : start]):
        return None  # a range: "8 bis 18 Uhr"
    if until and patterns.weekday.search(own[max(0, start - 15) : start]):
        return None  # likewise "Montag bis Freitag"
    if named.kind is Kind.MONTH and not (until or not lead.isdisjoint(words.in_month)):
        return None
    if named.kind is Kind.NTH and not until and lead.isdisjoint(words.at):
        return None
    role = _Role.AT
    if not lead.isdisjoint(words.before):
        role = _Role.BEFORE
    elif not lead.isdisjoint(words.after):
        role = _Role.AFTER
    elif named.kind is Kind.COUNT:
        role = _Role.WITHIN if within else _Role.AT
    elif until or (within and named.kind in (Kind.PERIOD, Kind.ONWARD) and not lead.isdisjoint(words.only_within)):
        role = _Role.UNTIL
    end = tail.end() if tail else named.end
    return _Found(start=start, end=end, language=named.language, role=role, named=named)


def _is_farewell(own: str, one: _Found, around: Around) -> bool:
    """ "Bis morgen!" """
    return one.role is _Role.UNTIL and own[one.end : one.end + 1] == "!" and around.sentence.strip() == around.phrase


def _lies_ahead(named: Named, calendar: Calendar) -> bool:
    """Whether it is an hour or the evening of today that is still to come: nothing can have happened then."""
    patterns = time_names.grammar(named.language)
    word = patterns.day.match(named.text)
    if named.kind is not Kind.MOMENT or word is None or time_names.index(patterns.words.days, word[0]) > 0:
        return False
    try:
        clock = patterns.clock(named.text)
    except ValueError:
        return False
    part = patterns.part.search(named.text)
    if clock is None and (part is None or patterns.words.parts[time_names.flat(part[0])] != _EVENING):
        return False
    ends = datetime.combine(calendar.today, clock or _EVENING_BEGINS, tzinfo=calendar.zone)
    return ends > calendar.now


def _is_ours(one: _Found, around: Around, *, ahead: bool) -> bool:
    """Whether the team says by this phrase that something will be done or be so. `ahead`: it cannot be past."""
    patterns = _patterns(one.language)
    around = replace(around, left=patterns.opener.sub(" ", around.left))
    clause = around.clause
    beside = around.left + " … " + around.right
    if around.asked or patterns.refusals.search(around.sentence) or patterns.hours.search(beside):
        return False
    if patterns.negations.search(patterns.not_negations.sub(" ", beside)) or patterns.condition.search(around.left):
        return False
    if patterns.requests.search(clause) and not patterns.not_requests.search(clause):
        return False
    if patterns.asking.search(around.left):
        return False
    if not ahead and _is_past(one, around, patterns):
        return False
    if one.role is _Role.AT and one.named is not None and one.named.kind is Kind.COUNT:
        return patterns.lasting.search(clause) is not None
    if one.role not in (_Role.AT, _Role.AFTER, _Role.VAGUE):
        return True
    firm = one.named is not None and one.named.firm
    blank = set(around.left.split()) <= set(patterns.words.filler)  # ", aber am Montag"
    where = around.sentence if firm or blank else clause
    return patterns.ours.search(where) is not None or patterns.future.search(around.sentence) is not None


def _told(around: Around, language: str) -> bool:
    """Whether the clause tells what happened: a date of today may be that of a request ("wurde am … beantragt")."""
    patterns = _patterns(language)
    clause = around.left + " … " + around.right
    if patterns.future.search(clause):
        return False
    past = patterns.past.search(patterns.not_past.sub(" ", clause))
    return bool(past or (patterns.auxiliaries.search(clause) and patterns.participles.search(clause)))


def _is_past(one: _Found, around: Around, patterns: _Patterns) -> bool:
    clause = around.left + " … " + around.right
    if (one.named is not None and one.named.firm) or patterns.future.search(clause):
        return False
    clause = patterns.not_past.sub(" ", clause)
    if patterns.past.search(clause):
        return True
    if one.role in (_Role.UNTIL, _Role.BEFORE) and patterns.words.perfect_looks_ahead:
        return False
    where = around.left if one.role is _Role.WITHIN and patterns.words.perfect_looks_ahead else clause
    return patterns.auxiliaries.search(where) is not None and patterns.participles.search(clause) is not None
