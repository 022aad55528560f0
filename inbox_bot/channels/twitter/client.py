"""Talks HTTP to X: signs, obeys limits, and turns every failure into Paused, Unreached, Uncertain or Refused."""

import asyncio
import json as jsonlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp
from oauthlib.oauth1 import Client as OAuth1  # type: ignore[import-untyped]  # ships no types
from tweepy.asynchronous import AsyncClient  # type: ignore[import-untyped]  # ships no types
from yarl import URL

from inbox_bot.channels.twitter import prices
from inbox_bot.channels.twitter.budget import Budget
from inbox_bot.channels.twitter.fields import NAMED_IN_BLAME, Names, Spelling, spell
from inbox_bot.channels.twitter.prices import Purse
from inbox_bot.channels.twitter.refusals import Refusal, Refused, read_refusal
from inbox_bot.channels.twitter.wire import JsonObject, object_of, text_of
from inbox_bot.errors import InboxBotError, Uncertain, Unreached
from inbox_bot.grants import Access

log = logging.getLogger(__name__)
for _name in ("tweepy", "oauthlib"):  # at DEBUG they print the Authorization header and what is signed
    logging.getLogger(_name).setLevel(logging.WARNING)

_MEDIA_HOSTS = frozenset({"pbs.twimg.com", "video.twimg.com"})
_CREDITS_WAIT = 20 * 60.0  # 402: X asks for a retry every 15-30 min
_CAP_WAIT = 60 * 60.0  # a monthly cap has no useful reset
_LOGIN_WAIT = 5 * 60.0  # 401 was also seen in an outage of X


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Our own account, as X knows it."""

    id: str
    handle: str
    name: str


class XClient(AsyncClient):  # type: ignore[misc]  # tweepy ships no types
    """tweepy's client for one account (OAuth 1.0a, or OAuth 2 with `access`), with the host, the errors and the limits
    it lacks.

    All calls give the answer's JSON object. They raise Paused (nothing happened; the inbox waits), Refused (4xx),
    and where something was to be written Unreached (no connection) or Uncertain (5xx, time-out, answer lost).
    `clock` gives Unix seconds; `seconds` is the time-out of one call; `spelling` of the fields is tried first.
    """

    def __init__(
        self,
        *,
        base_url: str,
        consumer_key: str,
        consumer_secret: str,
        access_token: str,
        access_token_secret: str,
        access: Access | None = None,
        clock: Callable[[], float],
        seconds: float = 30.0,
        spelling: Spelling = Spelling.TWEET,
    ) -> None:
        self.session: aiohttp.ClientSession | None
        super().__init__(
            consumer_key=consumer_key,
            consumer_secret=consumer_secret,
            access_token=access_token,
            access_token_secret=access_token_secret,
            return_type=dict,
            # tweepy's own waiting spins on a 429 without reset and knows no 24 h limits
            wait_on_rate_limit=False,
        )
        self.base_url = base_url.rstrip("/")
        self.clock = clock
        self._access = access
        self.budget = Budget()
        self.purse = Purse(clock)
        self._names = Names(spelling)
        self.last_headers: Mapping[str, str] = {}  # of `users/me` in `probe`; limits are learnt call by call
        self._seconds = seconds
        self._me: Me | None = None
        self._asking = asyncio.Lock()

    async def request(
        self,
        method: str,
        route: str,
        params: Mapping[str, str] | None = None,
        json: JsonObject | None = None,
        user_auth: bool = False,
    ) -> aiohttp.ClientResponse:
        """What tweepy's methods end in. Every call is made as the user, whatever `user_auth` says."""
        asked, given = self._names.spelling, params or {}
        try:
            response = await self._call(method, route, spell(given, asked), json)
        except Refused as refused:
            if method != "GET" or not _blames_spelling(refused.refusal) or not self._names.refused(asked):
                raise
            before, asked = asked, self._names.spelling
            try:
                response = await self._call(method, route, spell(given, asked), json)
            except Refused as again:
                if _blames_spelling(again.refusal):
                    self._names.refused_too(before)
                raise
        if any(one in given for one in NAMED_IN_BLAME):
            self._names.taken(asked)
        return response

    async def _call(
        self, method: str, route: str, params: Mapping[str, str], json: JsonObject | None
    ) -> aiohttp.ClientResponse:
        endpoint = f"{method} {re.sub(r'/[0-9]{3,}', '/:id', route)}"
        self.budget.check(endpoint, self.clock())
        url = URL(self.base_url + route).with_query(sorted(params.items()))
        if self._access is None:
            signed, headers = self._sign(method, url)
            response, raw = await self._exchange(method, endpoint, signed, json, headers)
        else:
            response, raw = await self._exchange_by_token(method, endpoint, url, json, self._access)
        self.last_headers = response.headers
        self.budget.learn(endpoint, response.headers)
        if response.status >= 300:
            raise self._failure(method, endpoint, response.status, raw, response.reason or "")
        answer = _object(raw, response.content_type)
        if answer is None:
            raise self._lost(method, endpoint, "no JSON")
        # Where things are asked for by id, errors alone say that they are gone.
        if "ids" not in params and not answer.keys() & {"data", "meta"} and "errors" in answer:
            raise self._lost(method, endpoint, read_refusal(response.status, raw, "").words)
        self.budget.worked(endpoint)
        return response

    async def _exchange_by_token(
        self, method: str, endpoint: str, url: URL, json: JsonObject | None, access: Access
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        """Once more with a new token where X refuses this one: nothing has happened then."""
        bearer = await access.token()
        headers = {"User-Agent": self.user_agent}
        given = await self._exchange(method, endpoint, url, json, headers | {"Authorization": f"Bearer {bearer}"})
        if given[0].status != 401:
            return given
        bearer = await access.token(refused=bearer)
        return await self._exchange(method, endpoint, url, json, headers | {"Authorization": f"Bearer {bearer}"})

    async def _exchange(
        self, method: str, endpoint: str, url: URL, json: JsonObject | None, headers: Mapping[str, str]
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        try:
            # No redirects: the signature is for this host, and no other one may see the token.
            async with self._open().request(method, url, json=json, headers=headers, allow_redirects=False) as response:
                return response, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise self._unreached(method, endpoint) from exc
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise self._lost(method, endpoint, type(exc).__name__) from exc

    def _open(self) -> aiohttp.ClientSession:
        if self.session is None:
            self.session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._seconds, connect=min(10.0, self._seconds)),
                # A POST on a connection that the peer is just closing would be uncertain: idle ones are dropped first.
                connector=aiohttp.TCPConnector(keepalive_timeout=3.0),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            # It would send a GET whose connection broke once more with the same nonce, which X refuses as a bad key.
            # The switch is aiohttp's own, for its tests; there is no public one.
            self.session._retry_connection = False
        return self.session

    def _sign(self, method: str, url: URL) -> tuple[URL, dict[str, str]]:
        signer = OAuth1(self.consumer_key, self.consumer_secret, self.access_token, self.access_token_secret)
        signed, headers, _ = signer.sign(str(url), method, headers={"User-Agent": self.user_agent})
        # oauthlib signs colons in a query percent-encoded; yarl would send them as they are
        bare, mark, query = signed.partition("?")
        return URL(bare + mark + query.replace(":", "%3A"), encoded=True), headers

    def _unreached(self, method: str, endpoint: str) -> InboxBotError:
        why = f"X cannot be reached at {self.base_url}"
        log.warning("x.unreached", extra={"endpoint": endpoint})
        trouble = self.budget.troubled(endpoint, why, self.clock())
        return trouble if method == "GET" else Unreached(why)

    def _lost(self, method: str, endpoint: str, what: str) -> InboxBotError:
        log.warning("x.answer_lost", extra={"endpoint": endpoint, "what": what})
        why = f"X gave no usable answer to {endpoint} ({what})"
        trouble = self.budget.troubled(endpoint, why, self.clock())
        return trouble if method == "GET" else Uncertain(why)

    def _failure(self, method: str, endpoint: str, status: int, raw: bytes, reason: str) -> InboxBotError:
        """What an answer other than 2xx means for the caller."""
        refusal, now = read_refusal(status, raw, reason), self.clock()
        log.warning("x.refused", extra={"endpoint": endpoint, "status": status, "kind": refusal.kind})
        if status == 429 and refusal.usage_capped:
            return self.budget.hold(
                now + _CAP_WAIT, f"X's usage cap is reached: {refusal.words}; raise it in the console"
            )
        if status == 429:
            return self.budget.limited(endpoint, now)
        if status == 402:
            return self.budget.hold(now + _CREDITS_WAIT, "X's credits are used up (402): top them up in X's console")
        if status == 401:
            hint = "our keys (401): check the four OAuth 1.0a values and this machine's clock"
            if self._access is not None:
                hint = "also a new access token (401): see X's console, and authorise again if the app is in order"
            return self.budget.hold(now + _LOGIN_WAIT, f"X refuses {hint}")
        if status == 403 and refusal.not_enrolled:
            return self.budget.hold(now + _CREDITS_WAIT, f"X does not let this app in: {refusal.words}")
        if 400 <= status < 500 and status != 408:
            return Refused(refusal)
        return self._lost(method, endpoint, f"HTTP {status}")

    async def me(self) -> Me:
        """Our account; X is asked once."""
        async with self._asking:
            if self._me is None:
                self._me = await self._ask_me()
        return self._me

    async def _ask_me(self) -> Me:
        data = object_of(await self.get_me(user_auth=True), "data")
        found = Me(id=text_of(data, "id"), handle=text_of(data, "username"), name=text_of(data, "name"))
        if not found.id:
            raise self._lost("GET", "GET /2/users/me", "no id")
        self.purse.read(prices.USER, "user", [found.id])
        return found

    async def my_id(self, remembered: str) -> str:
        """Our user id; `remembered` from a cursor spares the call, unless the keys are of another account by now.

        An OAuth 2 token does not say whose it is.
        """
        if self._me is None and remembered and str(self.access_token).startswith(f"{remembered}-"):
            return remembered
        return (await self.me()).id

    async def download(self, url: str, most: int) -> tuple[bytes, str] | None:
        """A file that X names, with its media type; None where it cannot be had or is larger than `most` bytes.

        Only from X's own media hosts (or the API's, which a sandbox is), unsigned, without redirects: what a customer
        writes must never choose where this machine connects to.
        """
        try:
            there = URL(url)
        except ValueError:
            return None
        ours = there.authority == URL(self.base_url).authority
        if not ours and not (there.scheme == "https" and there.host in _MEDIA_HOSTS):
            return None
        data = bytearray()
        try:
            async with self._open().get(there, allow_redirects=False) as response:
                if response.status != 200:
                    return None
                async for chunk in response.content.iter_chunked(65536):
                    data += chunk
                    if len(data) > most:
                        return None
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None
        return bytes(data), response.content_type

    async def close(self) -> None:
        """Let go of the connections; the client can be used again."""
        if self.session is not None:
            await self.session.close()
            self.session = None


def _blames_spelling(refusal: Refusal) -> bool:
    named = refusal.parameters | {one for one in NAMED_IN_BLAME if one in refusal.words}
    return refusal.status == 400 and not named.isdisjoint(NAMED_IN_BLAME)


def _object(raw: bytes, media_type: str) -> JsonObject | None:
    if not media_type.endswith("json"):
        return None
    try:
        body = jsonlib.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
