"""The daemon's loops on the sandbox's X, in a time that passes only when the test says so: an hour takes a second."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from inbox_bot import config as configuration
from inbox_bot.app import App, open_app
from inbox_bot.channels.twitter import open_account
from inbox_bot.daemon import Daemon
from inbox_bot.flows import reading
from inbox_bot.model import DeliveryState
from inbox_bot.ports import Source
from inbox_bot.sandbox.x import User, World, serve
from tests.adapters.x_builders import world_at
from tests.e2e.house import write_config
from tests.faults.proxy import Proxy, proxy

WAYS = ("post", "dm")
"""The sandbox's names for both ways of writing."""
LOOPS = 7  # three streams, outbox, clock, retention, heartbeat
_FIRST_WAIT = 2.0
_HANGING = ("black hole", "half open", "half open: no answer", "answers too late", "half an answer")


def patience(fault: str) -> float:
    """Real seconds for a call: few where no answer ever comes, else so many that a busy machine is no second fault."""
    return 2.0 if fault in _HANGING else 30.0


class Unhurried:
    """A source that waits in the test's time."""

    def __init__(self, source: Source, hours: "Hours") -> None:
        self.inbox, self.channel, self.stream, self.seconds = (
            source.inbox,
            source.channel,
            source.stream,
            source.seconds,
        )
        self.poll, self.people, self.settle, self.close = source.poll, source.people, source.settle, source.close
        self._hours = hours

    async def wait(self, seconds: float) -> None:
        """See `ports.Source`."""
        try:
            async with self._hours.timeout(seconds):
                await asyncio.Event().wait()
        except TimeoutError:
            return


@dataclass(slots=True, kw_only=True)
class Hours:
    """A world, the daemon's loops on it, a proxy between them, and whoever waits for what time."""

    world: World
    proxy: Proxy
    app: App | None = None
    daemon: Daemon | None = None
    waiting: list[tuple[float, asyncio.Timeout]] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    _resting: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncIterator[object]:
        """`asyncio.timeout` in the world's time."""
        async with asyncio.timeout(None) as limit:
            entry = (self.world.seconds() + seconds, limit)
            self.waiting.append(entry)
            self._resting.set()
            try:
                yield limit
            finally:
                if entry in self.waiting:
                    self.waiting.remove(entry)

    async def rest(self) -> None:
        """Wait until every loop waits for its time."""
        assert self.daemon is not None
        async with asyncio.timeout(60):
            while len(self.waiting) < LOOPS or self.daemon.work.is_set():
                self._resting.clear()
                await self._resting.wait()

    async def passing(self, seconds: float, *, step: float = 60.0) -> None:
        """Let time pass, in steps after each of which everybody does what is due."""
        end = self.world.seconds() + seconds
        await self.rest()
        while (now := self.world.seconds()) < end:
            self.world.advance(min(step, end - now))
            now = self.world.seconds()
            due = [entry for entry in self.waiting if entry[0] <= now]
            self.waiting = [entry for entry in self.waiting if entry[0] > now]
            for _, limit in due:
                limit.reschedule(asyncio.get_running_loop().time())
            await self.rest()

    async def all_answered(self, *, most: float, step: float = 60.0) -> float:
        """Let time pass until everybody has an answer; gives how long that took."""
        begun = self.world.seconds()
        while not all(self.answers()):
            took = self.world.seconds() - begun
            assert took < most, f"after {took:.0f} s: {self.answers()} {await self.audit()}"
            await self.passing(step, step=step)
        return self.world.seconds() - begun

    async def comes_to_rest(self, *, most: float) -> float:
        """Everybody is answered once and all is in order, also some minutes later; gives how long the answers took."""
        took = await self.all_answered(most=most)
        await self.passing(6 * 60, step=120)
        await self.in_order()
        return took

    def writes(self, *, dm: bool = False, text: str = "Mein Anschluss ist tot.") -> User:
        """A new person writes to us."""
        user = self.world.add_user(f"kunde{len(self.people) + 1}")
        self.people.append(user)
        if dm:
            self.world.dm(user, text)
        else:
            self.world.post(user, f"@{self.world.me.handle} {text}")
        return user

    def answers(self) -> list[int]:
        """How many answers each person has."""
        return [len(self.world.replies_to(user)) + len(self.world.dms_to(user)) for user in self.people]

    def asked(self, *endpoints: str) -> int:
        """How often these endpoints were called; without any: all."""
        return sum(1 for call in self.world.calls if not endpoints or call.endpoint in endpoints)

    async def states(self) -> Counter[str]:
        """How many deliveries stand where."""
        assert self.app is not None
        counts: Counter[str] = Counter()
        async with self.app.house.store.read() as tx:
            for ticket, _, _ in await tx.tickets(states=[], customer=None, limit=1000):
                for entry in await tx.timeline(ticket.customer, ticket.id):
                    counts.update(delivery.state.value for delivery, _ in entry.deliveries)
        assert set(counts) <= {state.value for state in DeliveryState}
        return counts

    async def audit(self) -> dict[str, str]:
        """What it finds, by kind; the words of each on one line."""
        assert self.app is not None
        found: dict[str, str] = {}
        for one in await reading.audit(self.app.house, self.app.house.now()):
            assert "\n" not in one.detail
            found[one.kind] = f"{found[one.kind]} | {one.detail}" if one.kind in found else one.detail
        return found

    async def in_order(self, *, but: str = "") -> None:
        """Everybody has one answer, the ledger has each thing once, and the audit finds nothing (`but` this kind)."""
        assert self.app is not None
        assert self.answers() == [1] * len(self.people)
        counts, balanced = await reading.ledger(self.app.house)
        assert balanced
        filed = sum(count for _, outcome, count in counts if outcome == "filed")
        assert filed == len(self.people)
        found = await self.audit()
        assert set(found) <= {but}, found


@asynccontextmanager
async def hours(folder: Path, *, call_seconds: float = 30.0) -> AsyncIterator[Hours]:
    """The loops as long as the block lasts; they must end in order."""
    world = world_at()
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve(world))
        between = await stack.enter_async_context(proxy(int(url.rpartition(":")[2])))
        through = f"http://127.0.0.1:{between.port}"
        house = write_config(folder, x=(through, world))
        time = Hours(world=world, proxy=between)
        app = await stack.enter_async_context(
            open_app(
                configuration.load(house.config, os.environ),
                now=world.now,
                wrap_source=lambda source: Unhurried(source, time),
            )
        )
        account = world.account
        app.accounts["x"] = open_account(
            inbox="x",
            base_url=through,
            consumer_key=account.consumer_key,
            consumer_secret=account.consumer_secret,
            access_token=account.access_token,
            access_token_secret=account.access_token_secret,
            poll_seconds=60,
            dm_poll_seconds=120,
            start="all",
            clock=world.seconds,
            call_seconds=call_seconds,
        )
        time.app = app
        time.daemon = Daemon(app=app, first_wait=_FIRST_WAIT, steady=world.seconds, timeout=time.timeout)
        running = asyncio.create_task(time.daemon.run(), name="daemon")
        try:
            yield time
        finally:
            time.daemon.stop.set()
            time.daemon.work.set()
            await running
