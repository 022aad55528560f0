"""Looks for posts that their authors have deleted on X, and deletes them here: X's policy gives 24 hours."""

import logging
from datetime import datetime, timedelta

from inbox_bot.errors import Paused, Unsendable, UsageError
from inbox_bot.flows.desk import ticket_called
from inbox_bot.flows.house import House
from inbox_bot.model import Channel, Visibility
from inbox_bot.outgoing import Parcel
from inbox_bot.ports import Sender
from inbox_bot.records import LogEntry, Notice
from inbox_bot.rules import numbers
from inbox_bot.writes import Filing

log = logging.getLogger(__name__)

EVERY = timedelta(hours=20)
"""So long after the last look, so that a deletion is found within a day of it."""
AT_ONCE = 100
FRESH = timedelta(minutes=10)
"""A post that was there so long ago is not looked for before it is answered."""
_OURSELVES = "inbox-bot"


async def turn(house: House) -> None:
    """One look, at a hundred posts of each X inbox at most; where X does not answer now, the next turn asks again."""
    try:
        for name in _on_x(house):
            await _look(house, name, house.now() - EVERY)
    except Paused as stop:
        log.warning("posts_not_looked_for", extra={"reason": str(stop)})


async def look(house: House, written: str = "") -> int:
    """Look for all posts of open tickets that were not looked for lately, or with a number for all of that ticket; how
    many are gone. Raises `Paused` where X does not answer, `UsageError` where no X account is configured."""
    if not _on_x(house):
        raise UsageError("no X account is configured, so there are no posts to look for")
    found, ticket, before = 0, None, house.now() - EVERY
    if written:
        async with house.store.read() as tx:
            ticket = (await ticket_called(tx, written)).id
        before = house.now()
    for name in _on_x(house):
        asked = AT_ONCE
        while asked == AT_ONCE:
            asked, gone = await _look(house, name, before, ticket)
            found += gone
    return found


def _on_x(house: House) -> list[str]:
    return [box.name for box in house.inboxes.values() if box.channel is Channel.TWITTER]


async def refuse(house: House, sender: Sender, parcel: Parcel) -> None:
    """Look for the posts of a public answer's ticket. Raises `Unsendable` where the one that it answers is deleted.

    Where X shows none now the answer goes all the same: X itself takes none to a deleted post.
    """
    if parcel.visibility is not Visibility.PUBLIC or parcel.ticket is None:
        return
    try:
        await _look(house, parcel.inbox, house.now() - FRESH, parcel.ticket)
    except Paused as stop:
        log.warning("posts_not_looked_for", extra={"reason": str(stop)})
    post = sender.target(parcel)
    async with house.store.read() as tx:
        if post and await tx.post_gone(parcel.inbox, post):
            raise Unsendable("the post it answers is deleted on X; answer by another way, if at all")


async def _look(house: House, inbox: str, before: datetime, ticket: int | None = None) -> tuple[int, int]:
    """For how many posts, last looked for before then, and how many are gone."""
    now = house.now()
    async with house.store.read() as tx:
        asked = await tx.posts_to_look_for(inbox, before, AT_ONCE, ticket)
    if not asked:
        return 0, 0
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
    return len(asked), len(gone)
