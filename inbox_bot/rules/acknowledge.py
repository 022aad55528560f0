"""Decides whether, when and how an incoming message is acknowledged, and whether its read receipt is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from inbox_bot.model import Channel, Incoming, Visibility
from inbox_bot.records import Identity, Ticket

OPTED_OUT = "the customer wants no automatic messages"
LOOPING = "a machine seems to answer our automatic messages"
ANGRY = "the customer is angry: a person answers"
TOO_OLD = "too old for an automatic answer"
ASKED_OUT = "asks for no automatic messages, and nothing proves who asks"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MOST_A_DAY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The `[acknowledge]` section. `public`: auto, approve or off. `newcomers_per_hour`: of one domain, 0 = any.
    `offer_mail`: who writes a first direct message is offered to prove a mail address."""

    public: str = "auto"
    public_per_hour: int = 60
    max_age_hours: float = 72.0
    mdn: bool = True
    coalesce_seconds: float = 300.0
    per_hour: int = 10
    newcomers_per_hour: int = 1000
    offer_mail: bool = False


class When(StrEnum):
    """now = in the transaction that files the message; later = shared, by the clock; never = see the reason."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """`at`: when it goes out (now) or falls due (later). `approval`: a person must say yes first."""

    when: When
    reason: str
    at: datetime | None = None
    approval: bool = False


def due(
    incoming: Incoming,
    *,
    quiet: str,
    identity: Identity | None,
    opens: bool,
    public_done: bool,
    automatic: Sequence[datetime],
    public_last_hour: int,
    policy: Policy,
    hold_seconds: float,
    now: datetime,
    to_customer: Sequence[datetime] = (),
    spacing: timedelta | None = None,
    crowded: timedelta | None = None,
    exposed: bool = False,
) -> Due:
    """How this message is acknowledged.

    `opens`: it opens its ticket. `public_done`: the ticket has had its one public reply. `automatic`: times of
    automatic messages to this identity, `to_customer`: on any of its customer's ways. `public_last_hour`: automatic
    public replies to anybody. `spacing`: between two messages to this identity, where longer than usual. `crowded`:
    how long a newcomer must wait because of so many others of his domain. `exposed`: personal data stands in it.
    """
    if quiet:
        return Due(when=When.NEVER, reason=quiet)
    if identity is None:
        return Due(when=When.NEVER, reason="nobody to answer")
    if identity.opted_out_at is not None:
        return Due(when=When.NEVER, reason=OPTED_OUT)
    if identity.undeliverable_at is not None and identity.undeliverable_at > incoming.at:
        return Due(when=When.NEVER, reason="the address takes no mail")
    if identity.looping_at is not None:
        return Due(when=When.NEVER, reason=LOOPING)
    until = capped(to_customer or automatic, policy, now)
    if incoming.visibility is Visibility.PUBLIC:
        # a post that should be deleted is an interaction of its own, and says so in no other place
        return _public(
            public_done and not exposed, public_last_hour, policy, hold_seconds, now, alone=until is not None
        )
    usual = timedelta(seconds=policy.coalesce_seconds)
    spacing = spacing or usual
    if not opens:
        at = max(now, max(automatic) + max(usual, spacing)) if automatic else now
        return Due(when=When.LATER, reason="further message", at=at)
    if until is not None:
        return Due(when=When.LATER, reason="hourly limit reached", at=until)
    until = stretched(automatic, spacing, policy, now)
    if until is not None:
        return Due(when=When.LATER, reason="each of our messages was answered at once", at=until)
    if crowded is not None:
        return Due(when=When.LATER, reason="too many newcomers of one domain", at=now + crowded)
    return Due(when=When.NOW, reason="first message of a ticket", at=now)


def _public(done: bool, last_hour: int, policy: Policy, hold_seconds: float, now: datetime, *, alone: bool) -> Due:
    """`alone`: this customer has had as many automatic messages as anybody gets."""
    # X allows one automated reply per interaction, and posts can be edited: hence once, and after a hold.
    if done:
        return Due(when=When.NEVER, reason="the ticket had its public reply")
    if policy.public == "off":
        return Due(when=When.NEVER, reason="automatic public replies are switched off")
    at = now + timedelta(seconds=hold_seconds)
    if policy.public == "approve":
        return Due(when=When.NOW, reason="public replies wait for approval", at=at, approval=True)
    if last_hour >= policy.public_per_hour:
        return Due(when=When.NOW, reason="too many public replies this hour", at=at, approval=True)
    if alone:
        return Due(when=When.NOW, reason="too many automatic messages to this customer", at=at, approval=True)
    return Due(when=When.NOW, reason="the one public reply", at=at)


def capped(times: Sequence[datetime], policy: Policy, now: datetime) -> datetime | None:
    """When the next automatic message to one customer may go, None = now. `times`: of those to him, on any way; at most
    `per_hour`, and twenty a day or twice that."""
    hour = postponed([at for at in times if at > now - _HOUR], policy)
    most = max(_MOST_A_DAY, 2 * policy.per_hour)
    recent = sorted(at for at in times if at > now - _DAY)[-most:]
    day = recent[0] + _DAY if len(recent) == most else None
    return max(filter(None, (hour, day)), default=None)


def stretched(automatic: Sequence[datetime], spacing: timedelta, policy: Policy, now: datetime) -> datetime | None:
    """When the next automatic message to an identity may go where a longer `spacing` is asked; None = now."""
    if not automatic or spacing <= timedelta(seconds=policy.coalesce_seconds):
        return None
    earliest = max(automatic) + spacing
    return earliest if earliest > now else None


def crowded(count: float, per_hour: int) -> timedelta | None:
    """How long the acknowledgement of a newcomer waits where `count` others of his domain wrote in the last hour; None
    = not at all. Those above the limit get theirs one after the other, at the pace of the limit."""
    if not per_hour or count < per_hour:
        return None
    return _HOUR * ((count - per_hour + 1) / per_hour)


def in_turn(told: int, ahead: int, per_hour: int, now: datetime) -> datetime | None:
    """When a first number that had to wait may go to a domain to which `told` automatic mails went within the hour, and
    for which `ahead` others wait for their turn; None = now. So a domain gets at most twice the limit in an hour: as
    many at once, as many later."""
    if not per_hour or told < per_hour:
        return None
    return now + _HOUR * ((ahead + 1) / per_hour)


def postponed(automatic: Sequence[datetime], policy: Policy) -> datetime | None:
    """When a shared acknowledgement that is due must wait for the hourly limit; None = it may go."""
    return _after_cap(automatic, policy) if len(automatic) >= policy.per_hour else None


def _after_cap(automatic: Sequence[datetime], policy: Policy) -> datetime:
    newest = sorted(automatic)[-policy.per_hour :]
    return newest[0] + timedelta(hours=1)


def answered_meanwhile(ticket: Ticket, last: datetime) -> bool:
    """Whether an answer by a person, after his message of `last`, makes a shared acknowledgement needless: not while
    the number has yet to arrive. Mailboxes tell arrivals by the second only, so an answer counts from the next one on.
    """
    answered = ticket.last_outgoing_at is not None and ticket.last_outgoing_at >= last + timedelta(seconds=1)
    return answered and ticket.number_delivered_at is not None


def spared(ticket: Ticket) -> bool:
    """Whether the customer gets nothing automatic about a ticket: he is angry, and has its number. A person answers."""
    return ticket.angry_at is not None and ticket.number_delivered_at is not None


def most_listed(channel: Channel) -> int:
    """How many messages one acknowledgement lists: as many as surely fit into a direct message, or a readable mail."""
    return 200 if channel is Channel.EMAIL else 50


def read_receipt(
    incoming: Incoming, *, ticket: Ticket | None, policy: Policy, own: frozenset[str], proven: bool
) -> str | None:
    """The address an MDN goes to, None where none may go automatically (RFC 8098 2.1).

    It must be asked for by exactly one address, equal to the Return-Path (local part case-sensitive); never for
    automatic mail (the caller asks only for filed messages), never twice (`$MDNSent`), never with an unknown
    `required` option (2.2). It names the ticket: where nothing proves who wrote (`proven`), only to From's address.
    """
    mail = incoming.mail
    if not policy.mdn or ticket is None or mail is None or incoming.author is None:
        return None
    if len(mail.mdn_to) != 1 or not mail.return_path or any(f.lower() == "$mdnsent" for f in mail.folder_flags):
        return None
    if "required" in mail.header("disposition-notification-options").lower():
        return None
    wanted = mail.mdn_to[0]
    if _folded(wanted) != _folded(mail.return_path) or _folded(wanted).lower() in own:
        return None
    if not proven and _folded(wanted).lower() != incoming.author.address.lower():
        return None
    return wanted


def _folded(address: str) -> str:
    local, _, domain = address.strip().strip("<>").rpartition("@")
    if local.startswith('"') and local.endswith('"'):
        local = local[1:-1].replace("\\", "")
    return f"{local}@{domain.lower()}"


def welcome(identity: Identity) -> bool:
    """Whether nothing speaks against automatic messages to an identity."""
    ended = (identity.undeliverable_at, identity.opted_out_at, identity.blocked_at, identity.looping_at)
    return all(at is None for at in ended)


def worth_offering(channel: Channel, identity: Identity) -> bool:
    """Whether an identity can take an automatic private message: mail always, a DM only after he wrote one."""
    return welcome(identity) and (channel is Channel.EMAIL or identity.wrote_dm_at is not None)
