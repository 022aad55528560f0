"""Finds the incident that an incoming message is about, and what its customer says to: does it work again?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from inbox_bot.flows import rating, reasons
from inbox_bot.flows.linking import CUSTOMER
from inbox_bot.flows.lot import Lot, Outages
from inbox_bot.incidents import Affected, Incident, Works
from inbox_bot.model import Incoming, Priority, TicketState, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Identity, LogEntry, Ticket
from inbox_bot.rules import incidents, states, works
from inbox_bot.rules.status import Asked
from inbox_bot.rules.threading import Place
from inbox_bot.rules.tokens import Found
from inbox_bot.views import Inquiry, Known, Posed

_ASKED_FOR = timedelta(days=14)  # so long a yes or no is an answer to our question
_OURSELVES = "inbox-bot"
_REASON = "answers our question whether it works again"
_SETTLED = (TicketState.RESOLVED, TicketState.CLOSED)


async def outages(tx: Transaction, known: Known, now: datetime) -> Outages:
    """What concerns the tickets and customers of a lot; the tickets that were asked about are known from then on."""
    tickets, customers = list(known.tickets), {one.customer for one in known.identities.values()}
    found: dict[int, list[tuple[Affected, Incident]]] = {}
    for row, incident in await tx.affected_tickets(tickets) if tickets else ():
        found.setdefault(row.ticket, []).append((row, incident))
    inquiries = await tx.inquiries(customers, now - _ASKED_FOR) if customers else []
    for one in inquiries:
        known.tickets.setdefault(one.ticket.id, one.ticket)
    ongoing = await tx.ongoing()
    return Outages(
        ongoing=ongoing,
        tickets=found,
        customers=await tx.affected_customers(customers) if ongoing and customers else {},
        inquiries=inquiries,
    )


def placed(
    lot: Lot, item: Incoming, identity: Identity, place: Place, found: Found, *, person: bool
) -> tuple[Place, Asked, Posed | None]:
    """As `rating.placed`, but that an answer to whether it works again belongs to the ticket that was asked about, as
    long as that is not closed."""
    asked = [] if person else _inquired(lot, item, identity, found)
    said = works.judge(item.text) if asked else Works.UNKNOWN
    if said is Works.UNKNOWN:
        return rating.placed(lot, item, identity, place, found, person=person)
    first = asked[0].incident.id
    same = [one for one in asked if one.incident.id == first]
    lot.outages.said[item.key] = (said, same)
    here = next((one.ticket.id for one in same if one.ticket.id == place.ticket), None)
    goes_on = [one.ticket.id for one in same if lot.known.tickets[one.ticket.id].state is not TicketState.CLOSED]
    if here is None and goes_on:
        place = Place(ticket=goes_on[0], reason=_REASON)
    return place, Asked.NOTHING, None


def _inquired(lot: Lot, item: Incoming, identity: Identity, found: Found) -> list[Inquiry]:
    """What this message may answer: the question whose mail it is a reply to, or what we said last to this address."""
    if item.visibility is not Visibility.PRIVATE or item.attachments or identity.looping_at is not None:
        return []
    open_ = [
        one
        for one in lot.outages.inquiries
        if one.ticket.customer == identity.customer
        and (one.incident.id, one.row) not in {(row[0], row[1]) for row in lot.outages.answers}
    ]
    return [one for one in open_ if one.token in found.answered or (one.latest and one.identity == identity.id)]


def met(lot: Lot, item: Incoming, ticket: Ticket) -> Ticket:
    """The ticket after this message: settled or at the top where its customer answers our question, and in an incident
    where the message is about one."""
    if item.key in lot.outages.said:
        return _answered(lot, item, ticket)
    inside = [one for _, one in lot.outages.tickets.get(ticket.id, []) if one.closed_at is None]
    if inside:
        lot.outages.told[ticket.id] = inside[0]
        return ticket
    known = lot.outages.customers.get(ticket.customer, frozenset())
    for incident in lot.outages.ongoing:
        text = f"{item.subject}\n{item.text}"
        how = incidents.match(incident, text, topic=ticket.topic, at=item.at, known=known)
        if how is not None:
            lot.outages.told[ticket.id] = incident
            lot.outages.rows.append(Affected(incident=incident.id, ticket=ticket.id, how=how, at=lot.now))
            break
    return ticket


def _answered(lot: Lot, item: Incoming, ticket: Ticket) -> Ticket:
    """All of his tickets that were asked about; a new one, because those are closed, comes to the top."""
    said, asked = lot.outages.said[item.key]
    for one in asked:
        lot.outages.answers.append((one.incident.id, one.row, said))
        lot.put_ticket(_after(lot, lot.known.tickets[one.ticket.id], one, said))
    ticket = lot.known.tickets[ticket.id]
    if said is Works.NO and ticket.id not in {one.ticket.id for one in asked}:
        ticket = replace(ticket, priority=Priority.URGENT)
        lot.put_ticket(ticket)
    return ticket


def _after(lot: Lot, ticket: Ticket, asked: Inquiry, said: Works) -> Ticket:
    note = ""
    if said is Works.NO:
        if ticket.state is not TicketState.CLOSED:
            ticket = replace(ticket, state=TicketState.OPEN, resolved_at=None, priority=Priority.URGENT)
    elif asked.promised or reasons.missing(lot.house, ticket):
        note = "; it stays open: a promise or its reason is missing"  # a person settles it
    elif ticket.state not in _SETTLED:
        ticket = states.resolve(ticket, lot.now)
        lot.filing.log.append(LogEntry(at=lot.now, who=CUSTOMER, what="resolve", ticket=ticket.id))
    detail = f"i{asked.incident.id}: asked whether it works again, he says {said}{note}"
    lot.filing.log.append(LogEntry(at=lot.now, who=_OURSELVES, what="incident", ticket=ticket.id, detail=detail))
    return ticket


async def enter(tx: Transaction, found: Outages, ids: Mapping[int, int]) -> None:
    """Save what the lot has added, once its references are ids."""
    if found.rows:
        await tx.affect([replace(row, ticket=ids.get(row.ticket, row.ticket)) for row in found.rows])
    for incident, ticket, said in found.answers:
        await tx.said_works(incident, ticket, said)
