"""What flows write: the lots that one transaction saves, and the outcomes of attempts."""

from dataclasses import dataclass, field
from datetime import datetime

from inbox_bot.care import Authorisation, Detail, Invitation, Suggestion
from inbox_bot.casework import Action, AgentMail, Promise, Reminder, Survey
from inbox_bot.model import DeliveryState
from inbox_bot.records import (
    Customer,
    Delivery,
    Identity,
    LedgerLine,
    LogEntry,
    Message,
    MessageFile,
    Notice,
    Receipt,
    Ticket,
)


@dataclass(slots=True, kw_only=True)
class Filing:
    """One transaction's writes; the store saves the lists in this order, each with one statement per kind.

    `raws`: bytes to keep by their SHA-256 hex. `cursor`: (inbox, stream, text). `taken`: how many things the poll
    handed over that were not on record before, counted apart from `ledger` so that the two can be compared.
    `spend`: (inbox, UTC day as ISO text, micro-dollars). `newcomers`: how many mail senders are met for the first
    time, by domain; their hour is that of the ledger's lines.
    """

    customers: list[Customer] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    raws: dict[str, bytes] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    files: list[MessageFile] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    ledger: list[LedgerLine] = field(default_factory=list)
    log: list[LogEntry] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)
    agent_mails: list[AgentMail] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)
    authorisations: list[Authorisation] = field(default_factory=list)
    cursor: tuple[str, str, str] | None = None
    taken: int = 0
    spend: tuple[str, str, int] | None = None
    newcomers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The outcome of an attempt or of a look-up: the delivery's new state with its evidence. `number_delivered`:
    the ticket's number counts as delivered from `at` on; `number_taken_back`: it counts no longer. `undeliverable`: the
    address takes no mail."""

    delivery: int
    state: DeliveryState
    at: datetime
    due_at: datetime | None = None
    external_id: str | None = None
    looks: int | None = None
    error: str = ""
    receipts: tuple[Receipt, ...] = ()
    number_delivered: bool = False
    number_taken_back: bool = False
    undeliverable: bool = False
