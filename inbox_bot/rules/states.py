"""Ticket states: decides what a ticket becomes when somebody writes, answers, resolves or reopens."""

from dataclasses import replace
from datetime import datetime

from inbox_bot.errors import UsageError
from inbox_bot.model import TicketState
from inbox_bot.records import Ticket
from inbox_bot.rules.numbers import pretty

REOPEN, CAME_BACK = "reopen", "came back"
"""What the log calls it where one of the team, or a customer's message, opens a settled ticket again."""


def on_incoming(ticket: Ticket, at: datetime, *, thanks: bool) -> Ticket:
    """The customer wrote, at `at`. Mere thanks leave a resolved ticket resolved, all else reopens it. A snoozed one is
    back.

    Messages may come out of order: times only move forward. A closed ticket stays closed (threading opens a new one).
    """
    written = replace(ticket, last_incoming_at=_later(ticket.last_incoming_at, at), snoozed_until=None)
    if ticket.state is TicketState.RESOLVED and not thanks:
        return replace(written, state=TicketState.OPEN, resolved_at=None)
    if ticket.state is TicketState.PENDING:
        return replace(written, state=TicketState.OPEN)
    return written


def on_question(ticket: Ticket, at: datetime) -> Ticket:
    """The customer asked, at `at`, only how it stands or whether he was heard: nothing is settled or reopened by that.
    What waits for us goes on waiting, and a snoozed one is back."""
    return replace(ticket, last_incoming_at=_later(ticket.last_incoming_at, at), snoozed_until=None)


def on_answer(ticket: Ticket, at: datetime, *, asked: bool) -> Ticket:
    """The team answered, at `at`; `asked`: the answer asks the customer to write.

    A resolved or closed ticket keeps its state. An answer older than the customer's last message (seen late, sent
    elsewhere) does not make the ticket wait for him. With an answer he no longer counts as angry.
    """
    overtaken = ticket.last_incoming_at is not None and ticket.last_incoming_at > at
    newest = ticket.last_outgoing_at is None or ticket.last_outgoing_at <= at
    answered = replace(
        ticket,
        answered_at=ticket.answered_at or at,
        last_outgoing_at=_later(ticket.last_outgoing_at, at),
        asked=asked if newest else ticket.asked,
        angry_at=None if newest and not overtaken else ticket.angry_at,
    )
    if ticket.state is TicketState.NEW:
        return replace(answered, state=TicketState.PENDING if asked and not overtaken else TicketState.OPEN)
    if ticket.state in (TicketState.OPEN, TicketState.PENDING) and newest and not overtaken:
        return replace(answered, state=TicketState.PENDING if asked else TicketState.OPEN)
    return answered


def resolve(ticket: Ticket, at: datetime) -> Ticket:
    """The matter is settled. Raises `UsageError` where it is already resolved or closed."""
    if ticket.state in (TicketState.RESOLVED, TicketState.CLOSED):
        raise UsageError(f"ticket {pretty(ticket.number)} is already {ticket.state}")
    return replace(ticket, state=TicketState.RESOLVED, resolved_at=at, snoozed_until=None)


def reopen(ticket: Ticket) -> Ticket:
    """The matter is not settled after all. Raises `UsageError` for a ticket that is not resolved."""
    if ticket.state is TicketState.CLOSED:
        raise UsageError(
            f"ticket {pretty(ticket.number)} is closed for good; open a new one for the customer (inbox-bot open)"
        )
    if ticket.state is not TicketState.RESOLVED:
        raise UsageError(f"ticket {pretty(ticket.number)} is not resolved but {ticket.state}; nothing to reopen")
    return replace(ticket, state=TicketState.OPEN, resolved_at=None)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)
