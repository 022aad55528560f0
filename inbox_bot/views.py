"""What flows ask of the store and how it answers: a batch's look-ups, the audit's findings, a timeline's entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from inbox_bot.care import Authorisation
from inbox_bot.casework import Promise, Survey
from inbox_bot.incidents import Incident
from inbox_bot.model import Attachment, Channel, Priority, TicketState
from inbox_bot.records import Customer, Delivery, Identity, Message, Receipt, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What a batch names and the store may know. `tokens` are delivery tokens whose HMAC was already verified."""

    addresses: frozenset[tuple[Channel, str]] = frozenset()
    external_ids: frozenset[str] = frozenset()
    hashes: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    conversations: frozenset[str] = frozenset()


NOT_APPROVED = "not approved"
"""The error of a delivery that got no yes."""
BY_TELEPHONE = "telephone call"
"""How the reason of a ticket begins that was opened for somebody who called."""


class Side(StrEnum):
    """Who wrote: the other side, our automatic message, or a person of ours."""

    THEIRS = "theirs"
    OURS = "ours"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message between us and one identity. `at`: when it arrived, or went out."""

    at: datetime
    side: Side
    text: str = ""


@dataclass(slots=True, kw_only=True)
class Known:
    """The answer to a `Lookup`. Rows of tickets and identities are locked until the transaction ends.

    `messages`: by external id, all filed ones that bear it (payload-free: text, html, quoted are ""). `hashes`:
    content hashes already filed -> external ids. `deliveries`: by token and by external id. `conversations`:
    (conversation, customer) -> its newest ticket. `tickets`: all that the other answers name, and every ticket of
    the customers found that is not closed. `automatic`: identity -> times of automatic deliveries to it within the
    last hour (their `created_at`); `to_customer`: customer -> the same of the last day, on all his ways. `turns`:
    identity -> what was lately said between it and us, in the order in which it came on record, where two automatic
    messages or more went out, or a machine is suspected. `agents`: mail addresses of agents, lower case.
    `granted`: authorisations whose person is one of the identities found.
    """

    identities: dict[tuple[Channel, str], Identity] = field(default_factory=dict)
    customers: dict[int, Customer] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    conversations: dict[tuple[str, int], int] = field(default_factory=dict)
    automatic: dict[int, list[datetime]] = field(default_factory=dict)
    to_customer: dict[int, list[datetime]] = field(default_factory=dict)
    turns: dict[int, list[Turn]] = field(default_factory=dict)
    agents: frozenset[str] = frozenset()
    granted: list[Authorisation] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    """A ticket that nobody has. `customer`: his name; `since` he waits; `language`: his last message's, or
    his; `previous`: the agent whom he had last; `message`: his last one."""

    ticket: Ticket
    customer: str
    since: datetime
    language: str = ""
    previous: int | None = None
    message: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """Who is at work on a ticket, by name: has begun an answer, has looked at it lately."""

    drafting: tuple[str, ...] = ()
    looking: tuple[str, ...] = ()


GRAVITY = (
    "database_failing", "ledger_unbalanced", "inbox_failing", "quarantined", "number_not_delivered", "delivery_failed",
    "delivery_uncertain", "update_overdue", "promise_broken", "loop_suspected", "answer_overdue", "unanswered",
)  # fmt: skip
"""What an audit finds, gravest first: what concerns everybody before what concerns one customer, what is lost without
us before what only waits. README explains them in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not in order. `kind` is one of `GRAVITY`; `number` "" where no ticket is meant;
    `key` identifies the finding from one audit to the next."""

    kind: str
    key: str
    detail: str
    number: str = ""
    at: datetime | None = None


class Stage(StrEnum):
    """Where a delivery stands that has not gone out, or whose failure nothing has made up for."""

    DUE = "due"
    LATER = "later"
    HELD = "held"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHealth:
    """A stream of an inbox, or its `outbox`: works or fails `since` then."""

    inbox: str
    stream: str
    since: datetime
    failing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """The house in figures, as its database has them; nothing in it names a person or repeats an error's words.

    `queue`: deliveries by inbox and stage, without those that are none; `oldest`: when the oldest delivery of an inbox
    was queued that may not have gone out (not held). `taken`: by inbox and stream, how many things it ever handed over.
    `unanswered`: since when the ticket waits that waits longest. `alarms`: how many are raised, by kind. `spent`:
    micro-dollars of this UTC day, by inbox.
    """

    queue: Mapping[tuple[str, Stage], int]
    oldest: Mapping[str, datetime]
    streams: tuple[StreamHealth, ...]
    taken: Mapping[tuple[str, str], int]
    tickets: Mapping[TicketState, int]
    numbers_missing: int
    unanswered: datetime | None
    alarms: Mapping[str, int]
    spent: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaiting:
    """A ticket whose customer waits for an answer: `since` his first message after a person's last words."""

    ticket: int
    number: str
    priority: Priority
    since: datetime
    assignee: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One thing that `db check` looked at: whether it is in order, and what was seen or what to do."""

    what: str
    ok: bool
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a timeline: the message with its sender's address, agent, files and deliveries with receipts."""

    message: Message
    address: str = ""
    handle: str = ""
    agent: str = ""
    files: tuple[Attachment, ...] = ()
    deliveries: tuple[tuple[Delivery, tuple[Receipt, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A promise in a list: the ticket's number, its customer's name, the owner's name."""

    promise: Promise
    number: str
    customer: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """What is on record of a settled ticket and its customer before he is asked how satisfied he is.

    `settled_by_person`: by an agent or by his own word, not by the clock. `complained`: he was angry in it at any time.
    """

    open_besides: bool = False
    touched_by_incident: bool = False
    broken_promise: bool = False
    settled_by_person: bool = True
    asked_lately: bool = False
    complained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """A question that was put to `identity`, about a `ticket` (or the one that goes on in its place). `token`: its
    delivery's. `latest`: nothing of ours went to that identity in private since."""

    survey: Survey
    ticket: Ticket
    identity: int
    token: str
    latest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """Whether it works again: what a customer was asked about one of his tickets in an incident. `row`: the ticket that
    is in it, `ticket`: the one that goes on in its place. `identity`, `token`, `latest`: as of `Posed`. `promised`: a
    promise of the ticket is open."""

    incident: Incident
    row: int
    ticket: Ticket
    identity: int | None
    token: str
    latest: bool
    promised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """A decision in a list: the ticket's number and its customer's name."""

    survey: Survey
    number: str
    customer: str
