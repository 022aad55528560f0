"""Turns what the libraries raise into a `StoreError` of one line; what is a bug of ours stays as it is."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from inbox_bot.errors import Conflict, StoreError

TAKEN = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505", "40001", "40P01"})
"""A unique key that another transaction wrote first; on PostgreSQL also a deadlock, which ends one of the two."""

SQLITE = {
    "SQLITE_BUSY": "the database is locked by another process; try again",
    "SQLITE_LOCKED": "the database is locked by another process; try again",
    "SQLITE_FULL": "the disk of the database is full; make room, nothing was lost",
    "SQLITE_READONLY": "the database cannot be written; check the owner and mode of the file and its directory",
    "SQLITE_CANTOPEN": "the database cannot be opened; check the path and the mode of its directory",
    "SQLITE_NOTADB": "the file is not a database; check database.url",
    "SQLITE_CORRUPT": "the database file is damaged; restore a backup",
    "SQLITE_IOERR": "the disk of the database fails; see the system's log",
    "SQLITE_PERM": "the database may not be used; check the owner and mode of the file",
    "SQLITE_AUTH": "the database may not be used; check the owner and mode of the file",
}

POSTGRESQL = {
    "08": "the database cannot be reached; it is tried again",
    "25006": "the database only reads now; is it a standby?",
    "28": "the database refuses this user; check database.url and pg_hba.conf",
    "3D": "the database does not exist; create it or check database.url",
    "42501": "the database user lacks a right; grant it",
    "53": "the database has run out of connections, memory or disk",
    "55P03": "the database is locked by another process; try again",
    "57": "the database is stopping or cancelled the statement; try again",
}


@contextmanager
def translated() -> Iterator[None]:
    """Raises `Conflict` or `StoreError` for what a person or a second try can mend."""
    try:
        yield
    except DBAPIError as error:
        if (known := _judged(error)) is None:
            raise
        raise known from error
    except PoolTimeout as error:
        raise StoreError("all connections to the database are busy; try again") from error


@contextmanager
def connecting() -> Iterator[None]:
    """The same around making a connection, where drivers also raise errors of their own."""
    try:
        with translated():
            yield
    except (OSError, TimeoutError) as error:
        raise StoreError(f"the database cannot be reached ({str(error) or 'timed out'}); check database.url") from error
    except Exception as error:
        # asyncpg's own errors come through unwrapped here, and importing it for their names costs each start
        if (words := _postgresql(str(getattr(error, "sqlstate", "") or ""))) is None:
            raise
        raise StoreError(words) from error


@contextmanager
def translated_sqlite() -> Iterator[None]:
    """The same around statements on a plain connection of the driver."""
    try:
        yield
    except sqlite3.Error as error:
        name = str(getattr(error, "sqlite_errorname", ""))
        words = next((words for start, words in SQLITE.items() if name.startswith(start)), None)
        if words is None:
            raise
        raise StoreError(words) from error


def _judged(error: DBAPIError) -> StoreError | None:
    original = error.orig
    code = str(getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or "")
    if code in TAKEN:
        return Conflict("another process wrote the same key first; run the transaction again")
    if isinstance(error, IntegrityError):
        return None
    words = next((words for name, words in SQLITE.items() if code.startswith(name)), None) or _postgresql(code)
    if words is None and (error.connection_invalidated or (isinstance(error, OperationalError) and not code)):
        words = "the connection to the database was lost; it is tried again"
    return None if words is None else StoreError(words)


def _postgresql(code: str) -> str | None:
    return next((words for start, words in POSTGRESQL.items() if code.startswith(start)), None)
