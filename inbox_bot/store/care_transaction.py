"""The part of the port `Transaction` that is about a customer's care: what belongs together."""

from collections.abc import Collection, Sequence
from datetime import datetime

from inbox_bot.care import Grouping, Move, Regrouping
from inbox_bot.store import regrouping
from inbox_bot.store.running import Running


class CareTransaction(Running):
    """See the port for the contracts."""

    async def regroup(self, regrouping_: Regrouping, moves: Sequence[Move]) -> int:
        return await self._run(regrouping.regroup, regrouping_, moves)

    async def regrouping(self, id: int) -> Regrouping | None:
        return await self._run(regrouping.regrouping, id, lock=self._writing)

    async def regroupings(self, groupings: Collection[Grouping], *, of: int) -> list[Regrouping]:
        return await self._run(regrouping.regroupings_of, groupings, of)

    async def moves_of(self, regrouping_: int) -> list[Move]:
        return await self._run(regrouping.moves_of, regrouping_)

    async def undo(self, regrouping_: int, who: str, why: str, now: datetime) -> list[Move]:
        return await self._run(regrouping.undo, regrouping_, who, why, now)
