"""The loops of `inbox-bot run`: intake per stream, outbox per inbox, clock; each survives the others' failures."""

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field

from inbox_bot.app import App
from inbox_bot.errors import InboxBotError, Paused, StoreError
from inbox_bot.flows import agent_notices, assigning, clock, intake, later, recovering, recurring, retention, spreading
from inbox_bot.flows.outbox import Outbox
from inbox_bot.listening import Listening
from inbox_bot.polling import Polling
from inbox_bot.ports import Source
from inbox_bot.pulse import Pulse
from inbox_bot.rules.delivery import LEASE
from inbox_bot.rules.steady import look, trusted
from inbox_bot.service import Service
from inbox_bot.watching import Watching

log = logging.getLogger(__name__)

_FIRST_WAIT, _LONGEST_WAIT = 2.0, 300.0  # seconds between tries of something that fails
_DATABASE_WAIT = 30.0  # the longest where it is our own database: all of us wait for it
_LAST_OUTCOMES = 5  # times that what was sent is tried to be recorded before we end
_OUTBOX_SECONDS = _CLOCK_SECONDS = 1.0  # the command line queues work from another process
_AUDIT_SECONDS, _RETENTION_SECONDS = 60.0, 86_400.0


@dataclass(slots=True, kw_only=True)
class Daemon:
    """Runs until `stop` is set; `work` is set when something may have been queued. `first_wait` in seconds; `steady`:
    the seconds of a clock that nobody sets, and `timeout` what ends a wait by it."""

    app: App
    role: str | None = None
    first_wait: float = _FIRST_WAIT
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    work: asyncio.Event = field(default_factory=asyncio.Event)
    steady: Callable[[], float] = time.monotonic
    timeout: Callable[[float], AbstractAsyncContextManager[object]] = asyncio.timeout
    closing: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    pulse: Pulse = field(init=False)
    polling: Polling = field(init=False)

    def __post_init__(self) -> None:
        self.pulse = Pulse(steady=self.steady)
        self.polling = Polling(house=self.app.house, alone=self.app.alone, pulse=self.pulse)

    async def run(self) -> None:
        """Serve until told to stop, then finish what is on the wire."""
        service = Service.from_environment()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop.set)
        await self._persistently("recover", self._recover)
        sources = self.app.sources() if self.role in {None, "intake"} else []
        try:
            async with asyncio.TaskGroup() as group:
                for source in sources:
                    group.create_task(self._intake(source), name=f"intake:{source.inbox}:{source.stream}")
                if self.role in {None, "outbox"}:
                    for name in self.app.house.inboxes:
                        group.create_task(self._outbox(name), name=f"outbox:{name}")
                if self.role in {None, "clock"}:
                    group.create_task(self._clock(), name="clock")
                    group.create_task(self._retention(), name="retention")
                if self.role in {None, "gateway"}:
                    gateway = Listening(app=self.app, told=self.work.set)
                    group.create_task(self._listen("gateway_failed", gateway.serve), name="gateway")
                metrics = Watching(house=self.app.house, config=self.app.config.metrics, pulse=self.pulse)
                group.create_task(self._listen("metrics_failed", metrics.serve), name="metrics")
                group.create_task(self._heartbeat(service), name="heartbeat")
                service.ready()
                log.info("started", extra={"sources": len(sources), "role": self.role or "all"})
                await self.stop.wait()
                service.stopping()
                for source in sources:
                    self._close(source)
            await asyncio.gather(*self.closing.values())
        finally:
            log.info("stopped")

    async def _recover(self) -> None:
        lost = await recovering.recover(self.app.house, alone=self.app.alone)
        await recovering.catch_up(self.app.house)
        if lost:
            log.warning("claims_left_behind", extra={"count": lost})

    # --- intake

    async def _intake(self, source: Source) -> None:
        failures = 0
        while not self.stop.is_set():
            wait = source.seconds
            try:
                if await self.polling.leased(source):
                    taken = await intake.take_in(self.app.house, source)
                    await self.polling.health(source, "")
                    failures = 0
                    if taken.count:
                        self.work.set()
                    if taken.more:
                        continue
            except InboxBotError as error:
                if self.stop.is_set():
                    return  # what closing interrupts is no fault of the inbox
                failures += 1
                wait = self._wait_after(error, failures, source.seconds)
                log.warning(
                    "intake_failed",
                    extra={"inbox": source.inbox, "stream": source.stream, "reason": str(error), "retry": round(wait)},
                )
                await self.polling.health(source, str(error))
                await self._pause(wait)
                continue
            except Exception as error:
                # A bug in one inbox must not stop the others; it shows in `audit` and is tried again.
                failures += 1
                log.exception("intake_broken", extra={"inbox": source.inbox, "stream": source.stream})
                await self.polling.health(source, f"internal error: {type(error).__name__}: {error}")
                await self._pause(self._wait_after(error, failures, source.seconds))
                continue
            await self._rest(source, wait)

    def _wait_after(self, error: Exception, failures: int, usual: float) -> float:
        until = error.until if isinstance(error, Paused) else None
        if until is not None:
            return max(1.0, (until - self.app.house.now()).total_seconds())
        longest = _DATABASE_WAIT if isinstance(error, StoreError) else max(_LONGEST_WAIT, usual)
        jitter = 1 + self.app.house.bits(16) / 65536 / 4
        return float(min(self.first_wait * 2 ** min(failures - 1, 10), longest) * jitter)

    # --- outbox

    async def _outbox(self, name: str) -> None:
        house = self.app.house
        box: Outbox | None = None
        reported: str | None = None  # what an earlier process left there holds until something was tried
        failures = 0
        while not self.stop.is_set():
            try:
                box = box or Outbox(house=house, sender=house.senders[name], stopping=self._stopping)
                tried = await box.deliver()
                await box.look()
                if box.alarm != reported and (box.alarm or tried):
                    async with house.store.write() as tx:
                        await tx.health(name, "outbox", house.now(), box.alarm)
                    reported = box.alarm
                failures = 0
            except StoreError as error:
                failures += 1
                log.warning("outbox_failed", extra={"inbox": name, "reason": str(error)})
                await self._pause(self._wait_after(error, failures, 0))
            except Exception as error:
                # Likewise: a bug in one sender is shown and does not stop the house.
                failures += 1
                log.exception("outbox_broken", extra={"inbox": name})
                await self._pause(self._wait_after(error, failures, 0))
            await self._for_work(_OUTBOX_SECONDS)
        if box is not None:
            await self._last_outcomes(box)

    def _stopping(self) -> bool:
        """Asked before each lot, however long the queue is: whoever asks has its turn."""
        self.pulse.turns()
        return self.stop.is_set()

    async def _last_outcomes(self, box: Outbox) -> None:
        """What left the house and could not be recorded would be looked up, and a mail perhaps sent again."""
        for turn in range(_LAST_OUTCOMES if box.unrecorded else 0):
            try:
                return await box.record()
            except StoreError as error:
                log.warning("outcomes_not_recorded", extra={"inbox": box.sender.inbox, "reason": str(error)})
                await asyncio.sleep(self.first_wait * turn)
        return None

    async def _for_work(self, seconds: float) -> None:
        self.work.clear()
        self.pulse.turns(seconds)
        with suppress(TimeoutError):
            async with self.timeout(seconds):
                await self.work.wait()

    # --- listeners

    async def _listen(self, failed: str, serve: Callable[[Callable[[], Awaitable[object]]], Awaitable[None]]) -> None:
        """On one machine one of several processes listens; when it ends, another one takes its place."""
        failures = 0
        while not self.stop.is_set():
            try:
                return await serve(self.stop.wait)
            except Exception as error:
                # As above: whatever it is, the others go on, and it is tried again.
                failures += 1
                bug = not isinstance(error, InboxBotError)
                log.warning(failed, extra={"reason": str(error)}, exc_info=bug)
                await self._pause(self._wait_after(error, failures, 0))
        return None

    # --- clock

    async def _clock(self) -> None:
        house, steady = self.app.house, self.steady
        audit_at, watch, failures = steady(), None, 0
        while not self.stop.is_set():
            try:
                if await clock.acknowledge_owed(house):
                    self.work.set()
                seen = look(watch, house.now(), steady())
                if seen.back:
                    log.warning("clock_set_back", extra={"seconds": round(seen.back.total_seconds())})
                    await recovering.catch_up(house, seen.back)
                watch = seen  # only now: where the database did not take it, the next look sees the jump again
                if steady() >= audit_at:
                    audit_at = steady() + _AUDIT_SECONDS
                    if trusted(watch, LEASE):
                        await recovering.recover(house, alone=False)
                    await recurring.turn(house)
                await assigning.hand_out(house)
                await later.wake(house)
                if await spreading.spread(house):
                    self.work.set()
                if await clock.tell_team(house) + await agent_notices.tell_agents(house):
                    self.work.set()
                failures = 0
            except InboxBotError as error:
                failures += 1
                log.warning("clock_failed", extra={"reason": str(error)})
                await self._pause(self._wait_after(error, failures, 0))
            except Exception as error:
                # Likewise: what falls due is tried again at a later turn.
                failures += 1
                log.exception("clock_broken")
                await self._pause(self._wait_after(error, failures, 0))
            await self._pause(_CLOCK_SECONDS)

    async def _retention(self) -> None:
        while not self.stop.is_set():
            try:
                await retention.prune(self.app.house, stopping=self.stop.is_set)
                wait = _RETENTION_SECONDS
            except InboxBotError as error:
                log.warning("retention_failed", extra={"reason": str(error)})
                wait = _LONGEST_WAIT
            except Exception:
                log.exception("retention_broken")
                wait = _RETENTION_SECONDS
            await self._pause(wait)

    async def _heartbeat(self, service: Service) -> None:
        while not self.stop.is_set():
            service.alive()
            await self._pause(service.interval)

    # --- waiting

    async def _pause(self, seconds: float) -> None:
        self.pulse.turns(seconds)
        with suppress(TimeoutError):
            async with self.timeout(seconds):
                await self.stop.wait()

    async def _rest(self, source: Source, seconds: float) -> None:
        """Let the source wait for news until it has some or the daemon stops."""
        self.pulse.turns(seconds)
        stop = asyncio.ensure_future(self.stop.wait())
        wait = asyncio.ensure_future(source.wait(seconds))
        try:
            await asyncio.wait({stop, wait}, return_when=asyncio.FIRST_COMPLETED)
            if not wait.done():
                # Closing ends an IDLE in order; a cancelled one leaves the connection out of step with its server.
                await asyncio.shield(self._close(source))
        finally:
            for task in (stop, wait):
                task.cancel()
            await asyncio.gather(stop, wait, return_exceptions=True)

    def _close(self, source: Source) -> asyncio.Task[None]:
        """Close it once, whoever asks first."""
        key = f"close:{source.inbox}:{source.stream}"
        if key not in self.closing:
            self.closing[key] = asyncio.create_task(source.close(), name=key)
        return self.closing[key]

    async def _persistently(self, what: str, act: Callable[[], Awaitable[None]]) -> None:
        failures = 0
        while not self.stop.is_set():
            try:
                return await act()
            except StoreError as error:
                failures += 1
                log.warning("database_failed", extra={"doing": what, "reason": str(error)})
                await self._pause(self._wait_after(error, failures, 0))
        return None
