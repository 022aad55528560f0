"""What a template says of itself: where it may go, what must be true for it, and what it tells the customer."""

from dataclasses import dataclass
from enum import StrEnum

from inbox_bot.model import Act, Channel, TicketState, Visibility

UNSETTLED = frozenset({TicketState.NEW, TicketState.OPEN, TicketState.PENDING})
"""Where a template may go that does not say it."""


class Tier(StrEnum):
    """What a text tells: what anybody may know, what concerns the customer's account, what must reach him alone."""

    PUBLIC = "public"
    ACCOUNT = "account"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template's header. `name` as in `replies/<language>/<name>.<channel>.j2`; `source` is the file's text.

    `states`: those of a ticket in which it may go. `needs`, `refuses`: facts that must be on record, or must not.
    `asks`: what it asks the customer for, by the name of the fact that his answer becomes. `says`: what it says has
    been done. `promises`: it names a time. `links`: foreign hosts that it links to on purpose. `own`: the company's.
    """

    name: str
    channel: Channel
    language: str
    title: str
    visibility: Visibility
    automatic: bool
    source: str
    tier: Tier = Tier.PUBLIC
    topic: str = ""
    states: frozenset[TicketState] = UNSETTLED
    needs: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    says: tuple[Act, ...] = ()
    promises: bool = False
    links: tuple[str, ...] = ()
    own: bool = False
