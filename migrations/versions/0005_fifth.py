"""What step 5 keeps: why customers write."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _reasons()


def _reasons() -> None:
    op.add_column("tickets", sa.Column("contact_reason", sa.Text, nullable=False, server_default=""))
