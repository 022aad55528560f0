"""Gives a customer all that is on record about him, piece by piece, so that nothing large is held in memory."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime

from inbox_bot.errors import UsageError
from inbox_bot.flows.customers import changes_of
from inbox_bot.flows.desk import acting, committed
from inbox_bot.flows.finding import surely
from inbox_bot.flows.house import House
from inbox_bot.model import Channel
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Ticket
from inbox_bot.writes import Filing

_ALL = 100_000  # tickets of one customer
Piece = tuple[str, object]
"""A name in the archive, and JSON's data or a file's bytes."""


async def export(house: House, key: str, who: str) -> AsyncIterator[Piece]:
    """`data.json`, then `mails/m12.eml`, then `files/m12/NAME` of each attachment. That it was given is on record."""

    async def note(tx: Transaction) -> int:
        agent = await acting(tx, who)
        found = await surely(tx, key)
        entry = LogEntry(at=house.now(), who=agent.name, what="export", detail=f"customer #{found.id}")
        await tx.save(Filing(log=[entry]))
        return found.id

    customer = await committed(house, note)
    async with house.store.read() as tx:
        person = await tx.customer(customer)
        if person is None:
            raise UsageError(f'there is no customer "{key}"')
        tickets = [row[0] for row in await tx.tickets(states=(), customer=customer, limit=_ALL)]
        entries = await tx.timeline(customer)
        names = {one.id: one.initials for one in await tx.agents()}
        data: dict[str, object] = {
            "customer": plain(person),
            "identities": plain(await tx.identities(customer)),
            "tickets": [_ticket(plain(one), names) for one in tickets],
            "messages": [plain(entry) for entry in entries],
            "promises": plain(await tx.promises_about(customer)),
            "actions": plain(await tx.actions_for(customer)),
            "surveys": plain(await tx.surveys_of(customer)),
            "details": [{"detail": plain(one), "at": plain(at)} for one, at in await tx.details_given(customer)],
            "authorisations": plain(await tx.authorisations_of(customer)),
            # why others have authorised him is theirs to know
            "acts_for": [plain(replace(one, evidence="")) for one in await tx.authorised_for(customer)],
            "incidents": plain(await tx.incidents_of(customer)),
            "reminders": plain(await tx.reminders_about(customer)),
            "drafts": {one.number: plain(await tx.drafts_of(one.id)) for one in tickets},
            "tags": {number: list(tags) for number, tags in await _tags(tx, tickets)},
            "links": plain(await changes_of(tx, customer)),
            "log": {one.number: plain(await tx.log(one.id)) for one in tickets},
            "ledger": plain(await tx.ledger_of(customer)),
        }
        yield "data.json", data
        for entry in entries:
            if entry.message.raw and (content := await tx.raw(entry.message.id)) is not None:
                ending = "eml" if entry.message.channel is Channel.EMAIL else "json"
                yield f"mails/m{entry.message.id}.{ending}", content
        for entry in entries:
            for file in await tx.files_of(entry.message.id) if entry.files else ():
                if file.content is not None:
                    yield f"files/m{entry.message.id}/{file.name}", file.content


async def _tags(tx: Transaction, tickets: Sequence[Ticket]) -> list[tuple[str, tuple[str, ...]]]:
    found = await tx.tags_of([one.id for one in tickets])
    return [(one.number, found.get(one.id, ())) for one in tickets]


def plain(value: object) -> object:
    """Data as JSON has it: records as their fields, times in ISO 8601, bytes left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value) if one.name != "payload"}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return None
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def _ticket(ticket: object, names: dict[int, str]) -> object:
    """With the initials of whoever has it."""
    assert isinstance(ticket, dict)  # a record's fields
    return ticket | {"assignee": names.get(ticket["assignee"])}
