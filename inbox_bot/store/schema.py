"""The tables: one schema for SQLite and PostgreSQL, with the indexes that keep cost per message flat."""

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    event,
    func,
    literal_column,
    not_,
)

from inbox_bot.model import (
    Channel,
    DeliveryState,
    Direction,
    Kind,
    Outcome,
    ReceiptState,
    TicketState,
    Visibility,
)
from inbox_bot.store.columns import Id, Lines, Moment, Prose, Word
from inbox_bot.store.dialects import GIN, WHERE, Stems

EMPTY: ColumnElement[str] = literal_column("''")
"""The empty text as a literal, which lets a planner use the indexes that leave it out."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True)


def _prose(name: str) -> Column[str]:
    return Column(name, Prose, nullable=False)


def _moment(name: str, *, null: bool = True) -> Column[Any]:
    return Column(name, Moment, nullable=null)


def _to(name: str, target: str, *, null: bool = True) -> Column[Any]:
    return Column(name, Id, ForeignKey(target), nullable=null)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _partial(name: str, *columns: Any, where: ColumnElement[bool], unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, info={WHERE: where})


def _is(column: Column[Any], *words: str) -> ColumnElement[bool]:
    """Literal words: a planner uses a partial index only where the query repeats its condition without parameters."""
    literals: list[ColumnElement[Any]] = [literal_column(f"'{word}'") for word in words]
    return column == literals[0] if len(literals) == 1 else column.in_(literals)


agents = Table(
    "agents", metadata, _id(), Column("name", Prose, nullable=False, unique=True), _prose("initials"),
    _prose("address"), _moment("created_at", null=False), _moment("disabled_at"),
)  # fmt: skip

customers = Table(
    "customers", metadata, _id(), _prose("name"), Column("language", Text, nullable=False),
    _moment("created_at", null=False),
)  # fmt: skip

identities = Table(
    "identities", metadata, _id(), _to("customer", "customers.id", null=False),
    Column("channel", Word(Channel), nullable=False), _prose("address"), _moment("created_at", null=False),
    _prose("handle"), _prose("name"), _flag("proven"), _moment("opted_out_at"), _moment("blocked_at"),
    _moment("undeliverable_at"), _moment("wrote_dm_at"), _moment("looping_at"),
    UniqueConstraint("address", "channel"),
)  # fmt: skip
Index("ix_identities_customer", identities.c.customer)
Index("ix_identities_lower_address", func.lower(identities.c.address))
_partial("ix_identities_lower_handle", func.lower(identities.c.handle), where=identities.c.handle != EMPTY)

LOOPING = identities.c.looping_at.is_not(None)
_partial("ix_identities_looping", identities.c.looping_at, where=LOOPING)

tickets = Table(
    "tickets", metadata, _id(), Column("number", Text, nullable=False, unique=True),
    _to("customer", "customers.id", null=False), Column("inbox", Text, nullable=False),
    Column("channel", Word(Channel), nullable=False), Column("state", Word(TicketState), nullable=False),
    _prose("subject"), _moment("opened_at", null=False), _prose("reason"), _prose("quiet"),
    # checked at the commit: it may name a ticket of the same filing
    Column("related", Id, ForeignKey("tickets.id", deferrable=True, initially="DEFERRED")),
    _to("assignee", "agents.id"), _moment("number_delivered_at"),
    _moment("answered_at"), _moment("resolved_at"), _moment("closed_at"), _moment("last_incoming_at"),
    _moment("last_outgoing_at"), _flag("asked"), _flag("greeted"), _flag("junk"), _moment("erased_at"),
)  # fmt: skip
LIVE = tickets.c.state != literal_column("'closed'")
NUMBER_MISSING = and_(tickets.c.number_delivered_at.is_(None), not_(tickets.c.junk), LIVE)
UNANSWERED = and_(_is(tickets.c.state, "new", "open"), not_(tickets.c.junk))
RESOLVED = _is(tickets.c.state, "resolved")
Index("ix_tickets_customer", tickets.c.customer, tickets.c.id)
Index("ix_tickets_state", tickets.c.state, tickets.c.id)
_partial("ix_tickets_number_missing", tickets.c.id, where=NUMBER_MISSING)
_partial("ix_tickets_unanswered", tickets.c.last_incoming_at, where=UNANSWERED)
_partial("ix_tickets_resolved", tickets.c.resolved_at, where=RESOLVED)

raws = Table(
    "raws", metadata, Column("sha256", Text, primary_key=True), _flag("packed"),
    Column("data", LargeBinary, nullable=False),
)  # fmt: skip
"""Kept bytes by their SHA-256: raw mails and attachments; `packed` = zlib."""

messages = Table(
    "messages", metadata, _id(), _to("ticket", "tickets.id"), _to("customer", "customers.id"),
    _to("identity", "identities.id"), Column("inbox", Text, nullable=False),
    Column("channel", Word(Channel), nullable=False), Column("direction", Word(Direction), nullable=False),
    Column("visibility", Word(Visibility), nullable=False), _prose("external_id"), _moment("at", null=False),
    Column("language", Text, nullable=False), _prose("conversation"), Column("content_hash", Text, nullable=False),
    Column("references", Lines, nullable=False), Column("raw", Text, nullable=False), _prose("reason"),
    _to("agent", "agents.id"), _flag("automatic"), _moment("acknowledge_at"),
    # no foreign key: messages and deliveries would each have to be made first
    Column("acknowledged_by", Id),
    # the long ones last: SQLite reads a row from its beginning and only as far as it must
    _prose("subject"), _prose("text"), _prose("quoted"), _prose("html"),
    Column("proof", Prose, nullable=False, server_default=""),
)  # fmt: skip
# the next and its like on files and ledger: which kept bytes nothing names any more
_partial("ix_messages_raw", messages.c.raw, where=messages.c.raw != EMPTY)
OWED = messages.c.acknowledge_at.is_not(None)
Index("ix_messages_ticket", messages.c.ticket)
Index("ix_messages_customer", messages.c.customer)
_partial("ix_messages_external_id", messages.c.external_id, where=messages.c.external_id != EMPTY)
_partial("ix_messages_content_hash", messages.c.content_hash, where=messages.c.content_hash != EMPTY)
_partial(
    "ix_messages_conversation", messages.c.conversation, messages.c.customer, messages.c.ticket,
    where=and_(messages.c.conversation != EMPTY, messages.c.ticket.is_not(None)),
)  # fmt: skip
_partial("ix_messages_owed", messages.c.acknowledge_at, where=OWED)
FROM_NOBODY = and_(
    _is(messages.c.direction, "incoming"), messages.c.ticket.is_(None), messages.c.customer.is_(None),
    not_(messages.c.automatic),
)  # fmt: skip
_partial("ix_messages_from_nobody", messages.c.at, where=FROM_NOBODY)
FILED = and_(_is(messages.c.direction, "incoming"), messages.c.ticket.is_not(None))
_partial("ix_messages_filed", messages.c.inbox, messages.c.id, where=FILED)

files = Table(
    "files", metadata, _id(), _to("message", "messages.id", null=False), _prose("name"), _prose("media_type"),
    Column("size", BigInteger, nullable=False), _prose("url"), _prose("reason"),
    Column("raw", Text, ForeignKey("raws.sha256")),
)  # fmt: skip
Index("ix_files_message", files.c.message)
_partial("ix_files_raw", files.c.raw, where=files.c.raw.is_not(None))

deliveries = Table(
    "deliveries", metadata, _id(), Column("token", Text, nullable=False, unique=True),
    Column("inbox", Text, nullable=False), Column("channel", Word(Channel), nullable=False),
    Column("kind", Word(Kind), nullable=False), Column("visibility", Word(Visibility), nullable=False), _prose("to"),
    _moment("created_at", null=False), _moment("due_at", null=False), Column("recipients", Lines, nullable=False),
    _prose("return_path"), _prose("external_id"), _to("message", "messages.id"), _to("ticket", "tickets.id"),
    _to("identity", "identities.id"), _flag("carries_number"), _flag("automatic"),
    Column("state", Word(DeliveryState), nullable=False), _flag("approval"),
    Column("attempts", Integer, nullable=False), Column("looks", Integer, nullable=False), _moment("started_at"),
    _prose("error"), Column("lease_by", Text), _moment("lease_until"),
    Column("payload", LargeBinary, nullable=False), _moment("unsent_since"),
)  # fmt: skip
"""`unsent_since`: claimed then, and nothing of it has left yet."""
WAITING = and_(_is(deliveries.c.state, "queued"), not_(deliveries.c.approval))
HELD = and_(_is(deliveries.c.state, "queued"), deliveries.c.approval)
SENDING = _is(deliveries.c.state, "sending")
UNCERTAIN = _is(deliveries.c.state, "uncertain")
FAILED = _is(deliveries.c.state, "failed")
DELIVERED = _is(deliveries.c.state, "delivered")
ARRIVED = _is(deliveries.c.state, "sent", "delivered")
AUTOMATIC = and_(deliveries.c.automatic, deliveries.c.state != literal_column("'withdrawn'"))
Index("ix_deliveries_ticket", deliveries.c.ticket)
Index("ix_deliveries_message", deliveries.c.message)
_partial(
    "uq_deliveries_external_id", deliveries.c.external_id, deliveries.c.inbox, unique=True,
    where=deliveries.c.external_id != EMPTY,
)  # fmt: skip
_partial("ix_deliveries_waiting", deliveries.c.inbox, deliveries.c.due_at, deliveries.c.id, where=WAITING)
_partial("ix_deliveries_held", deliveries.c.id, where=HELD)
_partial("ix_deliveries_sending", deliveries.c.lease_until, where=SENDING)
_partial("ix_deliveries_uncertain", deliveries.c.inbox, deliveries.c.due_at, where=UNCERTAIN)
_partial("ix_deliveries_failed", deliveries.c.created_at, where=FAILED)
_partial("ix_deliveries_automatic_identity", deliveries.c.identity, deliveries.c.created_at, where=AUTOMATIC)
_partial("ix_deliveries_automatic", deliveries.c.created_at, deliveries.c.visibility, where=AUTOMATIC)

receipts = Table(
    "receipts", metadata, _id(), _to("delivery", "deliveries.id", null=False),
    Column("state", Word(ReceiptState), nullable=False), _moment("at", null=False), _prose("evidence"),
)  # fmt: skip
Index("ix_receipts_delivery", receipts.c.delivery)
REFUSED = _is(receipts.c.state, "failed")
_partial("ix_receipts_refused", receipts.c.at, where=REFUSED)

ledger = Table(
    "ledger", metadata, _id(), Column("inbox", Text, nullable=False), Column("stream", Text, nullable=False),
    _prose("key"), Column("outcome", Word(Outcome), nullable=False), _prose("reason"), _moment("at", null=False),
    _prose("external_id"), Column("content_hash", Text, nullable=False), _to("message", "messages.id"),
    Column("raw", Text, nullable=False),
    UniqueConstraint("key", "inbox"),
)  # fmt: skip
QUARANTINED = _is(ledger.c.outcome, "quarantined")
ASTRAY = and_(_is(ledger.c.outcome, "filed"), ledger.c.message.is_(None))
_partial("ix_ledger_astray", ledger.c.inbox, where=ASTRAY)
Index("ix_ledger_inbox_outcome", ledger.c.inbox, ledger.c.outcome, ledger.c.id)
_partial("ix_ledger_message", ledger.c.message, ledger.c.outcome, where=ledger.c.message.is_not(None))
_partial("ix_ledger_content_hash", ledger.c.content_hash, where=ledger.c.content_hash != EMPTY)
_partial("ix_ledger_raw", ledger.c.raw, where=ledger.c.raw != EMPTY)
_partial("ix_ledger_quarantined", ledger.c.at, where=QUARANTINED)

log = Table(
    "log", metadata, _id(), _moment("at", null=False), _prose("who"), _prose("what"), _to("ticket", "tickets.id"),
    _prose("detail"),
)  # fmt: skip
Index("ix_log_ticket", log.c.ticket)

notices = Table(
    "notices", metadata, _id(), Column("kind", Text, nullable=False), _moment("at", null=False), _prose("subject"),
    _prose("text"), _to("ticket", "tickets.id"), _moment("sent_at"),
)  # fmt: skip
_partial("ix_notices_unsent", notices.c.id, where=notices.c.sent_at.is_(None))
_partial("ix_notices_sent_at", notices.c.sent_at, where=notices.c.sent_at.is_not(None))

alarms = Table(
    "alarms", metadata, Column("key", Text, primary_key=True), Column("kind", Text, nullable=False),
    _moment("raised_at", null=False),
)  # fmt: skip

cursors = Table(
    "cursors", metadata, Column("inbox", Text, primary_key=True), Column("stream", Text, primary_key=True),
    Column("cursor", Text), Column("taken", BigInteger, nullable=False),
)  # fmt: skip
"""Where each stream resumes, and how many things it has handed over so far."""

health = Table(
    "health", metadata, Column("inbox", Text, primary_key=True), Column("stream", Text, primary_key=True),
    _moment("since", null=False), _prose("error"),
)  # fmt: skip

spend = Table(
    "spend", metadata, Column("inbox", Text, primary_key=True), Column("day", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)  # fmt: skip

leases = Table(
    "leases", metadata, Column("name", Text, primary_key=True), Column("worker", Text, nullable=False),
    _moment("until", null=False),
)  # fmt: skip

newcomers = Table(
    "newcomers", metadata, Column("domain", Text, primary_key=True), Column("hour", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)  # fmt: skip
"""How many senders of a mail domain were met for the first time in an hour (UTC)."""

credentials = Table(
    "credentials", metadata, Column("inbox", Text, primary_key=True), Column("purpose", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False), _moment("changed_at", null=False),
)  # fmt: skip
"""OAuth 2 tokens that their issuer replaces at each use, encrypted with the key file: all processes share them."""

search = Table("search", metadata, Column("rowid", Id, primary_key=True, autoincrement=False), Column("stems", Stems))
"""Full text by message id; `rowid` because that is what an FTS5 table calls it."""
event.listen(
    search,
    "after_create",
    DDL(GIN).execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]  # SQLAlchemy gives it none
)
