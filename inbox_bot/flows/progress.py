"""Gathers how far a ticket has come, as its customer may be told: what arrived, was done, is promised, who has it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_bot.casework import Action, Promise
from inbox_bot.flows.case import arrived_of
from inbox_bot.flows.greeting import Arrived
from inbox_bot.model import Channel, DeliveryState, Direction, Kind, PromiseState, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Message, Ticket
from inbox_bot.rules import status
from inbox_bot.rules.status import Asked
from inbox_bot.views import Entry

_VOID = {DeliveryState.WITHDRAWN, DeliveryState.FAILED}
_NO_ANSWER = {Kind.CONFIRMATION, Kind.OPENING}  # they only say what arrived
_MOST_PROMISES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A time that he was told, in the words in which he read it; "" where it was told by word of mouth."""

    at: datetime
    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A ticket as the template `status` tells it; None and "" = there is no such thing.

    `about`: why he wrote, in his language. `arrived_at`: his last message, but for such questions. `answered_at`,
    `way`: a person's last answer, by "email", "dm" or "public". `deed`: the kind of the last action on record, `done` =
    with evidence. `promises`: still to come. `missed_at`: a time that has passed, and nobody has answered since.
    `agent`: who has it.
    """

    number: str
    subject: str
    state: str
    opened_at: datetime
    about: str = ""
    settled_at: datetime | None = None
    arrived_at: datetime | None = None
    answered_at: datetime | None = None
    way: str = ""
    deed: str = ""
    deed_at: datetime | None = None
    done: bool = False
    promises: tuple[Due, ...] = ()
    missed_at: datetime | None = None
    agent: Agent | None = None


async def entries_of(tx: Transaction, ticket: Ticket) -> list[Entry]:
    """What is on record of a ticket; nothing of one that is just being made."""
    return await tx.timeline(ticket.customer, ticket.id) if ticket.id > 0 else []


async def progress(
    tx: Transaction,
    ticket: Ticket,
    entries: Sequence[Entry],
    fresh: Sequence[Message],
    now: datetime,
    about: str = "",
) -> Progress:
    """How far a ticket has come. `fresh`: messages that are just being filed. `about`: as it is told."""
    known = ticket.id > 0
    promises = await tx.promises_of(ticket.id) if known else []
    actions = await tx.actions_of(ticket.id) if known else []
    agents = {one.id: one for one in await tx.agents()} if ticket.assignee is not None else {}
    texts = [*(entry.message for entry in entries), *(one for one in fresh if one.ticket == ticket.id)]
    answered = _last_answer(entries, texts)
    deed = _last_deed(actions, now)
    has_it = agents.get(ticket.assignee or 0)
    return Progress(
        number=ticket.number,
        subject=ticket.subject,
        state=ticket.state.value,
        opened_at=ticket.opened_at,
        about=about,
        settled_at=ticket.closed_at or ticket.resolved_at,
        arrived_at=max((one.at for one in texts if _says_something(one)), default=None),
        answered_at=answered.at if answered else None,
        way=_way(answered) if answered else "",
        deed=deed.kind.value if deed else "",
        deed_at=deed.at if deed else None,
        done=deed is not None and bool(deed.reference.strip()) and deed.confirmed_by is not None,
        promises=tuple(
            Due(at=one.due_at, phrase=_as_he_read_it(one, texts))
            for one in promises
            if one.state is PromiseState.OPEN and one.due_at > now
        )[:_MOST_PROMISES],
        missed_at=_missed(promises, answered, now),
        agent=has_it if has_it is not None and has_it.disabled_at is None else None,
    )


def received(entries: Iterable[Entry], fresh: Iterable[tuple[Message, Arrived]]) -> list[Arrived]:
    """What arrived of his, oldest first; questions such as this one only where there is nothing else."""
    listed = [
        *((entry.message, arrived_of(entry)) for entry in entries if _theirs(entry.message)),
        *((message, one) for message, one in fresh if _theirs(message)),
    ]
    said = [one for message, one in listed if _says_something(message)]
    return sorted(said or [one for _, one in listed], key=lambda one: one.at)


def _theirs(message: Message) -> bool:
    return message.direction is Direction.INCOMING and not message.automatic


def _says_something(message: Message) -> bool:
    return _theirs(message) and status.judge(message.text, message.subject).asked is Asked.NOTHING


def _last_answer(entries: Sequence[Entry], texts: Sequence[Message]) -> Message | None:
    """A person's last words that went out or will."""
    deliveries = {entry.message.id: [one for one, _ in entry.deliveries] for entry in entries}
    said = [
        one
        for one in texts
        if one.direction is Direction.OUTGOING
        and not one.automatic
        and not any(
            sent.kind in _NO_ANSWER or sent.state in _VOID or sent.approval for sent in deliveries.get(one.id, ())
        )
    ]
    return max(said, key=lambda one: (one.at, one.id), default=None)


def _way(message: Message) -> str:
    if message.channel is Channel.EMAIL:
        return "email"
    return "public" if message.visibility is Visibility.PUBLIC else "dm"


def _last_deed(actions: Sequence[Action], now: datetime) -> Action | None:
    standing = [one for one in actions if one.taken_back_at is None and one.at <= now]
    return max(standing, key=lambda one: (one.at, one.id), default=None)


def _missed(promises: Sequence[Promise], answered: Message | None, now: datetime) -> datetime | None:
    passed = [
        one.due_at
        for one in promises
        if one.state is PromiseState.BROKEN or (one.state is PromiseState.OPEN and one.due_at <= now)
    ]
    last = max(passed, default=None)
    return last if last is not None and (answered is None or answered.at < last) else None


def _as_he_read_it(promise: Promise, texts: Sequence[Message]) -> str:
    said = next((one.text for one in texts if one.id == promise.message), "")
    return promise.phrase if promise.phrase and promise.phrase in said else ""
