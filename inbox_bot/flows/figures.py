"""Counts what the team wants to know of its own work: how much came, how long it took, what was kept."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from inbox_bot.flows.asking import CAME_BACK
from inbox_bot.flows.house import House
from inbox_bot.flows.settling import REOPEN
from inbox_bot.model import Channel, DeliveryState, PromiseState
from inbox_bot.rules.figures import OpenTime, Times, ages, days, offsets, times, wall_seconds
from inbox_bot.rules.hours import Hours
from inbox_bot.work.figures import By, Counts, Cut

_Row = TypeVar("_Row", bound=tuple[object, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How promises were settled; `rate`: the part that was kept, None where neither was kept nor broken."""

    kept: int
    broken: int
    withdrawn: int

    @property
    def rate(self) -> float | None:
        """Of those that were kept or broken."""
        counted = self.kept + self.broken
        return self.kept / counted if counted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Tickets that are open now: how many, how many of them wait for us, how old they are since their opening, and how
    many are in each class of `rules.figures.AGES`."""

    count: int
    waiting: int
    age: Times | None
    ages: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """What X cost, in micro-dollars: altogether, on each of the UTC days on which it cost anything, in the mean of all
    `days`, and for each ticket opened on X, None where there was none."""

    total: int
    by_day: Mapping[str, int]
    days: int
    tickets: int

    @property
    def per_day(self) -> float:
        """The mean of all days, also of those on which nothing was spent."""
        return self.total / self.days

    @property
    def per_ticket(self) -> float | None:
        """None where no ticket was opened on X."""
        return self.total / self.tickets if self.tickets else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Those of one group, or of all. `incoming`: messages of customers, also by channel; `answers`: of people.
    `numbers`: of the tickets opened, those whose number was delivered. `acknowledgement` goes by any clock; answer and
    solution also by opening hours. `automatic`: replies. `spend`: None where it cannot be told apart."""

    group: str
    incoming: int
    by_channel: Mapping[Channel, int]
    answers: int
    tickets: int
    numbers: int
    acknowledgement: Times | None
    answer: Times | None
    answer_open: Times | None
    solution: Times | None
    solution_open: Times | None
    backlog: Backlog
    reopened: int
    promises: Kept
    deliveries: Mapping[DeliveryState, int]
    automatic: int
    spend: Spend | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """A period's figures, and the same by group. `hours_known`: opening hours are configured."""

    since: datetime
    until: datetime
    by: By
    hours_known: bool
    overall: Figures
    groups: tuple[Figures, ...] = ()


async def stats(house: House, since: datetime, by: By = By.NOTHING) -> Stats:
    """What happened from `since` until now; each time counts where it ended: a slow answer when it was given."""
    [found] = await several(house, since, [by])
    return found


async def several(house: House, since: datetime, parts: Iterable[By]) -> list[Stats]:
    """The same for several groupings, all from one state of the store."""
    until = house.now()
    zone = house.hours(until).zone
    wanted = dict.fromkeys([By.NOTHING, *parts])
    cuts = {
        by: Cut(
            since=since.astimezone(UTC), until=until, by=by, offsets=offsets(zone, since, until),
            reopening=(REOPEN, CAME_BACK),
        )
        for by in wanted
    }  # fmt: skip
    async with house.store.read() as tx:
        counts = {by: await tx.figures(cut) for by, cut in cuts.items()}
    return await asyncio.to_thread(_made, house, cuts, counts, list(parts))


def _made(house: House, cuts: Mapping[By, Cut], counts: Mapping[By, Counts], parts: Iterable[By]) -> list[Stats]:
    cut, whole = cuts[By.NOTHING], counts[By.NOTHING]
    began = min([cut.until, *(row[1] for row in whole.answered), *(row[1] for row in whole.solved)])
    hours = _hours(house, began, cut.until)
    clock = OpenTime(hours, began, cut.until).seconds
    overall = _figures("", whole, cut, clock, whole.spent)
    found = []
    for by in parts:
        groups = () if by is By.NOTHING else tuple(_groups(counts[by], cuts[by], clock, hours))
        found.append(
            Stats(
                since=cut.since,
                until=cut.until,
                by=by,
                hours_known=not hours.always,
                overall=overall,
                groups=groups,
            )
        )
    return found


