"""Keeps who has seen how much of a ticket, so that nobody answers what he has not read."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from inbox_bot.casework import Seen
from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.model import Direction
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Message

_LONGEST = 2000  # characters of one message that are shown again

_Result = TypeVar("_Result")


async def saw(house: House, messages: Iterable[Message], who: str) -> None:
    """The agent was shown these messages, of whatever tickets. Nothing where nobody can tell who he is."""
    last: dict[int, int] = {}
    for one in messages:
        if one.ticket is not None:
            last[one.ticket] = max(one.id, last.get(one.ticket, 0))

    async def act(tx: Transaction) -> None:
        try:
            agent = await acting(tx, who)
        except UsageError:
            return
        now = house.now()
        seen = [
            Seen(ticket=ticket, agent=agent.id, message=message, at=now) for ticket, message in sorted(last.items())
        ]
        await tx.note_seen(*seen)

    if last:
        await committed(house, act)


async def answered(
    house: House, who: str, act: Callable[[Transaction], Awaitable[_Result]], shown: Iterable[Message]
) -> _Result:
    """As `committed`; where a gate stops the answer for what its writer had not seen, that counts as shown to him:
    `shown` is what `act` found in the ticket."""
    try:
        return await committed(house, act)
    except Stopped as stopped:
        if stopped.newer:
            await saw(house, shown, who)
        raise


async def check(house: House, written: str, seen: int | None) -> None:
    """Raises `UsageError` where the message that a writer says he knows is none of this ticket."""
    if seen is None:
        return
    async with house.store.read() as tx:
        ticket = await ticket_called(tx, written)
        if all(entry.message.id != seen for entry in await tx.timeline(ticket.customer, ticket.id)):
            raise UsageError(f"m{seen} is no message of this ticket; --seen names the last one that you know")


async def mingled(tx: Transaction, source: int, target: int, messages: Sequence[Message]) -> None:
    """Messages go from one ticket into another: whoever knows that one, and not all that comes in among what he has
    read, is shown it all before he answers."""
    read = {one.agent: one.message for one in await tx.seen_on(source)}
    blind = [
        one.agent
        for one in await tx.seen_on(target)
        if any(
            read.get(one.agent, 0) < m.id <= one.message and m.agent != one.agent for m in messages if not m.automatic
        )
    ]
    if blind:
        await tx.unsee(target, blind)


def unseen(messages: Iterable[Message], seen: int, agent: Agent) -> list[Message]:
    """What of these came on record behind `seen` and matters to who answers: not his own, not what was automatic."""
    return [one for one in messages if one.id > seen and not one.automatic and one.agent != agent.id]


def lines(messages: Sequence[Message]) -> tuple[str, ...]:
    """The messages as lines to be shown."""
    said = {Direction.INCOMING: "the customer wrote", Direction.OUTGOING: "we answered", Direction.NOTE: "a note says"}
    shown: list[str] = []
    for one in messages:
        text = one.text if len(one.text) <= _LONGEST else f"{one.text[:_LONGEST]} […]"
        shown.append(f"m{one.id} {one.at:%Y-%m-%d %H:%M} UTC, {said[one.direction]}:")
        shown += [f"  {line}" for line in text.splitlines()]
    return tuple(shown)
