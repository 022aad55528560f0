"""Opens the database: engines, connections and transactions of SQLite and PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from inbox_bot.errors import StoreError
from inbox_bot.store import sqlite_file, versions
from inbox_bot.store.faults import connecting, translated
from inbox_bot.store.line import Line
from inbox_bot.store.sqlite_file import PATIENCE, STATEMENTS
from inbox_bot.store.transaction import SqlTransaction

if TYPE_CHECKING:
    import aiosqlite

_PAUSE = 0.02


class Database:
    """The port `Store`. The schema is checked, and brought up to date, before the first transaction."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, line: Line | None = None) -> None:
        self.writer = writer
        self.reader = reader
        self._ready = False
        self._preparing = asyncio.Lock()
        # SQLite has one writer at a time; inside a process waiting for each other beats polling for the lock
        self._own = asyncio.Lock() if line else None
        self._line = line

    async def prepare(self, *, upgrade: bool = False) -> None:
        """Make the tables where there are none; `upgrade`: migrate older ones to this program's version.

        Raises `StoreError` for a newer schema, and without `upgrade` for an older one.
        """
        async with self._preparing:
            if self._ready:
                return
            with connecting():
                async with self.reader.connect() as connection:
                    ready = await connection.run_sync(versions.is_ready, upgrade=upgrade)
                if not ready:
                    async with self.writer.begin() as connection:
                        await connection.run_sync(versions.bring_up)
            self._ready = True

    async def schema(self) -> str | None:
        """The schema's version as it is; None for an empty database. Raises `StoreError`."""
        with connecting():
            async with self.reader.connect() as connection:
                return await connection.run_sync(versions.revision)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlTransaction]:
        """A transaction that only reads."""
        async with self._transaction(self.reader, writing=False) as transaction:
            yield transaction

    @asynccontextmanager
    async def write(self) -> AsyncIterator[SqlTransaction]:
        """A transaction that commits when the block ends well, else rolls back."""
        async with self._own or nullcontext(), self._transaction(self.writer, writing=True) as transaction:
            yield transaction

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine, *, writing: bool) -> AsyncIterator[SqlTransaction]:
        if not self._ready:
            await self.prepare()
        connection = engine.connect()
        with connecting():
            await connection.start()
        try:
            with translated():
                async with self._line.soon_first() if self._line and writing else nullcontext():
                    transaction = await connection.begin()
                try:
                    yield SqlTransaction(connection, writing=writing)
                except BaseException:
                    await transaction.rollback()
                    raise
                await transaction.commit()
        finally:
            # a cancelled task must still hand its connection back
            await asyncio.shield(connection.close())

    async def forget(self) -> None:
        """SQLite's journal is brought into the file and cut off; PostgreSQL's is its own affair."""
        if self._line is not None:
            await asyncio.to_thread(sqlite_file.forget, Path(self.writer.url.database or ""))

    async def close(self) -> None:
        """Let go of all connections."""
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()
        if self._line is not None:
            self._line.close()


def open_store(url: str, *, create: bool = True, patience: float = PATIENCE) -> Database:
    """The store at `sqlite:///path` or `postgresql://…`; nothing is connected yet.

    A missing SQLite file is made (mode 0600) unless `create` is False. `patience`: how many seconds a statement waits
    for another process's lock. Raises `StoreError`.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("database.url is not a URL; write sqlite:///inbox.db or postgresql://user@host/db") from error
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        return _open_sqlite(parsed, create=create, patience=patience)
    if kind in ("postgresql", "postgres"):
        return _open_postgresql(parsed, patience)
    raise StoreError(f"database.url names {kind}; only sqlite and postgresql are known")


def _open_sqlite(url: URL, *, create: bool, patience: float) -> Database:
    path = sqlite_file.found(url.database or "", create=create)
    url = URL.create("sqlite+aiosqlite", database=str(path))
    # no implicit BEGIN by the driver: ours says whether it will write
    arguments = {"isolation_level": None, "timeout": patience, "cached_statements": STATEMENTS}
    writer = create_async_engine(url, pool_size=1, max_overflow=0, connect_args=arguments, hide_parameters=True)
    reader = create_async_engine(url, pool_size=4, max_overflow=4, connect_args=arguments, hide_parameters=True)
    for engine, writing in ((writer, True), (reader, False)):
        _set_up_sqlite(engine, path, patience, writing=writing)
    return Database(writer, reader, Line(path))


def _set_up_sqlite(engine: AsyncEngine, path: Path, patience: float, *, writing: bool) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        connection.run_async(lambda driver: _configure(driver, sqlite_file.pragmas(path, writing=writing), patience))

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Any) -> None:
        sqlite_file.begin(connection, writing=writing, patience=patience)


async def _configure(driver: "aiosqlite.Connection", script: str, patience: float) -> None:
    """Alone among statements, the one that switches a new file to WAL gives up at once where another holds a lock."""
    clock = asyncio.get_running_loop()
    end = clock.time() + patience
    while True:
        try:
            await driver.executescript(script)
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or clock.time() >= end:
                raise
            await asyncio.sleep(_PAUSE)
        else:
            return


def _open_postgresql(url: URL, patience: float) -> Database:
    query = dict(url.query)
    if "sslmode" in query:  # libpq's word; asyncpg calls it ssl
        query["ssl"] = query.pop("sslmode")
    settings = {"application_name": "inbox-bot", "jit": "off", "lock_timeout": f"{patience * 1000:.0f}"}
    try:
        engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg", query=query),
            pool_size=5,
            max_overflow=10,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"server_settings": settings, "timeout": 10, "prepared_statement_cache_size": 500},
        )
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs the extra: pip install 'inbox-bot[postgres]'") from error
    return Database(engine, engine.execution_options(postgresql_readonly=True))
