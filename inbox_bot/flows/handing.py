"""Hands a dossier on: that it left the house, to whom and by whom, is on record."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from inbox_bot.flows import reading
from inbox_bot.flows.desk import acting, committed
from inbox_bot.flows.house import House
from inbox_bot.flows.reading import Dossier
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Ticket
from inbox_bot.rules import linking, numbers
from inbox_bot.views import Entry
from inbox_bot.writes import Filing

T = TypeVar("T")


async def handed_on(house: House, key: str, who: str, name: str, make: Callable[[Dossier], T]) -> tuple[Dossier, T]:
    """The dossier that `key` means, without the one-time codes in it, by which whoever reads it could say that he is
    the customer, and what `make` makes of it; noted in the ticket's log, or that of the customer's newest, unless that
    fails. `name`: the file's."""
    async with house.store.read() as tx:
        agent = await acting(tx, who)
    found = _without_codes(await reading.dossier(house, key))
    made = make(found)

    async def note(tx: Transaction) -> None:
        if found.ticket is not None:
            entry = LogEntry(
                at=house.now(), who=agent.name, what="dossier", ticket=found.ticket.id, detail=f"handed on as {name}"
            )
            await tx.save(Filing(log=[entry]))

    await committed(house, note)
    return found, made


def _without_codes(found: Dossier) -> Dossier:
    return replace(
        found,
        ticket=found.ticket and _titled(found.ticket),
        tickets=[(_titled(ticket), name, assignee) for ticket, name, assignee in found.tickets],
        entries=[_said(entry) for entry in found.entries],
        log=[replace(one, detail=linking.hidden(one.detail)) for one in found.log],
    )


def _titled(ticket: Ticket) -> Ticket:
    return replace(ticket, subject=linking.hidden(ticket.subject))


def _said(entry: Entry) -> Entry:
    said = entry.message
    text, subject = linking.hidden(said.text), linking.hidden(said.subject)
    if (text, subject) == (said.text, said.subject):
        return entry  # a thousand copies would take as long as reading them
    return replace(entry, message=replace(said, text=text, subject=subject))


def named(found: Dossier) -> str:
    """What it is about, in a line."""
    if found.ticket is not None and all(one.message.ticket == found.ticket.id for one in found.entries):
        return f"ticket {numbers.pretty(found.ticket.number)}"
    return f"customer {found.customer.name}"
