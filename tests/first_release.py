"""A database as the first release (schema 0001) left it on disks: tests/data/first_release.sql, on both kinds.

That file was written by the first release's own program, over a made-up quarter of a year, and is never edited.
"""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, TableClause, column, insert, inspect, select, table, text
from sqlalchemy.ext.asyncio import create_async_engine

from inbox_bot.store import versions
from inbox_bot.store.tables import metadata
from tests.postgres import Postgres

SQL = (Path(__file__).parent / "data" / "first_release.sql").read_text(encoding="utf-8")
_WORDS = re.compile(r"^INSERT INTO search \(rowid, stems\) VALUES \((\d+),'([^']*)'\);$", re.MULTILINE)

Rows = dict[str, list[tuple[Any, ...]]]
"""The rows of each table, as they lie in the database, in some fixed order."""


def on_sqlite(path: Path) -> Path:
    """The file, in WAL mode as it was."""
    path.touch(0o600)
    with closing(sqlite3.connect(path)) as db:
        db.executescript("PRAGMA journal_mode = WAL; BEGIN;" + SQL + "COMMIT;")
    return path


def on_postgresql(db: Connection) -> None:
    """Into an empty database, on the connection and in the transaction of the caller."""
    versions.migrate(db, "0001")
    with closing(sqlite3.connect(":memory:")) as source:
        source.executescript(SQL)
        source.row_factory = sqlite3.Row
        for found in _tables(db):
            lot = [_typed(found, dict(row)) for row in source.execute(f'SELECT * FROM "{found.name}"')]
            db.execute(insert(found), lot)
            if "id" in found.c:
                last = f"SELECT setval('{found.name}_id_seq', (SELECT max(id) FROM {found.name}))"
                db.execute(text(last))
    words = text("INSERT INTO search VALUES (:id, to_tsvector('simple', :words))")
    db.execute(words, [{"id": int(found[1]), "words": found[2]} for found in _WORDS.finditer(SQL)])


@pytest.fixture(scope="session")
def first_release(postgres: Postgres) -> str:
    """The name of such a database, to be copied."""
    name = postgres.create(template="template0")
    asyncio.run(_fill(postgres.url(name)))
    return name


async def _fill(url: str) -> None:
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as db:
        await db.run_sync(on_postgresql)
    await engine.dispose()


@pytest.fixture
def first_release_url(postgres: Postgres, first_release: str) -> Iterator[str]:
    """A copy of it on PostgreSQL."""
    name = postgres.create(template=first_release)
    yield postgres.url(name)
    postgres.drop(name)


def _typed(table: TableClause, row: dict[str, Any]) -> dict[str, Any]:
    return {name: bool(value) if isinstance(table.c[name].type, Boolean) else value for name, value in row.items()}


def _tables(db: Connection) -> list[TableClause]:
    """As the database has them, those that others refer to first, without what FTS5 keeps beside the index."""
    there = inspect(db)
    names = [name.name for name in metadata.sorted_tables if name.name != "search" and there.has_table(name.name)]
    return [table(name, *(column(one["name"], one["type"]) for one in there.get_columns(name))) for name in names]


def rows(db: Connection, columns: dict[str, list[str]] | None = None) -> tuple[dict[str, list[str]], Rows]:
    """(the columns of each table, its rows in order); `columns`: only these of these tables."""
    found: Rows = {}
    named: dict[str, list[str]] = {}
    for one in _tables(db):
        if columns is not None and one.name not in columns:
            continue
        named[one.name] = [c.name for c in one.c] if columns is None else columns[one.name]
        query = select(*(one.c[name] for name in named[one.name]))
        found[one.name] = sorted((tuple(row) for row in db.execute(query)), key=repr)
    return named, found
