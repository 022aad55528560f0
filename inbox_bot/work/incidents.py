"""What flows ask of the store about incidents, within one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from inbox_bot.incidents import Affected, How, Incident, Recipient, Update, Works
from inbox_bot.model import Channel
from inbox_bot.records import Identity, Message, Ticket
from inbox_bot.views import Inquiry


class IncidentWork(Protocol):
    """Rows are entered whole; what changes of them has its own method."""

    async def ongoing(self) -> list[Incident]:
        """Those not closed, oldest first."""
        ...

    async def incidents(self, limit: int) -> list[Incident]:
        """All, newest first."""
        ...

    async def incident(self, id: int) -> Incident | None:
        """While writing, locked until the transaction ends."""
        ...

    async def open_incident(self, incident: Incident) -> int:
        """Enter a new one; its id."""
        ...

    async def change_incident(self, incident: Incident) -> None:
        """Its texts, when the next update is due, and whether it is closed."""
        ...

    async def affect(self, rows: Sequence[Affected]) -> int:
        """Enter them; a ticket that is in it already, or was taken out by an agent, stays as it is unless an agent puts
        it in again. How many are in it now that were not."""
        ...

    async def unaffect(self, incident: int, ticket: int, now: datetime) -> bool:
        """Take a ticket out, and what is in line about it; False where it is not in it."""
        ...

    async def affected_by(self, incident: int) -> list[Affected]:
        """All tickets in it, those taken out too."""
        ...

    async def affected_tickets(self, tickets: Collection[int]) -> list[tuple[Affected, Incident]]:
        """What these tickets are in: not closed, or their customer was asked and has not answered."""
        ...

    async def inquiries(self, customers: Collection[int], since: datetime) -> list[Inquiry]:
        """What these customers were asked from then on and have not answered: whether it works again."""
        ...

    async def tickets_in(self, incident: int, customer: int) -> list[tuple[int, How, Ticket]]:
        """His tickets in it of which he may be told, best first: (the one that is in it, why, the one that goes on)."""
        ...

    async def affected_customers(self, customers: Collection[int]) -> Mapping[int, frozenset[int]]:
        """By customer: the incidents not closed in which he has a ticket."""
        ...

    async def said_works(self, incident: int, ticket: int, works: Works) -> None: ...
    async def written_since(self, since: datetime, limit: int) -> list[tuple[Message, Ticket]]:
        """What customers wrote from then on in tickets not closed, oldest first."""
        ...

    async def add_update(self, update: Update, recipients: Sequence[Recipient]) -> int:
        """Enter an update and all who are to be told; what an earlier one of the same incident has not told yet is
        told no more. Its id."""
        ...

    async def updates(self, incident: int) -> list[tuple[Update, Mapping[str, int]]]:
        """Of an incident, oldest first, each with how many are waiting, queued, skipped."""
        ...

    async def spreading(self) -> list[Update]:
        """Updates that have not gone to everybody and are not stopped."""
        ...

    async def stop_updates(self, incident: int, now: datetime | None) -> int:
        """Take back what has not left and stop those that have not gone to everybody, or let go on (None) what was
        stopped; how many."""
        ...

    async def end_update(self, update: int, now: datetime) -> None: ...
    async def reachable(self, incident: int) -> list[tuple[int, int, Channel | None, tuple[Identity, ...]]]:
        """All customers in it: (customer, his newest ticket in it, the channel on which he wrote last in private, his
        addresses)."""
        ...

    async def to_be_told(self, update: int, channel: Channel | None, limit: int) -> list[tuple[Recipient, int]]:
        """The next ones to be told by that channel (None: any), locked, each with whose the ticket is by now."""
        ...

    async def add_recipients(self, rows: Sequence[Recipient]) -> int:
        """Enter those that are not there; how many."""
        ...

    async def keep_post(self, update: int, delivery: int) -> None:
        """The post that goes with an update."""
        ...

    async def mark_told(self, rows: Sequence[Recipient]) -> None:
        """What became of them: `told`, `reason`, `queued_at`."""
        ...

    async def anybody_waits(self, update: int) -> bool:
        """Whether somebody is still to be told."""
        ...

    async def mark_asked(self, incident: int, tickets: Collection[int], now: datetime) -> None: ...
    async def spread(self, channel: Channel, now: datetime) -> tuple[datetime | None, int]:
        """When the last one of that channel was queued, and how many of them have not left."""
        ...
