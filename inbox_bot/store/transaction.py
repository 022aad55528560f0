"""The port `Transaction` over one connection: every method runs the query that its aggregate's module has for it."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import ParamSpec, TypeVar

from inbox_bot.model import Channel, Keeping, Visibility
from inbox_bot.outgoing import Parcel
from inbox_bot.records import Delivery, Message, Notice, Ticket
from inbox_bot.store import (
    audit,
    claiming,
    clock,
    credentials,
    desk,
    filing,
    intake,
    outbox,
    outcomes,
    retention,
    vitals,
    waiting,
)
from inbox_bot.store.care_transaction import CareTransaction
from inbox_bot.store.desk_transaction import DeskTransaction
from inbox_bot.store.erasing_transaction import ErasingTransaction
from inbox_bot.store.figures_transaction import FiguresTransaction
from inbox_bot.store.incident_transaction import IncidentTransaction
from inbox_bot.store.promise_transaction import PromiseTransaction
from inbox_bot.store.survey_transaction import SurveyTransaction
from inbox_bot.views import Awaiting, Finding, Known, Lookup, Vitals
from inbox_bot.writes import Filing, Settlement

Given = ParamSpec("Given")
Result = TypeVar("Result")


class SqlTransaction(
    DeskTransaction, PromiseTransaction, CareTransaction, ErasingTransaction, IncidentTransaction, FiguresTransaction,
    SurveyTransaction,
):  # fmt: skip
    """One transaction; see the port for the contracts and the queries' modules for what they add."""

    # --- intake
    async def unknown(self, inbox: str, keys: Sequence[str]) -> set[str]:
        return await self._run(intake.unknown, inbox, keys)

    async def cursor(self, inbox: str, stream: str) -> str | None:
        return await self._run(intake.cursor, inbox, stream)

    async def gather(self, lookup: Lookup, now: datetime) -> Known:
        return await self._run(intake.gather, lookup, now, lock=self._writing)

    async def newcomers(self, domains: Collection[str], now: datetime) -> Mapping[str, float]:
        return await self._run(intake.newcomers_of, domains, now)

    async def save(self, filing_: Filing) -> dict[int, int]:
        packed = await asyncio.to_thread(filing.pack, filing_)
        return await self._run(filing.save, filing_, packed)

    async def in_flight(self, inbox: str) -> list[tuple[Delivery, str]]:
        return await self._run(intake.in_flight, inbox)

    # --- outbox
    async def claim(
        self,
        inbox: str,
        limit: int,
        worker: str,
        until: datetime,
        now: datetime,
        *,
        unsent: bool = False,
        served: Sequence[str] = (),
    ) -> list[Parcel]:
        return await self._run(claiming.claim, inbox, limit, worker, until, now, unsent=unsent, served=served)

    async def leave(self, deliveries: Sequence[int], worker: str, now: datetime) -> set[int]:
        return await self._run(outbox.leave, deliveries, worker, now)

    async def expire(
        self, now: datetime, worker: str | None = None, *, everyone: bool = False, beyond: datetime | None = None
    ) -> int:
        return await self._run(outbox.expire, now, worker, everyone=everyone, beyond=beyond)

    async def bring_forward(self, now: datetime, until: datetime) -> int:
        return await self._run(clock.bring_forward, now, until)

    async def uncertain(self, inbox: str, limit: int, now: datetime) -> list[Parcel]:
        return await self._run(outbox.uncertain, inbox, limit, now)

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        await self._run(outcomes.settle, settlements)

    async def add_spend(self, inbox: str, day: str, amount: int) -> None:
        await self._run(filing.add_spend, inbox, day, amount)

    async def spend(self, inbox: str, day: str) -> int:
        return await self._run(outbox.spent, inbox, day)

    async def next_due(self, *, retries: bool = True) -> datetime | None:
        return await self._run(outbox.next_due, retries=retries)

    # --- clock
    async def owed(self, now: datetime, limit: int) -> list[Message]:
        return await self._run(clock.owed, now, limit, lock=self._writing)

    async def file_names(self, messages: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        return await self._run(desk.file_names, messages)

    async def message(self, id: int) -> Message | None:
        return await self._run(desk.message, id)

    async def close_resolved(self, before: datetime, now: datetime) -> int:
        return await self._run(clock.close_resolved, before, now)

    async def domains_told(self, since: datetime) -> Mapping[str, int]:
        return await self._run(clock.domains_told, since)

    async def stranded(self, now: datetime) -> list[Ticket]:
        return await self._run(clock.stranded)

    async def failed_identities(self, ticket: int) -> set[int]:
        return await self._run(clock.failed_identities, ticket)

    async def give_up(self, identities: Collection[int]) -> None:
        await self._run(outcomes.give_up, identities)

    async def withdraw(
        self, ticket: int, reason: str, *, automatic_only: bool = True, put_off: bool = False, answered: bool = False
    ) -> int:
        return await self._run(
            outbox.withdraw, ticket, reason, automatic_only=automatic_only, put_off=put_off, answered=answered
        )

    async def withdraw_from(self, identity: int, reason: str) -> int:
        return await self._run(outbox.withdraw_from, identity, reason)

    async def findings(self, now: datetime) -> list[Finding]:
        return await self._run(audit.findings, now)

    async def alarms(self, findings: Sequence[Finding], now: datetime) -> list[Finding]:
        return await self._run(clock.raise_alarms, findings, now)

    async def answer_times(
        self, channel: Channel, since: datetime, limit: int
    ) -> Sequence[tuple[datetime, datetime | None]]:
        return await self._run(waiting.answer_times, channel, since, limit)

    async def awaiting(self, now: datetime, limit: int, ticket: int | None = None) -> list[Awaiting]:
        return await self._run(waiting.awaiting, now, limit, ticket)

    async def number_of(self, ticket: int) -> str:
        return await self._run(desk.number_of, ticket)

    async def notices(self, limit: int, *, agents: bool = False) -> list[tuple[int, Notice]]:
        return await self._run(clock.unsent_notices, limit, agents=agents)

    async def notices_sent(self, since: datetime, *, agents: bool = False) -> int:
        return await self._run(clock.notices_sent, since, agents=agents)

    async def refusing(self, addresses: Collection[str], since: datetime) -> set[str]:
        return await self._run(clock.refusing, addresses, since)

    async def mark_notices(self, ids: Sequence[int], now: datetime) -> None:
        await self._run(clock.mark_notices, ids, now)

    async def health(self, inbox: str, stream: str, now: datetime, error: str = "") -> None:
        await self._run(clock.note_health, inbox, stream, now, error)

    async def automatic_since(self, since: datetime, visibility: Visibility) -> int:
        return await self._run(clock.automatic_since, since, visibility)

    async def take_lease(self, name: str, worker: str, until: datetime, now: datetime) -> bool:
        return await self._run(clock.take_lease, name, worker, until, now)

    async def vitals(self, inboxes: Collection[str], now: datetime) -> Vitals:
        return await self._run(vitals.vitals, inboxes, now)

    # --- retention
    async def lapsed(self, kind: Keeping, before: datetime, limit: int) -> list[int]:
        return await self._run(retention.lapsed, kind, before, limit)

    async def lapsed_count(self, kind: Keeping, before: datetime) -> int:
        return await self._run(retention.count, kind, before)

    async def erase(self, kind: Keeping, ids: Sequence[int], before: datetime, now: datetime) -> int:
        return await self._run(retention.erase, kind, ids, before, now)

    async def orphans(self, after: str, limit: int) -> list[tuple[str, int]]:
        return await self._run(retention.orphans, after, limit)

    async def sweep(self, digests: Sequence[str]) -> int:
        return await self._run(retention.sweep, digests)

    async def shrink(self, pages: int) -> int:
        return await self._run(retention.shrink, pages)

    # --- OAuth 2
    async def credential(self, inbox: str, purpose: str) -> bytes | None:
        return await self._run(credentials.credential, inbox, purpose)

    async def keep_credential(self, inbox: str, purpose: str, sealed: bytes, now: datetime) -> None:
        await self._run(credentials.keep_credential, inbox, purpose, sealed, now)
