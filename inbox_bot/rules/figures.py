"""Figures of the work: decides what a percentile is, how much of a wait was opening hours, and when days begin."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from inbox_bot.rules.hours import Hours, open_spans

AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=14), timedelta(days=28))
"""The upper ends of the classes in which ages are counted; what is older is in the class after the last one."""

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long something took, in seconds: half of `count` took at most `median`, 90 % at most `p90`, 99 % at most
    `p99`, all of them at most `longest`. Each is a time that was measured, none is interpolated."""

    count: int
    median: float
    p90: float
    p99: float
    longest: float


def times(seconds: Iterable[float]) -> Times | None:
    """What was measured, in a few figures; None for nothing. A time below zero (two clocks that differ) is none."""
    ordered = sorted(max(0.0, one) for one in seconds)
    if not ordered:
        return None
    return Times(
        count=len(ordered),
        median=_within(ordered, 50),
        p90=_within(ordered, 90),
        p99=_within(ordered, 99),
        longest=ordered[-1],
    )


def _within(ordered: Sequence[float], percent: int) -> float:
    """The least of them that so many per cent are not above (nearest rank)."""
    return ordered[-(-len(ordered) * percent // 100) - 1]


class OpenTime:
    """Counts opening hours between many moments from `first` to `last`: the same as `hours.business_seconds`, which
    would walk through the days of each wait anew. Moments are seconds since 1970, in UTC."""

    def __init__(self, hours: Hours, first: datetime, last: datetime) -> None:
        self._starts: list[float] = []
        self._before: list[float] = []  # how long it was open before that start
        self._lengths: list[float] = []
        total = 0.0
        for start, end in open_spans(hours, first, last):
            length = (end - start).total_seconds()
            self._starts.append(start.timestamp())
            self._before.append(total)
            self._lengths.append(length)
            total += length

    def seconds(self, start: float, end: float) -> float:
        """How many seconds it was open from `start` to `end`; 0 where `end` is not after it."""
        return max(0.0, self._until(end) - self._until(start))

    def _until(self, moment: float) -> float:
        place = bisect_right(self._starts, moment) - 1
        if place < 0:
            return 0.0
        return self._before[place] + min(moment - self._starts[place], self._lengths[place])


def offsets(zone: tzinfo, since: datetime, until: datetime) -> tuple[tuple[datetime, int], ...]:
    """How many seconds a zone's wall clock is ahead of UTC: (from then on, seconds), the first from `since` on."""
    at, until = since.astimezone(UTC), until.astimezone(UTC)
    found = [(at, _ahead(zone, at))]
    while at < until:
        later = min(at + _DAY, until)
        if _ahead(zone, later) != found[-1][1]:
            found.append((_change(zone, at, later), _ahead(zone, later)))
        at = later
    return tuple(found)


def ages(seconds: Iterable[float]) -> list[int]:
    """How many are in each class of `AGES`, and beyond the last."""
    found, ends = [0] * (len(AGES) + 1), [end.total_seconds() for end in AGES]
    for one in seconds:
        found[bisect_right(ends, one)] += 1
    return found


def _ahead(zone: tzinfo, at: datetime) -> int:
    return int((at.astimezone(zone).utcoffset() or timedelta()).total_seconds())


def _change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """The moment (UTC, a whole second) from which the offset is that of `after`."""
    new = _ahead(zone, after)
    before, after = before.replace(microsecond=0), after.replace(microsecond=0) + _SECOND
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _ahead(zone, middle) == new:
            after = middle
        else:
            before = middle
    return after
