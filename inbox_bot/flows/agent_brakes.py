"""Keeps an agent's mail program from talking with ours by itself: how much it says, and how often mails come back."""

from collections.abc import Iterator
from datetime import datetime

from inbox_bot.errors import Stopped
from inbox_bot.flows.case import Case
from inbox_bot.model import Direction
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Message
from inbox_bot.rules.commands import Name, Orders

_MOST_ANSWERS = 5  # of one agent to a customer who has not written since
_MOST_RETURNED = 10  # mails that come back to one agent from one ticket in an hour


def slow_down(case: Case, writer: Agent, orders: Orders) -> None:
    """Raises `Stopped` where he says so much to a customer who says nothing that no person may be writing: a responder
    that marks nothing answers our mails for ever."""
    if not orders.answer or orders.has(Name.ANYWAY):
        return
    count = sum(1 for _ in _since_the_customer(case, writer))
    if count >= _MOST_ANSWERS:
        raise Stopped((f"these would be {count + 1} answers in a row to a customer who is silent",), override=True)


async def may_return(tx: Transaction, inbox: str, writer: Agent, ticket: int | None, now: datetime) -> str:
    """The key under which one more mail may come back to him; "" where enough have in this hour."""
    for place in range(_MOST_RETURNED):
        key = f"returned:{writer.id}:{ticket or 0}:{now:%Y%m%d%H}:{place}"
        if not await tx.agent_mail_known(inbox, key):
            return key
    return ""


def _since_the_customer(case: Case, writer: Agent) -> Iterator[Message]:
    for message in reversed(case.messages):
        if message.direction is Direction.INCOMING and not message.automatic:
            return
        if message.direction is Direction.OUTGOING and message.agent == writer.id:
            yield message
