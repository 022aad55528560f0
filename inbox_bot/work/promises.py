"""What flows do with promises and actions across tickets within one transaction; `ports.Transaction` joins it."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from inbox_bot.casework import Action, Promise
from inbox_bot.model import PromiseState
from inbox_bot.views import Listed


class PromiseWork(Protocol):
    """Promises are locked in a transaction that writes, save where they are only listed."""

    async def promise(self, id: int) -> Promise | None: ...
    async def action(self, id: int) -> Action | None: ...
    async def promises_due(self, now: datetime, limit: int) -> list[Promise]:
        """Open promises whose time has come, by due time."""
        ...

    async def promises_to_remind(self, before: datetime, limit: int) -> list[Promise]:
        """Open promises due before then whose owner has not been reminded, by due time."""
        ...

    async def promises_untold(self, since: datetime, limit: int) -> list[Promise]:
        """Promises broken from then on, of tickets neither settled nor junk, whose customer has not been told of it and
        to whom no person has written since the promise was made; by due time."""
        ...

    async def promises(
        self, *, since: datetime | None, agent: int | None, states: Collection[PromiseState], limit: int
    ) -> list[Listed]:
        """Of these states the open promises and those settled since then, by due time; `agent`: his alone."""
        ...
