"""Meets anger and repeated requests as they come in: raises the ticket, spares it automatic texts, calls a person."""

from dataclasses import replace

from inbox_bot.errors import UsageError
from inbox_bot.flows import notice
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.flows.lot import Lot
from inbox_bot.model import Incoming
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Message, Ticket
from inbox_bot.rules import acknowledge, anger, numbers
from inbox_bot.rules.urgency import raised
from inbox_bot.writes import Filing

_OURSELVES = "inbox-bot"
_LONGEST = 20_000  # characters of a message that are judged
_REASON = 500  # characters of it that are kept


def met(lot: Lot, item: Incoming, message: Message, ticket: Ticket) -> Ticket:
    """The ticket as it is after this message of its customer's."""
    text = item.text[:_LONGEST]
    earlier = lot.said.setdefault(ticket.id, [])
    judged, repeated = anger.judge(text), anger.repeated(text, earlier)
    found = raised(ticket, judged, repeated, lot.now)
    earlier.append(text)
    if found.reason:
        why = found.reason if len(found.reason) <= _REASON else f"{found.reason[:_REASON]} …"
        kind = notice.ANGRY if found.ticket.angry_at is not None else notice.REPEATED
        lot.filing.log.append(LogEntry(at=lot.now, who=_OURSELVES, what=kind, ticket=ticket.id, detail=why))
        if found.call:
            lot.calls.append(
                notice.about(
                    lot.house, ticket, kind, None, lot.now, complaint=judged.level is anger.Level.COMPLAINT,
                    words=judged.words, times=repeated.times, body=text[:notice.LONGEST],
                )
            )  # fmt: skip
        if found.ticket != ticket:
            lot.put_ticket(found.ticket)
    if acknowledge.spared(found.ticket):
        lot.needless.setdefault(ticket.id, acknowledge.ANGRY)
    return found.ticket


async def calm(house: House, written: str, who: str) -> Ticket:
    """The customer is no longer angry, or never was: automatic messages go out again. The priority stays."""

    async def act(tx: Transaction) -> Ticket:
        agent, ticket = await acting(tx, who), await ticket_called(tx, written)
        if ticket.angry_at is None:
            raise UsageError(f"nobody is angry in ticket {numbers.pretty(ticket.number)}")
        calmed = replace(ticket, angry_at=None)
        log = LogEntry(at=house.now(), who=agent.name, what="calm", ticket=ticket.id)
        await tx.save(Filing(tickets=[calmed], log=[log]))
        return calmed

    return await committed(house, act)
