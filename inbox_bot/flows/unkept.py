"""Which promises of a ticket still stand, how one is settled, and what waits for that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from inbox_bot.casework import Promise
from inbox_bot.errors import UsageError
from inbox_bot.flows.house import House
from inbox_bot.model import PromiseState
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Message, Ticket
from inbox_bot.rules import numbers
from inbox_bot.rules.moments import said


async def standing(tx: Transaction, ticket: Ticket) -> list[Promise]:
    """The open promises of a ticket, by due time."""
    return [one for one in await tx.promises_of(ticket.id) if one.state is PromiseState.OPEN]


async def refuse(house: House, tx: Transaction, ticket: Ticket) -> None:
    """Raises `UsageError` with what to type where a promise of the ticket is open."""
    found = await standing(tx, ticket)
    if found:
        raise UsageError(in_the_way(ticket, found, house.hours(house.now()).zone))


def in_the_way(ticket: Ticket, found: Sequence[Promise], zone: tzinfo) -> str:
    """Why a ticket with these open promises cannot be resolved, and what to type."""
    listed = ", ".join(named(one, zone) for one in found)
    ids = " ".join(f"--keeps {one.id}" for one in found)
    return (
        f"ticket {numbers.pretty(ticket.number)} has an open promise: {listed}; say that it was kept (inbox-bot "
        f"promise keep {found[0].id}, or with an answer: reply {ids}, by mail: /kept) or that it no longer holds "
        f'(inbox-bot promise withdraw {found[0].id} "why")'
    )


def named(promise: Promise, zone: tzinfo) -> str:
    """A promise in a line: its id, words and due time."""
    return f'p{promise.id} "{promise.phrase}" (due {said(promise.due_at, zone)})'


def id_of(written: str) -> int:
    """The id in "12" or "p12"; raises `UsageError`."""
    digits = written.strip().lower().removeprefix("p")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise UsageError(f'"{written}" is not the id of a promise; "inbox-bot promises" lists them, such as p12')
    return int(digits)


def kept(promise: Promise, who: str, now: datetime) -> tuple[Promise, LogEntry]:
    """What has become of a promise that was fulfilled now: kept, or broken where its time is over."""
    late = now > promise.due_at
    state = PromiseState.BROKEN if late else PromiseState.KEPT
    return replace(promise, state=state, settled_at=now), LogEntry(
        at=now,
        who=who,
        what="promise kept late" if late else "promise kept",
        ticket=promise.ticket,
        detail=f"p{promise.id}: {promise.phrase}",
    )


def unsaid(promises: Sequence[Promise], said: Sequence[Message], now: datetime) -> list[Promise]:
    """What changes of a ticket's promises where these messages never go out: what they promised is withdrawn, and what
    they said was kept is open again (an answer settles promises at the very moment at which it is written)."""
    ids, moments = {one.id for one in said}, {one.at for one in said}
    made = [
        replace(one, state=PromiseState.WITHDRAWN, settled_at=now)
        for one in promises
        if one.state is PromiseState.OPEN and one.message in ids
    ]
    kept = [
        replace(one, state=PromiseState.OPEN, settled_at=None)
        for one in promises
        if one.state is PromiseState.KEPT and one.settled_at in moments
    ]
    return [*made, *kept]
