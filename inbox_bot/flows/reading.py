"""What an agent reads: lists of tickets, the dossier of a ticket or customer, files and raw bytes. Writes nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.care import Authorisation, Detail, Suggestion
from inbox_bot.casework import Action, Promise
from inbox_bot.errors import StoreError, UsageError
from inbox_bot.flows.desk import acting, ticket_called
from inbox_bot.flows.finding import the_one
from inbox_bot.flows.house import House
from inbox_bot.flows.overdue import Due, audited, configured, dues
from inbox_bot.incidents import Affected, Incident
from inbox_bot.model import Attachment, Channel, Direction, TicketState
from inbox_bot.ports import Transaction
from inbox_bot.records import Customer, Identity, LedgerLine, LogEntry, Message, Ticket
from inbox_bot.rules.targets import Standing
from inbox_bot.views import AtWork, Entry, Finding

LOOKING = timedelta(minutes=10)
"""So long who has looked at a ticket counts as looking."""
OPEN = (TicketState.NEW, TicketState.OPEN, TicketState.PENDING)
_EVERYTHING = 100_000  # tickets of one customer

Row = tuple[Ticket, str, str]
"""A ticket, its customer's name, its assignee's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All about a ticket, or about a customer (`ticket`: his newest, or None). `tickets`: all of his.
    `agents`: names by id. `details`: what he told of himself, and when; `suggestions`: who may be he, with the name.
    `incidents`: what his tickets are in, as long as it goes on or he was asked about it."""

    ticket: Ticket | None
    assignee: str
    customer: Customer
    identities: list[Identity]
    entries: list[Entry]
    tickets: list[Row]
    log: list[LogEntry]
    promises: list[Promise]
    actions: list[Action]
    agents: dict[int, str]
    details: list[tuple[Detail, datetime]]
    authorisations: list[Authorisation]
    suggestions: list[tuple[Suggestion, str, str]]
    incidents: list[tuple[Affected, Incident]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which tickets: in these states (none = all), of the agent `mine`, with this tag; also junk; put off ones.
    `overdue`: only those that should have been answered by now."""

    states: tuple[str, ...] = ()
    mine: str = ""
    tag: str = ""
    junk: bool = False
    snoozed: bool = False
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is shown beside listed tickets, by their ids. `held`: numbers of those with an answer that waits."""

    tags: Mapping[int, tuple[str, ...]]
    work: Mapping[int, AtWork]
    held: frozenset[str]


async def tickets(house: House, which: Wanted, limit: int) -> list[Row]:
    """The newest `limit` of these tickets, newest last."""
    if which.overdue and not configured(house):
        raise UsageError("nothing is ever overdue: give [targets] in the configuration some hours")
    async with house.store.read() as tx:
        late = await dues(house, tx, house.now()) if which.overdue else {}
        agent = await acting(tx, which.mine) if which.mine else None
        tagged = await tx.tagged(which.tag.strip().removeprefix("#").casefold()) if which.tag else None
        asked = limit
        while True:  # the store knows neither filter: ask for more until enough pass
            found = await tx.tickets(states=which.states, customer=None, limit=asked)
            wanted = [
                row
                for row in found
                if (which.junk or not row[0].junk)
                and (which.snoozed or row[0].snoozed_until is None)
                and (agent is None or row[0].assignee == agent.id)
                and (tagged is None or row[0].id in tagged)
                and (not which.overdue or (row[0].id in late and late[row[0].id].standing is Standing.OVERDUE))
            ]
            if len(wanted) >= limit or len(found) < asked:
                return wanted[-limit:]
            asked *= 8


async def marks(house: House, tickets: Sequence[Ticket]) -> Marks:
    """Who is at work on these tickets, their tags, and which have an answer that waits for a yes."""
    ids = [ticket.id for ticket in tickets]
    async with house.store.read() as tx:
        return Marks(
            tags=await tx.tags_of(ids),
            work=await tx.at_work(ids, house.now() - LOOKING),
            held=frozenset(number for _, number, _, _ in await tx.awaiting_approval()),
        )


async def targets(house: House, ticket: int | None = None) -> Mapping[int, Due]:
    """By ticket: until when those that wait should be answered; `ticket`: only that one."""
    if not configured(house):
        return {}
    async with house.store.read() as tx:
        return await dues(house, tx, house.now(), ticket)


async def dossier(house: House, key: str) -> Dossier:
    """By ticket number (its messages), else all of the customer's whom the key means (`finding`)."""
    async with house.store.read() as tx:
        found = await the_one(house, tx, key)
        assert found.customer is not None  # else it raises
        return await _dossier(tx, found.customer.id, found.ticket)


