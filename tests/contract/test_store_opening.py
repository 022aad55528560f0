"""How a database is opened, brought up to date, and refused."""

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from inbox_bot import ports
from inbox_bot.errors import StoreError
from inbox_bot.store import versions
from inbox_bot.store.database import Database, open_store
from inbox_bot.store.tables import metadata
from inbox_bot.store.versions import REVISIONS, version


def _modes(directory: Path) -> list[int]:
    return [file.stat().st_mode for file in directory.iterdir()]


async def test_store_is_the_port(store: Database) -> None:
    """The database implements the port; a fresh one answers at once."""
    port: ports.Store = store
    async with port.read() as transaction:
        assert await transaction.ticket("000000000") is None
        assert await transaction.ledger_counts() == ([], True)


async def test_file_is_private_and_durable(tmp_path: Path) -> None:
    """A new SQLite file is readable by its owner only, in WAL mode and marked as ours."""
    path = tmp_path / "inbox.db"
    store = open_store(f"sqlite:///{path}")
    await store.prepare()
    assert {stat.S_IMODE(mode) for mode in _modes(tmp_path)} == {0o600}
    await store.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA application_id").fetchone() == (versions.APPLICATION,)
    connection.close()


async def test_second_opening_changes_nothing(store_url: str) -> None:
    """Several processes that start on one new database all find one schema."""
    stores = [open_store(store_url) for _ in range(6)]
    async with asyncio.TaskGroup() as group:
        for store in stores:
            group.create_task(store.prepare())
    for store in stores:
        async with store.write() as transaction:
            await transaction.add_spend("x", "2026-05-01", 1)
        await store.close()


async def test_missing_file_is_refused_where_nothing_may_be_made(tmp_path: Path) -> None:
    """A reading command makes no database; it says where it looked."""
    with pytest.raises(StoreError, match=r"there is no database at .*none\.db"):
        open_store(f"sqlite:///{tmp_path / 'none.db'}", create=False)
    assert not _modes(tmp_path)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "is not a URL"),
        ("mysql://root@localhost/x", "only sqlite and postgresql"),
        ("sqlite://", "names no file"),
        ("sqlite:////proc/none/inbox.db", "cannot be made"),
        ("postgresql://nobody@127.0.0.1:1/none", "cannot be reached"),
    ],
)
async def test_unusable_url_is_one_line(url: str, words: str) -> None:
    """Whatever is wrong with the URL is said in one line."""
    with pytest.raises(StoreError, match=words) as caught:
        await open_store(url).prepare()
    assert "\n" not in str(caught.value)


async def test_missing_postgres_database_is_one_line(postgres_url: str) -> None:
    """A database that does not exist, and a user who may not log in, are said in one line."""
    with pytest.raises(StoreError, match="the database does not exist"):
        await open_store(postgres_url.rsplit("/", 1)[0] + "/missing").prepare()
    with pytest.raises(StoreError, match="refuses this user"):
        await open_store(postgres_url.replace("postgres@", "nobody@")).prepare()


async def test_foreign_file_is_refused(tmp_path: Path) -> None:
    """A file that is no database, and another program's database, are refused and left as they are."""
    text_file = tmp_path / "notes.txt"
    text_file.write_text("Zeilen, die keine Datenbank sind\n" * 100)
    store = open_store(f"sqlite:///{text_file}")
    with pytest.raises(StoreError, match="not a database"):
        await store.prepare()
    await store.close()
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE songs (title)")
    connection.close()
    store = open_store(f"sqlite:///{other}")
    with pytest.raises(StoreError, match="holds other tables"):
        await store.prepare()
    await store.close()


async def test_newer_schema_is_refused(store_url: str) -> None:
    """What a newer program has written is not touched."""
    store = open_store(store_url)
    await store.prepare()
    async with store.writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await store.close()
    store = open_store(store_url)
    with pytest.raises(StoreError, match=r"newer inbox-bot \(schema 9999\)"):
        await store.prepare()
    await store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database for SQLAlchemy itself."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url.replace("postgresql:", "postgresql+asyncpg:")


async def test_migrations_make_what_the_tables_say(empty_url: str) -> None:
    """From nothing to the last revision by Alembic gives the schema that a new database is made with."""
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.run_sync(version.create)
        await connection.execute(insert(version).values(version_num=REVISIONS[-1]))
        made = await connection.run_sync(schema_of)
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(version.drop)
    async with engine.begin() as connection:
        await connection.run_sync(versions.migrate)
        migrated = await connection.run_sync(schema_of)
        assert await connection.run_sync(versions.is_current)
    await engine.dispose()
    assert migrated == made
    assert len(made) > 100


def schema_of(db: Connection) -> list[str]:
    """Everything the database knows about its tables, one line each."""
    if db.dialect.name == "sqlite":
        lines = [
            f"{table}: {tuple(row[1:])}"
            for table in inspect(db).get_table_names()
            for pragma in ("table_xinfo", "foreign_key_list")
            for row in db.execute(text(f"PRAGMA {pragma}({table})"))
        ]
        statement = "SELECT name, sql FROM sqlite_master WHERE type = 'index' OR name = 'search'"
        lines += [f"{name}: {' '.join((sql or '').split())}" for name, sql in db.execute(text(statement))]
        statement = "SELECT sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%DEFERRED%'"
        lines += [f"deferred {sql.count('DEFERRED')}" for (sql,) in db.execute(text(statement))]
        return sorted(lines)
    queries = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
        " WHERE table_schema = 'public'",
        "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace ="
        " 'public'::regnamespace",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    )
    return sorted(str(tuple(row)) for query in queries for row in db.execute(text(query)))
