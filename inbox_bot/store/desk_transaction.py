"""The part of the port `Transaction` that the team's commands and the clock of promises use."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from inbox_bot.casework import Action, Draft, Promise, Reminder, Seen
from inbox_bot.model import Attachment
from inbox_bot.records import Agent, Customer, Delivery, Identity, LedgerLine, LogEntry, Message, Ticket
from inbox_bot.store import casework, desk, ledger, outbox, queue, search, told
from inbox_bot.store.running import Running
from inbox_bot.views import AtWork, Entry, Unassigned


class DeskTransaction(Running):
    """What the team looks up, and its own rows; see the port for the contracts."""

    async def ticket(self, number: str) -> Ticket | None:
        return await self._run(desk.ticket, number, lock=self._writing)

    async def merged(self, number: str) -> Ticket | None:
        return await self._run(desk.merged, number, lock=self._writing)

    async def tickets(
        self, *, states: Sequence[str], customer: int | None, limit: int
    ) -> list[tuple[Ticket, str, str]]:
        return await self._run(desk.list_tickets, states, customer, limit)

    async def find_customers(self, key: str) -> list[Customer]:
        return await self._run(desk.find_customers, key)

    async def customer(self, id: int) -> Customer | None:
        return await self._run(desk.customer, id)

    async def identities(self, customer: int) -> list[Identity]:
        return await self._run(desk.identities_of, customer)

    async def timeline(self, customer: int, ticket: int | None = None) -> list[Entry]:
        return await self._run(desk.timeline, customer, ticket)

    async def set_junk(self, ticket: int, junk: bool) -> None:
        await self._run(desk.set_junk, ticket, junk)

    async def agents(self) -> list[Agent]:
        return await self._run(desk.list_agents)

    async def save_agent(self, agent: Agent) -> int:
        return await self._run(desk.save_agent, agent)

    async def attachments(self, ticket: int) -> list[tuple[int, Attachment]]:
        return await self._run(desk.attachments, ticket)

    async def raw(self, message: int) -> bytes | None:
        return await self._run(desk.raw, message)

    async def raw_of_ledger(self, key: str) -> bytes | None:
        return await self._run(desk.raw_of_ledger, key)

    async def search(self, stems: Sequence[str], limit: int) -> list[tuple[Message, str]]:
        return await self._run(search.search, stems, limit)

    async def ledger_counts(self) -> tuple[list[tuple[str, str, int]], bool]:
        return await self._run(ledger.counts)

    async def ledger_lines(self, *, inbox: str, outcome: str, limit: int) -> list[LedgerLine]:
        return await self._run(ledger.lines, inbox, outcome, limit)

    async def log(self, ticket: int) -> list[LogEntry]:
        return await self._run(desk.read_log, ticket)

    async def awaiting_approval(self) -> list[tuple[Delivery, str, str, int | None]]:
        return await self._run(outbox.awaiting_approval)

    async def approve(self, delivery: int, now: datetime, *, yes: bool) -> bool:
        return await self._run(outbox.approve, delivery, now, yes=yes)

    async def unsettled(self) -> list[tuple[Delivery, str]]:
        return await self._run(outbox.unsettled, lock=self._writing)

    async def deliveries_of(self, message: int) -> list[Delivery]:
        return await self._run(outbox.deliveries_of, message)

    # --- casework
    async def promises_of(self, ticket: int) -> list[Promise]:
        return await self._run(casework.promises_of, ticket)

    async def open_promises(self, before: datetime | None, limit: int) -> list[Promise]:
        return await self._run(casework.open_promises, before, limit)

    async def actions_of(self, ticket: int) -> list[Action]:
        return await self._run(casework.actions_of, ticket)

    async def reminders_of(self, ticket: int) -> list[Reminder]:
        return await self._run(casework.reminders_of, ticket)

    async def reminders_due(self, now: datetime, limit: int) -> list[Reminder]:
        return await self._run(casework.reminders_due, now, limit, lock=self._writing)

    async def drafts_of(self, ticket: int) -> list[Draft]:
        return await self._run(casework.drafts_of, ticket)

    async def put_draft(self, draft: Draft) -> None:
        await self._run(casework.put_draft, draft)

    async def drop_draft(self, ticket: int, agent: int) -> bool:
        return await self._run(casework.drop_draft, ticket, agent)

    async def seen_on(self, ticket: int) -> list[Seen]:
        return await self._run(casework.seen_on, ticket)

    async def note_seen(self, *sights: Seen) -> None:
        await self._run(casework.note_seen, sights)

    async def unsee(self, ticket: int, agents: Collection[int]) -> None:
        await self._run(casework.unsee, ticket, agents)

    async def tags_of(self, tickets: Collection[int]) -> Mapping[int, tuple[str, ...]]:
        return await self._run(casework.tags_of, tickets)

    async def put_tags(self, ticket: int, wanted: Sequence[str]) -> None:
        await self._run(casework.put_tags, ticket, wanted)

    async def drop_tags(self, ticket: int, unwanted: Sequence[str]) -> None:
        await self._run(casework.drop_tags, ticket, unwanted)

    async def agent_mail_known(self, inbox: str, key: str) -> bool:
        return await self._run(casework.agent_mail_known, inbox, key)

    # --- answering by mail
    async def told(self, token: str) -> Delivery | None:
        return await self._run(told.told, token)

    async def told_about(self, ticket: int, address: str, limit: int) -> list[bytes]:
        return await self._run(told.told_about, ticket, address, limit)

    async def take_back(self, deliveries: Sequence[int], reason: str) -> int:
        return await self._run(told.take_back, deliveries, reason)

    # --- the queue
    async def unassigned(self, limit: int, *, offered: bool) -> list[Unassigned]:
        return await self._run(queue.unassigned, limit, offered=offered, lock=self._writing)

    async def loads(self) -> Mapping[int, tuple[int, datetime | None]]:
        return await self._run(queue.loads)

    async def tickets_of(self, agent: int) -> list[Ticket]:
        return await self._run(queue.tickets_of, agent, lock=self._writing)

    async def last_incoming(self, tickets: Collection[int]) -> Mapping[int, Message]:
        return await self._run(queue.last_incoming, tickets)

    async def waiting_since(self, tickets: Collection[int]) -> Mapping[int, datetime]:
        return await self._run(queue.waiting_since, tickets)

    async def at_work(self, tickets: Collection[int], since: datetime) -> Mapping[int, AtWork]:
        return await self._run(queue.at_work, tickets, since)

    async def tagged(self, tag: str) -> set[int]:
        return await self._run(queue.tagged, tag)

    async def snoozed_until(self, now: datetime, limit: int) -> list[Ticket]:
        return await self._run(queue.snoozed_until, now, limit, lock=self._writing)

    async def drafts_by(self, agent: int) -> list[tuple[Draft, str]]:
        return await self._run(queue.drafts_by, agent)

    async def unanswered_texts(self, tickets: Collection[int]) -> Mapping[int, list[str]]:
        return await self._run(queue.unanswered_texts, tickets)

    async def posts_by(self, agent: int) -> int:
        return await self._run(queue.posts_by, agent)
