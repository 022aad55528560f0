"""The tables of the team's own work on tickets: promises, actions, drafts, what was seen, reminders, tags, mails."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from inbox_bot.model import Act, Outcome, PromiseState
from inbox_bot.store.columns import Word
from inbox_bot.store.tables import among, metadata, moment, own_id, partial, prose, to

promises = Table(
    "promises", metadata, own_id(), to("ticket", "tickets.id", null=False), to("agent", "agents.id", null=False),
    prose("phrase"), moment("made_at", null=False), moment("due_at", null=False), to("message", "messages.id"),
    Column("state", Word(PromiseState), nullable=False), moment("reminded_at"), moment("settled_at"),
    moment("told_at"),
)  # fmt: skip
OPEN = among(promises.c.state, "open")
Index("ix_promises_ticket", promises.c.ticket)
partial("ix_promises_open", promises.c.due_at, where=OPEN)
partial("ix_promises_settled", promises.c.settled_at, where=promises.c.settled_at.is_not(None))

actions = Table(
    "actions", metadata, own_id(), to("ticket", "tickets.id", null=False), Column("kind", Word(Act), nullable=False),
    prose("text"), prose("reference"), moment("at", null=False), to("agent", "agents.id", null=False),
    to("confirmed_by", "agents.id"), moment("taken_back_at"),
)  # fmt: skip
Index("ix_actions_ticket", actions.c.ticket)

drafts = Table(
    "drafts", metadata, to("ticket", "tickets.id", null=False), to("agent", "agents.id", null=False), prose("text"),
    to("seen", "messages.id"), moment("at", null=False), PrimaryKeyConstraint("ticket", "agent"),
)  # fmt: skip

Index("ix_drafts_agent", drafts.c.agent)

seen = Table(
    "seen", metadata, to("ticket", "tickets.id", null=False), to("agent", "agents.id", null=False),
    to("message", "messages.id", null=False), moment("at", null=False), PrimaryKeyConstraint("ticket", "agent"),
)  # fmt: skip
"""The last message of a ticket that an agent was shown."""

reminders = Table(
    "reminders", metadata, own_id(), to("ticket", "tickets.id", null=False), to("agent", "agents.id", null=False),
    prose("text"), moment("due_at", null=False), moment("done_at"),
)  # fmt: skip
TO_COME = reminders.c.done_at.is_(None)
Index("ix_reminders_ticket", reminders.c.ticket)
partial("ix_reminders_due", reminders.c.due_at, where=TO_COME)

tags = Table(
    "tags", metadata, to("ticket", "tickets.id", null=False), prose("tag"), PrimaryKeyConstraint("ticket", "tag")
)
Index("ix_tags_tag", tags.c.tag)

agent_mails = Table(
    "agent_mails", metadata, own_id(), Column("inbox", Text, nullable=False), prose("key"), moment("at", null=False),
    to("agent", "agents.id"), to("ticket", "tickets.id"), Column("outcome", Word(Outcome), nullable=False),
    prose("reason"), to("message", "messages.id"), UniqueConstraint("key", "inbox"),
)  # fmt: skip
"""What came to agents' reply addresses, each mail once by its Message-ID, and what became of it."""
Index("ix_agent_mails_ticket", agent_mails.c.ticket)
