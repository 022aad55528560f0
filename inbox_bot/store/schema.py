"""The tables: one schema for SQLite and PostgreSQL, with the indexes that keep cost per message flat."""

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    and_,
    event,
    func,
    literal_column,
    not_,
)

from inbox_bot.care import Form
from inbox_bot.model import (
    AgentRole,
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
from inbox_bot.store.columns import Id, Lines, Prose, Word
from inbox_bot.store.dialects import GIN, Stems
from inbox_bot.store.tables import EMPTY, among, flag, metadata, moment, own_id, partial, prose, to

agents = Table(
    "agents", metadata, own_id(), Column("name", Prose, nullable=False, unique=True), prose("initials"),
    prose("address"), moment("created_at", null=False), moment("disabled_at"),
    Column("role", Word(AgentRole), nullable=False, server_default="agent"),
    Column("languages", Lines, nullable=False, server_default=""),
    Column("skills", Lines, nullable=False, server_default=""),
    Column("hours", Text, nullable=False, server_default=""),
)  # fmt: skip

customers = Table(
    "customers", metadata, own_id(), prose("name"), Column("language", Text, nullable=False),
    moment("created_at", null=False), Column("form", Word(Form), nullable=False, server_default=""),
    Column("called", Prose, nullable=False, server_default=""),
    Column("form_by", Prose, nullable=False, server_default=""), moment("erased_at"), Column("merged_into", Id),
)  # fmt: skip
Index("ix_customers_lower_name", func.lower(customers.c.name))

identities = Table(
    "identities", metadata, own_id(), to("customer", "customers.id", null=False),
    Column("channel", Word(Channel), nullable=False), prose("address"), moment("created_at", null=False),
    prose("handle"), prose("name"), flag("proven"), moment("opted_out_at"), moment("blocked_at"),
    moment("undeliverable_at"), moment("wrote_dm_at"), moment("looping_at"),
    moment("proven_at"), Column("proven_by", Prose, nullable=False, server_default=""),
    UniqueConstraint("address", "channel"),
)  # fmt: skip
Index("ix_identities_customer", identities.c.customer)
Index("ix_identities_lower_address", func.lower(identities.c.address))
partial("ix_identities_lower_handle", func.lower(identities.c.handle), where=identities.c.handle != EMPTY)

LOOPING = identities.c.looping_at.is_not(None)
partial("ix_identities_looping", identities.c.looping_at, where=LOOPING)

tickets = Table(
    "tickets", metadata, own_id(), Column("number", Text, nullable=False, unique=True),
    to("customer", "customers.id", null=False), Column("inbox", Text, nullable=False),
    Column("channel", Word(Channel), nullable=False), Column("state", Word(TicketState), nullable=False),
    prose("subject"), moment("opened_at", null=False), prose("reason"), prose("quiet"),
    # checked at the commit: it may name a ticket of the same filing
    Column("related", Id, ForeignKey("tickets.id", deferrable=True, initially="DEFERRED")),
    to("assignee", "agents.id"), moment("number_delivered_at"),
    moment("answered_at"), moment("resolved_at"), moment("closed_at"), moment("last_incoming_at"),
    moment("last_outgoing_at"), flag("asked"), flag("greeted"), flag("junk"), moment("erased_at"),
    Column("priority", Word(Priority), nullable=False, server_default="normal"),
    Column("topic", Prose, nullable=False, server_default=""), moment("angry_at"), moment("snoozed_until"),
    Column("merged_into", Id), Column("contact_reason", Prose, nullable=False, server_default=""),
)  # fmt: skip
LIVE = tickets.c.state != literal_column("'closed'")
NUMBER_MISSING = and_(tickets.c.number_delivered_at.is_(None), not_(tickets.c.junk), LIVE)
UNANSWERED = and_(among(tickets.c.state, "new", "open"), not_(tickets.c.junk))
RESOLVED = among(tickets.c.state, "resolved")
IN_HAND = among(tickets.c.state, "new", "open", "pending")
SNOOZED = tickets.c.snoozed_until.is_not(None)
NOT_JUNK = not_(tickets.c.junk)
Index("ix_tickets_customer", tickets.c.customer, tickets.c.id)
Index("ix_tickets_state", tickets.c.state, tickets.c.id)
partial("ix_tickets_number_missing", tickets.c.id, where=NUMBER_MISSING)
partial("ix_tickets_unanswered", tickets.c.last_incoming_at, where=UNANSWERED)
partial("ix_tickets_resolved", tickets.c.resolved_at, where=RESOLVED)
partial("ix_tickets_assignee", tickets.c.assignee, where=IN_HAND)
partial("ix_tickets_answer_times", tickets.c.channel, tickets.c.opened_at, tickets.c.answered_at, where=NOT_JUNK)
partial("ix_tickets_snoozed_until", tickets.c.snoozed_until, where=SNOOZED)
partial("ix_tickets_merged_into", tickets.c.merged_into, where=tickets.c.merged_into.is_not(None))

raws = Table(
    "raws", metadata, Column("sha256", Text, primary_key=True), flag("packed"),
    Column("data", LargeBinary, nullable=False),
)  # fmt: skip
"""Kept bytes by their SHA-256: raw mails and attachments; `packed` = zlib."""

messages = Table(
    "messages", metadata, own_id(), to("ticket", "tickets.id"), to("customer", "customers.id"),
    to("identity", "identities.id"), Column("inbox", Text, nullable=False),
    Column("channel", Word(Channel), nullable=False), Column("direction", Word(Direction), nullable=False),
    Column("visibility", Word(Visibility), nullable=False), prose("external_id"), moment("at", null=False),
    Column("language", Text, nullable=False), prose("conversation"), Column("content_hash", Text, nullable=False),
    Column("references", Lines, nullable=False), Column("raw", Text, nullable=False), prose("reason"),
    to("agent", "agents.id"), flag("automatic"), moment("acknowledge_at"),
    # no foreign key: messages and deliveries would each have to be made first
    Column("acknowledged_by", Id),
    # the long ones last: SQLite reads a row from its beginning and only as far as it must
    prose("subject"), prose("text"), prose("quoted"), prose("html"),
    Column("proof", Prose, nullable=False, server_default=""), moment("redacted_at"), moment("gone_at"),
    moment("looked_at"),
)  # fmt: skip
# the next and its like on files and ledger: which kept bytes nothing names any more
partial("ix_messages_raw", messages.c.raw, where=messages.c.raw != EMPTY)
OWED = messages.c.acknowledge_at.is_not(None)
Index("ix_messages_ticket", messages.c.ticket)
Index("ix_messages_customer", messages.c.customer)
partial("ix_messages_external_id", messages.c.external_id, where=messages.c.external_id != EMPTY)
partial("ix_messages_content_hash", messages.c.content_hash, where=messages.c.content_hash != EMPTY)
partial(
    "ix_messages_conversation", messages.c.conversation, messages.c.customer, messages.c.ticket,
    where=and_(messages.c.conversation != EMPTY, messages.c.ticket.is_not(None)),
)  # fmt: skip
partial("ix_messages_owed", messages.c.acknowledge_at, where=OWED)
FROM_NOBODY = and_(
    among(messages.c.direction, "incoming"), messages.c.ticket.is_(None), messages.c.customer.is_(None),
    not_(messages.c.automatic),
)  # fmt: skip
partial("ix_messages_from_nobody", messages.c.at, where=FROM_NOBODY)
POSTED = and_(among(messages.c.visibility, "public"), messages.c.agent.is_not(None))
partial("ix_messages_posted", messages.c.agent, where=POSTED)
FILED = and_(among(messages.c.direction, "incoming"), messages.c.ticket.is_not(None))
partial("ix_messages_filed", messages.c.inbox, messages.c.id, where=FILED)

files = Table(
    "files", metadata, own_id(), to("message", "messages.id", null=False), prose("name"), prose("media_type"),
    Column("size", BigInteger, nullable=False), prose("url"), prose("reason"),
    Column("raw", Text, ForeignKey("raws.sha256")),
)  # fmt: skip
Index("ix_files_message", files.c.message)
partial("ix_files_raw", files.c.raw, where=files.c.raw.is_not(None))

deliveries = Table(
    "deliveries", metadata, own_id(), Column("token", Text, nullable=False, unique=True),
    Column("inbox", Text, nullable=False), Column("channel", Word(Channel), nullable=False),
    Column("kind", Word(Kind), nullable=False), Column("visibility", Word(Visibility), nullable=False), prose("to"),
    moment("created_at", null=False), moment("due_at", null=False), Column("recipients", Lines, nullable=False),
    prose("return_path"), prose("external_id"), to("message", "messages.id"), to("ticket", "tickets.id"),
    to("identity", "identities.id"), flag("carries_number"), flag("automatic"),
    Column("state", Word(DeliveryState), nullable=False), flag("approval"),
    Column("attempts", Integer, nullable=False), Column("looks", Integer, nullable=False), moment("started_at"),
    prose("error"), Column("lease_by", Text), moment("lease_until"),
    Column("payload", LargeBinary, nullable=False), moment("unsent_since"),
)  # fmt: skip
"""`unsent_since`: claimed then, and nothing of it has left yet."""
WAITING = and_(among(deliveries.c.state, "queued"), not_(deliveries.c.approval))
HELD = and_(among(deliveries.c.state, "queued"), deliveries.c.approval)
SENDING = among(deliveries.c.state, "sending")
UNCERTAIN = among(deliveries.c.state, "uncertain")
FAILED = among(deliveries.c.state, "failed")
DELIVERED = among(deliveries.c.state, "delivered")
ARRIVED = among(deliveries.c.state, "sent", "delivered")
AUTOMATIC = and_(deliveries.c.automatic, deliveries.c.state != literal_column("'withdrawn'"))
Index("ix_deliveries_ticket", deliveries.c.ticket)
Index("ix_deliveries_message", deliveries.c.message)
partial(
    "uq_deliveries_external_id", deliveries.c.external_id, deliveries.c.inbox, unique=True,
    where=deliveries.c.external_id != EMPTY,
)  # fmt: skip
partial("ix_deliveries_waiting", deliveries.c.inbox, deliveries.c.due_at, deliveries.c.id, where=WAITING)
partial("ix_deliveries_held", deliveries.c.id, where=HELD)
partial("ix_deliveries_sending", deliveries.c.lease_until, where=SENDING)
partial("ix_deliveries_uncertain", deliveries.c.inbox, deliveries.c.due_at, where=UNCERTAIN)
partial("ix_deliveries_failed", deliveries.c.created_at, where=FAILED)
partial("ix_deliveries_automatic_identity", deliveries.c.identity, deliveries.c.created_at, where=AUTOMATIC)
partial("ix_deliveries_automatic", deliveries.c.created_at, deliveries.c.visibility, where=AUTOMATIC)

receipts = Table(
    "receipts", metadata, own_id(), to("delivery", "deliveries.id", null=False),
    Column("state", Word(ReceiptState), nullable=False), moment("at", null=False), prose("evidence"),
)  # fmt: skip
Index("ix_receipts_delivery", receipts.c.delivery)
REFUSED = among(receipts.c.state, "failed")
partial("ix_receipts_refused", receipts.c.at, where=REFUSED)

ledger = Table(
    "ledger", metadata, own_id(), Column("inbox", Text, nullable=False), Column("stream", Text, nullable=False),
    prose("key"), Column("outcome", Word(Outcome), nullable=False), prose("reason"), moment("at", null=False),
    prose("external_id"), Column("content_hash", Text, nullable=False), to("message", "messages.id"),
    Column("raw", Text, nullable=False),
    UniqueConstraint("key", "inbox"),
)  # fmt: skip
QUARANTINED = among(ledger.c.outcome, "quarantined")
ASTRAY = and_(among(ledger.c.outcome, "filed"), ledger.c.message.is_(None))
partial("ix_ledger_astray", ledger.c.inbox, where=ASTRAY)
Index("ix_ledger_inbox_outcome", ledger.c.inbox, ledger.c.outcome, ledger.c.id)
partial("ix_ledger_message", ledger.c.message, ledger.c.outcome, where=ledger.c.message.is_not(None))
partial("ix_ledger_content_hash", ledger.c.content_hash, where=ledger.c.content_hash != EMPTY)
partial("ix_ledger_raw", ledger.c.raw, where=ledger.c.raw != EMPTY)
partial("ix_ledger_quarantined", ledger.c.at, where=QUARANTINED)

log = Table(
    "log", metadata, own_id(), moment("at", null=False), prose("who"), prose("what"), to("ticket", "tickets.id"),
    prose("detail"),
)  # fmt: skip
Index("ix_log_ticket", log.c.ticket)

notices = Table(
    "notices", metadata, own_id(), Column("kind", Text, nullable=False), moment("at", null=False), prose("subject"),
    prose("text"), to("ticket", "tickets.id"), moment("sent_at"), Column("agent", Id), Column("message", Id),
)  # fmt: skip
partial("ix_notices_unsent", notices.c.id, where=notices.c.sent_at.is_(None))
partial("ix_notices_sent_at", notices.c.sent_at, where=notices.c.sent_at.is_not(None))

alarms = Table(
    "alarms", metadata, Column("key", Text, primary_key=True), Column("kind", Text, nullable=False),
    moment("raised_at", null=False),
)  # fmt: skip

cursors = Table(
    "cursors", metadata, Column("inbox", Text, primary_key=True), Column("stream", Text, primary_key=True),
    Column("cursor", Text), Column("taken", BigInteger, nullable=False),
)  # fmt: skip
"""Where each stream resumes, and how many things it has handed over so far."""

health = Table(
    "health", metadata, Column("inbox", Text, primary_key=True), Column("stream", Text, primary_key=True),
    moment("since", null=False), prose("error"),
)  # fmt: skip

spend = Table(
    "spend", metadata, Column("inbox", Text, primary_key=True), Column("day", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)  # fmt: skip

leases = Table(
    "leases", metadata, Column("name", Text, primary_key=True), Column("worker", Text, nullable=False),
    moment("until", null=False),
)  # fmt: skip

newcomers = Table(
    "newcomers", metadata, Column("domain", Text, primary_key=True), Column("hour", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)  # fmt: skip
"""How many senders of a mail domain were met for the first time in an hour (UTC)."""

credentials = Table(
    "credentials", metadata, Column("inbox", Text, primary_key=True), Column("purpose", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False), moment("changed_at", null=False),
)  # fmt: skip
"""OAuth 2 tokens that their issuer replaces at each use, encrypted with the key file: all processes share them."""

search = Table("search", metadata, Column("rowid", Id, primary_key=True, autoincrement=False), Column("stems", Stems))
"""Full text by message id; `rowid` because that is what an FTS5 table calls it."""
event.listen(
    search,
    "after_create",
    DDL(GIN).execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]  # SQLAlchemy gives it none
)
