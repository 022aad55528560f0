"""Answers: decides which of what went out in a ticket is a person's answer to what the customer wrote."""

from collections.abc import Iterable
from datetime import datetime

from inbox_bot.model import DeliveryState, Direction, Kind
from inbox_bot.records import Message
from inbox_bot.views import BY_TELEPHONE, Entry

_ANSWERING = (Kind.REPLY, Kind.CORRECTION)


def given(entries: Iterable[Entry]) -> list[Message]:
    """What people answered and nobody took back, in the order of the entries. What only says what has arrived, under
    which number or who may act for him answers nothing."""
    return [entry.message for entry in entries if _is_answer(entry)]


def heard(entries: Iterable[Entry]) -> list[datetime]:
    """When the customer heard a person: each answer, and each telephone call."""
    return [entry.message.at for entry in entries if _is_answer(entry) or _is_call(entry)]


def _is_answer(entry: Entry) -> bool:
    if entry.message.direction is not Direction.OUTGOING or entry.message.automatic:
        return False
    sent = [one for one, _ in entry.deliveries]
    return not sent or any(  # without any it was sent in X itself
        one.kind in _ANSWERING and one.state is not DeliveryState.WITHDRAWN and not one.approval for one in sent
    )


def _is_call(entry: Entry) -> bool:
    return entry.message.direction is Direction.NOTE and entry.message.reason.startswith(BY_TELEPHONE)
