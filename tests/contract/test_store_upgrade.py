"""The first release's filled database comes up to this one on both databases: nothing lost, nothing half done."""

import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from inbox_bot.errors import StoreError
from inbox_bot.store import versions
from inbox_bot.store.brief import open_brief
from inbox_bot.store.database import open_store
from inbox_bot.store.versions import REVISIONS, version
from tests.contract.shell import Shell
from tests.contract.test_store_opening import schema_of
from tests.first_release import on_sqlite, rows

HALVES = """
import asyncio, os, signal, sys, traceback
import alembic.command, alembic.config, alembic.runtime.migration, aiosqlite, asyncpg
import sqlalchemy.dialects.postgresql.asyncpg, sqlalchemy.dialects.sqlite.aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import Engine
from inbox_bot.store.database import open_store

left = 0

@event.listens_for(Engine, "after_cursor_execute")
def count(connection, cursor, statement, *rest):
    global left
    if statement.lstrip().upper().startswith(("ALTER", "CREATE", "UPDATE", "INSERT", "DROP")):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

async def main():
    store = open_store(sys.argv[1])
    await store.prepare(upgrade=True)
    await store.close()

for line in sys.stdin:
    child = os.fork()
    if not child:
        left = int(line)
        try:
            asyncio.run(main())
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Migrates in a process of its own for each number it reads, which dies right behind that statement of those that
change something; says how it ended. What all of them import is imported once."""


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The first release's database, filled."""
    if request.param == "sqlite":
        return f"sqlite:///{on_sqlite(tmp_path / 'inbox.db')}"
    url: str = request.getfixturevalue("first_release_url")
    return url


@pytest.fixture
async def engine(old_url: str) -> AsyncIterator[AsyncEngine]:
    """To look at that database beside the program."""
    found = _engine(old_url)
    yield found
    await found.dispose()


def _engine(url: str) -> AsyncEngine:
    return create_async_engine(
        url.replace("sqlite:", "sqlite+aiosqlite:").replace("postgresql:", "postgresql+asyncpg:")
    )


async def test_everything_is_still_there(old_url: str, engine: AsyncEngine, empty_of_today: list[str]) -> None:
    """Every row of every table is as it was, the schema is that of a new database, and the ledger balances."""
    async with engine.connect() as db:
        columns, before = await db.run_sync(rows)
    assert sum(len(lot) for lot in before.values()) > 2_000
    assert {name for name, lot in before.items() if len(lot) > 100} >= {
        "customers", "identities", "tickets", "messages", "deliveries", "receipts", "ledger", "log", "notices", "raws"
    }  # fmt: skip
    store = open_store(old_url)
    assert await store.schema() == "0001"
    await store.prepare(upgrade=True)
    assert await store.schema() == REVISIONS[-1]
    async with store.read() as tx:
        _, balanced = await tx.ledger_counts()
    await store.close()
    assert balanced
    async with engine.connect() as db:
        assert (await db.run_sync(rows, columns))[1] == before
        assert await db.run_sync(schema_of) == empty_of_today


