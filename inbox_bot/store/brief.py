"""The store for one short command on SQLite: the same queries on plain connections, quick to load and to open.

SQLAlchemy's asyncio layer and aiosqlite cost a command a quarter of its time, and a command has nothing else to do
while it waits.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from inbox_bot.store import sqlite_file, versions
from inbox_bot.store.faults import connecting, translated
from inbox_bot.store.line import Line
from inbox_bot.store.running import Plain
from inbox_bot.store.transaction import SqlTransaction


class BriefStore:
    """The port `Store` on an SQLite file, for one task at a time."""

    def __init__(self, writer: Engine, reader: Engine, line: Line) -> None:
        self._writer = writer
        self._reader = reader
        self._line = line
        self._ready = False

    async def prepare(self, *, upgrade: bool = False) -> None:
        """Make the tables where there are none; `upgrade`: migrate older ones to this program's version.

        Raises `StoreError` for a newer schema, and without `upgrade` for an older one.
        """
        if self._ready:
            return
        with connecting():
            with self._reader.connect() as connection:
                ready = versions.is_ready(connection, upgrade=upgrade)
            if not ready:
                with self._writer.begin() as connection:
                    versions.bring_up(connection)
        self._ready = True

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlTransaction]:
        """A transaction that only reads."""
        async with self._transaction(self._reader, writing=False) as transaction:
            yield transaction

    @asynccontextmanager
    async def write(self) -> AsyncIterator[SqlTransaction]:
        """A transaction that commits when the block ends well, else rolls back."""
        async with self._transaction(self._writer, writing=True) as transaction:
            yield transaction

    @asynccontextmanager
    async def _transaction(self, engine: Engine, *, writing: bool) -> AsyncIterator[SqlTransaction]:
        await self.prepare()
        with connecting():
            connection = engine.connect()
        with connection, translated():
            with self._line.first() if writing else nullcontext():
                transaction = connection.begin()
            with transaction:
                yield SqlTransaction(Plain(connection), writing=writing)

    async def forget(self) -> None:
        """Its journal is brought into the file and cut off."""
        sqlite_file.forget(Path(self._writer.url.database or ""))

    async def close(self) -> None:
        """Let go of all connections."""
        self._writer.dispose()
        self._reader.dispose()
        self._line.close()


def open_brief(url: str, *, create: bool = True) -> BriefStore:
    """The store at `sqlite:///path`; a missing file is made unless `create` is False. Raises `StoreError`."""
    path = sqlite_file.found(make_url(url).database or "", create=create)
    writer, reader = (_engine(path, writing=writing) for writing in (True, False))
    return BriefStore(writer, reader, Line(path))


def _engine(path: Path, *, writing: bool) -> Engine:
    arguments = {"isolation_level": None, "timeout": sqlite_file.PATIENCE}
    engine = create_engine(f"sqlite:///{path}", connect_args=arguments, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def connected(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        connection.executescript(sqlite_file.pragmas(path, writing=writing))

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        sqlite_file.begin(connection, writing=writing)

    return engine
