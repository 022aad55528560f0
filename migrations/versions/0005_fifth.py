"""What step 5 keeps: incidents and who was told what; why customers write; questions for satisfaction."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _incidents()
    _reasons()
    _surveys()


def _incidents() -> None:
    op.create_table(
        "incidents", _id(), _text("titles"), _text("area"), _text("words"), _moment("since", null=False),
        _moment("opened_at", null=False), _to("opened_by", null=False), _text("texts"), _text("topic"),
        _moment("next_update_at"), _moment("closed_at"), _primary("incidents"), *_keys("incidents", opened_by="agents"),
    )  # fmt: skip
    _index("ix_incidents_ongoing", "incidents", "id", where="closed_at IS NULL")
    op.create_table(
        "affected", _id(), _to("incident", null=False), _to("ticket", null=False),
        _text("how"), _moment("at", null=False), _to("by"), _moment("undone_at"), _moment("asked_at"), _text("works"),
        _primary("affected"), sa.UniqueConstraint("ticket", "incident", name="uq_affected_ticket_incident"),
        *_keys("affected", incident="incidents", ticket="tickets", by="agents"),
    )  # fmt: skip
    op.create_index("ix_affected_incident", "affected", ["incident"])
    op.create_table(
        "incident_updates", _id(), _to("incident", null=False), _moment("at", null=False), _to("agent", null=False),
        _text("texts"), _moment("next_update_at"), _flag("asks"), _flag("post"), _moment("stopped_at"),
        _moment("ended_at"), _to("post_delivery"), _primary("incident_updates"),
        *_keys("incident_updates", incident="incidents", agent="agents"),
    )  # fmt: skip
    op.create_index("ix_incident_updates_incident", "incident_updates", ["incident"])
    _index("ix_incident_updates_under_way", "incident_updates", "id", where="ended_at IS NULL AND stopped_at IS NULL")
    op.create_table(
        "recipients", _id(), _to("update", null=False), _to("customer", null=False), _to("ticket", null=False),
        _to("identity"), sa.Column("channel", sa.Text, nullable=True), _text("told"), _text("reason"),
        _moment("queued_at"), _to("delivery"), _primary("recipients"),
        sa.UniqueConstraint("update", "customer", name="uq_recipients_update_customer"),
        *_keys("recipients", update="incident_updates", customer="customers", ticket="tickets"),
    )  # fmt: skip
    _index("ix_recipients_waiting", "recipients", "update", "channel", "id", where="told = 'waiting'")
    _index("ix_recipients_queued_at", "recipients", "channel", "queued_at", where="queued_at IS NOT NULL")


def _reasons() -> None:
    op.add_column("tickets", sa.Column("contact_reason", sa.Text, nullable=False, server_default=""))


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


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


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
