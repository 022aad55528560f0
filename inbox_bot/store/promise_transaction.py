"""The part of the port `Transaction` that looks at promises and actions across tickets."""

from collections.abc import Collection
from datetime import datetime

from inbox_bot.casework import Action, Promise
from inbox_bot.model import PromiseState
from inbox_bot.store import promises
from inbox_bot.store.running import Running
from inbox_bot.views import Listed


class PromiseTransaction(Running):
    """See the port for the contracts."""

    async def promise(self, id: int) -> Promise | None:
        return await self._run(promises.promise, id, lock=self._writing)

    async def action(self, id: int) -> Action | None:
        return await self._run(promises.action, id)

    async def promises_due(self, now: datetime, limit: int) -> list[Promise]:
        return await self._run(promises.due, now, limit, lock=self._writing)

    async def promises_to_remind(self, before: datetime, limit: int) -> list[Promise]:
        return await self._run(promises.to_remind, before, limit, lock=self._writing)

    async def promises_untold(self, since: datetime, limit: int) -> list[Promise]:
        return await self._run(promises.untold, since, limit, lock=self._writing)

    async def promises(
        self, *, since: datetime | None, agent: int | None, states: Collection[PromiseState], limit: int
    ) -> list[Listed]:
        return await self._run(promises.listed, since=since, agent=agent, states=states, limit=limit)
