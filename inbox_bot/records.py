"""What is on record, as the store gives it and takes it: one frozen class per table.

An `id` below zero is a reference to a record that is saved in the same `writes.Filing`; the store puts real ids in.
Saving a record with a positive id updates the columns that may change (marked *); all others never change.
"""

from dataclasses import dataclass
from datetime import datetime

from inbox_bot.care import Form
from inbox_bot.model import (
    AgentRole,
    Attachment,
    Channel,
    DeliveryState,
    Direction,
    Kind,
    Outcome,
    Priority,
    ReceiptState,
    TicketState,
    Visibility,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A person. * name, language, form, called, form_by.

    `form` and `called` ("Thomas", "Herr Dr. Berger"): how the team addresses him; `form_by`: who said so, "" = learnt.
    `erased_at`: since then nothing of him is left but counts. `merged_into`: the customer that he turned out to be.
    """

    id: int
    name: str
    language: str
    created_at: datetime
    form: Form = Form.UNKNOWN
    called: str = ""
    form_by: str = ""
    erased_at: datetime | None = None
    merged_into: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One address of a customer; (channel, address) is unique. * all but customer, channel, address,
    created_at; to another customer it is moved by a regrouping alone, which nobody at work meanwhile undoes.

    `proven`: shown to be his own, `proven_at` when and `proven_by` how ("dmarc", "code sent by DM"). `wrote_dm_at`: his
    last DM, without which X forbids ours. `undeliverable_at`: hard bounce or DM refused. `looping_at`: since then a
    machine is supposed to answer our automatic messages, and gets none until a person steps in.
    """

    id: int
    customer: int
    channel: Channel
    address: str
    created_at: datetime
    handle: str = ""
    name: str = ""
    proven: bool = False
    opted_out_at: datetime | None = None
    blocked_at: datetime | None = None
    undeliverable_at: datetime | None = None
    wrote_dm_at: datetime | None = None
    looping_at: datetime | None = None
    proven_at: datetime | None = None
    proven_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The unit of work of one customer. `number` is nine digits without dashes. * state, subject, assignee, related,
    number_delivered_at, resolved_at, closed_at, answered_at, last_incoming_at, last_outgoing_at, asked, greeted, junk,
    priority, topic, angry_at, snoozed_until, merged_into, contact_reason.

    `related`: a ticket this may be a follow-up of (a suggestion). `reason`: why it was opened. `answered_at`: first
    human answer. `asked`: our last message asked him to write. `quiet`: why its number is not sent automatically.
    `erased_at`: since then only numbers, times and evidence are left of it ([retention]).
    `topic`: what it is about, "" = not known. `angry_at`: since then a
    person must answer, and nothing automatic goes. `snoozed_until`: out of the way until then. `merged_into`: the
    ticket that goes on in its place. `contact_reason`: the name of one of [reasons], "" = not known.
    """

    id: int
    number: str
    customer: int
    inbox: str
    channel: Channel
    state: TicketState
    subject: str
    opened_at: datetime
    reason: str = ""
    quiet: str = ""
    related: int | None = None
    assignee: int | None = None
    number_delivered_at: datetime | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    last_incoming_at: datetime | None = None
    last_outgoing_at: datetime | None = None
    asked: bool = False
    greeted: bool = False
    junk: bool = False
    erased_at: datetime | None = None
    priority: Priority = Priority.NORMAL
    topic: str = ""
    angry_at: datetime | None = None
    snoozed_until: datetime | None = None
    merged_into: int | None = None
    contact_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One text. `ticket` is None for what was filed beside the tickets (automatic mail, junk, mere touches on X).
    `raw` is the SHA-256 (hex) of the kept bytes. `at`: arrival or writing. * ticket, acknowledge_at, acknowledged_by.

    `acknowledge_at`: when its (shared) acknowledgement falls due; None = not owed, or done. `acknowledged_by`: the
    delivery that confirms it. `references`: what a mail named, nearest first, for our answer's References. `proof`:
    what shows that an incoming message's sender is who it says ("dmarc", "dkim post.example", "x"); "" = nothing does.
    `redacted_at`: a part was taken out of it then. `gone_at`: since then it is deleted on X, and here. `looked_at`:
    when it was last looked for there.
    """

    id: int
    ticket: int | None
    customer: int | None
    identity: int | None
    inbox: str
    channel: Channel
    direction: Direction
    visibility: Visibility
    external_id: str
    at: datetime
    text: str
    subject: str = ""
    quoted: str = ""
    html: str = ""
    language: str = ""
    conversation: str = ""
    content_hash: str = ""
    references: tuple[str, ...] = ()
    raw: str = ""
    reason: str = ""
    agent: int | None = None
    automatic: bool = False
    acknowledge_at: datetime | None = None
    acknowledged_by: int | None = None
    proof: str = ""
    redacted_at: datetime | None = None
    gone_at: datetime | None = None
    looked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message on its way to one identity; payload and recipients are frozen when it is queued.

    `token`: random name, unique, in our Message-ID and return path. `approval`: waits for a person's yes.
    * state, approval, due_at, attempts, looks, lease_by, lease_until, started_at, external_id, error.
    """

    id: int
    token: str
    inbox: str
    channel: Channel
    kind: Kind
    visibility: Visibility
    to: str
    payload: bytes
    created_at: datetime
    due_at: datetime
    recipients: tuple[str, ...] = ()
    return_path: str = ""
    external_id: str = ""
    message: int | None = None
    ticket: int | None = None
    identity: int | None = None
    carries_number: bool = False
    automatic: bool = False
    state: DeliveryState = DeliveryState.QUEUED
    approval: bool = False
    attempts: int = 0
    looks: int = 0
    started_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A piece of evidence about a delivery; append-only."""

    delivery: int
    state: ReceiptState
    at: datetime
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """The fate of one thing that a poll returned; (inbox, key) is unique."""

    inbox: str
    stream: str
    key: str
    outcome: Outcome
    reason: str
    at: datetime
    external_id: str = ""
    content_hash: str = ""
    message: int | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFile:
    """An attachment of a message on record."""

    message: int
    attachment: Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """Who did what to which ticket, when; append-only."""

    at: datetime
    who: str
    what: str
    ticket: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something the team must be told by mail: `kind` is "ticket", an audit kind, or what an agent is told of.

    `agent`: to him alone; None = to everybody in `[notify]`. `message`: what it is about, shown whole.
    """

    kind: str
    at: datetime
    subject: str
    text: str
    ticket: int | None = None
    agent: int | None = None
    message: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One of the team. * all but name, created_at.

    `languages`: what he writes, empty = any. `skills`: topics. `hours`: his week (`rules.timetable`), "" = the team's.
    """

    id: int
    name: str
    initials: str
    address: str
    created_at: datetime
    disabled_at: datetime | None = None
    role: AgentRole = AgentRole.AGENT
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    hours: str = ""
