"""Threading: decides to which ticket a message belongs; the first rule that matches wins and is the reason.

Only a participant, someone who is the ticket's own customer or may act for him, is ever placed on it. A name, number or
reference from anybody else gives a suggestion for the agent and nothing more; so does every sign but a signed name of
ours where a mail server could have shown who wrote and did not.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.model import Channel, Direction, Incoming, TicketState
from inbox_bot.records import Identity, Ticket
from inbox_bot.rules import authorisations, numbers, tokens
from inbox_bot.rules.proof import Standing
from inbox_bot.views import Known

_OPEN = {TicketState.NEW, TicketState.OPEN, TicketState.PENDING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message belongs. `ticket` None = a new one, unless `beside`: filed without any. `related`: the ticket
    it may be a follow-up of, for the agent."""

    ticket: int | None
    reason: str
    related: int | None = None
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    incoming: Incoming
    identity: Identity | None
    known: Known
    found: tokens.Found
    doubtful: bool
    now: datetime


def place(
    incoming: Incoming,
    *,
    standing: Standing,
    identity: Identity | None,
    known: Known,
    found: tokens.Found,
    now: datetime,
    young_hours: float = 72.0,
) -> Place:
    """The place of one message. `standing`: how far its sender is to be believed. `identity`: the author's, None =
    never seen; for a post of our own account, that of the person it answers. Looks only into `known`, where the caller
    puts the rows of the running lot."""
    doubtful = standing is Standing.DOUBTFUL
    case = _Case(incoming=incoming, identity=identity, known=known, found=found, doubtful=doubtful, now=now)
    related: Ticket | None = None
    closed: Ticket | None = None
    for reason, candidates in _RULES:
        for named in candidates(case):
            ticket = surviving(known, named)
            if ticket.junk:
                continue
            for_him = _represented(case, ticket)
            stranger = not for_him and (identity is None or identity.customer != ticket.customer)
            # A number is spoken on telephones, a subject guessed: only who got a mail of ours has its signed name.
            if stranger or (doubtful and candidates is not _signed):
                related = related or ticket
            elif ticket.state is not TicketState.CLOSED:
                return Place(ticket=ticket.id, reason=reason + for_him, related=_id(related))
            else:
                closed = closed or ticket
        # A channel's conversation may last for years: there a closed ticket does not hide what is open now.
        if closed is not None and candidates is not _referring:
            return _after_closed(case, closed)
    return _by_acquaintance(case, related, closed, min(incoming.at, now), timedelta(hours=young_hours))


def _represented(case: _Case, ticket: Ticket) -> str:
    """By which authorisation the author acts in another's ticket, as the end of a reason; "" = by none."""
    identity = case.identity
    if identity is None or identity.customer == ticket.customer:
        return ""
    one = authorisations.acting(case.known.granted, ticket.customer, ticket.topic, case.now, identity.id)
    return f", as a representative (a{one.id})" if one is not None else ""


def surviving(known: Known, ticket: Ticket) -> Ticket:
    """The ticket that goes on in its place, itself where it was not merged."""
    while ticket.merged_into is not None and ticket.merged_into in known.tickets:
        ticket = known.tickets[ticket.merged_into]
    return ticket


def _signed(case: _Case) -> Iterator[Ticket]:
    """Rule 1: a signed name of ours; on X, an answer to something that we posted."""
    yield from _by_number(case.known, case.found.numbers)
    for token in (*case.found.answered, case.found.bounced):
        yield from _of_delivery(case.known, token)
    post = case.incoming.post
    if post is not None and post.reply_to_id:
        yield from _of_delivery(case.known, post.reply_to_id)
        for message in case.known.messages.get(post.reply_to_id, ()):
            if message.direction is Direction.OUTGOING:
                yield from _ticket(case.known, message.ticket)


def _numbered(case: _Case) -> Iterator[Ticket]:
    """Rule 2: a ticket number that the author wrote; what he quoted or forwarded does not count."""
    yield from _by_number(case.known, numbers.find(f"{case.incoming.subject}\n{case.incoming.text}"))


