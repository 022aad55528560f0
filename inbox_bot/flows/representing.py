"""Who is answered in a ticket: its customer, or also who may act for him and has written in it."""

from dataclasses import replace

from inbox_bot.flows.case import Case
from inbox_bot.flows.house import House
from inbox_bot.ports import Transaction
from inbox_bot.records import Identity
from inbox_bot.rules import authorisations


def own(case: Case, customer: int) -> Case:
    """The same case with the customer's own identities alone: what is told to him is told to nobody for him."""
    return replace(case, identities=[one for one in case.identities if one.customer == customer])


async def with_representatives(house: House, tx: Transaction, case: Case) -> Case:
    """The case with those who may be answered in it: who wrote last is, as long as his authorisation holds."""
    ticket = case.ticket
    wrote = {one.identity for one in case.messages if one.direction == "incoming" and one.identity is not None}
    others = sorted(wrote - {one.id for one in case.identities})
    if not others:
        return case
    granted = await tx.authorisations_of(ticket.customer)
    found: list[Identity] = []
    for identity in others:
        if authorisations.acting(granted, ticket.customer, ticket.topic, house.now(), identity) is not None:
            found += await tx.identity(identity)
    return replace(case, identities=[*case.identities, *found])
