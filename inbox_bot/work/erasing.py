"""What flows erase for one customer within one transaction, and what they give him of his own."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from inbox_bot.care import Erasure


class ErasingWork(Protocol):
    """Erasing is final and may be repeated."""

    async def same_person(self, customer: int) -> list[int]:
        """He and all who were merged into him, him first."""
        ...

    async def under_way(self, customer: int) -> int:
        """How many deliveries to him, or to the team about him, are being sent, or may have been and nobody knows yet.
        From then on nothing of his is filed, written or taken to be sent until a writing transaction ends."""
        ...

    async def erase_customer(self, customer: int, now: datetime, *, act: bool = True) -> dict[str, int]:
        """Erase all that is his, also as whom he was merged; how much of each kind. Without `act` only that."""
        ...

    async def add_erasure(self, erasure: Erasure) -> None: ...
    async def erasures(self) -> list[Erasure]:
        """All, oldest first."""
        ...

    async def scrub(self) -> None:
        """Let the full text forget what is no longer in it, too."""
        ...

    async def redact(self, message: int, phrase: str, file: str, values: Collection[str], now: datetime) -> int:
        """Take a phrase out of a message and of what quotes it in its ticket, or a file's content; how many places.
        `values`: of the details that are in the message only because of the phrase."""
        ...

    async def waiting_with(self, message: int, phrase: str, file: str) -> list[int]:
        """Messages in the same ticket that hold it, or this one with its files, which have not gone out yet."""
        ...
