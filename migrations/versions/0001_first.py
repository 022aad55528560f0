"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")

FTS5 = (
    "CREATE VIRTUAL TABLE search USING fts5("
    "stems, content='', columnsize=0, detail=none, tokenize=\"unicode61 remove_diacritics 0\")"
)


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("initials", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("disabled_at", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
        sa.UniqueConstraint("name", name="uq_agents_name"),
    )
    op.create_table(
        "alarms",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("raised_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_alarms"),
    )
    op.create_table(
        "cursors",
        sa.Column("inbox", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("cursor", sa.Text, nullable=True),
        sa.Column("taken", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("inbox", "stream", name="pk_cursors"),
    )
    op.create_table(
        "customers",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
    )
    op.create_table(
        "health",
        sa.Column("inbox", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("inbox", "stream", name="pk_health"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "raws",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("packed", sa.Boolean, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_raws"),
    )
    op.create_table(
        "spend",
        sa.Column("inbox", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("inbox", "day", name="pk_spend"),
    )
    op.create_table(
        "identities",
        sa.Column("id", ID, nullable=False),
        sa.Column("customer", ID, sa.ForeignKey("customers.id", name="fk_identities_customer"), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("handle", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("proven", sa.Boolean, nullable=False),
        sa.Column("opted_out_at", sa.BigInteger, nullable=True),
        sa.Column("blocked_at", sa.BigInteger, nullable=True),
        sa.Column("undeliverable_at", sa.BigInteger, nullable=True),
        sa.Column("wrote_dm_at", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_identities"),
        sa.UniqueConstraint("address", "channel", name="uq_identities_address_channel"),
    )
    op.create_index("ix_identities_customer", "identities", ["customer"])
    op.create_index("ix_identities_lower_address", "identities", [sa.text("lower(address)")])
    _partial("ix_identities_lower_handle", "identities", [sa.text("lower(handle)")], where="handle != ''")
    op.create_table(
        "tickets",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("customer", ID, sa.ForeignKey("customers.id", name="fk_tickets_customer"), nullable=False),
        sa.Column("inbox", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("quiet", sa.Text, nullable=False),
        sa.Column(
            "related",
            ID,
            sa.ForeignKey("tickets.id", name="fk_tickets_related", deferrable=True, initially="DEFERRED"),
            nullable=True,
        ),
        sa.Column("assignee", ID, sa.ForeignKey("agents.id", name="fk_tickets_assignee"), nullable=True),
        sa.Column("number_delivered_at", sa.BigInteger, nullable=True),
        sa.Column("answered_at", sa.BigInteger, nullable=True),
        sa.Column("resolved_at", sa.BigInteger, nullable=True),
        sa.Column("closed_at", sa.BigInteger, nullable=True),
        sa.Column("last_incoming_at", sa.BigInteger, nullable=True),
        sa.Column("last_outgoing_at", sa.BigInteger, nullable=True),
        sa.Column("asked", sa.Boolean, nullable=False),
        sa.Column("greeted", sa.Boolean, nullable=False),
        sa.Column("junk", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("number", name="uq_tickets_number"),
    )
    op.create_index("ix_tickets_customer", "tickets", ["customer", "id"])
    _partial(
        "ix_tickets_number_missing",
        "tickets",
        ["id"],
        where="number_delivered_at IS NULL AND NOT junk AND state != 'closed'",
        sqlite="number_delivered_at IS NULL AND junk = 0 AND state != 'closed'",
    )
    _partial("ix_tickets_resolved", "tickets", ["resolved_at"], where="state = 'resolved'")
    op.create_index("ix_tickets_state", "tickets", ["state", "id"])
    _partial(
        "ix_tickets_unanswered",
        "tickets",
        ["last_incoming_at"],
        where="state IN ('new', 'open') AND NOT junk",
        sqlite="state IN ('new', 'open') AND junk = 0",
    )
    op.create_table(
        "log",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("ticket", ID, sa.ForeignKey("tickets.id", name="fk_log_ticket"), nullable=True),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log"),
    )
    op.create_index("ix_log_ticket", "log", ["ticket"])
    op.create_table(
        "messages",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket", ID, sa.ForeignKey("tickets.id", name="fk_messages_ticket"), nullable=True),
        sa.Column("customer", ID, sa.ForeignKey("customers.id", name="fk_messages_customer"), nullable=True),
        sa.Column("identity", ID, sa.ForeignKey("identities.id", name="fk_messages_identity"), nullable=True),
        sa.Column("inbox", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("references", sa.Text, nullable=False),
        sa.Column("raw", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("agent", ID, sa.ForeignKey("agents.id", name="fk_messages_agent"), nullable=True),
        sa.Column("automatic", sa.Boolean, nullable=False),
        sa.Column("acknowledge_at", sa.BigInteger, nullable=True),
        sa.Column("acknowledged_by", ID, nullable=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("quoted", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    _partial("ix_messages_content_hash", "messages", ["content_hash"], where="content_hash != ''")
    _partial(
        "ix_messages_conversation",
        "messages",
        ["conversation", "customer", "ticket"],
        where="conversation != '' AND ticket IS NOT NULL",
    )
    op.create_index("ix_messages_customer", "messages", ["customer"])
    _partial("ix_messages_external_id", "messages", ["external_id"], where="external_id != ''")
    _partial("ix_messages_filed", "messages", ["inbox", "id"], where="direction = 'incoming' AND ticket IS NOT NULL")
    _partial(
        "ix_messages_from_nobody",
        "messages",
        ["at"],
        where="direction = 'incoming' AND ticket IS NULL AND customer IS NULL AND NOT automatic",
        sqlite="direction = 'incoming' AND ticket IS NULL AND customer IS NULL AND automatic = 0",
    )
    _partial("ix_messages_owed", "messages", ["acknowledge_at"], where="acknowledge_at IS NOT NULL")
    op.create_index("ix_messages_ticket", "messages", ["ticket"])
    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("ticket", ID, sa.ForeignKey("tickets.id", name="fk_notices_ticket"), nullable=True),
        sa.Column("sent_at", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    _partial("ix_notices_sent_at", "notices", ["sent_at"], where="sent_at IS NOT NULL")
    _partial("ix_notices_unsent", "notices", ["id"], where="sent_at IS NULL")
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("inbox", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("to", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("recipients", sa.Text, nullable=False),
        sa.Column("return_path", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("message", ID, sa.ForeignKey("messages.id", name="fk_deliveries_message"), nullable=True),
        sa.Column("ticket", ID, sa.ForeignKey("tickets.id", name="fk_deliveries_ticket"), nullable=True),
        sa.Column("identity", ID, sa.ForeignKey("identities.id", name="fk_deliveries_identity"), nullable=True),
        sa.Column("carries_number", sa.Boolean, nullable=False),
        sa.Column("automatic", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("approval", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=True),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("lease_by", sa.Text, nullable=True),
        sa.Column("lease_until", sa.BigInteger, nullable=True),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("token", name="uq_deliveries_token"),
    )
    _partial(
        "ix_deliveries_automatic",
        "deliveries",
        ["created_at", "visibility"],
        where="automatic AND state != 'withdrawn'",
        sqlite="automatic = 1 AND state != 'withdrawn'",
    )
    _partial(
        "ix_deliveries_automatic_identity",
        "deliveries",
        ["identity", "created_at"],
        where="automatic AND state != 'withdrawn'",
        sqlite="automatic = 1 AND state != 'withdrawn'",
    )
    _partial("ix_deliveries_failed", "deliveries", ["created_at"], where="state = 'failed'")
    _partial(
        "ix_deliveries_held",
        "deliveries",
        ["id"],
        where="state = 'queued' AND approval",
        sqlite="state = 'queued' AND approval = 1",
    )
    op.create_index("ix_deliveries_message", "deliveries", ["message"])
    _partial("ix_deliveries_sending", "deliveries", ["lease_until"], where="state = 'sending'")
    op.create_index("ix_deliveries_ticket", "deliveries", ["ticket"])
    _partial("ix_deliveries_uncertain", "deliveries", ["inbox", "due_at"], where="state = 'uncertain'")
    _partial(
        "ix_deliveries_waiting",
        "deliveries",
        ["inbox", "due_at", "id"],
        where="state = 'queued' AND NOT approval",
        sqlite="state = 'queued' AND approval = 0",
    )
    _partial(
        "uq_deliveries_external_id", "deliveries", ["external_id", "inbox"], where="external_id != ''", unique=True
    )
    op.create_table(
        "files",
        sa.Column("id", ID, nullable=False),
        sa.Column("message", ID, sa.ForeignKey("messages.id", name="fk_files_message"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("raw", sa.Text, sa.ForeignKey("raws.sha256", name="fk_files_raw"), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
    )
    op.create_index("ix_files_message", "files", ["message"])
    op.create_table(
        "ledger",
        sa.Column("id", ID, nullable=False),
        sa.Column("inbox", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("message", ID, sa.ForeignKey("messages.id", name="fk_ledger_message"), nullable=True),
        sa.Column("raw", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sa.UniqueConstraint("key", "inbox", name="uq_ledger_key_inbox"),
    )
    _partial("ix_ledger_astray", "ledger", ["inbox"], where="outcome = 'filed' AND message IS NULL")
    _partial("ix_ledger_content_hash", "ledger", ["content_hash"], where="content_hash != ''")
    op.create_index("ix_ledger_inbox_outcome", "ledger", ["inbox", "outcome", "id"])
    _partial("ix_ledger_message", "ledger", ["message", "outcome"], where="message IS NOT NULL")
    _partial("ix_ledger_quarantined", "ledger", ["at"], where="outcome = 'quarantined'")
    op.create_table(
        "receipts",
        sa.Column("id", ID, nullable=False),
        sa.Column("delivery", ID, sa.ForeignKey("deliveries.id", name="fk_receipts_delivery"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
    )
    op.create_index("ix_receipts_delivery", "receipts", ["delivery"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(FTS5)
    else:
        op.create_table(
            "search",
            sa.Column("rowid", ID, nullable=False, autoincrement=False),
            sa.Column("stems", TSVECTOR),
            sa.PrimaryKeyConstraint("rowid", name="pk_search"),
        )
        op.create_index("ix_search_stems", "search", ["stems"], postgresql_using="gin")


def _partial(
    name: str, table: str, columns: list[str | sa.TextClause], *, where: str, sqlite: str = "", unique: bool = False
) -> None:
    """SQLite has no booleans: there the condition says = 0 and = 1."""
    op.create_index(
        name, table, columns, unique=unique, postgresql_where=sa.text(where), sqlite_where=sa.text(sqlite or where)
    )
