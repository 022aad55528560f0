"""What step 2 keeps: sender proofs, suspected loops, what has not left, OAuth 2 tokens, what retention has erased."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("proof", sa.Text, nullable=False, server_default=""))
    op.add_column("identities", sa.Column("looping_at", sa.BigInteger, nullable=True))
    op.add_column("tickets", sa.Column("erased_at", sa.BigInteger, nullable=True))
    op.add_column("deliveries", sa.Column("unsent_since", sa.BigInteger, nullable=True))
    _partial("ix_messages_raw", "messages", where="raw != ''")
    _partial("ix_ledger_raw", "ledger", where="raw != ''")
    _partial("ix_files_raw", "files", where="raw IS NOT NULL")
    op.create_table(
        "credentials",
        sa.Column("inbox", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("inbox", "purpose", name="pk_credentials"),
    )
    op.create_index(
        "ix_identities_looping", "identities", ["looping_at"],
        sqlite_where=sa.text("looping_at IS NOT NULL"), postgresql_where=sa.text("looping_at IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_receipts_refused", "receipts", ["at"],
        sqlite_where=sa.text("state = 'failed'"), postgresql_where=sa.text("state = 'failed'"),
    )  # fmt: skip
    op.create_table(
        "newcomers",
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("hour", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("domain", "hour", name="pk_newcomers"),
    )


def _partial(name: str, table: str, *, where: str) -> None:
    op.create_index(name, table, ["raw"], postgresql_where=sa.text(where), sqlite_where=sa.text(where))
