"""Lets what waits for a second person go out, or not: automatic public replies, and agents' answers under four eyes."""

from dataclasses import dataclass
from datetime import datetime

from inbox_bot.errors import UsageError
from inbox_bot.flows import notice
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.flows.leaking import leaked
from inbox_bot.flows.unkept import unsaid
from inbox_bot.model import Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, LogEntry
from inbox_bot.rules import numbers, states, words
from inbox_bot.writes import Filing


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A reply that waits for a person's yes. `writer`: the agent who wrote it, None = it is automatic. `message`: its
    text's id."""

    delivery: int
    number: str
    to: str
    text: str
    created_at: datetime
    writer: int | None = None
    written_by: str = ""
    message: int | None = None


async def waiting(house: House) -> list[Waiting]:
    """All replies that wait, oldest first."""
    async with house.store.read() as tx:
        return await _waiting(tx)


async def _waiting(tx: Transaction) -> list[Waiting]:
    held = await tx.awaiting_approval()
    names = {one.id: one.name for one in await tx.agents()} if any(writer for *_, writer in held) else {}
    found = [
        Waiting(
            delivery=delivery.id,
            number=number,
            to=delivery.to,
            text=text,
            created_at=delivery.created_at,
            writer=writer,
            written_by=names.get(writer, "") if writer else "",
            message=delivery.message,
        )
        for delivery, number, text, writer in held
    ]
    return sorted(found, key=lambda one: (one.created_at, one.delivery))


async def approve(house: House, written: str, who: str, *, yes: bool) -> list[Waiting]:
    """Let the waiting replies of a ticket ("" = all) go out, or refuse them; gives those decided.

    Who wrote one cannot approve it, but may take it back. Its writer is told, and has it as a draft where it was
    refused.
    """

    async def act(tx: Transaction) -> list[Waiting]:
        agent = await acting(tx, who)
        ticket = await ticket_called(tx, written) if written else None
        chosen = [one for one in await _waiting(tx) if ticket is None or one.number == ticket.number]
        if ticket is not None and not chosen:
            raise UsageError(f"no reply of ticket {numbers.pretty(ticket.number)} waits for approval")
        allowed = [one for one in chosen if not yes or one.writer != agent.id]
        if chosen and not allowed:
            raise UsageError("what you wrote yourself needs the yes of another person; --refuse takes it back")
        if yes:
            await _still_public(house, tx, allowed)
        decided = [one for one in allowed if await tx.approve(one.delivery, house.now(), yes=yes)]
        done: set[tuple[str, int | None]] = set()
        for one in decided:
            first = (one.number, one.writer) not in done  # of an answer in two posts
            done.add((one.number, one.writer))
            await _decided(house, tx, one, agent, yes=yes, first=first)
        return decided

    return await committed(house, act)


async def _still_public(house: House, tx: Transaction, waiting: list[Waiting]) -> None:
    """Raises `UsageError` where one would repeat what has come in private, also since it was written."""
    for one in waiting:
        said = await tx.message(one.message) if one.message is not None else None
        if said is None or said.visibility is not Visibility.PUBLIC or said.customer is None:
            continue
        reasons = await leaked(house, tx, said.customer, said.text, one.number, said.id)
        if reasons:
            number = numbers.pretty(one.number)
            raise UsageError(
                f"ticket {number}: {'; '.join(reasons)}; inbox-bot approve {number} --refuse takes it back"
            )


async def _decided(house: House, tx: Transaction, one: Waiting, agent: Agent, *, yes: bool, first: bool) -> None:
    now, filing = house.now(), Filing()
    ticket = await tx.ticket(one.number) if one.number else None
    filing.log.append(
        LogEntry(
            at=now,
            who=agent.name,
            what="approve" if yes else "refuse",
            ticket=ticket.id if ticket else None,
            detail=f"delivery {one.delivery}",
        )
    )
    if one.writer is not None and ticket is not None and first:
        if yes:
            filing.tickets.append(states.on_answer(ticket, now, asked=words.asks_to_write(one.text)))
            await tx.withdraw(ticket.id, f"answered by {one.written_by}", answered=True)
            await _forget_draft(tx, ticket.id, one)
        if one.writer != agent.id:
            kind = notice.APPROVED if yes else notice.REFUSED
            filing.notices.append(notice.about(house, ticket, kind, one.writer, now, by=agent.name, body=one.text))
    if not yes and ticket is not None:  # what it would have promised, or called kept, was never said
        said = await tx.message(one.message) if one.message is not None else None
        filing.promises += unsaid(await tx.promises_of(ticket.id), [said] if said else [], now)
    await tx.save(filing)


async def _forget_draft(tx: Transaction, ticket: int, one: Waiting) -> None:
    """The draft that was kept in case of a no; what he has begun since then is another one."""
    kept = next((draft for draft in await tx.drafts_of(ticket) if draft.agent == one.writer), None)
    if kept is not None and kept.at <= one.created_at:
        await tx.drop_draft(ticket, kept.agent)
