"""Tells what an agent wrote in his mail from what we wrote to him, and reads his orders in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from inbox_bot.errors import UsageError
from inbox_bot.flows.case import case_of
from inbox_bot.flows.house import House
from inbox_bot.model import Attachment, Direction, Incoming, Unreadable
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Delivery, Message
from inbox_bot.rules import commands, enclosures, own_words, tokens
from inbox_bot.rules.commands import Orders
from inbox_bot.rules.tokens import Answering

_MOST_TOLD = 20  # mails of ours that he may quote
_GONE = "the mail that you answer is no longer on record; answer a newer one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The mail of ours that an agent answers: `message` is the last one that he has seen by it, in ticket `number`."""

    told: Delivery
    message: Message
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What he orders, the files that go along, and what of his mail was left out, in lines: not what
    he had from us, line by line."""

    orders: Orders
    files: tuple[Attachment, ...] = ()
    left: tuple[str, ...] = ()


class Unclear(UsageError):
    """His words cannot be told from ours; `lines`: those in question."""

    def __init__(self, reason: str, lines: tuple[str, ...]) -> None:
        super().__init__(reason)
        self.lines = lines


async def answered(tx: Transaction, about: Answering) -> Answered:
    """The mail that a reply address was made for. Raises `UsageError` where it is no longer on record."""
    told = await tx.told(about.about)
    if told is None or told.message is None or not told.payload:
        raise UsageError(_GONE)
    message = await tx.message(told.message)
    if message is None or message.ticket is None:
        raise UsageError(_GONE)
    return Answered(told=told, message=message, number=await tx.number_of(message.ticket))


async def said(house: House, item: Incoming, to: Sequence[str], writer: Agent, mail: Answered) -> Said:
    """His own words, read as orders. Raises `UsageError` where they are none, or cannot be told from ours."""
    if commands.asks_to_undo(item.text):
        return Said(orders=commands.read("/undo"))
    async with house.store.read() as tx:
        case = await case_of(tx, mail.number)
        others = await tx.told_about(case.ticket.id, writer.address, _MOST_TOLD)
    # What he wrote to this customer before is no secret, and he may write it again; quoted, it stays a quote.
    his = {
        text.strip()
        for one in case.messages
        if one.agent == writer.id and one.direction is Direction.OUTGOING
        for text in one.text.splitlines()
    }
    sent: list[str] = []
    secrets = [one for one in to if tokens.for_agents([one])]
    for payload in dict.fromkeys([mail.told.payload, *others]):
        ours = await _read(house, payload)
        secrets.append(ours.subject)
        sent.append(ours.text)
    found = own_words.own_words(item.text, sent=sent, secrets=secrets, his=his)
    if found.refused:
        raise Unclear(found.refused, found.lines)
    orders = commands.read(found.text)
    if orders.refused:
        raise UsageError(orders.refused)
    files, pictures = enclosures.sorted_out(item, sent=sent)
    known = {text.strip() for one in sent for text in one.splitlines()}
    cut = [text for one in found.cut for text in one.text.splitlines() if text.strip("> \t") not in known]
    return Said(orders=orders, files=tuple(files), left=(*cut, *(f"[{name}]" for name in pictures)))


async def _read(house: House, payload: bytes) -> Incoming:
    if house.gateway is None:
        raise UsageError(_GONE)  # nobody takes in such mails then
    ours = await house.gateway.letters.read(payload, "ours", house.now())
    if isinstance(ours, Unreadable):
        raise UsageError(_GONE)
    return ours
