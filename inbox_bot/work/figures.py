"""What flows ask of the store about the team's work as a whole: counts and times of a period, by a group."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from inbox_bot.model import Channel, DeliveryState, PromiseState


class By(StrEnum):
    """What figures are parted by. `AGENT`: who has the ticket; of an answer who wrote it, of a promise who owns it.
    `REASON`: why the customer wrote. `DAY`, `WEEK` (from Monday): by the team's wall clock; X's spend by
    the UTC days of the same names."""

    NOTHING = ""
    CHANNEL = "channel"
    AGENT = "agent"
    REASON = "reason"
    DAY = "day"
    WEEK = "week"

    @property
    def of_time(self) -> bool:
        """Whether the groups follow each other."""
        return self in (By.DAY, By.WEEK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A period in UTC, both ends included, and what its figures are parted by, by all of it at once. `offsets`: (from
    then on, seconds by which the wall clock is ahead of UTC), the first one at `since`; it says where days begin.
    `reopening`: what the log calls it where a settled ticket is opened again."""

    since: datetime
    until: datetime
    parts: tuple[By, ...]
    offsets: tuple[tuple[datetime, int], ...]
    reopening: tuple[str, ...]

    @property
    def first_day(self) -> date:
        """On the wall."""
        return (self.since + timedelta(seconds=self.offsets[0][1])).date()

    @property
    def last_day(self) -> date:
        """On the wall."""
        return (self.until + timedelta(seconds=self.offsets[-1][1])).date()


Groups = tuple[str, ...]
"""One for each part of a cut: a channel, an agent's name, a reason, a day (ISO; of a week its Monday), "" for nobody or
nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The figures of a period. Of junk, and of tickets that went on in another one, nothing counts. Moments are seconds
    since 1970: there is one of them for each ticket.

    `messages`: (channel, incoming, count) of what customers wrote and people answered. `tickets`: (opened, of these
    with their number delivered, of these on X). `acknowledged`: seconds from a message to its confirmation's first
    proof. `answered`, `solved`: (opened, answered or solved) where that happened in the period, opened with the first
    of those that were merged; telephone calls are not answered. `backlog`: (opened, waits for us) of what is open at
    the end of the period, whenever it was opened. `reopened`: tickets, by group once. `promises`: as they were
    settled. `deliveries`: (state, replies automatically, count) of what went to customers. `scores`: (1 to 5, count)
    of answered surveys. `spent`: (UTC day, micro-dollars).
    """

    messages: list[tuple[Groups, Channel, bool, int]]
    tickets: list[tuple[Groups, int, int, int]]
    acknowledged: list[tuple[Groups, float]]
    answered: list[tuple[Groups, float, float]]
    solved: list[tuple[Groups, float, float]]
    backlog: list[tuple[Groups, float, bool]]
    reopened: list[tuple[Groups, int]]
    promises: list[tuple[Groups, PromiseState, int]]
    deliveries: list[tuple[Groups, DeliveryState, bool, int]]
    scores: list[tuple[Groups, int, int]]
    spent: list[tuple[str, int]]


class FigureWork(Protocol):
    """Each is a few statements, however many messages there are."""

    async def figures(self, cut: Cut) -> Counts:
        """All of a period."""
        ...
