"""Counts what the team wants to know of its own work."""

from dataclasses import dataclass
from datetime import datetime

from inbox_bot.flows.house import House
from inbox_bot.model import PromiseState


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How promises were settled since then; `rate`: the part that was kept, None where neither was."""

    since: datetime
    kept: int
    broken: int
    withdrawn: int

    @property
    def rate(self) -> float | None:
        """Of those that were kept or broken."""
        counted = self.kept + self.broken
        return self.kept / counted if counted else None


async def kept(house: House, since: datetime) -> Kept:
    """Promises settled from then on."""
    async with house.store.read() as tx:
        found = await tx.promises_settled(since)
    return Kept(
        since=since,
        kept=found.get(PromiseState.KEPT, 0),
        broken=found.get(PromiseState.BROKEN, 0),
        withdrawn=found.get(PromiseState.WITHDRAWN, 0),
    )
