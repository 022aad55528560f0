"""Decides by which way an agent's words reach the customer: whom, which inbox, public or private, answering what."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from inbox_bot.errors import UsageError
from inbox_bot.model import Channel, Direction, Visibility
from inbox_bot.records import Identity, Message, Ticket


class Way(StrEnum):
    """last = as the customer wrote last; dm, public = the agent chose."""

    LAST = "last"
    DM = "dm"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`answers`: the message it answers, None where the customer never wrote that way. `inbox` "" = any of the channel.
    `dm_open`: a DM to him would be allowed too."""

    identity: Identity
    inbox: str
    visibility: Visibility
    answers: Message | None = None
    dm_open: bool = False


def choose(ticket: Ticket, messages: Sequence[Message], identities: Sequence[Identity], way: Way) -> Route:
    """The way of an answer in `ticket`, whose messages and whose customer's identities are given.

    Raises `UsageError` where the way is not open: no DM before the customer wrote one, no public reply but to a post
    of his (X's summon rule).
    """
    known = {identity.id: identity for identity in identities}
    theirs = _in_order([m for m in messages if m.direction is Direction.INCOMING and m.identity in known])
    written = [message for message in theirs if not message.automatic] or theirs
    if way is Way.DM:
        return _by_dm(written, identities)
    if way is Way.PUBLIC:
        return _in_public(written, known, identities)
    if not written:
        return _first_word(ticket, messages, known)
    last = written[-1]
    if last.visibility is Visibility.PUBLIC:
        return _in_public(written, known, identities)
    identity = _of(last, known)
    if identity.channel is Channel.TWITTER and identity.wrote_dm_at is None:
        return _by_dm(written, identities)
    return Route(identity=identity, inbox=last.inbox, visibility=Visibility.PRIVATE, answers=last)


def in_private(ticket: Ticket, messages: Sequence[Message], identities: Sequence[Identity]) -> Route:
    """Like `choose`, but a private way wins over a public one: his mail, else his DM, else the public reply."""
    private = [message for message in messages if message.visibility is not Visibility.PUBLIC]
    try:
        return choose(ticket, private, identities, Way.LAST)
    except UsageError:
        return choose(ticket, messages, identities, Way.LAST)


def _by_dm(written: Sequence[Message], identities: Sequence[Identity]) -> Route:
    on_twitter = [identity for identity in identities if identity.channel is Channel.TWITTER]
    if not on_twitter:
        raise UsageError("the customer is not known on X, so no DM can reach him; leave --dm out")
    can = {identity.id: identity for identity in on_twitter if identity.wrote_dm_at is not None}
    if not can:
        raise UsageError(
            "X allows a DM only after the customer wrote one: ask him to with --public, or answer by another way"
        )
    here = [message for message in written if message.identity in can]
    direct = [message for message in here if message.visibility is Visibility.PRIVATE]
    identity = _of(here[-1], can) if here else max(can.values(), key=lambda one: (one.wrote_dm_at, one.id))
    return Route(
        identity=identity,
        inbox=here[-1].inbox if here else "",
        visibility=Visibility.PRIVATE,
        answers=direct[-1] if direct else None,
        dm_open=True,
    )


def _in_public(written: Sequence[Message], known: dict[int, Identity], identities: Sequence[Identity]) -> Route:
    theirs = [message for message in written if message.visibility is Visibility.PUBLIC]
    posts = [message for message in theirs if message.gone_at is None]
    if theirs and not posts:
        raise UsageError("the customer deleted his post on X, so nothing can answer it there; answer by another way")
    if not posts:
        raise UsageError(
            "the customer wrote no public post in this ticket, and X allows a reply only to one; leave --public out"
        )
    last = posts[-1]
    dm_open = any(identity.channel is Channel.TWITTER and identity.wrote_dm_at for identity in identities)
    return Route(
        identity=_of(last, known), inbox=last.inbox, visibility=Visibility.PUBLIC, answers=last, dm_open=dm_open
    )


def _first_word(ticket: Ticket, messages: Sequence[Message], known: dict[int, Identity]) -> Route:
    """A ticket in which he has not written (a telephone call): where its first words went, else its own channel."""
    ours = _in_order([message for message in messages if message.identity in known])
    if ours:
        identity = _of(ours[-1], known)
    else:
        usable = [identity for identity in known.values() if identity.channel is ticket.channel]
        if not usable:
            raise UsageError("the customer has no address to which an answer could go; open a ticket for one he has")
        identity = usable[-1]
    if identity.channel is Channel.TWITTER and identity.wrote_dm_at is None:
        return _by_dm([], [identity])
    sent = [m for m in ours if m.direction is Direction.OUTGOING and m.identity == identity.id and m.external_id]
    return Route(
        identity=identity,
        inbox=ours[-1].inbox if ours else ticket.inbox,
        visibility=Visibility.PRIVATE,
        answers=sent[-1] if sent else None,
    )


def _of(message: Message, known: dict[int, Identity]) -> Identity:
    assert message.identity is not None
    return known[message.identity]


def _in_order(messages: Sequence[Message]) -> list[Message]:
    return sorted(messages, key=lambda message: (message.at, message.id))
