"""Counts what the team wants to know of its own work: how much came, how long it took, what was kept."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from inbox_bot.flows.house import House
from inbox_bot.model import Channel, DeliveryState, PromiseState
from inbox_bot.rules.figures import OpenTime, Times, ages, offsets, times
from inbox_bot.rules.hours import Hours
from inbox_bot.rules.states import CAME_BACK, REOPEN
from inbox_bot.work.figures import By, Counts, Cut, Groups


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
    solution also by opening hours. `automatic`: replies. `scores`: how
    often customers gave 1 to 5. `spend`: None where it cannot be told apart."""

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
    scores: Mapping[int, int]
    spend: Spend | None

    @property
    def satisfaction(self) -> float | None:
        """The mean of the scores, None where there are none."""
        count = sum(self.scores.values())
        return sum(score * many for score, many in self.scores.items()) / count if count else None


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


async def several(house: House, since: datetime, parts: Sequence[By]) -> list[Stats]:
    """The same for several groupings, all from one look at the store."""
    until = house.now()
    zone = house.hours(until).zone
    cut = Cut(
        since=since.astimezone(UTC), until=until, parts=tuple(part for part in parts if part),
        offsets=offsets(zone, since, until), reopening=(REOPEN, CAME_BACK),
    )  # fmt: skip
    async with house.store.read() as tx:
        counts = await tx.figures(cut)
    return await asyncio.to_thread(_made, house, cut, counts, parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What was counted of one group, or of all. `answered`, `solved`: seconds by any clock and by opening hours."""

    messages: list[tuple[Groups, Channel, bool, int]] = field(default_factory=list)
    tickets: list[tuple[Groups, int, int, int]] = field(default_factory=list)
    acknowledged: list[tuple[Groups, float]] = field(default_factory=list)
    answered: list[tuple[Groups, float, float]] = field(default_factory=list)
    solved: list[tuple[Groups, float, float]] = field(default_factory=list)
    backlog: list[tuple[Groups, float, bool]] = field(default_factory=list)
    reopened: list[tuple[Groups, int]] = field(default_factory=list)
    promises: list[tuple[Groups, PromiseState, int]] = field(default_factory=list)
    deliveries: list[tuple[Groups, DeliveryState, bool, int]] = field(default_factory=list)
    scores: list[tuple[Groups, int, int]] = field(default_factory=list)

    def parted(self, place: int) -> "dict[str, _Rows]":
        """By one of the parts."""
        found: dict[str, _Rows] = {}
        for name in (one.name for one in fields(self)):
            for row in getattr(self, name):
                group = row[0][place]
                if group not in found:
                    found[group] = _Rows()
                getattr(found[group], name).append(row)
        return found


def _made(house: House, cut: Cut, counts: Counts, parts: Sequence[By]) -> list[Stats]:
    last = cut.until.timestamp()
    began = min([last, *(row[1] for row in counts.answered), *(row[1] for row in counts.solved)])
    hours = _hours(house, datetime.fromtimestamp(began, UTC), cut.until)
    opened = OpenTime(hours, datetime.fromtimestamp(began, UTC), cut.until).seconds
    whole = _Rows(
        messages=counts.messages,
        tickets=counts.tickets,
        acknowledged=counts.acknowledged,
        answered=[(at, end - start, opened(start, end)) for at, start, end in counts.answered],
        solved=[(at, end - start, opened(start, end)) for at, start, end in counts.solved],
        backlog=[(at, last - start, waits) for at, start, waits in counts.backlog],
        reopened=counts.reopened,
        promises=counts.promises,
        deliveries=counts.deliveries,
        scores=counts.scores,
    )
    overall = _figures("", whole, counts.spent, (cut.last_day - cut.first_day).days + 1)
    return [
        Stats(
            since=cut.since,
            until=cut.until,
            by=part,
            hours_known=not hours.always,
            overall=overall,
            groups=tuple(_groups(whole.parted(cut.parts.index(part)), counts.spent, cut, part)) if part else (),
        )
        for part in parts
    ]


def _hours(house: House, began: datetime, until: datetime) -> Hours:
    """The opening hours with the holidays of all years in between, of which the house names some at a time."""
    hours = house.hours(until)
    known = (house.hours(datetime(year, 7, 1, tzinfo=UTC)).holidays for year in range(began.year, until.year))
    return replace(hours, holidays=hours.holidays.union(*known))


def _groups(parted: Mapping[str, _Rows], spent: list[tuple[str, int]], cut: Cut, by: By) -> Iterator[Figures]:
    """Of time all there are in the period, else those of which there is anything; nobody and nothing come last."""
    if by.of_time:
        span = (cut.last_day - cut.first_day).days + 1
        steps = Counter(_step(cut.first_day + timedelta(days=n), by) for n in range(span))  # each with its days
        own: dict[str, list[tuple[str, int]]] = {step: [] for step in steps}
        for row in spent:
            own[_step(date.fromisoformat(row[0]), by)].append(row)
        for step, days in steps.items():
            yield _figures(step, parted.get(step, _Rows()), own[step], days)
        return
    dear = {Channel.TWITTER.value} if by is By.CHANNEL and spent else set()  # it costs also where nobody writes
    for group in sorted(dear.union(parted), key=lambda name: (not name, name)):
        costs = by is By.CHANNEL and group == Channel.TWITTER
        rows = parted.get(group, _Rows())
        yield _figures(group, rows, spent if costs else None, (cut.last_day - cut.first_day).days + 1)


def _step(day: date, by: By) -> str:
    return (day - timedelta(days=day.weekday()) if by is By.WEEK else day).isoformat()


def _figures(group: str, rows: _Rows, spent: list[tuple[str, int]] | None, days: int) -> Figures:
    by_channel = _summed((row[1], row[3]) for row in rows.messages if row[2])
    settled = _summed((row[1], row[2]) for row in rows.promises)
    waits = [row[1] for row in rows.backlog]
    spend = None
    if spent is not None:
        tickets = sum(row[3] for row in rows.tickets)
        spend = Spend(total=sum(row[1] for row in spent), by_day=dict(spent), days=days, tickets=tickets)
    return Figures(
        group=group,
        incoming=sum(by_channel.values()),
        by_channel=by_channel,
        answers=sum(row[3] for row in rows.messages if not row[2]),
        tickets=sum(row[1] for row in rows.tickets),
        numbers=sum(row[2] for row in rows.tickets),
        acknowledgement=times(row[1] for row in rows.acknowledged),
        answer=times(row[1] for row in rows.answered),
        answer_open=times(row[2] for row in rows.answered),
        solution=times(row[1] for row in rows.solved),
        solution_open=times(row[2] for row in rows.solved),
        backlog=Backlog(
            count=len(waits), waiting=sum(row[2] for row in rows.backlog), age=times(waits), ages=tuple(ages(waits))
        ),
        reopened=len({row[1] for row in rows.reopened}),
        promises=Kept(
            kept=settled.get(PromiseState.KEPT, 0),
            broken=settled.get(PromiseState.BROKEN, 0),
            withdrawn=settled.get(PromiseState.WITHDRAWN, 0),
        ),
        deliveries=_summed((row[1], row[3]) for row in rows.deliveries),
        automatic=sum(row[3] for row in rows.deliveries if row[2] and row[1] is not DeliveryState.WITHDRAWN),
        scores=_summed((row[1], row[2]) for row in rows.scores),
        spend=spend,
    )


_Key = TypeVar("_Key")


def _summed(rows: Iterable[tuple[_Key, int]]) -> dict[_Key, int]:
    found: dict[_Key, int] = {}
    for key, count in rows:
        found[key] = found.get(key, 0) + count
    return found
