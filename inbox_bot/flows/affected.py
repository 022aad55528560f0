"""Finds the incident that an incoming message is about, and what its customer says to: does it work again?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from inbox_bot.flows.linking import CUSTOMER
from inbox_bot.flows.lot import Lot, Outages
from inbox_bot.incidents import Affected, Incident, Works
from inbox_bot.model import Incoming, Priority, TicketState
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Ticket
from inbox_bot.rules import incidents, states, works
from inbox_bot.views import Known

_ASKED_FOR = timedelta(days=14)  # so long a yes or no is an answer to our question
_OURSELVES = "inbox-bot"


async def outages(tx: Transaction, known: Known) -> Outages:
    """What concerns the tickets and customers of a lot."""
    tickets, customers = list(known.tickets), {one.customer for one in known.identities.values()}
    found: dict[int, list[tuple[Affected, Incident]]] = {}
    for row, incident in await tx.affected_tickets(tickets) if tickets else ():
        found.setdefault(row.ticket, []).append((row, incident))
    ongoing = await tx.ongoing()
    return Outages(
        ongoing=ongoing,
        tickets=found,
        customers=await tx.affected_customers(customers) if ongoing and customers else {},
    )


def met(lot: Lot, item: Incoming, ticket: Ticket) -> Ticket:
    """The ticket after this message: resolved or at the top where its customer answers our question, and in an incident
    where the message is about one."""
    here = lot.outages.tickets.get(ticket.id, [])
    for row, incident in here:
        if row.asked_at is not None and row.works is Works.UNKNOWN and item.at <= row.asked_at + _ASKED_FOR:
            ticket = _answered(lot, item, ticket, incident)
    inside = [incident for _, incident in here if incident.closed_at is None]
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


def _answered(lot: Lot, item: Incoming, ticket: Ticket, incident: Incident) -> Ticket:
    said = works.judge(item.text)
    if said is Works.UNKNOWN:
        return ticket
    lot.outages.answers.append((incident.id, ticket.id, said))
    if said is Works.YES:
        if ticket.state not in (TicketState.RESOLVED, TicketState.CLOSED):
            ticket = states.resolve(ticket, lot.now)
            lot.filing.log.append(LogEntry(at=lot.now, who=CUSTOMER, what="resolve", ticket=ticket.id))
    else:
        ticket = replace(ticket, state=TicketState.OPEN, resolved_at=None, priority=Priority.URGENT)
    detail = f"i{incident.id}: asked whether it works again, he says {said}"
    lot.filing.log.append(LogEntry(at=lot.now, who=_OURSELVES, what="incident", ticket=ticket.id, detail=detail))
    lot.put_ticket(ticket)
    return ticket


async def enter(tx: Transaction, found: Outages, ids: Mapping[int, int]) -> None:
    """Save what the lot has added, once its references are ids."""
    if found.rows:
        await tx.affect([replace(row, ticket=ids.get(row.ticket, row.ticket)) for row in found.rows])
    for incident, ticket, said in found.answers:
        await tx.said_works(incident, ids.get(ticket, ticket), said)
