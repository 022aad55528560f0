"""Erases what the law lets a customer have erased: all of him, or a part of one message; the fact stays on record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from inbox_bot.care import Erasure
from inbox_bot.errors import UsageError
from inbox_bot.flows.desk import acting, committed
from inbox_bot.flows.details import told_by
from inbox_bot.flows.finding import surely
from inbox_bot.flows.house import House
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Message
from inbox_bot.writes import Filing


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much of each kind went, or would go."""

    customer: int
    counts: Mapping[str, int]


async def erase(house: House, key: str, who: str, why: str, *, dry: bool = False) -> Erased:
    """Erase a customer: texts, files, addresses, names; what is queued for him does not go out. `key`: a ticket
    number, address or handle, or "#12", his own number, by which it can be repeated. Raises `UsageError`, also while
    something is sent."""

    async def act(tx: Transaction) -> Erased:
        agent, now = await acting(tx, who), house.now()
        customer = (await surely(tx, key)).id
        busy = await tx.under_way(customer)
        if busy and not dry:
            raise UsageError(
                f"{busy} messages to him, or to the team about him, are on their way or uncertain: try again when they "
                "have settled"
            )
        counts = await tx.erase_customer(customer, now, act=not dry)
        if not dry:
            listed = ", ".join(f"{count} {kind}" for kind, count in counts.items())
            for one in await tx.same_person(customer):  # in a backup they may not be one yet
                told = listed if one == customer else f"with #{customer}"
                await tx.add_erasure(Erasure(customer=one, at=now, who=agent.name, why=why, counts=told))
            await tx.save(Filing(log=[LogEntry(at=now, who=agent.name, what="erase", detail=f"customer #{customer}")]))
            await tx.scrub()
        return Erased(customer=customer, counts=counts)

    done = await committed(house, act)
    if not dry:
        await house.store.forget()
    return done


async def erasures(house: House) -> list[Erasure]:
    """All that were done, oldest first."""
    async with house.store.read() as tx:
        return await tx.erasures()


async def redact(house: House, message: int, phrase: str, file: str, who: str, why: str) -> int:
    """Take a phrase, or a file's content, out of a message; how many places had it. The mail as it came is no longer
    kept. Raises `UsageError` where there is nothing to take out."""
    if bool(phrase.strip()) == bool(file):
        raise UsageError('say what is to be taken out: --text "…", or --file NAME')
    if phrase and len(phrase.strip()) < 3:
        raise UsageError("three characters at least, or half of the text would go")

    async def act(tx: Transaction) -> int:
        agent, now = await acting(tx, who), house.now()
        found = await tx.message(message)
        if found is None:
            raise UsageError(f"there is no message m{message}")
        if found.customer is not None and await tx.under_way(found.customer):
            raise UsageError(
                "a message to him, or to the team about him, is on its way right now: try again in a minute"
            )
        if waiting := await tx.waiting_with(message, phrase, file):
            listed = ", ".join(f"m{one}" for one in waiting)
            raise UsageError(f"{listed} would still go out with it: try again when it has left, or take it back first")
        done = await tx.redact(message, phrase, file, _told_by(house, found, phrase), now)
        if not done:
            raise UsageError(f"m{message} does not hold it; show prints the text, attachments lists the files")
        detail = f"m{message}: {why}" if why else f"m{message}"
        await tx.save(Filing(log=[LogEntry(at=now, who=agent.name, what="redact", ticket=found.ticket, detail=detail)]))
        await tx.scrub()
        return done

    places = await committed(house, act)
    await house.store.forget()
    return places


def _told_by(house: House, message: Message, phrase: str) -> list[str]:
    """The details that are no longer in a message without the phrase."""
    from inbox_bot.rules import details

    def values(text: str) -> set[str]:
        return {one.value for one in details.find(text, told_by(house))}

    text = f"{message.subject}\n{message.text}"
    words = r"\s+".join(map(re.escape, phrase.split()))  # they may go on in the next line
    return sorted(values(text) - values(re.sub(words, " ", text))) if phrase else []
