"""Builds what the tests of the X adapter share: an open account on a sandbox's world, parcels, and a canned peer."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from inbox_bot.channels.twitter import Account, open_account
from inbox_bot.model import Address, Batch, Channel, Incoming, Kind, Unreadable, Visibility
from inbox_bot.outgoing import Draft, Parcel
from inbox_bot.ports import Source
from inbox_bot.sandbox.x import Keys, Post, User, World, serve

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEYS = Keys(
    consumer_key="key-aaa",
    consumer_secret="secret-bbb",
    access_token="7001000101-ccc",
    access_token_secret="secret-ddd",
)


def world_at(moment: datetime = NOW, **options: object) -> World:
    """A world whose time stands still until it is advanced."""
    return World(clock=moment.timestamp, **options)  # type: ignore[arg-type]  # mypy takes no types out of a dict


def open_at(url: str, keys: Keys, clock: Callable[[], float], **options: object) -> Account:
    """An account on the API at that URL; from its first post on, unless `start` says otherwise."""
    given: dict[str, object] = {"inbox": "x", "poll_seconds": 60, "dm_poll_seconds": 100, "start": "all"} | options
    return open_account(
        base_url=url,
        consumer_key=keys.consumer_key,
        consumer_secret=keys.consumer_secret,
        access_token=keys.access_token,
        access_token_secret=keys.access_token_secret,
        clock=clock,
        **given,  # type: ignore[arg-type]  # mypy takes no types out of a dict
    )


@dataclass(slots=True)
class Scene:
    """An open account, and what the house would remember of it: cursors, keys on record, money spent."""

    account: Account
    now: Callable[[], datetime]
    known: set[str] = field(default_factory=set)
    cursors: dict[str, str] = field(default_factory=dict)
    spent: int = 0
    more: bool = False

    @property
    def mentions(self) -> Source:
        """The source of mentions."""
        return self.account.sources[0]

    @property
    def dms(self) -> Source:
        """The source of direct messages."""
        return self.account.sources[1]

    @property
    def posts(self) -> Source:
        """The source of our own posts."""
        return self.account.sources[2]

    async def unknown(self, keys: Sequence[str]) -> set[str]:
        """Those not on record."""
        return set(keys) - self.known

    async def poll(self, source: Source) -> tuple[Incoming | Unreadable, ...]:
        """One poll, put on record."""
        batch: Batch = await source.poll(self.cursors.get(source.stream), self.unknown, self.now())
        keys = [item.key for item in batch.items]
        assert len(keys) == len(set(keys)), "a key was given twice"
        assert not self.known & set(keys), "a key was given that is on record"
        self.known |= set(keys)
        self.cursors[source.stream] = batch.cursor
        self.spent += batch.spend
        self.more = batch.more
        return batch.items

    async def texts(self, source: Source) -> list[str]:
        """What one poll brought, as texts in order."""
        return [item.text for item in await self.poll(source) if isinstance(item, Incoming)]

    async def only(self, source: Source) -> Incoming:
        """The one readable thing that a poll brings."""
        (item,) = await self.poll(source)
        assert isinstance(item, Incoming)
        return item

    def take_spent(self) -> int:
        """What was spent since this was last asked."""
        spent, self.spent = self.spent, 0
        return spent


@asynccontextmanager
async def scene(world: World, **options: object) -> AsyncIterator[Scene]:
    """The world served over HTTP, and an account open on it."""
    async with serve(world) as url:
        account = open_at(url, world.account, world.seconds, **options)
        try:
            yield Scene(account, world.now)
        finally:
            await account.close()


def asked(world: World, endpoint: str) -> list[dict[str, str]]:
    """The parameters of each call to one of the sandbox's endpoints, in order."""
    return [dict(call.parameters) for call in world.calls if call.endpoint == endpoint]


def draft(to: User, text: str, *, answers: Post | None = None, automatic: bool = False, dm: bool = False) -> Draft:
    """A post (a reply where it answers one) or a DM to somebody."""
    return Draft(
        kind=Kind.REPLY,
        to=Address(channel=Channel.TWITTER, address=str(to.id), handle=to.handle),
        visibility=Visibility.PRIVATE if dm else Visibility.PUBLIC,
        text=text,
        token="t1",
        at=NOW,
        in_reply_to=str(answers.id) if answers is not None else "",
        automatic=automatic,
    )


def parcel(of: Draft, payload: bytes, at: datetime, *, attempts: int = 1) -> Parcel:
    """The draft as a claimed delivery whose first attempt began at `at`."""
    return Parcel(
        id=1,
        token=of.token,
        inbox="x",
        kind=of.kind,
        to=of.to,
        visibility=of.visibility,
        payload=payload,
        recipients=(of.to.address,),
        return_path="",
        external_id="",
        attempts=attempts,
        looks=0,
        created_at=at,
        started_at=at,
        ticket=1,
        carries_number=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """One answer as it goes over the wire; `raw` replaces a JSON body."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    media_type: str = "application/json"

    def octets(self) -> bytes:
        """Head and body; the connection ends after it."""
        raw = json.dumps(self.body).encode() if self.raw is None else self.raw
        headers = {"Content-Type": self.media_type, "Content-Length": str(len(raw)), "Connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in (headers | dict(self.headers)).items())
        return f"HTTP/1.1 {self.status} Said\r\n{head}\r\n".encode() + raw


Answer = Callable[[str, str], Canned]
"""From method and target (path with query) to the answer."""


@asynccontextmanager
async def canned(answer: Answer) -> AsyncIterator[str]:
    """A peer that says what no well-behaved API would; gives its URL."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split(" ", 2)
        length = next((line[15:] for line in head.lower().split("\r\n") if line.startswith("content-length:")), "0")
        await reader.readexactly(int(length))
        writer.write(answer(method, target).octets())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def canned_scene(answer: Answer, **options: object) -> AsyncIterator[Scene]:
    """An account open on a canned peer; `users/me` is answered already."""

    def say(method: str, target: str) -> Canned:
        if target.startswith("/2/users/me"):
            return Canned(body={"data": {"id": "7001000101", "username": "acme_hilft", "name": "Acme hilft"}})
        return answer(method, target)

    async with canned(say) as url:
        account = open_at(url, KEYS, NOW.timestamp, **options)
        try:
            yield Scene(account, lambda: NOW)
        finally:
            await account.close()
