"""The words of the product as data: what came in, what goes out. Nothing here decides or touches anything."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """A medium."""

    EMAIL = "email"
    TWITTER = "twitter"


class Direction(StrEnum):
    """Which way a message went; a note went nowhere."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    NOTE = "note"


class Visibility(StrEnum):
    """Who could read a message: everybody (posts), the two sides (mail, DM), the team only (notes)."""

    PUBLIC = "public"
    PRIVATE = "private"
    INTERNAL = "internal"


class Outcome(StrEnum):
    """The fate of one thing that a poll returned; other tools rely on these names."""

    FILED = "filed"
    DUPLICATE = "duplicate"
    ECHO = "echo"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    JUNK = "junk"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


class TicketState(StrEnum):
    """new = nobody has answered, pending = waits for the customer, closed = 14 days after resolved."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"


class DeliveryState(StrEnum):
    """Where one piece of outgoing work stands; `withdrawn` = no longer wanted before it was ever tried."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"


class ReceiptState(StrEnum):
    """What a piece of evidence says about a delivery."""

    SENT = "sent"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    FAILED = "failed"
    DISPLAYED = "displayed"


class Kind(StrEnum):
    """What a delivery is for."""

    ACKNOWLEDGEMENT = "acknowledgement"
    CONFIRMATION = "confirmation"
    OPENING = "opening"
    REPLY = "reply"
    CORRECTION = "correction"
    INTERIM = "interim"
    STATUS = "status"
    INCIDENT = "incident"
    SURVEY = "survey"
    MDN = "mdn"
    NOTICE = "notice"


class AgentRole(StrEnum):
    """What one of the team is there for: answering, or what is overdue, repeated, angry or failed."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


class Priority(StrEnum):
    """How urgent a ticket is, most urgent first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class PromiseState(StrEnum):
    """Where a promise stands; `withdrawn` = the customer was told that it no longer holds, or it was none."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What is said to have been done; `EXECUTED` stands for anything."""

    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    ORDERED = "ordered"
    EXECUTED = "executed"
    CHANGED = "changed"
    SENT = "sent"
    FIXED = "fixed"
    ACTIVATED = "activated"
    BLOCKED = "blocked"
    BOOKED = "booked"


class Keeping(StrEnum):
    """A kind of data that a retention rule names, in the order in which they are gone through."""

    RAW = "raw"
    ATTACHMENTS = "attachments"
    PAYLOAD = "payload"
    QUARANTINE = "quarantine"
    LOG = "log"
    NOTICES = "notices"
    BESIDE = "beside"
    JUNK = "junk"
    CLOSED_TICKETS = "closed_tickets"
    CUSTOMERS = "customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One way to reach somebody: a mail address (domain in lower case) or an X user id; `handle` without @."""

    channel: Channel
    address: str
    handle: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came or goes along; `content` is None where only a link or a size is known (`url`, `reason`).
    `content_id`: by which HTML shows it, without brackets; known only as it comes."""

    name: str
    media_type: str
    size: int
    content: bytes | None = None
    url: str = ""
    reason: str = ""
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One recipient's block of a DSN or MDN. `action`: failed delayed delivered relayed expanded, or an MDN's
    disposition type (displayed, processed, deleted, …), lower case. `status`: RFC 3463 d.d.d or empty."""

    action: str
    recipient: str = ""
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a DSN (RFC 3464, or an odd bounce) or an MDN (RFC 8098) says, by its own word.

    `original_references`: what the returned header's References name, oldest first.
    """

    kind: str  # "dsn" | "mdn"
    lines: tuple[ReportLine, ...]
    envelope_id: str = ""
    original_message_id: str = ""
    original_references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFacts:
    """What a mail's headers say. `headers`: (lower-case name, decoded value without CR, LF, NUL), in order.

    `return_path` is None where the header is missing and "" for the null path. `recipients` are all addresses of
    To, Cc, Delivered-To, X-Original-To, Envelope-To and the like, as written. `from_sound` is False where From is
    missing, multiple, a group, or has any defect. `folder_flags` are the IMAP flags found on the message.
    `signed_by` is the domain whose DKIM signature of this mail we checked ourselves and found good.
    """

    headers: tuple[tuple[str, str], ...]
    from_sound: bool
    return_path: str | None = None
    recipients: tuple[str, ...] = ()
    reply_to: tuple[Address, ...] = ()
    report: Report | None = None
    mdn_to: tuple[str, ...] = ()
    folder_flags: tuple[str, ...] = ()
    signed_by: str = ""

    def header(self, name: str) -> str:
        """The first value of a header, "" where there is none."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFacts:
    """What X says about a post or DM event. Ids are X's decimal strings; "" = none.

    `own`: written by our account. `implicit`: it names us only in the leading handles of a thread that answers
    somebody else. `first_id`: id of the first version of an edited post (its own id otherwise). `partner`: the
    other side of a one-to-one DM. `group`: a DM conversation of more than two.
    """

    own: bool = False
    dm: bool = False
    retweet: bool = False
    implicit: bool = False
    group: bool = False
    reply_to_id: str = ""
    reply_to_author: str = ""
    quoted_id: str = ""
    first_id: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One thing that a poll returned, readable.

    `key` names it within its inbox for ever: `<uidvalidity>:<uid>`, `post:<id>`, `dm:<id>`. `external_id` is the
    Message-ID with angle brackets (made from the content's hash where the mail has none), post id or DM event id.
    `at` is when it arrived (INTERNALDATE, created_at), never the Date header. `text` is what the author wrote,
    `quoted` the folded rest. `references` are the ids it answers, nearest first. `content_hash` is equal for two
    copies of the same mail whatever way they came. `conversation` is the channel's own grouping.
    """

    key: str
    external_id: str
    author: Address | None
    at: datetime
    text: str
    visibility: Visibility
    content_hash: str
    quoted: str = ""
    html: str = ""
    subject: str = ""
    language: str = ""
    conversation: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    raw: bytes = b""
    mail: MailFacts | None = None
    post: PostFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """One thing that a poll returned and nobody could read; it goes to quarantine with its bytes and the reason."""

    key: str
    at: datetime
    reason: str
    raw: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One poll's yield. `cursor` is the source's own text, stored with the items in one transaction; `more` asks
    for another poll at once; `spend` is what the calls cost, in micro-dollars (1 000 000 = $1)."""

    items: tuple[Incoming | Unreadable, ...]
    cursor: str
    more: bool = False
    spend: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Told to a source after the commit: this key is on record; `mdn`: its read receipt has been dealt with."""

    key: str
    mdn: bool = False