def _referring(case: _Case) -> Iterator[Ticket]:
    """Rule 3: a message on record, or a conversation of the channel in which he has a ticket."""
    post = case.incoming.post
    ids = (*case.incoming.references, *((post.reply_to_id, post.quoted_id, post.first_id) if post else ()))
    for id in ids:
        for message in case.known.messages.get(id, ()):
            yield from _ticket(case.known, message.ticket)
    if case.identity is not None and case.incoming.conversation:
        newest = case.known.conversations.get((case.incoming.conversation, case.identity.customer))
        yield from _ticket(case.known, newest)


_RULES: tuple[tuple[str, Callable[[_Case], Iterable[Ticket]]], ...] = (
    ("answers a message of ours", _signed),
    ("quotes the ticket number", _numbered),
    ("same conversation", _referring),
)


def _by_acquaintance(
    case: _Case, related: Ticket | None, closed: Ticket | None, at: datetime, young: timedelta
) -> Place:
    """Rules 4 and 5: who he is, where nothing in the message says what it belongs to."""
    identity = case.identity
    touch = case.incoming.post is not None and case.incoming.post.implicit
    apart = touch or case.doubtful
    own: list[Ticket] = []
    if identity is not None:
        his = [t for t in case.known.tickets.values() if t.customer == identity.customer and not t.junk]
        own = [t for t in his if t.merged_into is None]
    channel = Channel.EMAIL if case.incoming.post is None else Channel.TWITTER
    here = [t for t in own if t.channel is channel and t.state in _OPEN]
    asked = [t for t in here if t.asked]
    if not apart and len(asked) == 1:
        return Place(ticket=asked[0].id, reason="we asked him to write", related=_id(related))
    if not apart and len(here) == 1 and abs(at - _last_written(here[0])) <= young:
        return Place(ticket=here[0].id, reason="his one open ticket here", related=_id(related))
    if closed is not None:
        return _after_closed(case, closed)
    if related is not None:
        return _without_match(case, f"possible follow-up of {numbers.pretty(related.number)}", related)
    others = [t for t in own if t.state is not TicketState.CLOSED]
    if others and not touch:
        latest = max(others, key=_last_written)
        return _without_match(case, "new matter of a customer who has other tickets", latest)
    return _without_match(case, "new matter", None)


def _without_match(case: _Case, reason: str, related: Ticket | None) -> Place:
    post = case.incoming.post
    if post is not None and post.implicit:
        return Place(ticket=None, reason="named only by the thread", related=_id(related), beside=True)
    if post is not None and post.own:
        return Place(ticket=None, reason="our answer to what is not on record", related=_id(related), beside=True)
    return Place(ticket=None, reason=reason, related=_id(related))


def _after_closed(case: _Case, closed: Ticket) -> Place:
    """A closed ticket stays closed; what he writes about it goes to its one follow-up, new if there is none yet that is
    his own, or his to deal with."""
    reason = f"follow-up of closed {numbers.pretty(closed.number)}"
    himself = case.identity.customer if case.identity else None
    followers = [
        t
        for t in case.known.tickets.values()
        if t.related == closed.id
        and t.state is not TicketState.CLOSED
        and not t.junk
        and (t.customer == himself or (t.customer == closed.customer and _represented(case, t)))
    ]
    if followers:
        last = max(followers, key=_last_written)
        return Place(ticket=last.id, reason=reason + _represented(case, last))
    return _without_match(case, reason, closed)


def _by_number(known: Known, wanted: tuple[str, ...]) -> Iterator[Ticket]:
    if wanted:
        by_number = {ticket.number: ticket for ticket in known.tickets.values()}
        yield from (by_number[number] for number in wanted if number in by_number)


def _of_delivery(known: Known, name: str) -> Iterator[Ticket]:
    delivery = known.deliveries.get(name) if name else None
    if delivery is not None:
        yield from _ticket(known, delivery.ticket)


def _ticket(known: Known, id: int | None) -> Iterator[Ticket]:
    if id is not None and id in known.tickets:
        yield known.tickets[id]


def _last_written(ticket: Ticket) -> datetime:
    return ticket.last_incoming_at or ticket.opened_at


def _id(ticket: Ticket | None) -> int | None:
    return ticket.id if ticket else None
