"""What flows ask of the store about the team's queue; a part of `ports.Transaction` like those in `transactions`."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from inbox_bot.casework import Draft
from inbox_bot.records import Message, Ticket
from inbox_bot.views import AtWork, Unassigned


class QueueWork(Protocol):
    """What waits for somebody of the team, and who is at work on what."""

    async def unassigned(self, limit: int, *, offered: bool) -> list[Unassigned]:
        """By since when their customers wait; without those who do not wait. `offered`: not those that one of the team
        has put back. In a transaction that writes they are locked, and those that others have locked are left out."""
        ...

    async def loads(self) -> Mapping[int, tuple[int, datetime | None]]:
        """By agent: tickets in hand, and when the newest of them was opened."""
        ...

    async def tickets_of(self, agent: int) -> list[Ticket]:
        """Those in hand; locked in a transaction that writes."""
        ...

    async def last_incoming(self, tickets: Collection[int]) -> Mapping[int, Message]: ...
    async def waiting_since(self, tickets: Collection[int]) -> Mapping[int, datetime]: ...
    async def at_work(self, tickets: Collection[int], since: datetime) -> Mapping[int, AtWork]: ...
    async def tagged(self, tag: str) -> set[int]: ...
    async def snoozed_until(self, now: datetime, limit: int) -> list[Ticket]:
        """Those whose time has come; locked in a transaction that writes."""
        ...

    async def drafts_by(self, agent: int) -> list[tuple[Draft, str]]:
        """(draft, ticket number), oldest first."""
        ...

    async def unanswered_texts(self, tickets: Collection[int]) -> Mapping[int, list[str]]:
        """What their customers have written since a person last answered, oldest first, of the newest messages."""
        ...

    async def posts_by(self, agent: int) -> int:
        """How many public messages of an agent went out or may."""
        ...
