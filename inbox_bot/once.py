"""`run --once`: polls everything once, waits out holds and shared acknowledgements, sends until nothing is due."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inbox_bot.app import App
from inbox_bot.errors import InboxBotError
from inbox_bot.flows import agent_notices, assigning, clock, detour, intake, later, promise_clock, recovering, spreading
from inbox_bot.flows.outbox import Outbox
from inbox_bot.ports import Source
from inbox_bot.rules import numbers
from inbox_bot.views import Finding

log = logging.getLogger(__name__)

_LOOK_UPS = 6 * 60.0  # the two looks at X's own record come after 60 s and 5 min
_RETRIES = 60.0  # what the peer puts off for longer is left to the next run


@dataclass(slots=True, kw_only=True)
class Once:
    """One pass. `echo` gets lines for the person watching; `stop` ends the pass early and in order."""

    app: App
    echo: Callable[[str], None]
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    boxes: list[Outbox] = field(default_factory=list)

    async def run(self) -> int:
        """0 = all done; 1 = something needs a person (see `audit`)."""
        house = self.app.house
        await recovering.recover(house, alone=self.app.alone)
        self.boxes = [
            Outbox(house=house, sender=house.senders[name], stopping=self.stop.is_set) for name in house.inboxes
        ]
        sources = self.app.sources()
        try:
            counts = await asyncio.gather(*(self._poll(source) for source in sources))
            await self._send_all()
        finally:
            await asyncio.gather(*(source.close() for source in sources))
        findings = await clock.raise_alarms(house)
        await clock.tell_team(house)
        await asyncio.gather(*(box.deliver() for box in self.boxes))
        self.echo(f"taken in: {sum(counts)}")
        put_off = self._put_off()
        return self._verdict(findings) or put_off

    async def _poll(self, source: Source) -> int:
        """Poll one stream to its end; a failure is noted for the audit and never stops the others."""
        house = self.app.house
        count = 0
        error = ""
        try:
            while not self.stop.is_set():
                taken = await intake.take_in(house, source)
                count += taken.count
                if taken.count:
                    self.echo(f"{source.inbox}/{source.stream}: {count} taken in")
                if not taken.more:
                    break
        except InboxBotError as stop:
            error = str(stop)
            log.warning("intake_failed", extra={"inbox": source.inbox, "stream": source.stream, "reason": error})
        except Exception as bug:
            # A bug in one inbox must not keep the others from being served; it shows in the audit.
            error = f"internal error: {type(bug).__name__}: {bug}"
            log.exception("intake_broken", extra={"inbox": source.inbox, "stream": source.stream})
        async with house.store.write() as tx:
            await tx.health(source.inbox, source.stream, house.now(), error)
        return count

    async def _send_all(self) -> None:
        house = self.app.house
        begun = house.now()
        tried = [0] * len(self.boxes)
        while not self.stop.is_set():
            await clock.acknowledge_owed(house)
            await detour.find_another_way(house)
            await assigning.hand_out(house)
            await later.wake(house)
            await promise_clock.turn(house)
            await spreading.spread(house)
            await clock.tell_team(house)
            await agent_notices.tell_agents(house)
            counts = await asyncio.gather(*(box.deliver() for box in self.boxes))
            tried = [before + count for before, count in zip(tried, counts, strict=True)]
            await asyncio.gather(*(box.look() for box in self.boxes))
            due = await self._next_due(begun)
            if due is None:
                break
            await self._sleep_until(due)
        for box, count in zip(self.boxes, tried, strict=True):
            if box.alarm or count:
                async with house.store.write() as tx:
                    await tx.health(box.sender.inbox, "outbox", house.now(), box.alarm)

    async def _next_due(self, begun: datetime) -> datetime | None:
        """When the next thing can be done within this run's patience; nothing of a paused inbox before its time."""
        house = self.app.house
        hold = max((inbox.hold_seconds for inbox in house.inboxes.values()), default=0.0)
        patience = max(house.policy.coalesce_seconds, hold, _LOOK_UPS) + 60
        async with house.store.read() as tx:
            first = await tx.next_due(retries=False)
            again = await tx.next_due()
        pauses = [box.paused_until for box in self.boxes if box.paused_until and box.paused_until > house.now()]
        found = []
        for due, seconds in ((first, patience), (again, _RETRIES)):
            if due is not None:
                due = max(due, min(pauses)) if pauses and due <= house.now() else due
                found += [due] if due <= begun + timedelta(seconds=seconds) else []
        return min(found, default=None)

    async def _sleep_until(self, due: datetime) -> None:
        seconds = max(0.05, (due - self.app.house.now()).total_seconds())
        if seconds > 2:
            self.echo(f"waiting {seconds:.0f} s for what is held or shared")
        try:
            async with asyncio.timeout(seconds):
                await self.stop.wait()
        except TimeoutError:
            return

    def _put_off(self) -> int:
        """Say what peers would not take now; 1 if there is any, since without a daemon nobody tries again."""
        words = [reason for box in self.boxes for reason in box.deferred.values()]
        if words:
            self.echo(f"{len(words)} not taken yet, tried again by the next run: {words[-1]}")
        return 1 if words else 0

    def _verdict(self, findings: list[Finding]) -> int:
        serious = [finding for finding in findings if finding.kind != "unanswered"]
        for finding in serious[:20]:
            number = f" {numbers.pretty(finding.number)}" if finding.number else ""
            self.echo(f"needs a person: {finding.kind}{number}: {finding.detail}")
        if len(serious) > 20:
            self.echo(f"… and {len(serious) - 20} more; see: inbox-bot audit")
        return 1 if serious else 0
