"""Sends what is due: claim and commit, one network call each, then the outcome; lost outcomes are looked up."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from inbox_bot.errors import (
    Conflict,
    Deferred,
    InboxBotError,
    Limited,
    Paused,
    StoreError,
    Uncertain,
    Unreached,
    Unsendable,
)
from inbox_bot.flows import gone
from inbox_bot.flows.again import again
from inbox_bot.flows.house import House
from inbox_bot.flows.intake import day
from inbox_bot.flows.leaving import Door, Overtaken
from inbox_bot.outgoing import Parcel
from inbox_bot.ports import Sender, Transaction
from inbox_bot.rules import delivery as rules
from inbox_bot.writes import Settlement

log = logging.getLogger(__name__)

_AHEAD = 4  # parcels claimed per connection: one commit serves several quick sends
_MOMENT = 0.05  # seconds for which an outcome may wait for others to be recorded with it
_PAUSE = timedelta(seconds=60)  # where the peer names no time
_LOOKS_AT_ONCE = 20
_SERVED = 20  # addresses that are remembered as served, so that one customer's queue takes turns with the others'


@dataclass(slots=True)
class Outbox:
    """The sending side of one inbox. `paused_until`: nothing is claimed before, unless the clock is set back behind
    `paused_at`; `stopping()` ends the round early.

    `alarm`: what a person has to do before this inbox can send again, or why the peer is not reached ("" = nothing).
    `deferred`: deliveries put off, with the peer's words. `unreached`: how many times running nobody was there.
    """

    house: House
    sender: Sender
    stopping: Callable[[], bool] = lambda: False
    paused_until: datetime | None = None
    paused_at: datetime | None = None
    alarm: str = ""
    deferred: dict[int, str] = field(default_factory=dict)
    unreached: int = 0
    why: str = ""  # of the pause
    _results: list[tuple[Settlement, int]] = field(default_factory=list)
    _served: list[str] = field(default_factory=list)  # the last one last
    _door: Door = field(init=False)

    def __post_init__(self) -> None:
        self._door = Door(self.house)

    async def deliver(self) -> int:
        """Send everything that is due now, several at once; gives how many attempts were made."""
        attempts = 0
        running: set[asyncio.Task[None]] = set()
        gate = asyncio.Semaphore(self.sender.concurrency)
        most = self.sender.concurrency * (_AHEAD if self.sender.concurrency > 1 else 1)
        try:
            while True:
                parcels = await self._commit_and_claim(most - len(running))
                attempts += len(parcels)
                running |= {
                    asyncio.create_task(self._attempt(parcel, gate), name=f"send:{parcel.inbox}:{parcel.id}")
                    for parcel in parcels
                }
                if not running:
                    return attempts
                running = await self._some_ended(running, most // 2)
        finally:
            # Cancelled or failed: what is on the wire is still awaited, and its outcome written.
            await asyncio.shield(self._drain(running))

    async def _some_ended(self, running: set[asyncio.Task[None]], few: int) -> set[asyncio.Task[None]]:
        """Those that go on when one has ended and, within a moment, so many that only a few do: one transaction then
        serves several."""
        loop = asyncio.get_running_loop()
        _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        end = loop.time() + _MOMENT
        while len(running) > few and (left := end - loop.time()) > 0:
            _, running = await asyncio.wait(running, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        return running

    async def look(self) -> int:
        """Look up deliveries whose outcome was lost; gives how many were looked at."""
        now = self.house.now()
        if self._waits(now):
            return 0
        async with self.house.store.read() as tx:
            parcels = await tx.uncertain(self.sender.inbox, _LOOKS_AT_ONCE, now)
        for parcel in parcels:
            try:
                found = await self.sender.find(parcel)
            except Limited:
                continue  # what went another way can be looked up
            except (Paused, Deferred) as stop:
                self._pause(stop, now)
                break
            settlement = rules.looked(parcel, found, self.house.now())
            try:
                await self._write([(settlement, found.spend if found else 0)])
            except Conflict:
                # The id found belongs to another delivery with the same words: so ours did not go out.
                await self._write([(rules.looked(parcel, None, self.house.now()), 0)])
            log.info("looked_up", extra={"delivery": parcel.id, "state": settlement.state.value})
        return len(parcels)

    async def _commit_and_claim(self, free: int) -> list[Parcel]:
        """One transaction: the outcomes so far, and the next parcels."""
        now = self.house.now()
        free = min(free, 1) if self.unreached else free  # one delivery asks whether the peer is back
        claims = free > 0 and not self.stopping() and not self._waits(now)
        results, self._results = self._results, []
        if not results and not claims:
            return []
        try:
            async with self.house.store.write() as tx:
                await self._save(tx, results)
                if not claims or await self._too_dear(tx, now):
                    return []
                until = now + rules.LEASE
                parcels = await tx.claim(
                    self.sender.inbox, free, self.house.worker, until, now, unsent=True, served=self._served
                )
        except Conflict:
            await self._record_apart(results)
            return []
        except BaseException:
            self._results = results + self._results  # outcomes wait for the next transaction that works
            raise
        addresses = dict.fromkeys(parcel.to.address for parcel in parcels)
        self._served = [*(one for one in self._served if one not in addresses), *addresses][-_SERVED:]
        return parcels

    async def _record_apart(self, results: list[tuple[Settlement, int]]) -> None:
        """After a deadlock, or an id from X that stands at another delivery: each outcome by itself, so that none holds
        up the others. What still conflicts when it is tried again is the second of an id: recorded without it."""
        self._results = results + self._results
        for settlement, cost in results:
            try:
                await self._write([(settlement, cost)])
            except Conflict:
                log.warning("id_taken", extra={"delivery": settlement.delivery})
                await self._write([(replace(settlement, external_id=None), cost)])
            self._results.remove((settlement, cost))

    async def _attempt(self, parcel: Parcel, gate: asyncio.Semaphore) -> None:
        async with gate:
            now = self.house.now()
            if self._waits(now):
                assert self.paused_until is not None
                self._results.append((rules.put_back(parcel, now, self.paused_until, self.why), 0))
                return
            try:
                settlement, spend = await self._send(parcel)
            except Overtaken:
                log.warning("claim_passed", extra={"delivery": parcel.id})
                return
        self._results.append((settlement, spend))
        log.info(
            "attempt",
            extra={"delivery": parcel.id, "kind": parcel.kind.value, "state": settlement.state.value},
        )

    async def _send(self, parcel: Parcel) -> tuple[Settlement, int]:
        self.deferred.pop(parcel.id, None)
        try:
            await gone.refuse(self.house, self.sender, parcel)
            sent = await self.sender.send(parcel, lambda: self._door.leave(parcel.id))
        except Unreached as error:
            now, jitter = self.house.now(), self.house.bits(16) / 65536
            self._knock(error, now, jitter)
            self.deferred[parcel.id] = str(error)
            assert self.paused_until is not None
            return rules.unreached(parcel, str(error), now, self.paused_until, jitter), 0
        except Unsendable as error:
            self._reached()
            return rules.refused(parcel, str(error), self.house.now()), 0
        except Deferred as error:
            self._reached()
            jitter = self.house.bits(16) / 65536
            self.deferred[parcel.id] = str(error)
            return rules.deferred(parcel, str(error), self.house.now(), jitter, error.retry_after), 0
        except Uncertain as error:
            return rules.unsure(parcel, str(error), self.house.now()), 0
        except Limited as stop:
            now = self.house.now()
            self.deferred[parcel.id] = str(stop)
            return rules.put_back(parcel, now, stop.until or now + _PAUSE, str(stop)), stop.spend
        except Paused as stop:
            now = self.house.now()
            if stop.until is None:
                self._knock(stop, now, self.house.bits(16) / 65536)
            else:
                self._pause(stop, now)
            self.deferred[parcel.id] = str(stop)
            assert self.paused_until is not None
            return rules.put_back(parcel, now, self.paused_until, str(stop)), stop.spend
        except Overtaken:
            raise
        except StoreError as error:
            # The note that it leaves could not be written, so it did not.
            now = self.house.now()
            return rules.put_back(parcel, now, now + _PAUSE, str(error)), 0
        except Exception as error:
            # A bug in an adapter must not lose track of a delivery that may have left the house.
            log.exception("send_failed", extra={"delivery": parcel.id})
            return rules.unsure(parcel, f"internal error: {type(error).__name__}", self.house.now()), 0
        self._reached()
        return rules.accepted(parcel, sent, self.house.now()), sent.spend

    @property
    def unrecorded(self) -> int:
        """How many outcomes the database has not taken yet."""
        return len(self._results)

    async def record(self) -> None:
        """Write them, and claim nothing."""
        await self._commit_and_claim(0)

    async def _drain(self, running: set[asyncio.Task[None]]) -> None:
        if running:
            await asyncio.wait(running)
        if self._results:
            await self._commit_and_claim(0)

    @again
    async def _write(self, results: list[tuple[Settlement, int]]) -> None:
        async with self.house.store.write() as tx:
            await self._save(tx, results)

    async def _save(self, tx: Transaction, results: list[tuple[Settlement, int]]) -> None:
        if results:
            await tx.settle([settlement for settlement, _ in results])
            if spend := sum(cost for _, cost in results):
                await tx.add_spend(self.sender.inbox, day(self.house.now()), spend)

    async def _too_dear(self, tx: Transaction, now: datetime) -> bool:
        limit = self.house.inboxes[self.sender.inbox].spend_limit
        if not limit or await tx.spend(self.sender.inbox, day(now)) < limit:
            return False
        self._pause(Paused("today's spending limit is reached; raise spend_limit_usd to go on", alarm=True), now)
        return True

    def _waits(self, now: datetime) -> bool:
        if self.paused_until is None or self.paused_at is None:
            return False
        return self.paused_at <= now < self.paused_until

    def _reached(self) -> None:
        """The peer has answered about one delivery: whatever kept the inbox is over."""
        self.unreached, self.alarm = 0, ""

    def _knock(self, error: InboxBotError, now: datetime, jitter: float) -> None:
        """Nobody there, or our login is refused, which hammering would not mend: longer and longer pauses. Those that
        were under way together count as one time."""
        self.alarm = str(error)
        if not self._waits(now):
            self.unreached += 1
            self._wait(now + rules.knock(self.unreached, jitter), error)

    def _pause(self, stop: InboxBotError, now: datetime) -> None:
        until = stop.until if isinstance(stop, Paused) else None
        if isinstance(stop, Paused) and stop.alarm:
            self.alarm = str(stop)
        self._wait(max(until or now + _PAUSE, now + timedelta(seconds=1)), stop)

    def _wait(self, until: datetime, why: InboxBotError) -> None:
        self.paused_at, self.paused_until, self.why = self.house.now(), until, str(why)
        log.warning(
            "outbox_paused",
            extra={"inbox": self.sender.inbox, "until": until.isoformat(), "reason": self.why},
        )
