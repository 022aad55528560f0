"""Copies an SQLite database while others write to it, proves the copy, and puts it in place without a gap."""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from inbox_bot.errors import StoreError
from inbox_bot.store.faults import translated_sqlite
from inbox_bot.store.sqlite_file import PATIENCE

STEP = 256
"""Pages a step: a megabyte, after which the progress is told and an interrupt is heard."""

Progress = Callable[[int, int], None]
"""Is told (pages done, pages in all)."""


def copy(source: Path, target: Path, *, force: bool, progress: Progress) -> int:
    """Write a consistent copy of the database, mode 0600, one file without journals; gives its bytes.

    It is what stood there at one moment. Nobody waits for it: in WAL mode a reader keeps no writer. A file of the
    target's name is kept unless `force`. Raises `StoreError`, and then leaves nothing behind.
    """
    with placed(target, force=force) as draft, translated_sqlite():
        with closing(_connect(source)) as reading, closing(_connect(draft)) as writing:
            # one read transaction over all steps: without it each write of the daemon's would start the copy again
            reading.execute("PRAGMA query_only = ON")
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
            writing.execute("PRAGMA synchronous = OFF")  # `placed` syncs the whole
            reading.backup(writing, pages=STEP, progress=lambda _, left, total: progress(total - left, total))
            writing.execute("PRAGMA journal_mode = DELETE")
        with closing(_connect(draft)) as reading:
            if faults := damage(reading):
                raise StoreError(f"the database is damaged, no backup was made ({faults[0]}); see: inbox-bot db check")
    return target.stat().st_size


def damage(db: sqlite3.Connection) -> list[str]:
    """What SQLite's own checks find, at most ten lines."""
    found = [str(row[0]) for row in db.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
    return found or [f"{row[0]} names a missing {row[2]}" for row in db.execute("PRAGMA foreign_key_check")][:10]


def compact(path: Path) -> None:
    """Write the file anew without gaps, and so that from then on it can shrink by itself. Raises `StoreError`."""
    # what VACUUM builds first goes beside the file: the disk of /tmp may be small
    os.environ.setdefault("SQLITE_TMPDIR", str(path.parent))
    with translated_sqlite(), closing(_connect(path)) as db:
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def placed(target: Path, *, force: bool) -> Iterator[Path]:
    """A new file, mode 0600, to fill; it gets the target's name when the block ends well, durably, else it goes."""
    if not force and target.exists():
        raise StoreError(f"{target} exists and is kept; name another file, or say --force")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    with _told(target):
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield draft
        with _told(target):
            _sync(draft)
            if force:
                draft.replace(target)
            else:
                _link(draft, target)
            _sync(target.parent)
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            draft.with_name(draft.name + ending).unlink(missing_ok=True)


def _link(draft: Path, target: Path) -> None:
    """A link never replaces; where the file system knows none (SMB, FAT) the look before has to do."""
    try:
        target.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(17, "File exists") from None
        draft.rename(target)


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise StoreError(f"{target} exists and is kept; name another file, or say --force") from error
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}; make room or name another folder") from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        if not path.is_dir():  # some file systems cannot sync a folder
            raise
    finally:
        os.close(handle)


def _connect(path: Path) -> sqlite3.Connection:
    # mode=rw makes no file; reading a database in WAL mode needs the right to make its -shm
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=PATIENCE)
