"""What step 3 keeps: the team's roles and hours, urgency, promises, actions, drafts, reminders, tags, agents' mails."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    for name, default in (("role", "agent"), ("languages", ""), ("skills", ""), ("hours", "")):
        op.add_column("agents", sa.Column(name, sa.Text, nullable=False, server_default=default))
    op.add_column("tickets", sa.Column("priority", sa.Text, nullable=False, server_default="normal"))
    op.add_column("tickets", sa.Column("topic", sa.Text, nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("angry_at", sa.BigInteger, nullable=True))
    op.add_column("tickets", sa.Column("snoozed_until", sa.BigInteger, nullable=True))
    op.add_column("notices", sa.Column("agent", ID, nullable=True))
    op.add_column("notices", sa.Column("message", ID, nullable=True))
    _index("ix_tickets_snoozed_until", "tickets", "snoozed_until", where="snoozed_until IS NOT NULL")
    _index(
        "ix_tickets_answer_times", "tickets", "channel", "opened_at", "answered_at", where="NOT junk", sqlite="junk = 0"
    )
    _index("ix_tickets_assignee", "tickets", "assignee", where="state IN ('new', 'open', 'pending')")
    _index("ix_messages_posted", "messages", "agent", where="visibility = 'public' AND agent IS NOT NULL")
    _casework()
    op.create_table(
        "agent_mails", _id(), _text("inbox"), _text("key"), _moment("at", null=False), _to("agent", "agents"),
        _to("ticket", "tickets"), _text("outcome"), _text("reason"), _to("message", "messages"),
        _primary("agent_mails"), sa.UniqueConstraint("key", "inbox", name="uq_agent_mails_key_inbox"),
        *_keys("agent_mails", agent="agents", ticket="tickets", message="messages"),
    )  # fmt: skip
    op.create_index("ix_agent_mails_ticket", "agent_mails", ["ticket"])


def _casework() -> None:
    op.create_table(
        "promises", _id(), _to("ticket", "tickets", null=False), _to("agent", "agents", null=False),
        _text("phrase"), _moment("made_at", null=False), _moment("due_at", null=False), _to("message", "messages"),
        _text("state"), _moment("reminded_at"), _moment("settled_at"), _moment("told_at"), _primary("promises"),
        *_keys("promises", ticket="tickets", agent="agents", message="messages"),
    )  # fmt: skip
    op.create_index("ix_promises_ticket", "promises", ["ticket"])
    _index("ix_promises_open", "promises", "due_at", where="state = 'open'")
    _index("ix_promises_settled", "promises", "settled_at", where="settled_at IS NOT NULL")
    op.create_table(
        "actions", _id(), _to("ticket", "tickets", null=False), _text("kind"), _text("text"), _text("reference"),
        _moment("at", null=False), _to("agent", "agents", null=False), _to("confirmed_by", "agents"),
        _moment("taken_back_at"), _primary("actions"),
        *_keys("actions", ticket="tickets", agent="agents", confirmed_by="agents"),
    )  # fmt: skip
    op.create_index("ix_actions_ticket", "actions", ["ticket"])
    op.create_table(
        "drafts", _to("ticket", "tickets", null=False), _to("agent", "agents", null=False), _text("text"),
        _to("seen", "messages"), _moment("at", null=False), _primary("drafts", "ticket", "agent"),
        *_keys("drafts", ticket="tickets", agent="agents", seen="messages"),
    )  # fmt: skip
    op.create_index("ix_drafts_agent", "drafts", ["agent"])
    op.create_table(
        "seen", _to("ticket", "tickets", null=False), _to("agent", "agents", null=False),
        _to("message", "messages", null=False), _moment("at", null=False), _primary("seen", "ticket", "agent"),
        *_keys("seen", ticket="tickets", agent="agents", message="messages"),
    )  # fmt: skip
    op.create_table(
        "reminders", _id(), _to("ticket", "tickets", null=False), _to("agent", "agents", null=False), _text("text"),
        _moment("due_at", null=False), _moment("done_at"), _primary("reminders"),
        *_keys("reminders", ticket="tickets", agent="agents"),
    )  # fmt: skip
    op.create_index("ix_reminders_ticket", "reminders", ["ticket"])
    _index("ix_reminders_due", "reminders", "due_at", where="done_at IS NULL")
    op.create_table(
        "tags", _to("ticket", "tickets", null=False), _text("tag"), _primary("tags", "ticket", "tag"),
        *_keys("tags", ticket="tickets"),
    )  # fmt: skip
    op.create_index("ix_tags_tag", "tags", ["tag"])


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _moment(name: str, *, null: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null)


def _to(name: str, table: str, *, null: bool = True) -> sa.Column[int]:
    return sa.Column(name, ID, nullable=null)


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=f"pk_{table}")


def _keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}") for name, target in targets.items()
    ]


def _index(name: str, table: str, *columns: str, where: str, sqlite: str = "") -> None:
    op.create_index(name, table, list(columns), sqlite_where=sa.text(sqlite or where), postgresql_where=sa.text(where))
