"""Polls X for direct messages: newest first until a known one, and finishes later what a limit cut off."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inbox_bot.channels.twitter import prices
from inbox_bot.channels.twitter.cursors import Cursor, read_cursor
from inbox_bot.channels.twitter.fields import DM_FIELDS, EXPANSIONS, MEDIA_FIELDS
from inbox_bot.channels.twitter.parse import id_of, key_of, read_dm
from inbox_bot.channels.twitter.people import ask_people
from inbox_bot.channels.twitter.refusals import Refused
from inbox_bot.channels.twitter.snowflake import id_at
from inbox_bot.channels.twitter.walk import Walk, walk
from inbox_bot.channels.twitter.wire import JsonObject, Page
from inbox_bot.errors import Paused
from inbox_bot.model import Address, Batch, Channel, Settled
from inbox_bot.ports import Unknown

if TYPE_CHECKING:  # tweepy is slow to load
    from inbox_bot.channels.twitter.client import XClient

ENDPOINT = "GET /2/dm_events"
_PAGE = 20  # every event of a page costs $0.01 once a day, known or not
_PAGES = 10
_SPARE = 3  # calls left for repair, of 15 in 15 min
_REACH = timedelta(days=30)
_REFUSED_WAIT = timedelta(minutes=15)


class DmSource:
    """All one-to-one and group DMs of the account, our own among them: they confirm what we sent."""

    channel = Channel.TWITTER
    stream = "dms"

    def __init__(self, client: "XClient", *, inbox: str, seconds: float, start: str) -> None:
        self.inbox = inbox
        self.seconds = seconds
        self._client = client
        self._start = start

    async def poll(self, cursor: str | None, unknown: Unknown, now: datetime) -> Batch:
        """See `ports.Source`. X knows no since_id here: the walk goes down while whole pages are unknown.

        A walk that a limit or the cap on pages cut off has left a hole above older messages that are on record.
        It goes on at the next poll from its token, past what is on record, down to the end of the last whole walk.
        """
        at = read_cursor(cursor, self._start, now)
        try:
            at = replace(at, me=await self._client.my_id(at.me))
            found = await self._read(at, unknown, now)
        except Refused as refused:
            why = f"X refuses to list direct messages: {refused}"
            raise Paused(why, until=now + _REFUSED_WAIT, alarm=True, spend=self._client.purse.take()) from refused
        except Paused as stop:
            stop.spend += self._client.purse.take()
            raise
        oldest = _oldest_wanted(at, now)
        events = sorted((int(id_of(one) or oldest + 1), key, one) for key, one in found.things.items() if _message(one))
        keyed = [(key_of("dm", one), one) for number, _, one in events if number > oldest]
        wanted = await unknown([key for key, _ in keyed]) if keyed else set()
        fresh = tuple(read_dm(one, found.media, at.me, now) for key, one in keyed if key in wanted)
        reached = max(at.reached, found.highest)
        if found.ended:
            after = replace(at, newest=max(at.newest, reached), resume="", reached=0)
        else:
            after = replace(at, resume=found.token, reached=reached)
        more = not found.ended and found.stopped is None and self._calls_left() and bool(fresh)
        return Batch(items=fresh, cursor=after.text(), more=more, spend=self._client.purse.take())

    async def _read(self, at: Cursor, unknown: Unknown, now: datetime) -> Walk:
        oldest = _oldest_wanted(at, now)

        async def page(token: str) -> JsonObject:
            paging = {"pagination_token": token} if token else {}
            answer: JsonObject = await self._client.get_direct_message_events(
                max_results=_PAGE,
                event_types="MessageCreate",
                dm_event_fields=DM_FIELDS,
                expansions=EXPANSIONS,
                media_fields=MEDIA_FIELDS,
                **paging,
            )
            return answer

        async def enough(page: Page) -> bool:
            numbers = [int(number) for number in map(id_of, page.things) if number]
            self._client.purse.read(prices.DM_EVENT, "dm", map(str, numbers))
            if not page.things or (numbers and min(numbers) <= oldest):
                return True
            if at.resume:
                return bool(numbers) and min(numbers) <= at.newest
            return len(await unknown([f"dm:{number}" for number in numbers])) < len(numbers)

        async def frugal(token: str) -> JsonObject:
            if token and token != at.resume and not self._calls_left():
                raise Paused("the rest of X's limit for direct messages is kept for repairs")
            return await page(token)

        found = await walk(frugal, token=at.resume, pages=_PAGES, enough=enough)
        self._client.purse.read(prices.DM_EVENT, "dm", filter(None, map(id_of, found.things.values())))
        self._client.purse.read(prices.USER, "user", found.users)
        return found

    def _calls_left(self) -> bool:
        left = self._client.budget.left(ENDPOINT, self._client.clock())
        return left is None or left > _SPARE

    async def people(self, addresses: Sequence[str]) -> tuple[Mapping[str, Address], int]:
        """See `ports.Source`."""
        return await ask_people(self._client, addresses)

    async def settle(self, settled: Sequence[Settled]) -> None:
        """Nothing is left to do on X."""

    async def wait(self, seconds: float) -> None:
        """X gives no hints; polling is the truth."""
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Let go of the connections, which the account's sources share."""
        await self._client.close()


def _oldest_wanted(at: Cursor, now: datetime) -> int:
    """Ids at or below are before the start, or older than what X keeps."""
    return max(at.floor, id_at(now - _REACH))


def _message(thing: object) -> bool:
    """Joins and leaves are no messages; what has no readable type is looked at."""
    return not isinstance(thing, dict) or thing.get("event_type", "MessageCreate") == "MessageCreate"
