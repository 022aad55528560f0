"""What the team has on record about a ticket beside its messages: promises, actions, drafts, reminders, surveys,
mails.

As in `records`: an `id` below zero is new; with a positive id the fields marked * are updated.
"""

from dataclasses import dataclass
from datetime import datetime

from inbox_bot.model import Act, Outcome, PromiseState


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A time that the customer was told. `agent` answers for it; `phrase` as it was said; `message` is the text that
    said it, None = by word of mouth. * agent, message, state, reminded_at, settled_at, told_at.

    `told_at`: when the customer was told that it was missed. `settled_at`: when it was kept, broken or withdrawn.
    """

    id: int
    ticket: int
    agent: int
    phrase: str
    made_at: datetime
    due_at: datetime
    message: int | None = None
    state: PromiseState = PromiseState.OPEN
    reminded_at: datetime | None = None
    settled_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that was done for a customer, with its evidence: `reference` (an order's number …), `confirmed_by` an
    agent. `agent` put it on record. * taken_back_at: since then it is known not to be so."""

    id: int
    ticket: int
    kind: Act
    text: str
    reference: str
    at: datetime
    agent: int
    confirmed_by: int | None = None
    taken_back_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An answer that an agent has begun; one for each ticket and agent. `seen`: the last message he knew then."""

    ticket: int
    agent: int
    text: str
    at: datetime
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The last message of a ticket that an agent was shown, and when."""

    ticket: int
    agent: int
    message: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What an agent wants to be told of at a time. * due_at, done_at."""

    id: int
    ticket: int
    agent: int
    text: str
    due_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Whether a ticket's customer was asked how satisfied he is, and why or why not; one for each ticket. * score,
    comment, answered_at.

    `message`: the question, None where it was not asked. `score`: 1 (not at all) to 5 (very satisfied).
    """

    id: int
    ticket: int
    customer: int
    decided_at: datetime
    asked: bool
    reason: str
    message: int | None = None
    score: int | None = None
    comment: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMail:
    """What became of a mail to an agent's reply address; (inbox, key) is unique: a replayed one changes nothing.

    `message`: what was made of it (a queued answer, a note).
    """

    inbox: str
    key: str
    at: datetime
    outcome: Outcome
    reason: str = ""
    agent: int | None = None
    ticket: int | None = None
    message: int | None = None
