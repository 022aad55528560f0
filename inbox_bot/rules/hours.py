"""Opening hours: decides when the team is there, and counts time in which it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

Span = tuple[int, int]
"""From and to (excluded), in minutes of the local day; 1440 is its end, 24:00."""

WHOLE_DAY: Span = (0, 1440)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_SEARCHED = 2 * 366  # days; who does not open within two years does not open


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a team or one of it is there, by the wall clock of `zone`.

    `week`: the spans of seven days, Monday first, in order and apart; () = no opening hours are known, always open, on
    holidays too. `holidays`: closed all day. `special`: days with spans of their own, which win over both.

    A time that the clock leaves out is the moment at which it is put forward; of a time that it shows twice the first
    one counts. So spans stay in order, and no second counts twice.
    """

    zone: tzinfo
    week: tuple[tuple[Span, ...], ...] = ()
    holidays: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Span, ...]] = field(default_factory=dict, hash=False)

    @property
    def always(self) -> bool:
        """Whether nothing is known of hours, so that the team counts as there."""
        return not self.week


def spans_of(hours: Hours, day: date) -> tuple[Span, ...]:
    """When it is open on that day of its zone; nothing where it is closed."""
    if hours.always:
        return (WHOLE_DAY,)
    if day in hours.special:
        return hours.special[day]
    return () if day in hours.holidays else hours.week[day.weekday()]


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether somebody is there at `at`; the moment of closing is closed."""
    return any(start <= at < end for _, spans in _days(hours, at, 2) for start, end in spans)


def next_open(hours: Hours, at: datetime) -> datetime | None:
    """`at` itself where it is open, else when it opens next (UTC); None where it does not within two years."""
    at = at.astimezone(UTC)
    for start, end in _ahead(hours, at):
        if end > at:
            return max(start, at)
    return None


def end_of_business_day(hours: Hours, at: datetime) -> datetime | None:
    """When the last span of today ends (UTC), or of the next day with one, where today's are over or there are none.

    None where it does not open within two years. A day ends at 24:00 at the latest, also where the next one goes on.
    """
    for _, spans in _days(hours, at, _SEARCHED):
        if spans and spans[-1][1] > at:
            return spans[-1][1]
    return None


def business_seconds(hours: Hours, a: datetime, b: datetime) -> float:
    """How many seconds it was open from `a` to `b`; 0 where `b` is not after `a`."""
    a, b = a.astimezone(UTC), b.astimezone(UTC)  # two times of one zone are subtracted by its clock
    open_for = timedelta()
    for start, end in open_spans(hours, a, b):
        open_for += max(min(end, b) - max(start, a), timedelta())
    return open_for.total_seconds()


def open_spans(hours: Hours, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spans (UTC) of all days from that of `first` to that of `last`, in order and apart."""
    first, last = first.astimezone(UTC), last.astimezone(UTC)
    for _, spans in _days(hours, first, (last - first) // _DAY + 3):
        yield from spans


def add_business(hours: Hours, at: datetime, seconds: float) -> datetime | None:
    """The first moment (UTC) at which it has been open for so many seconds since `at`.

    That is the moment of closing, not of the next opening, where they end just then; `at` itself for none. None where
    there are not so many within two years.
    """
    at, left = at.astimezone(UTC), timedelta(seconds=seconds)
    if left <= timedelta():
        return at
    for start, end in _ahead(hours, at):
        start = max(start, at)
        if end - start >= left:
            return start + left
        left -= max(end - start, timedelta())
    return None


def _ahead(hours: Hours, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    for _, spans in _days(hours, at, _SEARCHED):
        yield from spans


def _days(hours: Hours, at: datetime, count: int) -> Iterator[tuple[date, list[tuple[datetime, datetime]]]]:
    """The spans of so many days in UTC, from the day of `at`.

    A clock that is put back over midnight shows a day again; what is open then belongs to the day after it.
    """
    day = at.astimezone(hours.zone).date()
    for _ in range(count):
        spans = [
            (_moment(hours.zone, day, first), _moment(hours.zone, day, last)) for first, last in spans_of(hours, day)
        ]
        yield day, [(start, end) for start, end in spans if start < end]  # a span may lie in what the clock leaves out
        day += _DAY


@lru_cache(maxsize=4096)  # figures ask for the same days again and again
def _moment(zone: tzinfo, day: date, minute: int) -> datetime:
    """When the wall clock shows that minute for the first time (UTC), or is put forward past it."""
    local = datetime.combine(day, time()) + timedelta(minutes=minute)
    after = local.replace(tzinfo=zone).astimezone(UTC)
    if after.astimezone(zone).replace(tzinfo=None) == local:
        return after
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)  # PEP 495: outside a gap's both ends by its fold
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
