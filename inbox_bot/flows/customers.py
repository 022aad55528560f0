"""What the team decides about who is who: invite to prove an address, link, unlink, merge, and take it back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from inbox_bot.care import Grouping, Move, Moved, Regrouping, Suggestion
from inbox_bot.errors import Unsendable, UsageError
from inbox_bot.flows import linking, parting, writing
from inbox_bot.flows.desk import acting, committed, identities_called, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.model import Channel
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Customer, Identity, LogEntry, Ticket
from inbox_bot.rules import numbers
from inbox_bot.rules.address import TAKEN, given_back, inherited
from inbox_bot.writes import Filing

LINKS = (Grouping.LINK, Grouping.UNLINK, Grouping.MERGE_CUSTOMERS)
_OPEN = ("new", "open", "pending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What was changed: the regrouping, and the customer who goes on."""

    regrouping: int
    customer: Customer
    identities: tuple[Identity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An offer on its way: to whom, and the text."""

    to: Identity
    text: str


async def called(tx: Transaction, key: str) -> Customer:
    """The one customer of a ticket number, mail address, handle or X user id; who was merged, as whom he goes on.
    Raises `UsageError` where there is none or more than one."""
    number = numbers.parse(key)
    if number:
        found = await tx.customer((await ticket_called(tx, key)).customer)
    else:
        several = {one.customer for one in await identities_called(tx, key)}
        if len(several) > 1:
            raise UsageError(f'"{key}" is the address of {len(several)} customers; give a ticket number')
        found = await tx.customer(several.pop())
    while found is not None and found.merged_into is not None:
        found = await tx.customer(found.merged_into)
    if found is None:
        raise UsageError(f'there is no customer "{key}"')
    if found.erased_at is not None:
        raise UsageError(f'the data of "{key}" has been erased')
    return found


async def invite(house: House, key: str, to: Channel, who: str) -> Invited:
    """Send him a code with which he can prove an address on `to`: by mail for X, by direct message for mail."""

    async def act(tx: Transaction) -> Invited:
        agent, customer = await acting(tx, who), await called(tx, key)
        people = [one for one in await tx.identities(customer.id) if one.undeliverable_at is None]
        if to is Channel.EMAIL:
            ways = [one for one in people if one.channel is Channel.TWITTER and one.wrote_dm_at is not None]
            missing = "he has written us no direct message yet, and a code must not stand in public: ask him for one"
        else:
            ways = [one for one in people if one.channel is Channel.EMAIL]
            missing = "we know no mail address of his to which the code could go"
        if not ways:
            raise UsageError(missing)
        if not any(box.channel is to for box in house.inboxes.values()):
            raise UsageError(f"no inbox for {to} is configured, so he could not come with the code")
        identity, ticket = ways[-1], await _his_ticket(tx, key, customer)
        filing, refs, now = Filing(), writing.References(), house.now()
        code = linking.add_invitation(house, filing, refs, identity, to, ticket, now)
        try:
            text = linking.queue_invitation(
                house, filing, refs, identity, ticket, code, to, customer.language, automatic=False, agent=agent,
                customer=customer,
            )  # fmt: skip
        except Unsendable as error:
            raise UsageError(str(error)) from error
        filing.log.append(LogEntry(at=now, who=agent.name, what="invite", ticket=ticket.id, detail=to.value))
        await tx.save(filing)
        return Invited(to=identity, text=text)

    return await committed(house, act)


async def _his_ticket(tx: Transaction, key: str, customer: Customer) -> Ticket:
    if numbers.parse(key):
        return await ticket_called(tx, key)
    found = await tx.tickets(states=_OPEN, customer=customer.id, limit=1) or await tx.tickets(
        states=(), customer=customer.id, limit=1
    )
    if not found:
        raise UsageError(f'"{key}" has no ticket that the code could be about; open one with: inbox-bot open')
    return await ticket_called(tx, found[-1][0].number)  # as it goes on, where it was merged


async def link(house: House, address: str, key: str, who: str, why: str) -> Linked:
    """The identity with this address or handle is the customer's whom `key` names: an agent says so."""

    async def act(tx: Transaction) -> Linked:
        agent, target = await acting(tx, who), await called(tx, key)
        bearing = await identities_called(tx, address)
        if len(bearing) > 1:
            raise UsageError(f'"{address}" is several: give the mail address or the X user id')
        [identity] = bearing
        source = await called(tx, address)
        if source.id == target.id:
            raise UsageError(f'"{address}" and "{key}" are one customer already')
        if [one.id for one in await tx.identities(source.id)] == [identity.id]:
            return await _merged(house, tx, agent, source, target, Grouping.LINK, identity.id, why)
        plan = parting.Parting(
            customer=source.id, leaving=frozenset({identity.id}), to=target.id, grouping=Grouping.LINK,
            kept=target.id, other=identity.id, who=agent.name, why=why, now=house.now(),
        )  # fmt: skip
        await parting.untie(tx, plan)
        id = await parting.part(house, tx, plan)
        return await _result(tx, id, target)

    return await committed(house, act)


async def merge(house: House, key: str, other: str, who: str, why: str) -> Linked:
    """All that is of `other` is of the customer whom `key` names from now on."""

    async def act(tx: Transaction) -> Linked:
        agent, target, source = await acting(tx, who), await called(tx, key), await called(tx, other)
        if source.id == target.id:
            raise UsageError(f'"{other}" and "{key}" are one customer already')
        return await _merged(house, tx, agent, source, target, Grouping.MERGE_CUSTOMERS, source.id, why)

    return await committed(house, act)


async def _merged(
    house: House, tx: Transaction, agent: Agent, source: Customer, target: Customer, how: Grouping, other: int, why: str
) -> Linked:
    now = house.now()
    moves, taken = await tx.belongings(source.id, target.id), inherited(target, source)
    regrouping = Regrouping(
        id=-1, grouping=how, kept=target.id, other=other, at=now, who=agent.name, why=why,
        evidence="decided by the team" + (TAKEN if taken else ""),
    )  # fmt: skip
    concerned = [row[0] for row in await tx.tickets(states=_OPEN, customer=source.id, limit=1000)]
    id = await tx.regroup(regrouping, moves)
    settled = [
        replace(one, settled_at=now, settled_by=agent.name, accepted=True)
        for one in await tx.suggestions_between(source.id, target.id)
    ]
    what = "link" if how is Grouping.LINK else how.value
    log = [LogEntry(at=now, who=agent.name, what=what, ticket=one.id, detail=why) for one in concerned]
    await tx.save(Filing(customers=taken, suggestions=settled, log=log))
    return await _result(tx, id, target)


async def unlink(house: House, address: str, who: str, why: str) -> Linked:
    """The identity with this address is somebody else's: he gets back what is his, or a record of his own."""

    async def act(tx: Transaction) -> Linked:
        agent = await acting(tx, who)
        bearing = await identities_called(tx, address)
        if len(bearing) > 1:
            raise UsageError(f'"{address}" is several: give the mail address or the X user id')
        [identity] = bearing
        customer = await called(tx, address)
        if len(await tx.identities(customer.id)) == 1:
            raise UsageError(f'"{address}" is the only address of its customer; there is nothing to part')
        last = await parting.came_by(tx, identity.id, customer.id)
        return await _parted(house, tx, agent, customer, frozenset({identity.id}), identity, last, why)

    return await committed(house, act)


async def unmerge(house: House, regrouping: int, who: str, why: str) -> Linked:
    """Take back a link or merge by its id: each gets what is his, also what has come since."""

    async def act(tx: Transaction) -> Linked:
        agent, done = await acting(tx, who), await tx.regrouping(regrouping)
        if done is None or done.grouping not in (Grouping.LINK, Grouping.MERGE_CUSTOMERS):
            raise UsageError(f"there is no link or merge {regrouping}: inbox-bot customer changes KEY lists them")
        if done.undone_at is not None:
            raise UsageError(f"{regrouping} was taken back already, by {done.undone_by}")
        moved = {move.row for move in await tx.moves_of(regrouping) if move.what == "identities.customer"}
        moved |= {done.other} if done.grouping is Grouping.LINK else set()
        customer = await tx.customer(done.kept)
        people = await tx.identities(done.kept)
        leaving = frozenset(one.id for one in people if one.id in moved)
        if customer is None or customer.erased_at is not None or not leaving or len(leaving) == len(people):
            raise UsageError(
                "what it joined was parted or joined on since, or erased: first take back what came later; it is "
                "listed by: inbox-bot customer changes KEY"
            )
        first = next(one for one in people if one.id in leaving)
        return await _parted(house, tx, agent, customer, leaving, first, done, why)

    return await committed(house, act)


async def _parted(
    house: House,
    tx: Transaction,
    agent: Agent,
    customer: Customer,
    leaving: frozenset[int],
    identity: Identity,
    joined: Regrouping | None,
    why: str,
) -> Linked:
    """First what was moved goes back, then what has come since to each side goes to its owner."""
    now = house.now()
    plan = parting.Parting(
        customer=customer.id, leaving=leaving, to=customer.id, grouping=Grouping.UNLINK, kept=customer.id,
        other=identity.id, who=agent.name, why=why, now=now,
    )  # fmt: skip
    await parting.untie(tx, plan)
    moves = [] if joined is None else await parting.taken_back(tx, joined, agent.name, why, now)
    back = await _home(tx, moves, leaving)
    if back is None:
        name = identity.name or (f"@{identity.handle}" if identity.handle else identity.address)
        back = await tx.customer(await tx.add_customer(name, customer.language, customer.id))
    assert back is not None  # it is in this transaction
    if joined is not None and TAKEN in joined.evidence:
        await tx.save(Filing(customers=given_back(customer, back)))
    for one in {move.source for move in moves if move.what is Moved.IDENTITY_CUSTOMER} - {back.id, None}:
        await parting.part(house, tx, replace(plan, customer=one or 0, to=back.id))
    id = await parting.part(house, tx, replace(plan, to=back.id))
    staying = frozenset(one.id for one in await tx.identities(customer.id))
    await parting.part(house, tx, replace(plan, customer=back.id, leaving=staying, to=customer.id))
    return await _result(tx, id, back)


async def _home(tx: Transaction, moves: Sequence[Move], leaving: Collection[int]) -> Customer | None:
    """Whose they were before they were joined, where he is still there."""
    for move in moves:
        merged = move.what is Moved.CUSTOMER_MERGED_INTO
        if merged or (move.what is Moved.IDENTITY_CUSTOMER and move.row in leaving):
            found = await tx.customer((move.row if merged else move.source) or 0)
            if found is not None and found.merged_into is None and found.erased_at is None:
                return found
    return None


async def _result(tx: Transaction, regrouping: int, customer: Customer) -> Linked:
    return Linked(regrouping=regrouping, customer=customer, identities=tuple(await tx.identities(customer.id)))


async def changes(house: House, key: str) -> list[Regrouping]:
    """What was linked, parted and merged about a customer, oldest first."""
    async with house.store.read() as tx:
        return await changes_of(tx, (await called(tx, key)).id)


async def changes_of(tx: Transaction, customer: int) -> list[Regrouping]:
    """Those that kept him, or who was merged into him, joined one of them to another, or were about an address of his.
    An address that bears the same id as he does is somebody else's."""
    people, ways = await tx.same_person(customer), [one.id for one in await tx.identities(customer)]
    found = {one.id: one for of in (*people, *ways) for one in await tx.regroupings(LINKS, of=of)}

    def about(one: Regrouping) -> bool:
        if one.grouping is Grouping.MERGE_CUSTOMERS:
            return one.kept in people or one.other in people
        return one.kept in people or one.other in ways

    return [one for _, one in sorted(found.items()) if about(one)]


async def suggestions(house: House, key: str, limit: int) -> list[tuple[Suggestion, str, str]]:
    """Who may be one person, oldest first; `key` "" = of everybody."""
    async with house.store.read() as tx:
        customer = await called(tx, key) if key else None
        return await tx.suggestions(customer.id if customer else None, limit)


async def dismiss(house: House, id: int, who: str) -> Suggestion:
    """The two are not one; the guess is not shown again."""

    async def act(tx: Transaction) -> Suggestion:
        agent, found = await acting(tx, who), await tx.suggestion(id)
        if found is None or found.settled_at is not None:
            _none(id)
        settled = replace(found, settled_at=house.now(), settled_by=agent.name)
        await tx.save(Filing(suggestions=[settled]))
        return settled

    return await committed(house, act)


def _none(id: int) -> NoReturn:
    raise UsageError(f"there is no open suggestion {id}: inbox-bot customer suggestions lists them")
