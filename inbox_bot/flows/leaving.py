"""Notes that a delivery may have left the house, before it does; those that come together share a commit.

What a crash leaves behind without this note has certainly not gone, and is simply sent; what has it is looked up.
"""

import asyncio
from dataclasses import dataclass, field

from inbox_bot.flows.house import House


class Overtaken(Exception):
    """The claim has passed to somebody else meanwhile: this attempt must end without a trace."""


@dataclass(slots=True)
class Door:
    """Where the deliveries of one inbox leave."""

    house: House
    _waiting: set[int] = field(default_factory=set)
    _free: set[int] = field(default_factory=set)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def leave(self, delivery: int) -> None:
        """Return once the note is on record. Raises `Overtaken`, or `StoreError`: then nothing may go."""
        self._waiting.add(delivery)
        async with self._turn:  # who comes while a note is written goes with the next one
            if delivery in self._waiting:
                lot, self._waiting = self._waiting, set()
                try:
                    async with self.house.store.write() as tx:
                        self._free |= await tx.leave(sorted(lot), self.house.worker, self.house.now())
                except BaseException:
                    self._waiting |= lot - {delivery}  # each of the others tries for itself
                    raise
        if delivery not in self._free:
            raise Overtaken
        self._free.discard(delivery)
