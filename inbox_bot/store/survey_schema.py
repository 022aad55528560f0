"""The table of the questions for satisfaction: of each settled ticket whether it was asked, why, and the answer."""

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint

from inbox_bot.store.tables import flag, metadata, moment, own_id, partial, prose, to

surveys = Table(
    "surveys", metadata, own_id(), to("ticket", "tickets.id", null=False), to("customer", "customers.id", null=False),
    moment("decided_at", null=False), flag("asked"), prose("reason"), to("message", "messages.id"),
    Column("score", Integer), prose("comment"), moment("answered_at"), UniqueConstraint("ticket"),
)  # fmt: skip
ASKED = surveys.c.message.is_not(None)
ANSWERED = surveys.c.answered_at.is_not(None)
Index("ix_surveys_customer", surveys.c.customer)
Index("ix_surveys_decided_at", surveys.c.decided_at)
partial("ix_surveys_asked", surveys.c.customer, surveys.c.decided_at, where=ASKED)
partial("ix_surveys_answered_at", surveys.c.answered_at, where=ANSWERED)
