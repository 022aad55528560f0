"""Polls X for posts: those that mention us (with overlap, sweep, search after a gap) and those of our own account."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING

from inbox_bot.channels.twitter import prices
from inbox_bot.channels.twitter.cursors import Cursor, read_cursor
from inbox_bot.channels.twitter.fields import EXPANSIONS, MEDIA_FIELDS, POST_FIELDS
from inbox_bot.channels.twitter.media import with_files
from inbox_bot.channels.twitter.parse import id_of, key_of, names, read_post
from inbox_bot.channels.twitter.people import ask_people
from inbox_bot.channels.twitter.refusals import Refused
from inbox_bot.channels.twitter.snowflake import id_at, iso_seconds, time_of
from inbox_bot.channels.twitter.walk import Walk, walk
from inbox_bot.channels.twitter.wire import JsonObject
from inbox_bot.errors import Paused
from inbox_bot.model import Address, Batch, Channel, Incoming, Settled, Unreadable
from inbox_bot.ports import Unknown

if TYPE_CHECKING:  # tweepy is slow to load
    from inbox_bot.channels.twitter.client import XClient

_PAGES = 10  # per poll; mentions reach back 800 posts
_REACH = 800
_OVERLAP = timedelta(minutes=15)  # mentions show up late and out of order
_SWEEP_EVERY = timedelta(hours=1)
_SWEEP_BACK = timedelta(hours=24)
_SEARCH_BACK = timedelta(days=7) - timedelta(minutes=1)
_ASK = {"user_auth": True, "tweet_fields": POST_FIELDS, "expansions": EXPANSIONS, "media_fields": MEDIA_FIELDS}
_REFUSED_WAIT = timedelta(minutes=15)


class PostSource:
    """Our own timeline: echoes of what we sent, and what the team sent elsewhere."""

    channel = Channel.TWITTER
    stream = "posts"

    def __init__(self, client: "XClient", *, inbox: str, seconds: float, start: str) -> None:
        self.inbox = inbox
        self.seconds = seconds
        self._client = client
        self._start = start

    async def poll(self, cursor: str | None, unknown: Unknown, now: datetime) -> Batch:
        """See `ports.Source`. A walk that could not be finished goes on at the next poll, from its own token."""
        at = read_cursor(cursor, self._start, now)
        try:
            at = replace(at, me=await self._client.my_id(at.me))
            found = await self._news(at)
            after = _advance(at, found, now)
            if found.ended:
                after = await self._more(at, after, found, now)
        except Refused as refused:
            why = f"X refuses to list {self.stream}: {refused}"
            raise Paused(why, until=now + _REFUSED_WAIT, alarm=True, spend=self._client.purse.take()) from refused
        except Paused as stop:
            stop.spend += self._client.purse.take()
            raise
        items = await with_files(self._client, await _unknown_items(found, at, unknown, now))
        unfinished = not found.ended or after.below not in (0, at.below)
        more = unfinished and found.stopped is None and bool(items)
        return Batch(items=items, cursor=after.text(), more=more, spend=self._client.purse.take())

    async def _news(self, at: Cursor) -> Walk:
        """What came since the newest known post, less the overlap."""
        since = at.floor
        if at.newest:
            since = max(since, id_at(time_of(at.newest) - _OVERLAP))
        return await self._read(at, token=at.resume, **({"since_id": str(since)} if since else {}))

    async def _more(self, before: Cursor, after: Cursor, found: Walk, now: datetime) -> Cursor:
        """Further readings after a complete one, put into `found`."""
        return after

    async def _read(self, at: Cursor, *, token: str = "", **given: str) -> Walk:
        async def page(token: str) -> JsonObject:
            paging = {"pagination_token": token} if token else {}
            return await self._list(at.me, **given, **paging)

        found = await walk(page, token=token, pages=_PAGES)
        self._client.purse.read(prices.OWNED_POST, "post", filter(None, map(id_of, found.things.values())))
        self._client.purse.read(prices.USER, "user", found.users)
        return found

    async def _list(self, me: str, **given: str) -> JsonObject:
        answer: JsonObject = await self._client.get_users_tweets(me, max_results=100, **_ASK, **given)
        return answer

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


class MentionSource(PostSource):
    """Posts that mention us."""

    stream = "mentions"

    async def _list(self, me: str, **given: str) -> JsonObject:
        answer: JsonObject = await self._client.get_users_mentions(me, max_results=100, **_ASK, **given)
        return answer

    async def _more(self, before: Cursor, after: Cursor, found: Walk, now: datetime) -> Cursor:
        """Search where posts may be missing; once an hour read the day again, which costs nothing on the same day."""
        gap = _gap(before, before.seen + len(found.things), now)
        if gap:
            searched = await _attempt(self._search(datetime.fromtimestamp(gap, UTC), before.below, now))
            after = _searched(replace(after, gap=gap), searched)
            _add(found, searched)
        if not before.swept:
            return replace(after, swept=now.timestamp())
        since = max(now - _SWEEP_BACK, now.replace(hour=0, minute=0, second=0, microsecond=0), time_of(before.floor))
        due = not 0 <= now.timestamp() - before.swept < _SWEEP_EVERY.total_seconds()  # also after a clock set back
        if not due or now - since < timedelta(minutes=1):  # X refuses a start_time that is too close to now
            return after
        swept = await _attempt(self._read(before, start_time=iso_seconds(since)))
        _add(found, swept)
        return after if swept is None else replace(after, swept=now.timestamp())

    async def _search(self, since: datetime, below: int, now: datetime) -> Walk:
        """The gap's posts, newest first; `below`: only what is not above this id, where an earlier search ended."""
        handle = (await self._client.me()).handle
        start = iso_seconds(max(since - _OVERLAP, now - _SEARCH_BACK))
        end = {"end_time": iso_seconds(time_of(below) + timedelta(seconds=1))} if below else {}

        async def page(token: str) -> JsonObject:
            paging = {"next_token": token} if token else {}
            answer: JsonObject = await self._client.search_recent_tweets(
                f"@{handle} -is:retweet", max_results=100, start_time=start, **end, **_ASK, **paging
            )
            return answer

        found = await walk(page, token="", pages=_PAGES)
        self._client.purse.read(prices.FOUND_POST, "post", filter(None, map(id_of, found.things.values())))
        self._client.purse.read(prices.USER, "user", found.users)
        me = (await self._client.me()).id
        found.lowest = min((int(number) for number in map(id_of, found.things.values()) if number), default=0)
        found.things = {number: one for number, one in found.things.items() if names(one, me)}
        return found


