"""Merging: decides what a ticket is that takes in another, and what is left of one from which something was taken."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from inbox_bot.model import DeliveryState, Direction, Priority, ReceiptState, TicketState
from inbox_bot.records import Ticket
from inbox_bot.rules import answers
from inbox_bot.views import Entry

_URGENCY = tuple(Priority)
_WAITING = (TicketState.NEW, TicketState.OPEN)
_ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED)
_UNDER_WAY = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNCERTAIN)
_SHOWN = (ReceiptState.SENT, ReceiptState.DELIVERED, ReceiptState.DISPLAYED)


def joined(target: Ticket, source: Ticket, now: datetime) -> Ticket:
    """The target with the source in it: who waits there waits here, the more urgent and the angrier wins, whoever has
    one of them has it. `now`: when it counts as resolved, if it is and no time is known."""
    state = target.state
    if source.state in _WAITING and state not in _WAITING:
        state = TicketState.OPEN
    if state is TicketState.NEW and source.state is TicketState.OPEN:
        state = TicketState.OPEN
    settled = state in (TicketState.RESOLVED, TicketState.CLOSED)
    return replace(
        target,
        state=state,
        resolved_at=(target.resolved_at or now) if settled else None,
        priority=min(target.priority, source.priority, key=_URGENCY.index),
        topic=target.topic or source.topic,
        contact_reason=target.contact_reason or source.contact_reason,
        assignee=target.assignee if target.assignee is not None else source.assignee,
        angry_at=min(filter(None, (target.angry_at, source.angry_at)), default=None),
        answered_at=min(filter(None, (target.answered_at, source.answered_at)), default=None),
        last_incoming_at=max(filter(None, (target.last_incoming_at, source.last_incoming_at)), default=None),
        last_outgoing_at=max(filter(None, (target.last_outgoing_at, source.last_outgoing_at)), default=None),
        asked=target.asked or source.asked,
        greeted=target.greeted or source.greeted,
        snoozed_until=None if source.state in _WAITING else target.snoozed_until,
    )


def parted(ticket: Ticket, entries: Sequence[Entry]) -> Ticket:
    """The ticket with these messages left in it: its times are theirs, and where nobody has answered them it waits for
    us; how urgent and whose it is stays."""
    came = [
        one.message.at for one in entries if one.message.direction is Direction.INCOMING and not one.message.automatic
    ]
    answered = [one.at for one in answers.given(entries)]
    last = max(came, default=ticket.last_incoming_at)
    state = ticket.state
    if not answered and state in (TicketState.OPEN, TicketState.PENDING):
        state = TicketState.NEW
    elif state is TicketState.PENDING and last is not None and max(answered) < last:
        state = TicketState.OPEN
    return replace(
        ticket,
        state=state,
        last_incoming_at=last,
        last_outgoing_at=max(answers.heard(entries), default=None),
        answered_at=min(answered, default=None),
        asked=ticket.asked and bool(answered),
    )


def reaches(ticket: Ticket, entries: Iterable[Entry]) -> bool:
    """Whether the customer knows the ticket's number, or is just being told it."""
    return ticket.number_delivered_at is not None or any(
        one.carries_number and one.state in _UNDER_WAY and not one.approval
        for entry in entries
        for one, _ in entry.deliveries
    )


def alone(ticket: Ticket, entries: Iterable[Entry]) -> Ticket:
    """The ticket with what is its own of all these, also the evidence that its number has arrived."""
    listed = list(entries)
    arrived = [
        receipt.at
        for entry in listed
        for sent, receipts in entry.deliveries
        if sent.ticket == ticket.id and sent.carries_number and sent.state in _ARRIVED
        for receipt in receipts
        if receipt.state in _SHOWN
    ]
    own = parted(ticket, [entry for entry in listed if entry.message.ticket == ticket.id])
    return replace(own, number_delivered_at=min(arrived, default=None))
