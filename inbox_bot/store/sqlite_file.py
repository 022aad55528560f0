"""What all connections to an SQLite file have in common: how it is made, their settings, how a transaction begins."""

import logging
import os
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from inbox_bot.errors import StoreError

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""How many seconds a statement waits for another process's lock."""

_PRAGMAS = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA secure_delete = ON;
"""

"""`secure_delete`: what is overwritten or erased is not left in the file's pages."""

_WRITER_CACHE, _READER_CACHE = 4096, 1024
"""In KiB. Each connection fills its own as the file grows, and there are several that read; the system caches the
file's pages for all of them anyway."""

STATEMENTS = 40
"""How many prepared statements a connection keeps: of 128, as is the default, each connection fills MiB."""


_ROUND = 50
"""Milliseconds: in so many SQLite asks six times, at growing intervals."""


def pragmas(path: Path, *, writing: bool) -> str:
    """The settings of a connection; one that only reads cannot write by mistake."""
    # only for a file that is made now, and before anything is written to it; else it would wait for who is writing
    first = "" if path.stat().st_size else "PRAGMA auto_vacuum = INCREMENTAL;"
    cache = f"PRAGMA cache_size = -{_WRITER_CACHE if writing else _READER_CACHE};"
    return first + _PRAGMAS + cache + (f"PRAGMA busy_timeout = {_ROUND};" if writing else "PRAGMA query_only = ON;")


def begin(connection: Connection, *, writing: bool, patience: float = PATIENCE) -> None:
    """Begin a transaction; a writer takes its lock at once, so that what it reads still holds when it writes.

    It asks for it again and again for `patience` seconds, more often than SQLite would of itself: the first in the line
    (`line.Line`) has the others wait until it is through.
    """
    end = time.monotonic() + patience
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
        except OperationalError as error:
            name = getattr(error.orig, "sqlite_errorname", "")
            if not name.startswith("SQLITE_BUSY") or time.monotonic() >= end:
                raise
        else:
            return


def forget(path: Path, patience: float = PATIENCE) -> None:
    """Bring the journal into the file and cut it off: it has the pages as they were before. Waits for who is reading;
    raises `StoreError` where that takes too long."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=patience)) as connection:
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreError(
            "it is done, but another process keeps reading: the journal still has what was there; repeat it"
        )


def found(name: str, *, create: bool) -> Path:
    """The file, made with mode 0600 where it is missing and may be made; one that everybody can read is taken back.

    Raises `StoreError`, also where everybody may put another file in its place.
    """
    if not name or name == ":memory:":
        raise StoreError("database.url names no file; write sqlite:///inbox.db")
    path = Path(name)
    _own_folder(path.parent)
    if path.exists():
        for file in family(path):
            _taken_back(file)
        return path
    if not create:
        raise StoreError(f"there is no database at {path}; inbox-bot run makes it")
    try:
        # SQLite gives its journals the mode of the file
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if path.is_symlink():
            raise StoreError(
                f"the database {path} is a link to a file that is not there; remove or correct it"
            ) from None
    except OSError as error:
        raise StoreError(f"the database {path} cannot be made: {error.strerror}") from error
    return path


def family(path: Path) -> list[Path]:
    """The database file and what SQLite and the daemon keep beside it, as far as it is there."""
    return [
        file
        for ending in ("", "-wal", "-shm", ".lock", ".line")
        if (file := path.with_name(path.name + ending)).exists()
    ]


def _own_folder(folder: Path) -> None:
    try:
        mode = folder.stat().st_mode
    except OSError:
        return  # opening the file says what is wrong
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        raise StoreError(f"everybody can replace files in {folder}, where the database lies; run: chmod o-w {folder}")


def _taken_back(file: Path) -> None:
    """A restored backup often comes with the umask's 0644. A group (root:service) is the operator's choice."""
    mode = stat.S_IMODE(file.stat().st_mode)
    if not mode & stat.S_IRWXO:
        return
    try:
        file.chmod(mode & ~stat.S_IRWXO)
    except OSError as error:
        raise StoreError(f"{file} is open to everybody; run as its owner: chmod o= {file}") from error
    log.warning("database_mode_tightened", extra={"path": str(file), "mode": f"{mode:04o}"})