async def _attempt(reading: Awaitable[Walk]) -> Walk | None:
    """A second reading must not cost us what the first one brought: None = to be tried again at a later poll."""
    try:
        return await reading
    except (Paused, Refused):
        return None


def _searched(after: Cursor, searched: Walk | None) -> Cursor:
    """The gap is closed when a search came to its end; one that was cut off goes on below what it has found."""
    if searched is None:
        return after
    if searched.ended:
        return replace(after, gap=0.0, below=0)
    return replace(after, below=searched.lowest or after.below)


def _add(found: Walk, further: Walk | None) -> None:
    if further is not None:
        found.things = further.things | found.things
        found.media.update(further.media)


def _advance(at: Cursor, found: Walk, now: datetime) -> Cursor:
    """The newest id counts only when the walk came to its end: what lies between is not read yet."""
    reached = max(at.reached, found.highest)
    if not found.ended:
        return replace(at, resume=found.token, reached=reached, seen=at.seen + len(found.things))
    return replace(at, newest=max(at.newest, reached), resume="", reached=0, seen=0, polled=now.timestamp())


def _gap(before: Cursor, read: int, now: datetime) -> float:
    """Since when posts may be missing: more came than X's listing reaches back, or we were away longer than a sweep
    covers. 0.0 = none; the first run has no gap."""
    if before.gap or not before.polled:
        return before.gap
    away = now.timestamp() - before.polled > _SWEEP_BACK.total_seconds()
    return before.polled if away or read >= _REACH else 0.0


async def _unknown_items(found: Walk, at: Cursor, unknown: Unknown, now: datetime) -> tuple[Incoming | Unreadable, ...]:
    """Oldest first, without what is before the start or on record; of each poll's overlap nothing more is read."""
    numbered = sorted(((int(id_of(one) or at.floor + 1), one) for one in found.things.values()), key=itemgetter(0))
    keyed = [(key_of("post", one), one) for number, one in numbered if number > at.floor]
    wanted = await unknown([key for key, _ in keyed]) if keyed else set()
    return tuple(read_post(one, found.media, at.me, now) for key, one in keyed if key in wanted)
