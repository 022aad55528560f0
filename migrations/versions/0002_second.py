"""What step 2 keeps: who proved to be the sender, suspected loops, OAuth 2 tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("proof", sa.Text, nullable=False, server_default=""))
    op.add_column("identities", sa.Column("looping_at", sa.BigInteger, nullable=True))
    op.create_table(
        "credentials",
        sa.Column("inbox", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("inbox", "purpose", name="pk_credentials"),
    )
