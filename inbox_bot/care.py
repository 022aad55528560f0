"""What is on record for the care of a customer: who he is shown to be, his personal data, whom he authorised.

As in `records`: an `id` below zero is new; with a positive id the fields marked * are updated.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inbox_bot.model import Channel


class DetailKind(StrEnum):
    """A kind of personal data that a text can hold."""

    PHONE = "phone"
    IBAN = "iban"
    MAIL = "mail"
    CUSTOMER_NUMBER = "customer_number"
    BIRTHDAY = "birthday"


class Form(StrEnum):
    """How a customer is addressed in languages that have two ways of it."""

    UNKNOWN = ""
    DU = "du"
    SIE = "sie"


class Grouping(StrEnum):
    """A way in which what belongs together was changed; each can be undone."""

    LINK = "link"  # an identity to a customer
    UNLINK = "unlink"  # an identity from a customer
    MERGE_CUSTOMERS = "merge customers"
    MERGE_TICKETS = "merge tickets"
    SPLIT_TICKET = "split ticket"


class Moved(StrEnum):
    """What a regrouping moves: a column that says to whom or to what a row belongs."""

    IDENTITY_CUSTOMER = "identities.customer"
    TICKET_CUSTOMER = "tickets.customer"
    TICKET_MERGED_INTO = "tickets.merged_into"
    CUSTOMER_MERGED_INTO = "customers.merged_into"
    MESSAGE_CUSTOMER = "messages.customer"
    MESSAGE_TICKET = "messages.ticket"
    DELIVERY_TICKET = "deliveries.ticket"
    DETAIL_CUSTOMER = "details.customer"
    AUTHORISATION_CUSTOMER = "authorisations.customer"
    PROMISE_TICKET = "promises.ticket"
    ACTION_TICKET = "actions.ticket"
    REMINDER_TICKET = "reminders.ticket"
    SURVEY_CUSTOMER = "surveys.customer"


class Guess(StrEnum):
    """Why two customers may be one; nothing of it proves anything."""

    NAME = "same name"
    NUMBER = "ticket number quoted"
    ADDRESS = "address named in a text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A piece of personal data in a message, in its one spelling (`rules.details`). `public`: all could read it."""

    message: int
    customer: int | None
    kind: DetailKind
    value: str
    public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An offer to prove that an address on `channel` is also his: whoever writes from it with `code` has read what we
    sent to `identity`. * used_at, used_by.

    `address`: the only one that may use it, "" = any. `used_by`: the identity that did. It works once, until
    `expires_at`.
    """

    id: int
    code: str
    identity: int
    channel: Channel
    made_at: datetime
    expires_at: datetime
    address: str = ""
    ticket: int | None = None
    used_at: datetime | None = None
    used_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two customers who may be one, for an agent to decide. `message` shows it. * settled_at, settled_by, accepted."""

    id: int
    customer: int
    other: int
    guess: Guess
    detail: str
    at: datetime
    message: int | None = None
    settled_at: datetime | None = None
    settled_by: str = ""
    accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """A customer lets another person act for him. `identity`: that person's address where it is known. `scope`: topics,
    empty = everything. `evidence`: where it is on record, in words; `message`: and the one that says so.
    `agent`: who entered it. * identity, until, withdrawn_at, withdrawn_by."""

    id: int
    customer: int
    person: str
    scope: tuple[str, ...]
    since: datetime
    evidence: str
    at: datetime
    agent: int
    identity: int | None = None
    message: int | None = None
    until: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouping:
    """A change of what belongs together: `kept` is the ticket or customer that goes on, `other` the one that went into
    it, was split off, or the identity that was linked. `who` an agent or "the customer"; `evidence` what showed it."""

    id: int
    grouping: Grouping
    kept: int
    other: int
    at: datetime
    who: str
    why: str = ""
    evidence: str = ""
    undone_at: datetime | None = None
    undone_by: str = ""
    undone_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row that a regrouping moved, from where to where; None = it belonged to nothing."""

    what: Moved
    row: int
    source: int | None
    target: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """That a customer's data was erased: `counts` as words and numbers, nothing of him."""

    customer: int
    at: datetime
    who: str
    why: str
    counts: str
