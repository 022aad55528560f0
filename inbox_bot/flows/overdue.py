"""Which customers wait longer than the targets allow: what the audit says of it, and of whom somebody is reminded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from inbox_bot.flows import notice, standing_out
from inbox_bot.flows.house import House
from inbox_bot.ports import Transaction
from inbox_bot.records import Notice
from inbox_bot.rules import targets
from inbox_bot.rules.targets import Standing, Target
from inbox_bot.views import GRAVITY, Awaiting, Finding

OVERDUE = "answer_overdue"
SOON = "answer_due"
"""The kind of the notice that reminds of a ticket before its answer is due."""
_MOST = 10_000  # tickets that wait at the same time


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A ticket that waits, until when it should be answered, and where that stands."""

    ticket: Awaiting
    target: Target
    standing: Standing


def configured(house: House) -> bool:
    """Whether any priority has a target."""
    return any(house.targets.hours.values())


async def dues(house: House, tx: Transaction, now: datetime, ticket: int | None = None) -> Mapping[int, Due]:
    """By ticket: those that wait and have a target; `ticket`: only that one."""
    if not configured(house):
        return {}
    hours = house.hours(now)
    found: dict[int, Due] = {}
    for one in await tx.awaiting(now, _MOST, ticket):
        target = targets.target(house.targets, one.priority, one.since, hours)
        if target is not None:
            found[one.ticket] = Due(ticket=one, target=target, standing=targets.standing(target, None, now))
    return found


async def audited(house: House, tx: Transaction, now: datetime) -> tuple[list[Finding], Mapping[str, Notice]]:
    """What is not in order, gravest first, and the reminders of what is due soon, each by a key that stays the same.

    What is overdue is not said a second time as unanswered.
    """
    found, soon, late = await tx.findings(now), {}, {}
    for one in (await dues(house, tx, now)).values():
        key = f"{one.ticket.ticket}:{one.ticket.since.isoformat()}"  # who writes again after an answer waits anew
        if one.standing is Standing.OVERDUE:
            late[f"unanswered:{one.ticket.ticket}"] = _finding(house, one, f"{OVERDUE}:{key}", now)
        elif one.standing is Standing.SOON:
            soon[f"{SOON}:{key}"] = _reminder(house, one, now)
    found += await standing_out.late(tx, now)
    kept = [*(finding for finding in found if finding.key not in late), *late.values()]
    return sorted(kept, key=lambda finding: GRAVITY.index(finding.kind)), soon


def _finding(house: House, due: Due, key: str, now: datetime) -> Finding:
    return Finding(
        kind=OVERDUE, key=key, number=due.ticket.number, at=due.target.due_at, detail=_waits(house, due, now)
    )


def _reminder(house: House, due: Due, now: datetime) -> Notice:
    subject, text = notice.words(
        house, SOON, number=due.ticket.number, since=due.ticket.since, due_at=due.target.due_at
    )
    return Notice(
        kind=SOON,
        at=now,
        subject=subject,
        text=text,
        ticket=due.ticket.ticket,
        agent=due.ticket.assignee,
    )


def _waits(house: House, due: Due, now: datetime) -> str:
    count = house.targets.hours[due.ticket.priority]
    unit = "hour" if house.hours(now).always else "opening hour"
    target = f"{due.ticket.priority}: {count:g} {unit}{'s' if count != 1 else ''}"
    since, until = (_local(house, at, now) for at in (due.ticket.since, due.target.due_at))
    return f"the customer has been waiting since {since}; the answer was due {until} ({target})"


def _local(house: House, at: datetime, now: datetime) -> str:
    return f"{at.astimezone(house.hours(now).zone):%Y-%m-%d %H:%M}"
