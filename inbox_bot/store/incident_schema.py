"""The tables of incidents: what is broken, the tickets in it, the updates, and one row for each who is to be told."""

from sqlalchemy import Column, Index, Table, UniqueConstraint

from inbox_bot.incidents import How, Told, Works
from inbox_bot.model import Channel
from inbox_bot.store.columns import Id, Lines, Spoken, Word
from inbox_bot.store.tables import among, flag, metadata, moment, own_id, partial, prose, to

incidents = Table(
    "incidents", metadata, own_id(), Column("titles", Spoken, nullable=False), prose("area"),
    Column("words", Lines, nullable=False), moment("since", null=False), moment("opened_at", null=False),
    to("opened_by", "agents.id", null=False), Column("texts", Spoken, nullable=False), prose("topic"),
    moment("next_update_at"), moment("closed_at"),
)  # fmt: skip
ONGOING = incidents.c.closed_at.is_(None)
partial("ix_incidents_ongoing", incidents.c.id, where=ONGOING)

affected = Table(
    "affected", metadata, own_id(), to("incident", "incidents.id", null=False), to("ticket", "tickets.id", null=False),
    Column("how", Word(How), nullable=False), moment("at", null=False),
    to("by", "agents.id"), moment("undone_at"), moment("asked_at"), Column("works", Word(Works), nullable=False),
    UniqueConstraint("ticket", "incident"),
)  # fmt: skip
Index("ix_affected_incident", affected.c.incident)

updates = Table(
    "incident_updates", metadata, own_id(), to("incident", "incidents.id", null=False), moment("at", null=False),
    to("agent", "agents.id", null=False), Column("texts", Spoken, nullable=False), moment("next_update_at"),
    flag("asks"), flag("post"), moment("stopped_at"), moment("ended_at"), Column("post_delivery", Id),
)  # fmt: skip
UNDER_WAY = updates.c.ended_at.is_(None) & updates.c.stopped_at.is_(None)
Index("ix_incident_updates_incident", updates.c.incident)
partial("ix_incident_updates_under_way", updates.c.id, where=UNDER_WAY)

recipients = Table(
    "recipients", metadata, own_id(), to("update", "incident_updates.id", null=False),
    to("customer", "customers.id", null=False), to("ticket", "tickets.id", null=False),
    # no foreign key: who is erased has no address any more, and his row stays as a count
    Column("identity", Id), Column("channel", Word(Channel)), Column("told", Word(Told), nullable=False),
    prose("reason"), moment("queued_at"), Column("delivery", Id),
    UniqueConstraint("update", "customer"),
)  # fmt: skip
WAITING = among(recipients.c.told, "waiting")
partial("ix_recipients_waiting", recipients.c.update, recipients.c.channel, recipients.c.id, where=WAITING)
partial(
    "ix_recipients_queued_at", recipients.c.channel, recipients.c.queued_at, where=recipients.c.queued_at.is_not(None)
)
