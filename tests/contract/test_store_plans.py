"""Cost must not grow with what is stored: no statement of daily work reads a whole table (SQLite's own word)."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from inbox_bot.casework import Survey
from inbox_bot.errors import Conflict
from inbox_bot.model import Channel, DeliveryState, PromiseState, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.store.database import Database, open_store
from inbox_bot.writes import Filing, Settlement
from tests.contract.store_builders import HOUR, MINUTE, NOW, a_case
from tests.contract.test_store_intake import everything_about

GROWING = (
    "customers|identities|tickets|messages|files|deliveries|receipts|ledger|log|notices|raws|search|promises|actions|drafts|seen|"
    "reminders|tags|agent_mails|surveys"
)
CASE = a_case()


async def _marks(tx: Transaction) -> None:
    """There is no such notice, which it says only afterwards."""
    with suppress(Conflict):
        await tx.mark_notices([1], NOW)


WORK: dict[str, Callable[[Transaction], Awaitable[object]]] = {
    "unknown": lambda tx: tx.unknown("mail", ["7:1", "7:2"]),
    "cursor": lambda tx: tx.cursor("mail", "mail"),
    "gather": lambda tx: tx.gather(everything_about(CASE), NOW),
    "save": lambda tx: tx.save(a_case().filing()),
    "save again": lambda tx: tx.save(
        Filing(
            tickets=[replace(CASE.ticket, id=1, customer=1)],
            messages=[replace(CASE.message, id=1, ticket=1, acknowledged_by=1)],
        )
    ),
    "in_flight": lambda tx: tx.in_flight("mail"),
    "surveys_due": lambda tx: tx.surveys_due(NOW, 500),
    "afterwards": lambda tx: tx.afterwards([1, 2], NOW),
    "surveys_posed": lambda tx: tx.surveys_posed([1, 2], NOW),
    "questions_in_line": lambda tx: tx.questions_in_line(),
    "take_question_back": lambda tx: tx.take_question_back(
        Survey(id=1, ticket=1, customer=1, decided_at=NOW, asked=True, reason="", message=1), "late"
    ),
    "surveys_of": lambda tx: tx.surveys_of(1),
    "surveyed": lambda tx: tx.surveyed(NOW, 500),
    "satisfaction": lambda tx: tx.satisfaction(NOW),
    "claim": lambda tx: tx.claim("mail", 9, "one", NOW + MINUTE, NOW),
    "leave": lambda tx: tx.leave([1], "one", NOW),
    "expire": lambda tx: tx.expire(NOW),
    "uncertain": lambda tx: tx.uncertain("mail", 9, NOW),
    "settle": lambda tx: tx.settle(
        [
            Settlement(delivery=1, state=DeliveryState.SENT, at=NOW, number_delivered=True),
            Settlement(delivery=1, state=DeliveryState.FAILED, at=NOW, number_taken_back=True),
        ]
    ),
    "next_due": lambda tx: tx.next_due(),
    "vitals": lambda tx: tx.vitals(["mail", "x"], NOW),
    "owed": lambda tx: tx.owed(NOW, 9),
    "file_names": lambda tx: tx.file_names([1, 2]),
    "message": lambda tx: tx.message(1),
    "close_resolved": lambda tx: tx.close_resolved(NOW, NOW),
    "stranded": lambda tx: tx.stranded(NOW),
    "failed_identities": lambda tx: tx.failed_identities(1),
    "withdraw": lambda tx: tx.withdraw(1, "answered"),
    "answer_times": lambda tx: tx.answer_times(Channel.EMAIL, NOW - HOUR, 9),
    "awaiting": lambda tx: tx.awaiting(NOW, 9),
    "awaiting in a ticket": lambda tx: tx.awaiting(NOW, 9, 1),
    "number_of": lambda tx: tx.number_of(1),
    "notices": lambda tx: tx.notices(9),
    "notices_sent": lambda tx: tx.notices_sent(NOW),
    "mark_notices": _marks,
    "automatic_since": lambda tx: tx.automatic_since(NOW - HOUR, Visibility.PUBLIC),
    "ticket": lambda tx: tx.ticket("427918354"),
    "tickets": lambda tx: tx.tickets(states=["new", "open"], customer=None, limit=50),
    "tickets of a customer": lambda tx: tx.tickets(states=(), customer=1, limit=50),
    "find_customers": lambda tx: tx.find_customers("@eva"),
    "identities": lambda tx: tx.identities(1),
    "timeline": lambda tx: tx.timeline(1),
    "timeline of a ticket": lambda tx: tx.timeline(1, 1),
    "attachments": lambda tx: tx.attachments(1),
    "raw": lambda tx: tx.raw(1),
    "raw_of_ledger": lambda tx: tx.raw_of_ledger("7:1"),
    "search": lambda tx: tx.search(["Störung"], 9),
    "ledger_lines": lambda tx: tx.ledger_lines(inbox="mail", outcome="filed", limit=9),
    "log": lambda tx: tx.log(1),
    "awaiting_approval": lambda tx: tx.awaiting_approval(),
    "approve": lambda tx: tx.approve(1, NOW, yes=True),
    "deliveries_of": lambda tx: tx.deliveries_of(1),
    "promises_of": lambda tx: tx.promises_of(1),
    "open_promises": lambda tx: tx.open_promises(NOW, 9),
    "promise": lambda tx: tx.promise(1),
    "action": lambda tx: tx.action(1),
    "promises_due": lambda tx: tx.promises_due(NOW, 9),
    "promises_to_remind": lambda tx: tx.promises_to_remind(NOW, 9),
    "promises_untold": lambda tx: tx.promises_untold(NOW, 9),
    "promises": lambda tx: tx.promises(since=NOW, agent=1, states=list(PromiseState), limit=9),
    "actions_of": lambda tx: tx.actions_of(1),
    "reminders_of": lambda tx: tx.reminders_of(1),
    "reminders_due": lambda tx: tx.reminders_due(NOW, 9),
    "drafts_of": lambda tx: tx.drafts_of(1),
    "drop_draft": lambda tx: tx.drop_draft(1, 1),
    "seen_on": lambda tx: tx.seen_on(1),
    "tags_of": lambda tx: tx.tags_of([1, 2]),
    "drop_tags": lambda tx: tx.drop_tags(1, ["billing"]),
    "unassigned": lambda tx: tx.unassigned(50, offered=True),
    "loads": lambda tx: tx.loads(),
    "tickets_of": lambda tx: tx.tickets_of(1),
    "last_incoming": lambda tx: tx.last_incoming([1, 2]),
    "waiting_since": lambda tx: tx.waiting_since([1, 2]),
    "at_work": lambda tx: tx.at_work([1, 2], NOW),
    "tagged": lambda tx: tx.tagged("umzug"),
    "snoozed_until": lambda tx: tx.snoozed_until(NOW, 9),
    "drafts_by": lambda tx: tx.drafts_by(1),
    "unanswered_texts": lambda tx: tx.unanswered_texts([1, 2]),
    "posts_by": lambda tx: tx.posts_by(1),
    "notices to agents": lambda tx: tx.notices(9, agents=True),
    "notices_sent to agents": lambda tx: tx.notices_sent(NOW, agents=True),
    "told": lambda tx: tx.told("abcdefghijklm"),
    "told_about": lambda tx: tx.told_about(1, "anna@acme.example", 9),
    "take_back": lambda tx: tx.take_back([1], "undone"),
    "agent_mail_known": lambda tx: tx.agent_mail_known("mail", "<a@b>"),
}


@pytest.fixture
async def file_store(tmp_path: Path) -> AsyncIterator[Database]:
    """A store on SQLite, whose plans are the same however much it holds: it keeps no statistics."""
    opened = open_store(f"sqlite:///{tmp_path / 'inbox.db'}")
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", WORK)
async def test_no_table_is_read_whole(file_store: Database, name: str) -> None:
    """Each statement finds its rows by an index."""
    await file_store.prepare()
    ran: list[tuple[str, Any]] = []

    @event.listens_for(file_store.writer.sync_engine, "before_cursor_execute")
    def note(connection: object, cursor: object, statement: str, parameters: Any, *rest: object) -> None:
        if re.match(r"(SELECT|UPDATE|DELETE)", statement):
            ran.append((statement, parameters[0] if isinstance(parameters, list) else parameters))

    async with file_store.write() as tx:
        await tx.save(CASE.filing())
        ran.clear()
        await WORK[name](tx)
    statements = ran.copy()
    async with file_store.writer.connect() as connection:
        for statement, parameters in statements:
            explained = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plan = [row.detail for row in explained]
            assert not [step for step in plan if _reads_all(step)], (statement, plan)
    assert statements or name == "save"


def _reads_all(step: str) -> bool:
    """A search by index says SEARCH, and a partial index that holds only what waits says SCAN … USING INDEX ix_…"""
    scan = re.match(rf"SCAN ({GROWING})\b(.*)", step)
    if scan is None or "VIRTUAL TABLE INDEX" in step:
        return False
    partial = re.search(r"USING (?:COVERING )?INDEX (\w+)", step)
    return partial is None or partial[1] not in SHORT


SHORT = {
    "ix_promises_open",
    "ix_reminders_due",
    "ix_deliveries_waiting",
    "ix_deliveries_held",
    "ix_deliveries_sending",
    "ix_deliveries_uncertain",
    "ix_messages_owed",
    "ix_notices_unsent",
    "ix_tickets_number_missing",
    "ix_tickets_assignee",
}
"""Partial indexes that hold only what is still to be done."""