async def _dossier(tx: Transaction, customer_id: int, ticket: Ticket | None) -> Dossier:
    customer = await tx.customer(customer_id)
    assert customer is not None
    rows = await tx.tickets(states=(), customer=customer_id, limit=_EVERYTHING)
    shown = ticket or (rows[-1][0] if rows else None)
    return Dossier(
        ticket=shown,
        assignee=next((assignee for row, _, assignee in rows if shown and row.id == shown.id), ""),
        customer=customer,
        identities=await tx.identities(customer_id),
        entries=await tx.timeline(customer_id, ticket.id if ticket else None),
        tickets=rows,
        log=await tx.log(shown.id) if shown else [],
        promises=await (tx.promises_of(ticket.id) if ticket else tx.promises_about(customer_id)),
        actions=await (tx.actions_of(ticket.id) if ticket else tx.actions_for(customer_id)),
        agents={one.id: one.name for one in await tx.agents()},
        details=await tx.details_given(customer_id),
        authorisations=await tx.authorisations_of(customer_id),
        suggestions=await tx.suggestions(customer_id, 20),
        incidents=await tx.affected_tickets([ticket.id] if ticket else [row[0].id for row in rows]),
    )


async def files(house: House, written: str) -> list[tuple[int, Attachment]]:
    """(message id, file) of a ticket, in order."""
    async with house.store.read() as tx:
        ticket = await ticket_called(tx, written)
        return await tx.attachments(ticket.id)


async def raw(house: House, key: str) -> bytes:
    """The bytes of a message (`m12` or `12`) or of a ledger line (its key, such as `1:55`)."""
    async with house.store.read() as tx:
        short = re.fullmatch(r"m?([0-9]{1,18})", key.strip())
        content = await tx.raw(int(short[1])) if short else await tx.raw_of_ledger(key.strip())
        if content is not None:
            return content
        message = await tx.message(int(short[1])) if short else None
        if message is not None and message.direction is Direction.INCOMING and message.channel is Channel.EMAIL:
            raise UsageError(f"the raw bytes of m{message.id} are no longer kept ([retention] in the configuration)")
        if message is not None:
            raise UsageError(f"message m{message.id} has no raw bytes: it did not come in as a mail")
    raise UsageError(f'no bytes are kept for "{key}"; give a message id as "show" prints it (m12) or a ledger key')


async def search(house: House, stems: Sequence[str], limit: int) -> list[tuple[Message, str]]:
    """(message, ticket number or "") of those that have all the stems, newest first."""
    async with house.store.read() as tx:
        return await tx.search(stems, limit)


async def ledger(house: House) -> tuple[list[tuple[str, str, int]], bool]:
    """((inbox, outcome, count) …, balanced)."""
    async with house.store.read() as tx:
        return await tx.ledger_counts()


async def ledger_lines(house: House, *, inbox: str, outcome: str, limit: int) -> list[LedgerLine]:
    """Single lines of the ledger, "" = any."""
    async with house.store.read() as tx:
        return await tx.ledger_lines(inbox=inbox, outcome=outcome, limit=limit)


async def audit(house: House, now: datetime) -> list[Finding]:
    """What is not in order, gravest first; also whether the database can be written to, which reading does not show."""
    async with house.store.read() as tx:
        found, _ = await audited(house, tx, now)
    try:
        async with house.store.write() as tx:
            await tx.take_lease("audit", house.worker, now, now)
    except StoreError as error:
        found.insert(0, Finding(kind="database_failing", key="database_failing", at=now, detail=str(error)))
    return found
