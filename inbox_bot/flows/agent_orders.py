"""Does what an agent's mail orders, in the transaction that it is given: answer, note, assign, resolve, undo."""

from collections.abc import Sequence
from dataclasses import dataclass

from inbox_bot.casework import Promise
from inbox_bot.errors import UsageError
from inbox_bot.flows import answering, desk, promising, reasons, settling, undoing
from inbox_bot.flows.answering import Queued
from inbox_bot.flows.gates.asked import AT_ONCE, Answer
from inbox_bot.flows.house import House
from inbox_bot.model import Attachment
from inbox_bot.records import Agent
from inbox_bot.rules import commands
from inbox_bot.rules.commands import Name, Orders
from inbox_bot.rules.moments import said
from inbox_bot.rules.routes import Way

_FILES_LEFT = "would go nowhere: files go along with a text to the customer, not with a note or with orders alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done, each in a line; `queued`: the answer that goes out; `message`: what was made of the mail."""

    lines: tuple[str, ...]
    queued: Queued | None = None
    message: int | None = None


async def obey(house: House, number: str, agent: Agent, orders: Orders, files: Sequence[Attachment], seen: int) -> Done:
    """Everything that the mail orders. Raises `UsageError`, also `Stopped`, where anything of it cannot be done; then
    the transaction must not be committed."""
    if orders.has(Name.HELP):
        return Done(lines=tuple(commands.HELP.splitlines()))
    if orders.has(Name.UNDO):
        return await take_back(house, number, agent, seen)
    answer, template = orders.answer, orders.argument(Name.TEMPLATE)
    if files and not (answer or template):
        raise UsageError(f"{', '.join(one.name for one in files)} {_FILES_LEFT}")
    lines = await _of_the_ticket(house, number, agent, orders)
    message: int | None = None
    if orders.has(Name.NOTE):
        _, message, told = await desk.note(house, number, orders.text, agent.name)
        lines.append("noted; nothing went to the customer")
        lines += [f"told by mail: {', '.join(one.name for one in told)}"] if told else []
    queued, promise = None, orders.argument(Name.PROMISE)
    if answer or template:
        queued = await answering.reply(
            house,
            Answer(
                number=number,
                who=agent.name,
                text=answer,
                template=template,
                way=Way.DM if orders.has(Name.DM) else Way.PUBLIC if orders.has(Name.PUBLIC) else Way.LAST,
                attachments=tuple(files),
                resolve=orders.has(Name.RESOLVE),
                seen=seen,
                anyway=orders.has(Name.ANYWAY),
                delay=house.gateway.undo if house.gateway else AT_ONCE,
                promise=(promise,) if promise else (),
                previewed=house.gateway is not None and house.gateway.undo > AT_ONCE,
                keeps=("all",) if orders.has(Name.KEPT) else (),
            ),
        )
        message = queued.message
        lines += [_promised(house, one) for one in queued.promises if one.message == message]
    elif promise:
        _, made = await promising.make(house, number, promise, agent.name)
        lines.append(_promised(house, made))
    if queued is None and orders.has(Name.KEPT):
        lines += [f'kept: "{one.phrase}"' for one in await promising.keep_all(house, number, agent.name)]
    if queued is None and orders.has(Name.RESOLVE):
        await settling.resolve(house, number, agent.name)
    if orders.has(Name.RESOLVE):
        lines.append("resolved")
    return Done(lines=tuple(lines), queued=queued, message=message)


async def _of_the_ticket(house: House, number: str, agent: Agent, orders: Orders) -> list[str]:
    """What is ordered of the ticket itself and goes before all else, each in a line."""
    lines: list[str] = []
    if orders.has(Name.ASSIGN):
        to = orders.argument(Name.ASSIGN)
        _, owner = await desk.assign(house, number, "" if to.casefold() == "nobody" else to, agent.name)
        lines.append(f"assigned to {owner.name if owner else 'nobody'}")
    if orders.has(Name.REOPEN):
        _, held = await settling.reopen(house, number, agent.name)
        lines.append("reopened" + ("; templates stay held until a supervisor reopens it" if held else ""))
    if orders.has(Name.REASON):
        ticket = await reasons.say(house, number, orders.argument(Name.REASON), agent.name)
        lines.append(f"reason: {ticket.contact_reason or 'none'}")
    return lines


def _promised(house: House, promise: Promise) -> str:
    return f'promised: "{promise.phrase}", due {said(promise.due_at, house.hours(house.now()).zone)}, by you'


async def take_back(house: House, number: str, agent: Agent, shown: int) -> Done:
    """Undo his last answer, or the one that the mail shows which he answers."""
    undone = await undoing.undo(house, number, agent.name, shown)
    return Done(lines=("undone; this does not go out:", *(f"| {line}" for line in undone.text.splitlines())))
