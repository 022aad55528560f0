"""Looks for posts that their authors have deleted on X, and deletes them here: X's policy gives 24 hours."""

import logging
from datetime import timedelta

from inbox_bot.errors import Paused
from inbox_bot.flows.desk import ticket_called
from inbox_bot.flows.house import House
from inbox_bot.model import Channel
from inbox_bot.records import LogEntry, Notice
from inbox_bot.rules import numbers
from inbox_bot.writes import Filing

log = logging.getLogger(__name__)

EVERY = timedelta(hours=20)
"""So long after the last look, so that a deletion is found within a day of it."""
AT_ONCE = 100
_OURSELVES = "inbox-bot"


async def turn(house: House) -> None:
    """One look; where X does not answer now, the next turn asks again."""
    try:
        await look(house)
    except Paused as stop:
        log.warning("posts_not_looked_for", extra={"reason": str(stop)})


async def look(house: House, written: str = "") -> int:
    """One look for each X inbox: at most a hundred posts of open tickets that were not looked for lately, or with a
    number all posts of that ticket; how many are gone. Raises `Paused` where X does not answer."""
    found = 0
    for box in house.inboxes.values():
        if box.channel is Channel.TWITTER:
            found += await _look(house, box.name, written)
    return found


async def _look(house: House, inbox: str, written: str) -> int:
    now = house.now()
    async with house.store.read() as tx:
        ticket = (await ticket_called(tx, written)).id if written else None
        asked = await tx.posts_to_look_for(inbox, now if written else now - EVERY, AT_ONCE, ticket)
    if not asked:
        return 0
    try:
        deleted, cost = await house.senders[inbox].gone([post for _, post, _ in asked])
    except Paused as stop:
        if stop.spend:
            async with house.store.write() as tx:
                await tx.add_spend(inbox, now.date().isoformat(), stop.spend)
        raise
    gone = [(message, ticket) for message, post, ticket in asked if post in deleted]
    filing = Filing(spend=(inbox, now.date().isoformat(), cost) if cost else None)
    async with house.store.write() as tx:
        await tx.looked_for([message for message, _, _ in asked], now)
        if gone:
            await tx.take_out([message for message, _ in gone], now)
        for message, of in gone:
            filing.log.append(LogEntry(at=now, who=_OURSELVES, what="deleted on X", ticket=of, detail=f"m{message}"))
            number = numbers.pretty(await tx.number_of(of))
            text = f"m{message} of ticket {number} is deleted on X, and here; answer by another way, if at all."
            subject = f"a post of ticket {number} was deleted"
            filing.notices.append(Notice(kind="deleted_post", at=now, subject=subject, text=text, ticket=of))
        await tx.save(filing)
    log.info("posts_looked_for", extra={"inbox": inbox, "asked": len(asked), "gone": len(gone)})
    return len(gone)
