"""What flows change of what belongs together within one transaction: links, merges and splits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from inbox_bot.care import Grouping, Move, Moved, Regrouping
from inbox_bot.records import Ticket


class RegroupingWork(Protocol):
    """Regroupings are never changed but undone; an undone one stays on record."""

    async def regroup(self, regrouping: Regrouping, moves: Sequence[Move]) -> int:
        """Put it on record and move the rows; its id. Raises `Conflict` where a row does not lie at its source."""
        ...

    async def regrouping(self, id: int) -> Regrouping | None:
        """Locked in a transaction that writes."""
        ...

    async def regroupings(self, groupings: Collection[Grouping], *, of: int) -> list[Regrouping]:
        """Those in which this ticket, customer or identity is `kept` or `other`, also undone ones, oldest first."""
        ...

    async def merged(self, number: str) -> Ticket | None:
        """The very ticket with these nine digits, also one that goes on as another; locked likewise."""
        ...

    async def contents(self, ticket: int, to: int) -> list[Move]:
        """Everything that must move for a ticket to become another, and that it is merged into it."""
        ...

    async def moves_of(self, regrouping: int) -> list[Move]: ...
    async def owners(self, what: Moved, rows: Collection[int]) -> Mapping[int, list[int]]:
        """To what each of these rows belonged before it was moved, oldest first; those that never were are left out."""
        ...

    async def undo(self, regrouping: int, who: str, why: str, now: datetime) -> list[Move]:
        """Move back what still lies where it was put, and note who undid it; what was moved back."""
        ...

    async def unsee(self, ticket: int, agents: Collection[int]) -> None:
        """These were shown nothing of a ticket: what has come into it lies among what they know."""
        ...
