"""What all connections to an SQLite file have in common: how it is made, their settings, how a transaction begins."""

import os
from pathlib import Path

from inbox_bot.errors import StoreError

PATIENCE = 10.0
"""How many seconds a statement waits for another process's lock."""

_PRAGMAS = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA cache_size = -16384;
    PRAGMA temp_store = MEMORY;
"""


def pragmas(*, writing: bool) -> str:
    """The settings of a connection; one that only reads cannot write by mistake."""
    return _PRAGMAS if writing else _PRAGMAS + "PRAGMA query_only = ON;"


def begin(*, writing: bool) -> str:
    """A writer takes its lock at once, so that what it reads still holds when it writes."""
    return "BEGIN IMMEDIATE" if writing else "BEGIN"


def found(name: str, *, create: bool) -> Path:
    """The file, made with mode 0600 where it is missing and may be made. Raises `StoreError`."""
    if not name or name == ":memory:":
        raise StoreError("database.url names no file; write sqlite:///inbox.db")
    path = Path(name)
    if path.exists():
        return path
    if not create:
        raise StoreError(f"there is no database at {path}; inbox-bot run makes it")
    try:
        # SQLite gives its journals the mode of the file
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise StoreError(f"the database {path} cannot be made: {error.strerror}") from error
    return path
