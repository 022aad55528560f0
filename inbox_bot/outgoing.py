"""What goes out as data: a draft before it has the channel's form, the parcel a sender gets, the peer's acceptance."""

from dataclasses import dataclass
from datetime import datetime

from inbox_bot.model import Address, Attachment, Kind, Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One outgoing message before it has the channel's form. Everything that must stay equal over all attempts
    (`message_id`, `at`, `token`) is given. Mail only: subject, html, return_path, reply_to, references, cc.
    `in_reply_to` is the Message-ID or post id that this answers. `original` is an MDN's subject."""

    kind: Kind
    to: Address
    visibility: Visibility
    text: str
    token: str
    at: datetime
    html: str = ""
    subject: str = ""
    message_id: str = ""
    return_path: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    automatic: bool = False
    original: "Original | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What an MDN must say of the message it is about (RFC 8098 3.2)."""

    message_id: str
    recipient: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A claimed delivery as a sender gets it: frozen bytes and where they go. `external_id` is our Message-ID
    (mail) or "" until X gave one. `started_at` is the first attempt's beginning."""

    id: int
    token: str
    inbox: str
    kind: Kind
    to: Address
    visibility: Visibility
    payload: bytes
    recipients: tuple[str, ...]
    return_path: str
    external_id: str
    attempts: int
    looks: int
    created_at: datetime
    started_at: datetime | None
    ticket: int | None
    carries_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The peer's acceptance. `evidence` is the SMTP reply or the id X gave; `refused` lists (recipient, reply) of
    further recipients that were not accepted; `spend` in micro-dollars."""

    external_id: str
    evidence: str
    spend: int = 0
    refused: tuple[tuple[str, str], ...] = ()
