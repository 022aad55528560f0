"""Marks tickets: with a topic, with tags."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from inbox_bot.errors import UsageError
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Ticket
from inbox_bot.writes import Filing

_TAG = re.compile(r"\w[\w.-]{0,39}")


async def set_topic(house: House, written: str, topic: str, who: str) -> Ticket:
    """What the ticket is about; "" = not known. Raises `UsageError` for one that is not configured."""
    if topic and topic not in house.topics:
        listed = ", ".join(house.topics) or "there are none yet"
        raise UsageError(f'"{topic}" is no topic of the configuration ([topics]: {listed})')

    async def act(tx: Transaction) -> Ticket:
        agent, ticket = await acting(tx, who), await ticket_called(tx, written)
        changed = replace(ticket, topic=topic)
        log = LogEntry(at=house.now(), who=agent.name, what="topic", ticket=ticket.id, detail=topic or "none")
        await tx.save(Filing(tickets=[changed], log=[log]))
        return changed

    return await committed(house, act)


async def tag(
    house: House, written: str, tags: Sequence[str], who: str, *, off: bool = False
) -> tuple[Ticket, tuple[str, ...]]:
    """Put tags on a ticket, or take them `off`; gives those that it has then."""
    wanted = [_tag(one) for one in tags]

    async def act(tx: Transaction) -> tuple[Ticket, tuple[str, ...]]:
        agent, ticket = await acting(tx, who), await ticket_called(tx, written)
        if off:
            await tx.drop_tags(ticket.id, wanted)
        else:
            await tx.put_tags(ticket.id, wanted)
        what = "untag" if off else "tag"
        log = LogEntry(at=house.now(), who=agent.name, what=what, ticket=ticket.id, detail=", ".join(wanted))
        await tx.save(Filing(log=[log]))
        return ticket, (await tx.tags_of([ticket.id])).get(ticket.id, ())

    return await committed(house, act)


async def tags_of(house: House, tickets: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """The tags of these tickets."""
    async with house.store.read() as tx:
        return await tx.tags_of(tickets)


def _tag(written: str) -> str:
    tag = written.strip().removeprefix("#").casefold()
    if not _TAG.fullmatch(tag):
        raise UsageError(f'"{written}" cannot be a tag: letters, digits, dots and dashes, forty at the most')
    return tag
