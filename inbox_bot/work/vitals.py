"""What monitoring asks of the store, within one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from inbox_bot.views import Vitals


class VitalsWork(Protocol):
    """Figures only."""

    async def vitals(self, inboxes: Collection[str], now: datetime) -> Vitals:
        """How the house stands; costs what is in hand, not what is stored. `inboxes`: those that are served."""
        ...
