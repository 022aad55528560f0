"""Targets of answering: decides until when a ticket should have an answer, and when somebody is reminded."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from inbox_bot.model import Priority
from inbox_bot.rules.hours import Hours, add_business

_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Opening hours until an answer, by priority; one that is not named has no target.

    `remind`: after which part of that time somebody is reminded.
    """

    hours: dict[Priority, float] = field(default_factory=dict, hash=False)
    remind: float = 0.75


class Standing(StrEnum):
    """waiting = in time, soon = from the reminder on, overdue = from the due time on; met, missed = answered."""

    WAITING = "waiting"
    SOON = "soon"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """When the answer is due, and when one is reminded of it; both lie in opening hours or at their end."""

    remind_at: datetime
    due_at: datetime


def target(targets: Targets, priority: Priority, since: datetime, hours: Hours) -> Target | None:
    """The target of what has been waiting since then. Where the priority has changed, ask again with the same `since`.

    None where the priority has none, or where it is not open for so long within two years.
    """
    seconds = targets.hours.get(priority, 0.0) * _HOUR
    if seconds <= 0:
        return None
    due, remind = add_business(hours, since, seconds), add_business(hours, since, seconds * targets.remind)
    return None if due is None or remind is None else Target(remind_at=remind, due_at=due)


def standing(target: Target, answered: datetime | None, now: datetime) -> Standing:
    """Where it stands at `now`; answered at the due time itself is met."""
    if answered is not None and answered <= now:
        return Standing.MET if answered <= target.due_at else Standing.MISSED
    if now >= target.due_at:
        return Standing.OVERDUE
    return Standing.SOON if now >= target.remind_at else Standing.WAITING


def next_look(target: Target, now: datetime) -> datetime | None:
    """When the standing of what is not answered changes next by time alone; None once it is overdue."""
    return next((at for at in (target.remind_at, target.due_at) if at > now), None)
