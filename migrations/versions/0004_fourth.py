"""What step 4 keeps: proofs of who somebody is, personal data found, authorisations, forms of address, regroupings."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    for name in ("form", "called", "form_by"):
        op.add_column("customers", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("customers", _moment("erased_at"))
    op.add_column("customers", sa.Column("merged_into", ID, nullable=True))
    op.add_column("identities", _moment("proven_at"))
    op.add_column("identities", sa.Column("proven_by", sa.Text, nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("merged_into", ID, nullable=True))
    for name in ("redacted_at", "gone_at", "looked_at"):
        op.add_column("messages", _moment(name))
    op.create_index("ix_customers_lower_name", "customers", [sa.text("lower(name)")])
    _index("ix_tickets_merged_into", "tickets", "merged_into", where="merged_into IS NOT NULL")
    _persons()
    _regroupings()


def _persons() -> None:
    op.create_table(
        "details", _id(), _to("message", null=False), _to("customer"), _text("kind"), _text("value"),
        sa.Column("public", sa.Boolean, nullable=False), _primary("details"),
        sa.UniqueConstraint("message", "kind", "value", name="uq_details_message_kind_value"),
        *_keys("details", message="messages", customer="customers"),
    )  # fmt: skip
    op.create_index("ix_details_value", "details", ["value"])
    op.create_index("ix_details_customer", "details", ["customer"])
    op.create_table(
        "invitations", _id(), _text("code"), _to("identity", null=False), _text("channel"), _text("address"),
        _to("ticket"), _moment("made_at", null=False), _moment("expires_at", null=False), _moment("used_at"),
        _to("used_by"), _primary("invitations"), sa.UniqueConstraint("code", name="uq_invitations_code"),
        *_keys("invitations", identity="identities", ticket="tickets", used_by="identities"),
    )  # fmt: skip
    op.create_index("ix_invitations_identity", "invitations", ["identity"])
    op.create_table(
        "suggestions", _id(), _to("customer", null=False), _to("other", null=False), _text("guess"), _text("detail"),
        _moment("at", null=False), _to("message"), _moment("settled_at"), _text("settled_by"),
        sa.Column("accepted", sa.Boolean, nullable=False), _primary("suggestions"),
        sa.UniqueConstraint("customer", "other", "guess", name="uq_suggestions_customer_other_guess"),
        *_keys("suggestions", customer="customers", other="customers", message="messages"),
    )  # fmt: skip
    op.create_index("ix_suggestions_other", "suggestions", ["other"])
    _index("ix_suggestions_unsettled", "suggestions", "at", where="settled_at IS NULL")
    op.create_table(
        "authorisations", _id(), _to("customer", null=False), _text("person"), _to("identity"), _text("scope"),
        _moment("since", null=False), _moment("until"), _text("evidence"), _to("message"), _to("agent", null=False),
        _moment("at", null=False), _moment("withdrawn_at"), _to("withdrawn_by"), _primary("authorisations"),
        *_keys(
            "authorisations", customer="customers", identity="identities", message="messages", agent="agents",
            withdrawn_by="agents",
        ),
    )  # fmt: skip
    op.create_index("ix_authorisations_customer", "authorisations", ["customer"])
    _index("ix_authorisations_identity", "authorisations", "identity", where="identity IS NOT NULL")


def _regroupings() -> None:
    op.create_table(
        "regroupings", _id(), _text("grouping"), _to("kept", null=False), _to("other", null=False),
        _moment("at", null=False), _text("who"), _text("why"), _text("evidence"), _moment("undone_at"),
        _text("undone_by"), _text("undone_why"), _primary("regroupings"),
    )  # fmt: skip
    op.create_index("ix_regroupings_kept", "regroupings", ["kept"])
    op.create_index("ix_regroupings_other", "regroupings", ["other"])
    op.create_table(
        "moves", _id(), _to("regrouping", null=False), _text("what"), _to("row", null=False), _to("source"),
        _to("target"), _primary("moves"), *_keys("moves", regrouping="regroupings"),
    )  # fmt: skip
    op.create_index("ix_moves_regrouping", "moves", ["regrouping"])
    op.create_table(
        "erasures", _id(), _to("customer", null=False), _moment("at", null=False), _text("who"), _text("why"),
        _text("counts"), _primary("erasures"), *_keys("erasures", customer="customers"),
    )  # fmt: skip
    op.create_index("ix_erasures_customer", "erasures", ["customer"])


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
