"""Ticket states: what a ticket becomes when somebody writes, answers, resolves or reopens."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.errors import UsageError
from inbox_bot.model import TicketState
from inbox_bot.records import Ticket
from inbox_bot.rules import states
from tests.unit.rules_builders import NOW, a_ticket, hours

NEW, OPEN, PENDING, RESOLVED, CLOSED = TicketState


@pytest.mark.parametrize(
    ("before", "thanks", "after"),
    [
        (NEW, False, NEW),
        (OPEN, False, OPEN),
        (PENDING, False, OPEN),
        (PENDING, True, OPEN),
        (RESOLVED, False, OPEN),
        (RESOLVED, True, RESOLVED),
        (CLOSED, False, CLOSED),
    ],
)
def test_incoming(before: TicketState, thanks: bool, after: TicketState) -> None:
    """What the customer writes brings a waiting or resolved ticket back to us, unless it is thanks for the solution."""
    resolved_at = NOW - hours(1) if before is RESOLVED else None
    ticket = states.on_incoming(a_ticket(state=before, resolved_at=resolved_at, asked=True), NOW, thanks=thanks)
    assert ticket.state is after
    assert ticket.last_incoming_at == NOW
    assert ticket.asked
    assert (ticket.resolved_at is not None) == (after is RESOLVED)


@pytest.mark.parametrize(
    ("before", "asked", "after"),
    [
        (NEW, False, OPEN),
        (NEW, True, PENDING),
        (OPEN, False, OPEN),
        (OPEN, True, PENDING),
        (PENDING, False, OPEN),
        (PENDING, True, PENDING),
        (RESOLVED, True, RESOLVED),
        (RESOLVED, False, RESOLVED),
        (CLOSED, True, CLOSED),
    ],
)
def test_answer(before: TicketState, asked: bool, after: TicketState) -> None:
    """An answer takes a ticket out of `new`; one that asks something lets it wait for the customer."""
    ticket = states.on_answer(a_ticket(state=before), NOW, asked=asked)
    assert ticket.state is after
    assert ticket.asked is asked
    assert ticket.answered_at == ticket.last_outgoing_at == NOW
    assert states.on_answer(ticket, NOW + hours(1), asked=False).answered_at == NOW


def test_answer_that_was_overtaken() -> None:
    """An answer seen late, older than the customer's last words, does not make the ticket wait for him."""
    for state in (NEW, OPEN):
        ticket = states.on_answer(a_ticket(state=state), NOW - hours(3), asked=True)
        assert ticket.state is OPEN
    newer = a_ticket(last_outgoing_at=NOW - hours(1), asked=True, state=PENDING)
    assert states.on_answer(newer, NOW - hours(2), asked=False).asked


def test_resolve_and_reopen() -> None:
    """Resolving notes when; reopening forgets it."""
    resolved = states.resolve(a_ticket(state=PENDING), NOW)
    assert (resolved.state, resolved.resolved_at) == (RESOLVED, NOW)
    reopened = states.reopen(resolved)
    assert (reopened.state, reopened.resolved_at) == (OPEN, None)


@pytest.mark.parametrize("state", [RESOLVED, CLOSED])
def test_resolve_refused(state: TicketState) -> None:
    """What is settled cannot be settled again; the line names the ticket and its state."""
    with pytest.raises(UsageError, match=f"427-918-354 is already {state}"):
        states.resolve(a_ticket(state=state), NOW)


@pytest.mark.parametrize(
    ("state", "words"), [(CLOSED, "open a new one"), (OPEN, "not resolved but open"), (NEW, "not resolved but new")]
)
def test_reopen_refused(state: TicketState, words: str) -> None:
    """Only a resolved ticket can be reopened; the line says what to do instead."""
    with pytest.raises(UsageError, match=words) as caught:
        states.reopen(a_ticket(state=state))
    assert "\n" not in str(caught.value)


TIMES = st.integers(-10_000, 10_000).map(lambda count: NOW + hours(count))


@given(st.lists(st.tuples(st.booleans(), st.booleans(), TIMES), max_size=12), st.sampled_from(TicketState))
def test_times_never_move_back(events: list[tuple[bool, bool, datetime]], state: TicketState) -> None:
    """Whatever the order in which messages are seen, no noted time moves back and a first answer stays the first."""
    ticket: Ticket = a_ticket(state=state, last_incoming_at=None)
    for incoming, flag, at in events:
        before = ticket
        ticket = states.on_incoming(ticket, at, thanks=flag) if incoming else states.on_answer(ticket, at, asked=flag)
        for name in ("last_incoming_at", "last_outgoing_at"):
            was, now = getattr(before, name), getattr(ticket, name)
            assert was is None or now >= was
        assert before.answered_at is None or ticket.answered_at == before.answered_at
        assert (ticket.state is NEW) <= (before.state is NEW)
