"""Finds whom somebody means by a number, address, handle, personal data or words; says so where it may be several."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot.errors import UsageError
from inbox_bot.flows.desk import ticket_called
from inbox_bot.flows.details import told_by
from inbox_bot.flows.house import House
from inbox_bot.ports import Transaction
from inbox_bot.records import Customer, Ticket
from inbox_bot.rules import numbers

_HITS = 500  # messages that a search for words looks at
_MOST = 20  # who are shown to choose from


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may be meant. `by`: what of him fits; `numbers`: of his newest tickets, newest first."""

    customer: Customer
    by: str
    numbers: tuple[str, ...]
    last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Who is meant: exactly one `customer`, with a `ticket` where a number was given; or several `candidates`."""

    customer: Customer | None = None
    ticket: Ticket | None = None
    candidates: tuple[Candidate, ...] = ()


async def sought(house: House, tx: Transaction, key: str) -> Sought:
    """Whom `key` means: the first of number, address or handle, detail, words that fits anything decides. Raises
    `UsageError` where nothing does."""
    number = numbers.parse(key)
    ticket = await tx.ticket(number) if number else None
    if ticket is not None:
        return Sought(customer=await tx.customer(ticket.customer), ticket=ticket)
    customers = [one.id for one in await tx.find_customers(key.strip())]
    by, many = "address", False
    if not customers:
        customers, by = await tx.customers_with(_values(house, key)), "told us"
    if not customers:
        hits = await tx.search(key.split(), _HITS) if not numbers.mistyped(key) else []
        customers, by = list(dict.fromkeys(m.customer for m, _ in hits if m.customer is not None)), "words"
        many = len(hits) == _HITS
    found = await _going_on(tx, customers)
    if many and len(found) == 1:
        raise UsageError(
            f'"{key}" stands in too many messages to tell whether others wrote it, too; give more words, an address '
            "or a ticket number"
        )
    if not found:
        if number or numbers.mistyped(key):
            await ticket_called(tx, key)
        raise UsageError(
            f'nothing is known as "{key}"; give a ticket number, a mail address, an X handle, a phone number or words'
        )
    if len(found) == 1:
        return Sought(customer=found[0])
    return Sought(candidates=tuple([await _candidate(tx, one, by) for one in found[:_MOST]]))


async def the_one(house: House, tx: Transaction, key: str) -> Sought:
    """As `sought`, where it must be one; raises `UsageError` that lists the others."""
    found = await sought(house, tx, key)
    if found.customer is None:
        listed = ", ".join(
            f"{one.customer.name or 'no name'} ({', '.join(map(numbers.pretty, one.numbers[:1])) or 'no ticket'})"
            for one in found.candidates[:8]
        )
        raise UsageError(f'"{key}" fits several customers: {listed}; give a ticket number')
    return found


async def surely(tx: Transaction, key: str) -> Customer:
    """Whom a ticket number, address or handle names, or "#12", a customer's own number: what somebody only mentions, in
    words or as a detail, is not enough where the wrong one would be given away or erased. Raises `UsageError`."""
    written = key.strip()
    digits = written.removeprefix("#")
    if written.startswith("#") and digits.isascii() and digits.isdigit() and len(digits) < 9:
        customer = await tx.customer(int(digits))
        if customer is None:
            raise UsageError(f"there is no customer {written}")
        if customer.merged_into is not None and customer.erased_at is None:
            raise UsageError(
                f"customer {written} goes on as #{customer.merged_into}, with all that is his: take that one"
            )
        return customer
    number = numbers.parse(key)
    ticket = await tx.ticket(number) if number else None
    ids = [ticket.customer] if ticket else [one.id for one in await tx.find_customers(written)]
    found = await _going_on(tx, ids)
    if not found:
        raise UsageError(f'nothing is known as "{key}"; give a ticket number, a mail address or an X handle')
    if len(found) > 1:
        raise UsageError(f'"{key}" fits several customers; give a ticket number')
    return found[0]


def _values(house: House, key: str) -> list[str]:
    """What the details of a message would be called that said only this."""
    from inbox_bot.rules import details

    texts = (key, f"Kundennummer {key}", f"geboren {key}") if any(c.isdigit() for c in key) else (key,)
    found = {one.value for text in texts for one in details.find(text, replace(told_by(house), own=()))}
    return sorted(found)


async def _going_on(tx: Transaction, ids: Sequence[int]) -> list[Customer]:
    """These customers, each as whom he goes on, once; no more than can be chosen from."""
    found: dict[int, Customer] = {}
    for id in ids:
        if len(found) == _MOST:
            break
        customer = await tx.customer(id)
        while customer is not None and customer.merged_into is not None:
            customer = await tx.customer(customer.merged_into)
        if customer is not None and customer.erased_at is None:
            found[customer.id] = customer
    return list(found.values())


async def _candidate(tx: Transaction, customer: Customer, by: str) -> Candidate:
    tickets = [row[0] for row in await tx.tickets(states=(), customer=customer.id, limit=3)]
    return Candidate(
        customer=customer,
        by=by,
        numbers=tuple(one.number for one in reversed(tickets)),
        last=max(filter(None, (one.last_incoming_at for one in tickets)), default=None),
    )
