"""What the team does with promises outside an answer: makes one by word of mouth, settles one, lists them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from inbox_bot.casework import Promise
from inbox_bot.errors import UsageError
from inbox_bot.flows import unkept
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.model import AgentRole, PromiseState, TicketState
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, LogEntry, Ticket
from inbox_bot.rules import due_times, numbers
from inbox_bot.rules.moments import written
from inbox_bot.views import Listed
from inbox_bot.writes import Filing

_EVERYTHING = 100_000


async def make(
    house: House, number: str, when: str, who: str, owner: str = "", text: str = ""
) -> tuple[Ticket, Promise]:
    """Put on record that the customer was told something by `when` ("Friday 17:00"), such as on the telephone. `owner`:
    who answers for it, "" = who says so; `text`: what was promised. Raises `UsageError`."""

    async def act(tx: Transaction) -> tuple[Ticket, Promise]:
        agent, ticket, now = await acting(tx, who), await ticket_called(tx, number), house.now()
        if ticket.state in (TicketState.RESOLVED, TicketState.CLOSED) or ticket.junk:
            state = "junk" if ticket.junk else ticket.state
            raise UsageError(f"ticket {numbers.pretty(ticket.number)} is {state}, so nobody would keep a promise in it")
        reckoned = due_times.calendar(house.hours(now), now)
        due = due_times.read(when, reckoned)
        answers_for_it = await acting(tx, owner) if owner else agent
        promise = Promise(
            id=-1,
            ticket=ticket.id,
            agent=answers_for_it.id,
            phrase=text.strip() or when.strip(),
            made_at=now,
            due_at=due,
        )
        detail = f"{answers_for_it.name}: {promise.phrase}, due {written(due, reckoned.zone)}"
        log = [LogEntry(at=now, who=agent.name, what="promise", ticket=ticket.id, detail=detail)]
        await tx.save(Filing(promises=[promise], log=log))
        newest = max(await tx.promises_of(ticket.id), key=lambda one: one.id)
        return ticket, newest

    return await committed(house, act)


async def keep(house: House, key: str, who: str) -> tuple[Promise, str]:
    """A promise was fulfilled; gives it with the ticket's number. Over time it is broken all the same. That a broken
    one was kept in time, and only not noted, a supervisor may say."""

    async def act(tx: Transaction) -> tuple[Promise, str]:
        agent, promise, now = await acting(tx, who), await _called(tx, key), house.now()
        if promise.state is PromiseState.BROKEN:
            _only_a_supervisor(house, agent, promise)
            settled = replace(promise, state=PromiseState.KEPT)
            what = "promise kept after all"
            log = LogEntry(
                at=now, who=agent.name, what=what, ticket=promise.ticket, detail=f"p{promise.id}: {promise.phrase}"
            )
        else:
            _still_open(promise)
            settled, log = unkept.kept(promise, agent.name, now)
        await tx.save(Filing(promises=[settled], log=[log]))
        return settled, await tx.number_of(promise.ticket)

    return await committed(house, act)


async def keep_all(house: House, number: str, who: str) -> list[Promise]:
    """All open promises of a ticket were fulfilled. Raises `UsageError` where there is none."""

    async def act(tx: Transaction) -> list[Promise]:
        agent, ticket = await acting(tx, who), await ticket_called(tx, number)
        found = await unkept.standing(tx, ticket)
        if not found:
            raise UsageError(f"ticket {numbers.pretty(ticket.number)} has no open promise")
        settled = [unkept.kept(one, agent.name, house.now()) for one in found]
        await tx.save(Filing(promises=[one for one, _ in settled], log=[entry for _, entry in settled]))
        return [one for one, _ in settled]

    return await committed(house, act)


async def withdraw(house: House, key: str, who: str, why: str) -> tuple[Promise, str]:
    """A promise no longer holds, since the customer was told so, or it was none; `why` is logged."""
    if not why.strip():
        raise UsageError(
            'say why, such as: inbox-bot promise withdraw 12 "she asked for Monday instead"; the customer must know it'
        )

    async def act(tx: Transaction) -> tuple[Promise, str]:
        agent, promise = await acting(tx, who), await _called(tx, key)
        _still_open(promise)
        now = house.now()
        if now > promise.due_at:
            raise UsageError(
                f"{unkept.named(promise, house.hours(now).zone)} is over; it can only have been kept "
                f"(inbox-bot promise keep {promise.id}), or it is broken"
            )
        settled = replace(promise, state=PromiseState.WITHDRAWN, settled_at=now)
        detail = f"p{promise.id}: {promise.phrase}: {why.strip()}"
        log = LogEntry(at=now, who=agent.name, what="promise withdrawn", ticket=promise.ticket, detail=detail)
        await tx.save(Filing(promises=[settled], log=[log]))
        return settled, await tx.number_of(promise.ticket)

    return await committed(house, act)


async def _called(tx: Transaction, key: str) -> Promise:
    promise = await tx.promise(unkept.id_of(key))
    if promise is None:
        raise UsageError(f'there is no promise "{key}"; "inbox-bot promises" lists them')
    return promise


def _still_open(promise: Promise) -> None:
    if promise.state is not PromiseState.OPEN:
        raise UsageError(f"promise p{promise.id} is {promise.state} already")


def _only_a_supervisor(house: House, agent: Agent, promise: Promise) -> None:
    if agent.role is not AgentRole.SUPERVISOR:
        zone = house.hours(house.now()).zone
        raise UsageError(
            f"{unkept.named(promise, zone)} is broken; that it was kept in time all the same, only a supervisor can say"
        )


async def listed(
    house: House, *, since: datetime | None, mine: str = "", states: Sequence[PromiseState] = (PromiseState.OPEN,)
) -> list[Listed]:
    """The open promises, and those of the other states settled since then, by due time; `mine`: of this agent alone."""
    async with house.store.read() as tx:
        agent = (await acting(tx, mine)).id if mine else None
        return await tx.promises(since=since, agent=agent, states=states, limit=_EVERYTHING)
