"""Sends posts and direct messages, and looks up on X whether an uncertain one is there after all."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from inbox_bot.channels.twitter import prices
from inbox_bot.channels.twitter.composing import composed
from inbox_bot.channels.twitter.fields import DM_FIELDS, POST_FIELDS
from inbox_bot.channels.twitter.parse import id_of, plain_text, replies_to
from inbox_bot.channels.twitter.refusals import Refused, explain
from inbox_bot.channels.twitter.snowflake import id_at
from inbox_bot.channels.twitter.wire import JsonObject, object_of, objects_of, read_page, text_of
from inbox_bot.channels.twitter.wording import canonical, links
from inbox_bot.errors import Deferred, Paused, Uncertain, Unsendable
from inbox_bot.model import Channel, Visibility
from inbox_bot.outgoing import Draft, Parcel, Sent
from inbox_bot.ports import Leaving, unnoted

if TYPE_CHECKING:  # tweepy is slow to load
    from inbox_bot.channels.twitter.client import XClient

_SLACK = timedelta(seconds=60)  # between our clock and X's
_LOOKUP_PAGES = 5
_LOOKUP_DMS = 10
_LOOKED_ENOUGH = 4  # twice after each of two attempts: what X calls a duplicate is not there, or not shown to us
_MISSING = "resource-not-found"  # not: not-authorized-for-resource, of an account that is protected
_GONE_RETRY = 5.0  # a reply right after the post may come too early for X


class XSender:
    """One account's outgoing side. X allows about one DM a minute, so calls go one after the other."""

    channel = Channel.TWITTER
    concurrency = 1

    def __init__(self, client: "XClient", *, inbox: str, read_only: bool = False) -> None:
        self.inbox = inbox
        self._client = client
        self._read_only = read_only

    def compose(self, draft: Draft) -> bytes:
        """See `composing.composed`."""
        return composed(draft)

    async def send(self, parcel: Parcel, leaving: Leaving = unnoted) -> Sent:
        """See `ports.Sender`. 429, 402 and 401 mean that nothing was sent; only a lost answer or 5xx is uncertain."""
        if self._read_only:
            raise Paused("This account was opened for reading only; nothing is sent.")
        body = _body(parcel)
        public = parcel.visibility is Visibility.PUBLIC
        await leaving()
        try:
            return await (self._post(body) if public else self._dm(parcel.to.address, body))
        except Refused as refused:
            refusal = refused.refusal
            if refusal.duplicate and parcel.looks < _LOOKED_ENOUGH:
                # It may be ours, of an attempt whose answer was lost: the look-up tells.
                raise Uncertain("X has a post with this text already (duplicate)") from refused
            if public and refusal.target_gone and parcel.attempts <= 1:
                raise Deferred(explain(refusal, direct=False), retry_after=_GONE_RETRY) from refused
            raise Unsendable(explain(refusal, direct=not public)) from refused
        except Paused as stop:
            stop.spend += self._client.purse.take()
            raise

    async def _post(self, body: JsonObject) -> Sent:
        text, target = text_of(body, "text"), _target(body)
        answer = await self._client.create_tweet(text=text, in_reply_to_tweet_id=target or None, user_auth=True)
        number = text_of(object_of(answer, "data"), "id")
        if not number:
            raise Uncertain("X took the post but gave no id")
        dear = bool(links(text))
        self._client.purse.wrote(prices.POST_WITH_LINK if dear else prices.REPLY if target else prices.POST)
        return Sent(external_id=number, evidence=f"post id {number}", spend=self._client.purse.take())

    async def _dm(self, to: str, body: JsonObject) -> Sent:
        answer = await self._client.create_direct_message(participant_id=to, text=text_of(body, "text"), user_auth=True)
        number = text_of(object_of(answer, "data"), "dm_event_id")
        if not number:
            raise Uncertain("X took the direct message but gave no id")
        self._client.purse.wrote(prices.DM)
        return Sent(external_id=number, evidence=f"DM event id {number}", spend=self._client.purse.take())

    async def find(self, parcel: Parcel) -> Sent | None:
        """The newest post or DM of ours that has this text and could be this parcel's. X gives no key of our own,
        so two equal texts look alike: that an id is not another delivery's is for the caller to check."""
        try:
            if parcel.visibility is Visibility.PUBLIC:
                return await self._find_post(parcel)
            return await self._find_dm(parcel)
        except Refused as refused:
            raise Deferred(f"X does not show whether it was sent: {refused}") from refused
        except Paused as stop:
            stop.spend += self._client.purse.take()
            raise

    def target(self, parcel: Parcel) -> str:
        """As its frozen body says."""
        return _target(_body(parcel))

    async def gone(self, posts: Sequence[str]) -> tuple[set[str], int]:
        """Asks for them by id: X names those that it does not find, and only what it shows is billed."""
        wanted = [one for one in posts if one.isascii() and one.isdigit()]
        if not wanted:
            return set(), 0
        try:
            answer = await self._client.get_tweets(ids=wanted, user_auth=True)
        except Refused as refused:
            raise Paused(f"X refuses to show posts: {refused}", spend=self._client.purse.take()) from refused
        except Paused as stop:
            stop.spend += self._client.purse.take()
            raise
        there = {text_of(one, "id") for one in objects_of(answer, "data")}
        self._client.purse.read(prices.FOUND_POST, "post", there)
        missing = {
            text_of(one, "resource_id") for one in objects_of(answer, "errors") if _MISSING in text_of(one, "type")
        }
        return (missing & set(wanted)) - there, self._client.purse.take()

    async def _find_post(self, parcel: Parcel) -> Sent | None:
        body, token = _body(parcel), ""
        target, started = _target(body), id_at((parcel.started_at or parcel.created_at) - _SLACK)
        since = max(int(target), started) if target else started
        me = await self._client.my_id("")
        for _ in range(_LOOKUP_PAGES):
            paging = {"pagination_token": token} if token else {}
            answer = await self._client.get_users_tweets(
                me, max_results=100, since_id=str(since), tweet_fields=POST_FIELDS, user_auth=True, **paging
            )
            posts, token = objects_of(answer, "data"), read_page(answer).next_token
            self._client.purse.read(prices.OWNED_POST, "post", filter(None, map(id_of, posts)))
            number = _newest([one for one in posts if replies_to(one) == target], body, since)
            if number or not token:
                return self._adopted(number, f"post id {number}, found on our timeline")
        return None

    async def _find_dm(self, parcel: Parcel) -> Sent | None:
        me = await self._client.my_id("")
        answer = await self._client.get_direct_message_events(
            participant_id=parcel.to.address,
            max_results=_LOOKUP_DMS,
            event_types="MessageCreate",
            dm_event_fields=DM_FIELDS,
        )
        events = objects_of(answer, "data")
        self._client.purse.read(prices.DM_EVENT, "dm", filter(None, map(id_of, events)))
        ours = [one for one in events if text_of(one, "sender_id") == me]
        number = _newest(ours, _body(parcel), id_at((parcel.started_at or parcel.created_at) - _SLACK))
        return self._adopted(number, f"DM event id {number}, found in the conversation")

    def _adopted(self, number: str, evidence: str) -> Sent | None:
        # What a look-up without a find cost is reported with the next call.
        return Sent(external_id=number, evidence=evidence, spend=self._client.purse.take()) if number else None

    async def close(self) -> None:
        """Let go of the connections, which the account's sources share."""
        await self._client.close()


def _newest(things: Sequence[JsonObject], body: JsonObject, since: int) -> str:
    wanted = canonical(text_of(body, "text"))
    numbers = [int(id_of(one)) for one in things if id_of(one) and canonical(plain_text(one)) == wanted]
    newest = max(numbers, default=0)
    return str(newest) if newest > since else ""


def _body(parcel: Parcel) -> JsonObject:
    body: JsonObject = json.loads(parcel.payload)
    return body


def _target(body: JsonObject) -> str:
    return text_of(object_of(body, "reply"), "in_reply_to_tweet_id")
