"""The part of the port `Transaction` that erases for one customer."""

from datetime import datetime

from inbox_bot.care import Erasure
from inbox_bot.store import erasing
from inbox_bot.store.running import Running


class ErasingTransaction(Running):
    """See the port for the contracts."""

    async def under_way(self, customer: int) -> int:
        return await self._run(erasing.under_way, customer)

    async def erase_customer(self, customer: int, now: datetime, *, act: bool = True) -> dict[str, int]:
        return await self._run(erasing.erase_customer, customer, now, act=act)

    async def add_erasure(self, erasure: Erasure) -> None:
        await self._run(erasing.add_erasure, erasure)

    async def erasures(self) -> list[Erasure]:
        return await self._run(erasing.erasures_done)

    async def scrub(self) -> None:
        await self._run(erasing.scrub)

    async def redact(self, message: int, phrase: str, file: str, now: datetime) -> int:
        return await self._run(erasing.redact, message, phrase, file, now)
