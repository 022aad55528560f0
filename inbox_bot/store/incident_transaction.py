"""The part of the port `Transaction` that is about incidents."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from inbox_bot.incidents import Affected, How, Incident, Recipient, Update, Works
from inbox_bot.model import Channel
from inbox_bot.records import Identity, Message, Ticket
from inbox_bot.store import incidents, spreading
from inbox_bot.store.running import Running
from inbox_bot.views import Inquiry


class IncidentTransaction(Running):
    """See the port for the contracts."""

    async def ongoing(self) -> list[Incident]:
        return await self._run(incidents.ongoing)

    async def incidents(self, limit: int) -> list[Incident]:
        return await self._run(incidents.newest, limit)

    async def incident(self, id: int) -> Incident | None:
        return await self._run(incidents.incident, id, lock=self._writing)

    async def open_incident(self, incident: Incident) -> int:
        return await self._run(incidents.open_incident, incident)

    async def change_incident(self, incident: Incident) -> None:
        await self._run(incidents.change, incident)

    async def affect(self, rows: Sequence[Affected]) -> int:
        return await self._run(incidents.affect, rows)

    async def unaffect(self, incident: int, ticket: int, now: datetime) -> bool:
        return await self._run(incidents.unaffect, incident, ticket, now)

    async def affected_by(self, incident: int) -> list[Affected]:
        return await self._run(incidents.affected_by, incident)

    async def affected_tickets(self, tickets: Collection[int]) -> list[tuple[Affected, Incident]]:
        return await self._run(incidents.affected_tickets, tickets)

    async def inquiries(self, customers: Collection[int], since: datetime) -> list[Inquiry]:
        return await self._run(incidents.inquiries, customers, since)

    async def tickets_in(self, incident: int, customer: int) -> list[tuple[int, How, Ticket]]:
        return await self._run(incidents.tickets_in, incident, customer)

    async def affected_customers(self, customers: Collection[int]) -> Mapping[int, frozenset[int]]:
        return await self._run(incidents.affected_customers, customers)

    async def said_works(self, incident: int, ticket: int, works: Works) -> None:
        await self._run(incidents.said_works, incident, ticket, works)

    async def mark_asked(self, incident: int, tickets: Collection[int], now: datetime) -> None:
        await self._run(incidents.mark_asked, incident, tickets, now)

    async def written_since(self, since: datetime, limit: int) -> list[tuple[Message, Ticket]]:
        return await self._run(incidents.written_since, since, limit)

    async def reachable(self, incident: int) -> list[tuple[int, int, Channel | None, tuple[Identity, ...]]]:
        return await self._run(incidents.reachable, incident)

    # --- who is told
    async def add_update(self, update: Update, recipients: Sequence[Recipient]) -> int:
        return await self._run(spreading.add_update, update, recipients)

    async def updates(self, incident: int) -> list[tuple[Update, Mapping[str, int]]]:
        return await self._run(spreading.of_incident, incident)

    async def spreading(self) -> list[Update]:
        return await self._run(spreading.spreading)

    async def stop_updates(self, incident: int, now: datetime | None) -> int:
        return await self._run(spreading.stop, incident, now)

    async def end_update(self, update: int, now: datetime) -> None:
        await self._run(spreading.end, update, now)

    async def to_be_told(self, update: int, channel: Channel | None, limit: int) -> list[tuple[Recipient, int]]:
        return await self._run(spreading.to_be_told, update, channel, limit)

    async def add_recipients(self, rows: Sequence[Recipient]) -> int:
        return await self._run(spreading.add_recipients, rows)

    async def keep_post(self, update: int, delivery: int) -> None:
        await self._run(spreading.keep_post, update, delivery)

    async def mark_told(self, rows: Sequence[Recipient]) -> None:
        await self._run(spreading.mark_told, rows)

    async def anybody_waits(self, update: int) -> bool:
        return await self._run(spreading.waits, update)

    async def spread(self, channel: Channel, now: datetime) -> tuple[datetime | None, int]:
        return await self._run(spreading.spread, channel, now)
