"""Parts what one customer has between two: each message goes to whose address it came from or went to, each ticket to
whoever opened it; what lies in a ticket of the other gets one of its own."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot.care import Grouping, Move, Moved, Regrouping
from inbox_bot.flows.house import House
from inbox_bot.flows.unmerging import disentangle, opener
from inbox_bot.model import Direction, TicketState, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Message, Ticket
from inbox_bot.rules import numbers
from inbox_bot.rules.merging import parted
from inbox_bot.writes import Filing

_SETTLED = (TicketState.RESOLVED, TicketState.CLOSED)
_ALL = 100_000  # tickets of one customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """These identities of `customer` go `to` another, by whose will and why. `kept`, `other` as in a `Regrouping`."""

    customer: int
    leaving: frozenset[int]
    to: int
    grouping: Grouping
    kept: int
    other: int
    who: str
    why: str
    now: datetime


async def part(house: House, tx: Transaction, parting: Parting) -> int:
    """Move everything that is theirs, as one regrouping; its id."""
    entries = await tx.timeline(parting.customer)
    by_ticket: defaultdict[int | None, list[Message]] = defaultdict(list)
    for entry in entries:
        by_ticket[entry.message.ticket].append(entry.message)
    tickets = [row[0] for row in await tx.tickets(states=(), customer=parting.customer, limit=_ALL)]
    people = {one.id for one in await tx.identities(parting.customer)}
    staying, both = people - parting.leaving, people | parting.leaving  # nobody else, such as who acts for one of them
    moves = [
        Move(what=Moved.IDENTITY_CUSTOMER, row=one, source=parting.customer, target=parting.to)
        for one in sorted(people & parting.leaving)
    ]
    going: list[Message] = [one for one in by_ticket[None] if one.identity in parting.leaving]
    his: set[int] = set()
    for theirs, _, _ in await tx.tickets(states=(), customer=parting.to, limit=_ALL):  # what was moved back before
        his.add(theirs.id)
        going += [one for one in by_ticket[theirs.id] if one.identity not in staying]
    filing = Filing()
    for ticket in tickets:
        said = by_ticket[ticket.id]
        leaves = opener(one for one in said if one.identity in both) in parting.leaving
        strays = [one for one in said if one.identity in (staying if leaves else parting.leaving)]
        stay = [one for one in said if one not in strays]
        if leaves:
            moves.append(Move(what=Moved.TICKET_CUSTOMER, row=ticket.id, source=parting.customer, target=parting.to))
            his.add(ticket.id)
        going += stay if leaves else strays
        if strays:
            moves += await _own_ticket(house, tx, parting, ticket, strays, parting.customer if leaves else parting.to)
            here = [one for one in entries if one.message.ticket == ticket.id and one.message not in strays]
            filing.tickets.append(parted(await tx.ticket(ticket.number) or ticket, here))
        if leaves or strays:
            what = "unlink" if parting.grouping is Grouping.UNLINK else parting.grouping.value
            filing.log.append(
                LogEntry(at=parting.now, who=parting.who, what=what, ticket=ticket.id, detail=parting.why)
            )
    ids = [one.id for one in going]
    moves += [
        Move(what=Moved.MESSAGE_CUSTOMER, row=one.id, source=parting.customer, target=parting.to)
        for one in going
        if one.customer == parting.customer
    ]
    moves += [
        Move(what=Moved.SURVEY_CUSTOMER, row=one.id, source=parting.customer, target=parting.to)
        for one in await tx.surveys_of(parting.customer)
        if one.ticket in his
    ]
    moves += await tx.details_of(ids, parting.customer, parting.to)
    moves += await _granted(tx, parting, staying)
    regrouping = Regrouping(
        id=-1, grouping=parting.grouping, kept=parting.kept, other=parting.other, at=parting.now, who=parting.who,
        why=parting.why, evidence="decided by the team",
    )  # fmt: skip
    id = await tx.regroup(regrouping, moves)
    await tx.save(filing)
    return id


async def _granted(tx: Transaction, parting: Parting, staying: Collection[int]) -> list[Move]:
    """Whom those who leave have authorised: who said so decides, else, where no message shows it, whose it was."""
    granted = await tx.authorisations_of(parting.customer)
    first = await tx.owners(Moved.AUTHORISATION_CUSTOMER, [one.id for one in granted])
    were = await tx.owners(Moved.IDENTITY_CUSTOMER, [*parting.leaving, *staying])
    theirs = {one for id in parting.leaving for one in were.get(id, ())}
    theirs -= {parting.customer, *(one for id in staying for one in were.get(id, ()))}
    going = []
    for one in granted:
        shown = await tx.message(one.message) if one.message is not None else None
        said = shown.identity if shown is not None else None
        if said in parting.leaving or (said not in staying and first.get(one.id, [parting.customer])[0] in theirs):
            going.append(one.id)
    what = Moved.AUTHORISATION_CUSTOMER
    return [Move(what=what, row=id, source=parting.customer, target=parting.to) for id in going]


async def came_by(tx: Transaction, identity: int, customer: int) -> Regrouping | None:
    """By which link this identity came to its customer, or by which merge alone, None = it has been his from the first.
    Undone, it takes back what came along."""
    links = await tx.regroupings([Grouping.LINK], of=identity)
    link = next((one for one in reversed(links) if one.undone_at is None and one.other == identity), None)
    if link is not None:
        return link
    people = {one.id for one in await tx.identities(customer)}
    for one in reversed(await tx.regroupings([Grouping.MERGE_CUSTOMERS], of=customer)):
        moved = {move.row for move in await tx.moves_of(one.id) if move.what is Moved.IDENTITY_CUSTOMER}
        if one.undone_at is None and one.kept == customer and moved & people == {identity}:
            return one
    return None


async def untie(tx: Transaction, parting: Parting) -> None:
    """Take back the merges of tickets by which what is of those who leave lies with what is of those who stay; from
    then on nothing more is filed for either."""
    await tx.hold(parting.customer)
    tickets = [row[0] for row in await tx.tickets(states=(), customer=parting.customer, limit=_ALL)]
    messages = [entry.message for entry in await tx.timeline(parting.customer)]
    await disentangle(tx, tickets, messages, parting.leaving, parting.who, parting.why, parting.now)


async def _own_ticket(
    house: House, tx: Transaction, parting: Parting, ticket: Ticket, messages: Sequence[Message], owner: int
) -> list[Move]:
    """A ticket for what lies in somebody else's; its number is owed to whoever wrote there in private."""
    theirs = [one for one in messages if one.direction is Direction.INCOMING]
    settled = ticket.state in _SETTLED or not theirs
    first = messages[0]
    fresh = Ticket(
        id=-1,
        number=numbers.draw(house.bits),
        customer=owner,
        inbox=first.inbox,
        channel=first.channel,
        state=TicketState.CLOSED if settled else TicketState.OPEN,
        subject=next((one.subject for one in messages if one.subject), ticket.subject),
        opened_at=first.at,
        reason=f"parted from {numbers.pretty(ticket.number)}",
        closed_at=parting.now if settled else None,
        last_incoming_at=theirs[-1].at if theirs else None,
        topic=ticket.topic,
        priority=ticket.priority,
    )
    ids = await tx.save(Filing(tickets=[fresh]))
    id = ids[fresh.id]
    private = [one for one in theirs if one.visibility is Visibility.PRIVATE and not one.automatic]
    entry = LogEntry(at=parting.now, who=parting.who, what="parted", ticket=id, detail=parting.why)
    owed = [replace(private[-1], acknowledge_at=parting.now)] if private and not settled else []
    moves = [Move(what=Moved.MESSAGE_TICKET, row=one.id, source=ticket.id, target=id) for one in messages]
    await tx.save(Filing(messages=owed, log=[entry]))
    return moves + await tx.attached([one.id for one in messages], ticket.id, id)


async def taken_back(tx: Transaction, joined: Regrouping, who: str, why: str, now: datetime) -> list[Move]:
    """Undo it; what was moved back. The tickets in which messages lie again know of them."""
    moves = await tx.undo(joined.id, who, why, now)
    filing = Filing()
    for id in sorted(
        {id for one in moves if one.what is Moved.MESSAGE_TICKET for id in (one.source, one.target) if id}
    ):
        ticket = await tx.merged(await tx.number_of(id))
        entries = await tx.timeline(joined.kept, id)
        if ticket is not None and entries:
            filing.tickets.append(parted(ticket, entries))
    await tx.save(filing)
    return moves
