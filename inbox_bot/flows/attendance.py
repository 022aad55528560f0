"""What customers are told of when somebody is there and how long answers take: configured hours, measured times.

A process measures a channel at most every five minutes, however many messages come.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from inbox_bot.flows.house import House, Measured
from inbox_bot.model import Channel, TicketState
from inbox_bot.ports import Spoken
from inbox_bot.records import Ticket
from inbox_bot.rules import timetable, waiting
from inbox_bot.rules.hours import Hours, business_seconds, is_open, next_open

FRESH = timedelta(minutes=5)
_MOST = 4000  # tickets of one channel that are counted, the newest
_LANGUAGES = ("de", "en")
_SETTLED = {TicketState.RESOLVED, TicketState.CLOSED}
_NOTHING = Spoken(words={})


async def measure(house: House) -> None:
    """Measure anew what is known of waiting times, where that is old. Raises `StoreError`."""
    now = house.now()
    stale = [
        channel
        for channel in dict.fromkeys(inbox.channel for inbox in house.inboxes.values())
        if (known := house.measured.get(channel)) is None or not known.at <= now < known.at + FRESH
    ]
    if not stale:
        return
    async with house.store.read() as tx:
        pairs = {channel: await tx.answer_times(channel, now - waiting.WINDOW, _MOST) for channel in stale}
    hours = house.hours(now)
    for channel in stale:
        found = await asyncio.to_thread(waiting.measure, pairs[channel], hours, now)
        house.measured[channel] = Measured(at=now, waiting=found)


def facts(house: House, ticket: Ticket, channel: Channel) -> Mapping[str, object]:
    """`hours`: when we are there; `opens_at`: when somebody is there next, None where somebody is; `waiting`: how long
    an answer takes, "" where that has not been measured, where he has had an answer, or has waited longer already."""
    now = house.now()
    hours = house.hours(now)
    return {
        "hours": Spoken(words={language: timetable.said_at(hours, now, language) for language in _LANGUAGES}),
        "opens_at": None if is_open(hours, now) else next_open(hours, now),
        "waiting": _waiting(house, ticket, channel, hours, now),
    }


def _waiting(house: House, ticket: Ticket, channel: Channel, hours: Hours, now: datetime) -> Spoken:
    measured = house.measured.get(channel)
    if measured is None or ticket.answered_at is not None or ticket.state in _SETTLED:
        return _NOTHING
    known = measured.waiting
    if known is not None and business_seconds(hours, ticket.opened_at, now) > (known.most or known.median):
        return _NOTHING
    return Spoken(words={language: waiting.said(known, hours, now, language) for language in _LANGUAGES})
