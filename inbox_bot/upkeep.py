"""Looks after the database as a whole: backup, examination, upgrade, and giving its space back.

Like `app` it names adapters: all of this lies below the port, on which a store is only its transactions.
"""

import shutil
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from inbox_bot.app import clock
from inbox_bot.config import Config
from inbox_bot.errors import StoreError
from inbox_bot.records import LogEntry
from inbox_bot.store import backup as copies
from inbox_bot.store import dump, integrity, sqlite_file
from inbox_bot.store.database import open_store
from inbox_bot.store.faults import translated
from inbox_bot.store.versions import REVISIONS
from inbox_bot.views import Examined
from inbox_bot.writes import Filing

NEWEST = REVISIONS[-1]
Found = TypeVar("Found")
_LEAST_FREE = 256 * 1024 * 1024
_OURSELVES = "inbox-bot"

Progress = Callable[[int, int], None]
"""Is told (done, in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was written: the file, its bytes, and the copy of the key file (None = none was asked for)."""

    path: Path
    size: int
    keys: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """From which schema to which; equal = nothing to do. `backup`: the copy made before (SQLite)."""

    before: str | None
    after: str
    backup: Path | None = None


async def backup(config: Config, target: Path, *, force: bool, with_keys: bool, progress: Progress) -> Backup:
    """Write a consistent copy of the database while it is in use, and note in the log that there is one.

    Raises `StoreError`; nothing is left behind then.
    """
    keys = target.with_name(f"{target.name}.keys") if with_keys else None
    if keys is not None and keys.exists() and not force:
        raise StoreError(f"{keys} exists and is kept; name another file, or say --force")
    source = _file(config)
    if source is None:
        size = dump.dump(config.database.url, target, force=force)
    else:
        _apart(config, target)
        size = copies.copy(source, target, force=force, progress=progress)
    if keys is not None:
        with copies.placed(keys, force=force) as draft:
            draft.write_bytes(config.security.key_file.read_bytes())
    await _note(config, f"{target} ({size} bytes)")
    return Backup(path=target, size=size, keys=keys)


def _file(config: Config) -> Path | None:
    return None if config.database.file is None else sqlite_file.found(str(config.database.file), create=False)


def _apart(config: Config, target: Path) -> None:
    """`--force` must not write over what it is to save."""
    assert config.database.file is not None
    ours = {
        path.resolve() for path in (*sqlite_file.family(config.database.file), config.security.key_file, config.path)
    }
    if target.resolve() in ours:
        raise StoreError(f"{target} is in use by inbox-bot itself; name another file")


async def _note(config: Config, detail: str) -> None:
    store = open_store(config.database.url, create=False)
    try:
        async with store.write() as tx:
            await tx.save(Filing(log=[LogEntry(at=clock(), who=_OURSELVES, what=integrity.BACKUP, detail=detail)]))
    except StoreError:
        return  # an older schema, a full disk: the copy is there all the same, and its name says when it was made
    finally:
        await store.close()


async def check(config: Config, *, full: bool, progress: Progress) -> AsyncIterator[Examined]:
    """Examine everything, one thing after the other. Raises `StoreError` where the database does not open, or is
    too damaged to go on."""
    yield _modes(config)
    store = open_store(config.database.url, create=False)
    yield _room(config)
    try:
        found = await store.schema()
        if found is None:
            yield Examined(what="schema", ok=False, line="there are no tables; inbox-bot run makes them")
            return
        async with store.reader.connect() as db:
            yield await _examined(db, integrity.pages)
            if found != NEWEST:
                line = f"{found}, this program needs {NEWEST}; stop the daemon, then: inbox-bot db upgrade"
                yield Examined(what="schema", ok=False, line=line)
                return
            yield Examined(what="schema", ok=True, line=f"{found}, the newest")
            yield await _examined(db, integrity.references)
            yield await _examined(db, integrity.balance)
            yield await _examined(db, partial(integrity.kept, progress=progress, full=full))
            yield _age(await _examined(db, integrity.last_backup))
    finally:
        await store.close()


async def _examined(db: AsyncConnection, examine: Callable[[Connection], Found]) -> Found:
    """Raises `StoreError` where a damaged file ends the examination."""
    with translated():
        return await db.run_sync(examine)


def _modes(config: Config) -> Examined:
    paths = [config.security.key_file] if config.security.key_file.exists() else []
    if config.database.file is not None and config.database.file.exists():
        paths += sqlite_file.family(config.database.file)
    open_ones = [path for path in paths if path.stat().st_mode & stat.S_IRWXO]
    line = (
        f"everybody may use {open_ones[0]}; run: chmod o= {open_ones[0]}"
        if open_ones
        else f"{len(paths)} files, private"
    )
    return Examined(what="file modes", ok=not open_ones, line=line)


def _room(config: Config) -> Examined:
    """On the disk of the SQLite file, which a backup or a rewritten file needs once more."""
    file = config.database.file
    if file is None:
        return Examined(what="disk", ok=True, line="PostgreSQL's own matter")
    size, free = file.stat().st_size, shutil.disk_usage(file.parent).free
    line = f"{free >> 20} MiB free, the database has {size >> 20} MiB"
    ok = free >= _LEAST_FREE
    return Examined(what="disk", ok=ok, line=line if ok else f"{line}; make room before intake stops")


def _age(at: datetime | None) -> Examined:
    if at is None:
        return Examined(what="backup", ok=True, line="none on record; inbox-bot db backup FILE makes one")
    hours = (clock() - at) // timedelta(hours=1)
    age = f"{hours} hours" if hours < 72 else f"{hours // 24} days"
    return Examined(what="backup", ok=True, line=f"the last one on record is {age} old")


async def schema(config: Config) -> str | None:
    """The version as it is; None where there is no database, or an empty one. Raises `StoreError` for a newer one."""
    if config.database.file is not None and not config.database.file.exists():
        return None
    store = open_store(config.database.url, create=False)
    try:
        return await store.schema()
    finally:
        await store.close()


async def upgrade(config: Config, progress: Progress) -> Upgrade:
    """Migrate an older schema in one transaction; on SQLite a copy is made first. The caller keeps daemons off.

    Raises `StoreError`, also for a newer schema; the old one is then whole.
    """
    before = await schema(config)
    if before in {None, NEWEST}:
        return Upgrade(before=before, after=NEWEST)
    copy = None
    if config.database.file is not None:
        copy = _free_name(config.database.file.with_name(f"{config.database.file.name}.{before}"))
        copies.copy(config.database.file, copy, force=False, progress=progress)
    store = open_store(config.database.url, create=False)
    try:
        await store.prepare(upgrade=True)
    finally:
        await store.close()
    if copy is not None:
        await _note(config, f"{copy} before the upgrade from {before} to {NEWEST}")
    return Upgrade(before=before, after=NEWEST, backup=copy)


def _free_name(path: Path) -> Path:
    count = 1
    while (name := path.with_name(path.name + (f"-{count}" if count > 1 else "") + ".backup")).exists():
        count += 1
    return name


def compact(config: Config) -> tuple[int, int]:
    """Write the SQLite file anew without its gaps: its bytes before and after. The caller keeps daemons off."""
    file = _file(config)
    if file is None:
        raise StoreError("PostgreSQL uses deleted rows' space again by itself (autovacuum); nothing to do")
    before = file.stat().st_size
    if shutil.disk_usage(file.parent).free < before:
        raise StoreError(f"there is no room for a second copy of {file} ({before >> 20} MiB); make room first")
    copies.compact(file)
    return before, file.stat().st_size
