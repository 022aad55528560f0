"""The tables of a customer's care: personal data found, invitations, suggestions, authorisations, regroupings."""

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint

from inbox_bot.care import DetailKind, Grouping, Guess, Moved
from inbox_bot.model import Channel
from inbox_bot.store.columns import Id, Lines, Word
from inbox_bot.store.tables import flag, metadata, moment, own_id, partial, prose, to

details = Table(
    "details", metadata, own_id(), to("message", "messages.id", null=False), to("customer", "customers.id"),
    Column("kind", Word(DetailKind), nullable=False), prose("value"), flag("public"),
    UniqueConstraint("message", "kind", "value"),
)  # fmt: skip
Index("ix_details_value", details.c.value)
Index("ix_details_customer", details.c.customer)

invitations = Table(
    "invitations", metadata, own_id(), Column("code", Text, nullable=False, unique=True),
    to("identity", "identities.id", null=False), Column("channel", Word(Channel), nullable=False), prose("address"),
    to("ticket", "tickets.id"), moment("made_at", null=False), moment("expires_at", null=False), moment("used_at"),
    to("used_by", "identities.id"),
)  # fmt: skip
Index("ix_invitations_identity", invitations.c.identity)

suggestions = Table(
    "suggestions", metadata, own_id(), to("customer", "customers.id", null=False),
    to("other", "customers.id", null=False), Column("guess", Word(Guess), nullable=False), prose("detail"),
    moment("at", null=False), to("message", "messages.id"), moment("settled_at"), prose("settled_by"),
    flag("accepted"), UniqueConstraint("customer", "other", "guess"),
)  # fmt: skip
UNSETTLED = suggestions.c.settled_at.is_(None)
Index("ix_suggestions_other", suggestions.c.other)
partial("ix_suggestions_unsettled", suggestions.c.at, where=UNSETTLED)

authorisations = Table(
    "authorisations", metadata, own_id(), to("customer", "customers.id", null=False), prose("person"),
    to("identity", "identities.id"), Column("scope", Lines, nullable=False), moment("since", null=False),
    moment("until"), prose("evidence"), to("message", "messages.id"), to("agent", "agents.id", null=False),
    moment("at", null=False), moment("withdrawn_at"), to("withdrawn_by", "agents.id"),
)  # fmt: skip
Index("ix_authorisations_customer", authorisations.c.customer)
partial("ix_authorisations_identity", authorisations.c.identity, where=authorisations.c.identity.is_not(None))

regroupings = Table(
    "regroupings", metadata, own_id(), Column("grouping", Word(Grouping), nullable=False),
    # no foreign keys: tickets, customers or identities, as the grouping says
    Column("kept", Id, nullable=False), Column("other", Id, nullable=False), moment("at", null=False), prose("who"),
    prose("why"), prose("evidence"), moment("undone_at"), prose("undone_by"), prose("undone_why"),
)  # fmt: skip
Index("ix_regroupings_kept", regroupings.c.kept)
Index("ix_regroupings_other", regroupings.c.other)

moves = Table(
    "moves", metadata, own_id(), to("regrouping", "regroupings.id", null=False),
    Column("what", Word(Moved), nullable=False), Column("row", Id, nullable=False), Column("source", Id),
    Column("target", Id),
)  # fmt: skip
Index("ix_moves_regrouping", moves.c.regrouping)

erasures = Table(
    "erasures", metadata, own_id(), to("customer", "customers.id", null=False), moment("at", null=False), prose("who"),
    prose("why"), prose("counts"),
)  # fmt: skip
Index("ix_erasures_customer", erasures.c.customer)