@pytest.fixture
def new_url(old_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A new database of the same kind."""
    sqlite = old_url.startswith("sqlite")
    return f"sqlite:///{tmp_path / 'new.db'}" if sqlite else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def empty_of_today(new_url: str) -> list[str]:
    """The schema of a new database."""
    store = open_store(new_url)
    await store.prepare()
    async with store.reader.connect() as db:
        found = await db.run_sync(schema_of)
    await store.close()
    return found


async def test_a_migration_killed_anywhere_leaves_the_old_schema_whole(old_url: str, engine: AsyncEngine) -> None:
    """SIGKILL behind each statement that changes something: the old program could go on, and the next try succeeds."""
    async with engine.connect() as db:
        columns, before = await db.run_sync(rows)
        schema = await db.run_sync(schema_of)
    kills = 0
    with _migrating(old_url) as dies:
        while dies(kills + 1):
            kills += 1
            async with engine.connect() as db:
                assert await db.run_sync(versions.revision) == "0001"
                assert await db.run_sync(schema_of) == schema
                assert (await db.run_sync(rows))[1] == before
            assert kills < 100
    assert kills >= 7, "each new column, index and table, and Alembic's own mark"
    async with engine.connect() as db:
        assert await db.run_sync(versions.is_current)
        assert (await db.run_sync(rows, columns))[1] == before


@contextmanager
def _migrating(url: str) -> Iterator[Callable[[int], bool]]:
    """Whether a migration that is to be killed behind its n-th statement was; else it has ended well."""
    with subprocess.Popen(
        [sys.executable, "-c", HALVES, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, told = process.stdin, process.stdout

        def dies(statement: int) -> bool:
            asked.write(f"{statement}\n")
            asked.flush()
            status = int(told.readline())
            assert status in (0, -signal.SIGKILL), "what it raised stands above"
            return status != 0

        yield dies


async def test_short_commands_do_not_migrate(old_url: str, engine: AsyncEngine) -> None:
    """A command beside a running older daemon is refused with what to do, and changes nothing."""
    store = open_brief(old_url) if old_url.startswith("sqlite") else open_store(old_url)
    with pytest.raises(StoreError, match=rf"schema 0001 .* needs {REVISIONS[-1]}; .*inbox-bot db upgrade"):
        async with store.write() as tx:
            await tx.add_spend("x", "2026-05-01", 1)
    await store.close()
    async with engine.connect() as db:
        assert await db.run_sync(versions.revision) == "0001"


# --- by the program itself


async def test_people_find_all_of_it(old_url: str, tmp_path: Path) -> None:
    """After `db upgrade` tickets, show, search, ledger, raw, audit and check read what the first release wrote."""
    shell = Shell(tmp_path, old_url)
    assert f"needs {REVISIONS[-1]}" in shell("tickets", status=1)
    assert shell.json("db", "upgrade", "--dry-run") == {"before": "0001", "after": REVISIONS[-1], "backup": None}
    done = shell.json("db", "upgrade")
    assert (done["before"], done["after"]) == ("0001", REVISIONS[-1])
    if old_url.startswith("sqlite"):
        kept = open_store(f"sqlite:///{done['backup']}")
        assert await kept.schema() == "0001"
        await kept.close()
    assert "nothing to do" in shell("db", "upgrade")

    tickets = shell.json("tickets", "--all")
    assert len(tickets) == 134
    assert {ticket["status"] for ticket in tickets} == {"new", "open", "pending", "resolved", "closed"}
    told = [shell.json("show", ticket["number"])["timeline"] for ticket in tickets[:3]]
    assert all(entry["text"] for timeline in told for entry in timeline)
    assert all(receipt["evidence"] for entry in told[0] for sent in entry["deliveries"] for receipt in sent["receipts"])
    assert len(shell.json("search", "Rechnung")) > 20
    assert "Message-ID: <m1@post.example>" in shell("raw", "7:1")
    ledger = shell.json("ledger")
    assert "quarantined" in str(ledger)
    kinds = {finding["kind"] for finding in shell.json("audit", status=1)["findings"]}
    assert {"inbox_failing", "number_not_delivered", "delivery_uncertain", "unanswered"} <= kinds
    assert "ledger_unbalanced" not in kinds
    assert [one["what"] for one in shell.json("db", "check", "--full", status=None) if not one["ok"]] in ([], ["disk"])


async def test_every_command_refuses_a_newer_schema(store_url: str, tmp_path: Path) -> None:
    """Reading, writing, running, looking after: nothing touches what a newer program has written."""
    store = open_store(store_url)
    await store.prepare()
    async with store.writer.begin() as db:
        await db.run_sync(_from_the_future)
    await store.close()
    shell = Shell(tmp_path, store_url)
    for words in (
        ["tickets"], ["note", "427-918-354", "--text", "x"], ["run", "--once"], ["run"], ["check"], ["db", "check"],
        ["db", "upgrade"], ["db", "upgrade", "--dry-run"], ["db", "prune"],
    ):  # fmt: skip
        assert "newer inbox-bot (schema 9999)" in shell(*words, status=1), words


def _from_the_future(db: Connection) -> None:
    db.execute(version.update().values(version_num="9999"))
