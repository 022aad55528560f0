"""Hands a dossier on: that it left the house, to whom and by whom, is on record."""

from dataclasses import replace

from inbox_bot.flows import reading
from inbox_bot.flows.desk import acting, committed
from inbox_bot.flows.house import House
from inbox_bot.flows.reading import Dossier
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry
from inbox_bot.rules import linking, numbers
from inbox_bot.views import Entry
from inbox_bot.writes import Filing


async def handed_on(house: House, key: str, who: str, name: str) -> Dossier:
    """The dossier that `key` means, without the one-time codes in it, by which whoever reads it could say that he is
    the customer; noted in the ticket's log, or that of the customer's newest. `name`: the file's."""
    found = await reading.dossier(house, key)

    async def note(tx: Transaction) -> None:
        agent = await acting(tx, who)
        if found.ticket is not None:
            entry = LogEntry(
                at=house.now(), who=agent.name, what="dossier", ticket=found.ticket.id, detail=f"handed on as {name}"
            )
            await tx.save(Filing(log=[entry]))

    await committed(house, note)
    return replace(found, entries=[_without_codes(entry) for entry in found.entries])


def _without_codes(entry: Entry) -> Entry:
    said = entry.message
    text, subject = linking.hidden(said.text), linking.hidden(said.subject)
    return replace(entry, message=replace(said, text=text, subject=subject))


def named(found: Dossier) -> str:
    """What it is about, in a line."""
    if found.ticket is not None and all(one.message.ticket == found.ticket.id for one in found.entries):
        return f"ticket {numbers.pretty(found.ticket.number)}"
    return f"customer {found.customer.name}"
