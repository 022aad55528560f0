"""The part of the port `Transaction` that erases for one customer."""

from collections.abc import Collection, Sequence
from datetime import datetime

from inbox_bot.care import Erasure
from inbox_bot.store import erasing, gone, redacting
from inbox_bot.store.running import Running


class ErasingTransaction(Running):
    """See the port for the contracts."""

    async def same_person(self, customer: int) -> list[int]:
        return await self._run(erasing.same_person, customer)

    async def under_way(self, customer: int) -> int:
        return await self._run(erasing.under_way, customer, lock=self._writing)

    async def erase_customer(self, customer: int, now: datetime, *, act: bool = True) -> dict[str, int]:
        return await self._run(erasing.erase_customer, customer, now, act=act)

    async def add_erasure(self, erasure: Erasure) -> None:
        await self._run(erasing.add_erasure, erasure)

    async def erasures(self) -> list[Erasure]:
        return await self._run(erasing.erasures_done)

    async def scrub(self) -> None:
        await self._run(erasing.scrub)

    async def redact(self, message: int, phrase: str, file: str, values: Collection[str], now: datetime) -> int:
        return await self._run(redacting.redact, message, phrase, file, values, now)

    async def waiting_with(self, message: int, phrase: str, file: str) -> list[int]:
        return await self._run(redacting.waiting_with, message, phrase, file)

    # --- deleted on X
    async def posts_to_look_for(
        self, inbox: str, before: datetime, limit: int, ticket: int | None = None
    ) -> list[tuple[int, str, int]]:
        return await self._run(gone.posts_to_look_for, inbox, before, limit, ticket)

    async def post_gone(self, inbox: str, post: str) -> bool:
        return await self._run(gone.post_gone, inbox, post)

    async def looked_for(self, messages: Sequence[int], now: datetime) -> None:
        await self._run(gone.looked_for, messages, now)

    async def take_out(self, messages: Sequence[int], now: datetime) -> None:
        await self._run(gone.take_out, messages, now)