def _hours(house: House, began: datetime, until: datetime) -> Hours:
    """The opening hours with the holidays of all years in between, of which the house names some at a time."""
    hours = house.hours(until)
    known = (house.hours(datetime(year, 7, 1, tzinfo=UTC)).holidays for year in range(began.year, until.year))
    return replace(hours, holidays=hours.holidays.union(*known))


_Clock = Callable[[datetime, datetime], float]


def _groups(counts: Counts, cut: Cut, clock: _Clock, hours: Hours) -> Iterable[Figures]:
    parted = {name: _parted(getattr(counts, name)) for name in _GROUPED}
    names = {group for rows in parted.values() for group in rows}
    if cut.by.of_time:
        names = {_step(day, cut.by) for day in days(hours.zone, cut.since, cut.until)}
    for group in sorted(names, key=lambda name: (not name, name)):
        own = Counts(**{name: rows.get(group, []) for name, rows in parted.items()}, spent=[])
        spent = None
        if cut.by.of_time:
            spent = [row for row in counts.spent if _step(date.fromisoformat(row[0]), cut.by) == group]
        elif cut.by is By.CHANNEL and group == Channel.TWITTER:
            spent = counts.spent
        yield _figures(group, own, cut, clock, spent)


def _step(day: date, by: By) -> str:
    return (day - timedelta(days=day.weekday()) if by is By.WEEK else day).isoformat()


_GROUPED = (
    "messages", "tickets", "acknowledged", "answered", "solved", "backlog", "reopened", "promises", "deliveries",
)  # fmt: skip


def _parted(rows: list[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(str(row[0]), []).append(row)
    return found


def _figures(group: str, counts: Counts, cut: Cut, clock: _Clock, spent: list[tuple[str, int]] | None) -> Figures:
    by_channel = _summed((row[1], row[3]) for row in counts.messages if row[2])
    deliveries = _summed((row[1], row[3]) for row in counts.deliveries)
    settled = _summed((row[1], row[2]) for row in counts.promises)
    answered, solved = [row[1:] for row in counts.answered], [row[1:] for row in counts.solved]
    waits = [wall_seconds(row[1], cut.until) for row in counts.backlog]
    return Figures(
        group=group,
        incoming=sum(by_channel.values()),
        by_channel=by_channel,
        answers=sum(row[3] for row in counts.messages if not row[2]),
        tickets=sum(row[1] for row in counts.tickets),
        numbers=sum(row[2] for row in counts.tickets),
        acknowledgement=times(row[1] for row in counts.acknowledged),
        answer=times(wall_seconds(*pair) for pair in answered),
        answer_open=times(clock(*pair) for pair in answered),
        solution=times(wall_seconds(*pair) for pair in solved),
        solution_open=times(clock(*pair) for pair in solved),
        backlog=Backlog(
            count=len(waits),
            waiting=sum(row[2] for row in counts.backlog),
            age=times(waits),
            ages=tuple(ages(waits)),
        ),
        reopened=sum(row[1] for row in counts.reopened),
        promises=Kept(
            kept=settled.get(PromiseState.KEPT, 0),
            broken=settled.get(PromiseState.BROKEN, 0),
            withdrawn=settled.get(PromiseState.WITHDRAWN, 0),
        ),
        deliveries=deliveries,
        automatic=sum(row[3] for row in counts.deliveries if row[2] and row[1] is not DeliveryState.WITHDRAWN),
        spend=None if spent is None else _spend(spent, cut, sum(row[3] for row in counts.tickets), group),
    )


def _spend(spent: list[tuple[str, int]], cut: Cut, tickets: int, group: str) -> Spend:
    whole = (cut.last_day - cut.first_day).days + 1
    count = {By.DAY: 1, By.WEEK: 7}.get(cut.by, whole) if group else whole
    return Spend(total=sum(row[1] for row in spent), by_day=dict(spent), days=count, tickets=tickets)


_Key = TypeVar("_Key")


def _summed(rows: Iterable[tuple[_Key, int]]) -> dict[_Key, int]:
    found: dict[_Key, int] = {}
    for key, count in rows:
        found[key] = found.get(key, 0) + count
    return found
