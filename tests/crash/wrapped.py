"""Stands between the flows and the ports and tells a trap what the process comes by; changes nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any, cast

from inbox_bot.model import Address, Batch, Settled
from inbox_bot.outgoing import Draft, Parcel, Sent
from inbox_bot.ports import Leaving, Sender, Source, Store, Transaction, Unknown, unnoted
from tests.crash.points import Trap

_ABOUT = (
    # (what, the methods that such a transaction calls), the first that fits
    ("intake", {"save", "gather", "unknown"}),
    ("claim", {"claim"}),
    ("leave", {"leave"}),
    ("outcome", {"settle"}),
    ("recover", {"expire"}),
    ("acknowledge", {"owed", "save"}),
    ("lease", {"take_lease"}),
    ("health", {"health"}),
    ("alarms", {"alarms"}),
)
_ONLY_WITH_A_RESULT = frozenset({"claim", "expire", "owed"})
"""Otherwise the idle turns of the loops would be most of what passes."""


def about(deeds: set[str]) -> str:
    """What a transaction was about that called these methods."""
    return next((what for what, needs in _ABOUT if needs <= deeds), "")


class WrappedSource:
    """A source whose polls and settlements are told."""

    def __init__(self, source: Source, trap: Trap) -> None:
        self._source, self._trap = source, trap
        self.inbox, self.channel, self.stream = source.inbox, source.channel, source.stream
        self.seconds = source.seconds

    async def poll(self, cursor: str | None, unknown: Unknown, now: datetime) -> Batch:
        self._trap.passing("poll.before")
        batch = await self._source.poll(cursor, unknown, now)
        if batch.items:
            self._trap.passing("poll.after")
        return batch

    async def people(self, addresses: Sequence[str]) -> tuple[Mapping[str, Address], int]:
        return await self._source.people(addresses)

    async def settle(self, settled: Sequence[Settled]) -> None:
        self._trap.passing("settle.before")
        await self._source.settle(settled)
        self._trap.passing("settle.after")

    async def wait(self, seconds: float) -> None:
        await self._source.wait(seconds)

    async def close(self) -> None:
        await self._source.close()


class WrappedSender:
    """A sender whose attempts and look-ups are told."""

    def __init__(self, sender: Sender, trap: Trap) -> None:
        self._sender, self._trap = sender, trap
        self.inbox, self.channel, self.concurrency = sender.inbox, sender.channel, sender.concurrency

    def compose(self, draft: Draft) -> bytes:
        return self._sender.compose(draft)

    async def send(self, parcel: Parcel, leaving: Leaving = unnoted) -> Sent:
        self._trap.passing("send.before")
        sent = await self._sender.send(parcel, leaving)
        self._trap.passing("send.after")
        return sent

    async def find(self, parcel: Parcel) -> Sent | None:
        self._trap.passing("find.before")
        found = await self._sender.find(parcel)
        self._trap.passing("find.after")
        return found

    def target(self, parcel: Parcel) -> str:
        return self._sender.target(parcel)

    async def gone(self, posts: Sequence[str]) -> tuple[set[str], int]:
        return await self._sender.gone(posts)

    async def close(self) -> None:
        await self._sender.close()


class WrappedStore:
    """A store whose commits are told, with what they are about."""

    def __init__(self, store: Store, trap: Trap) -> None:
        self._store, self._trap = store, trap

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        return self._store.read()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        deeds: set[str] = set()
        async with self._store.write() as tx:
            yield cast(Transaction, _Noting(tx, deeds))
            if what := about(deeds):
                self._trap.passing(f"commit.before:{what}")
        if what:
            self._trap.passing(f"commit.after:{what}")

    async def forget(self) -> None:
        await self._store.forget()

    async def close(self) -> None:
        await self._store.close()


class _Noting:
    """A transaction that notes the names of the methods called on it."""

    def __init__(self, tx: Transaction, deeds: set[str]) -> None:
        self._tx, self._deeds = tx, deeds

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = getattr(self._tx, name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            result = await method(*args, **kwargs)
            if result or name not in _ONLY_WITH_A_RESULT:
                self._deeds.add(name)
            return result

        return call
