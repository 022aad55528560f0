"""Recognises messages by which a customer asks only how his matter stands or whether he was heard, and places them."""

from inbox_bot.flows.lot import Lot
from inbox_bot.model import Incoming, TicketState
from inbox_bot.records import Identity, LogEntry, Ticket
from inbox_bot.rules import acknowledge, numbers, states, status, words
from inbox_bot.rules.status import Asked
from inbox_bot.rules.threading import Place
from inbox_bot.views import Known

_OURSELVES = "inbox-bot"
AT_WORK = {TicketState.NEW, TicketState.OPEN, TicketState.PENDING}
_LONGEST = 2_000  # characters; whoever writes more says more


def recognised(lot: Lot, item: Incoming, identity: Identity, place: Place, *, person: bool) -> tuple[Place, Asked]:
    """Where the message belongs, and what it asks that the record may answer: NOTHING from one who is not shown to be
    the tickets' customer, or who names a number that is not his. A question opens no ticket beside those that he has.
    `person`: it is a person's business in any case.
    """
    nothing = place, Asked.NOTHING
    if person or place.beside or len(item.text) > _LONGEST or not acknowledge.welcome(identity):
        return nothing
    own = own_tickets(lot.known, identity)
    placed = lot.known.tickets[place.ticket] if place.ticket is not None else _newest(own)
    if placed is None or placed.customer != identity.customer:
        return nothing
    known = {ticket.number: ticket for ticket in lot.known.tickets.values() if ticket.customer == identity.customer}
    named = numbers.find(f"{item.subject}\n{item.text}")
    if any(number not in known or survivor(lot.known, known[number]) not in own for number in named):
        return nothing
    files = any(not file.content_id for file in item.attachments)  # what stands in the text itself is a logo
    wish = status.judge(item.text, item.subject, subjects=[ticket.subject for ticket in own], files=files)
    if wish.asked is Asked.NOTHING:
        return nothing
    if place.ticket is None:
        place = Place(ticket=placed.id, reason=f"{wish.reason}: his newest ticket")
    return place, wish.asked


def written(lot: Lot, item: Incoming, ticket: Ticket, asked: Asked, *, rated: bool = False) -> Ticket:
    """His ticket as it is after this message. `rated`: it only answers our question for satisfaction."""
    if not (asked or rated):
        return taken(lot, item, ticket, thanks=words.is_thanks(item.text))
    ticket = states.on_question(ticket, item.at)
    lot.put_ticket(ticket)
    return ticket


def taken(lot: Lot, item: Incoming, ticket: Ticket, *, thanks: bool) -> Ticket:
    """His ticket after a message that a person must read, unless it is mere thanks; that it is open again is logged."""
    after = states.on_incoming(ticket, item.at, thanks=thanks)
    if ticket.state is TicketState.RESOLVED and after.state is not ticket.state:
        lot.filing.log.append(LogEntry(at=lot.now, who=_OURSELVES, what=states.CAME_BACK, ticket=ticket.id))
    lot.put_ticket(after)
    return after


def own_tickets(known: Known, identity: Identity) -> list[Ticket]:
    """A customer's tickets of which he may be told, newest first."""
    own = [
        ticket
        for ticket in known.tickets.values()
        if ticket.customer == identity.customer
        and ticket.state is not TicketState.CLOSED
        and not ticket.junk
        and ticket.merged_into is None
        and ticket.erased_at is None
    ]
    return sorted(own, key=lambda ticket: (ticket.opened_at, ticket.number), reverse=True)


def open_ones(own: list[Ticket]) -> list[Ticket]:
    """Those not settled; where all are, the one that was settled last."""
    unsettled = [ticket for ticket in own if ticket.state in AT_WORK]
    settled = sorted(own, key=lambda ticket: ticket.resolved_at or ticket.opened_at)
    return unsettled or settled[-1:]


def survivor(known: Known, ticket: Ticket) -> Ticket:
    """The ticket that goes on in its place, itself where it was not merged."""
    seen = {ticket.id}
    while ticket.merged_into is not None and ticket.merged_into in known.tickets and ticket.merged_into not in seen:
        ticket = known.tickets[ticket.merged_into]
        seen.add(ticket.id)
    return ticket


def _newest(own: list[Ticket]) -> Ticket | None:
    return next(iter(open_ones(own)), None)
