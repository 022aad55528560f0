"""What step 5 keeps: questions for satisfaction."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _surveys()


def _surveys() -> None:
    op.create_table(
        "surveys", _id(), _to("ticket", null=False), _to("customer", null=False), _moment("decided_at", null=False),
        sa.Column("asked", sa.Boolean, nullable=False), _text("reason"), _to("message"),
        sa.Column("score", sa.Integer, nullable=True), _text("comment"), _moment("answered_at"), _primary("surveys"),
        sa.UniqueConstraint("ticket", name="uq_surveys_ticket"),
        *_keys("surveys", ticket="tickets", customer="customers", message="messages"),
    )  # fmt: skip
    op.create_index("ix_surveys_customer", "surveys", ["customer"])
    op.create_index("ix_surveys_decided_at", "surveys", ["decided_at"])
    _index("ix_surveys_asked", "surveys", "customer", "decided_at", where="message IS NOT NULL")
    _index("ix_surveys_answered_at", "surveys", "answered_at", where="answered_at IS NOT NULL")


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _moment(name: str, *, null: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null)


def _to(name: str, *, null: bool = True) -> sa.Column[int]:
    return sa.Column(name, ID, nullable=null)


def _primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}") for name, target in targets.items()
    ]


def _index(name: str, table: str, *columns: str, where: str) -> None:
    op.create_index(name, table, list(columns), sqlite_where=sa.text(where), postgresql_where=sa.text(where))
