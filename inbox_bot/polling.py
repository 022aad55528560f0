"""What the daemon notes of each stream that it reads: that it is this process's to read, and whether it works."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from inbox_bot.errors import StoreError
from inbox_bot.flows.house import House
from inbox_bot.ports import Source
from inbox_bot.pulse import Pulse

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """`alone`: no other process can read the streams."""

    house: House
    alone: bool
    pulse: Pulse

    async def leased(self, source: Source) -> bool:
        """Whether this process may read it now."""
        mine = self.alone or await self._lease(source)
        (self.pulse.begins if mine else self.pulse.leaves)(source.inbox, source.stream)
        return mine

    async def _lease(self, source: Source) -> bool:
        now = self.house.now()
        async with self.house.store.write() as tx:
            until = now + timedelta(seconds=source.seconds * 2 + 60)
            return await tx.take_lease(f"poll:{source.inbox}:{source.stream}", self.house.worker, until, now)

    async def health(self, source: Source, error: str) -> None:
        """It works (""), or fails. Where the database does not take it, the next poll says it again."""
        if not error:
            self.pulse.reads(source.inbox, source.stream)
        self.pulse.turns()
        try:
            async with self.house.store.write() as tx:
                await tx.health(source.inbox, source.stream, self.house.now(), error)
        except StoreError as lost:
            log.warning("health_not_noted", extra={"inbox": source.inbox, "reason": str(lost)})
        except Exception:
            log.exception("health_not_noted", extra={"inbox": source.inbox})
