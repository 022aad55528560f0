"""What flows ask of the store about posts that their authors may have deleted, within one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class GoneWork(Protocol):
    """Only what customers posted in public counts."""

    async def posts_to_look_for(
        self, inbox: str, before: datetime, limit: int, ticket: int | None = None
    ) -> list[tuple[int, str, int]]:
        """(message, post id, ticket) of open tickets, or of one in any state, last looked for before then; the longest
        ago first."""
        ...

    async def post_gone(self, inbox: str, post: str) -> bool:
        """Whether it was found deleted."""
        ...

    async def looked_for(self, messages: Sequence[int], now: datetime) -> None: ...
    async def take_out(self, messages: Sequence[int], now: datetime) -> None:
        """Deleted on X, so deleted here: texts, files, details; the rows and the ledger's lines stay."""
        ...
