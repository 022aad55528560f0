"""Examines a database: its pages, its references, its ledger, and whether the kept bytes are those that came."""

import secrets
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, func, not_, select, text

from inbox_bot.store.filing import unpacked
from inbox_bot.store.ledger import counts, faults
from inbox_bot.store.schema import deliveries, files, log, messages, raws
from inbox_bot.views import Examined

BACKUP = "backup"
"""What the log calls a backup."""
LOT = 100
SAMPLE = 200
"""How many of the kept bytes are looked at without `full`."""

Progress = Callable[[int, int], None]
"""Is told (kept bytes looked at, all that will be)."""


def pages(db: Connection) -> Examined:
    """Whether the file can be read page by page; PostgreSQL looks after its own where it writes checksums."""
    if db.dialect.name == "postgresql":
        on = db.execute(text("SHOW data_checksums")).scalar() == "on"
        line = "PostgreSQL proves each page by its checksum" if on else "PostgreSQL runs without data_checksums"
        return Examined(what="pages", ok=True, line=line)
    found = [str(row[0]) for row in db.execute(text("PRAGMA integrity_check(5)")) if row[0] != "ok"]
    line = f"damaged: {found[0]}; keep this file, restore a backup" if found else "whole"
    return Examined(what="pages", ok=not found, line=line)


def references(db: Connection) -> Examined:
    """Whether every row that is named is there, also where no foreign key watches over it."""
    found = []
    if db.dialect.name == "sqlite":
        found += [f"{row[0]} names a missing {row[2]}" for row in db.execute(text("PRAGMA foreign_key_check"))]
    else:
        unproven = "SELECT conname FROM pg_constraint WHERE NOT convalidated"
        found += [f"{name} was never validated" for (name,) in db.execute(text(unproven))]
    there = select(deliveries.c.id).where(deliveries.c.id == messages.c.acknowledged_by)
    loose = select(func.count()).where(messages.c.acknowledged_by.is_not(None), not_(there.exists()))
    if count := db.execute(loose).scalar():
        found.append(f"{count} messages are acknowledged by a missing delivery")
    line = f"{found[0]} ({len(found)} such lines); keep this file, restore a backup" if found else "complete"
    return Examined(what="references", ok=not found, line=line)


def balance(db: Connection) -> Examined:
    """Whether the ledger balances."""
    wrong = [f"{inbox or 'no inbox'}: {words[0]}" for inbox, words in sorted(faults(db).items())]
    total = sum(count for _, _, count in counts(db)[0])
    line = f"{'; '.join(wrong)}; stop the daemon, keep the database, report it" if wrong else f"{total} lines, balanced"
    return Examined(what="ledger", ok=not wrong, line=line)


def kept(db: Connection, progress: Progress, *, full: bool) -> Examined:
    """Whether the kept bytes are those that came, by their SHA-256: all of them, or some picked at random."""
    total = db.execute(select(func.count()).select_from(raws)).scalar() or 0
    wanted = total if full else min(total, SAMPLE)
    seen: set[str] = set()
    wrong: list[str] = []
    for digest, packed, data in _all(db) if full or total <= SAMPLE else _some(db, wanted):
        if digest not in seen and not _same(digest, packed, data):
            wrong.append(digest)
        seen.add(digest)
        progress(len(seen), wanted)
    how = f"{len(seen)} of {total}" + ("" if full or total <= SAMPLE else " looked at (--full: all)")
    line = (
        f"{how}: {len(wrong)} differ, first {_owner(db, wrong[0])}; restore a backup"
        if wrong
        else f"{how}, as they came"
    )
    return Examined(what="kept bytes", ok=not wrong, line=line)


def last_backup(db: Connection) -> datetime | None:
    """When the last one was made by `db backup`; None where none is on record."""
    at: datetime | None = db.execute(select(func.max(log.c.at)).where(log.c.what == BACKUP)).scalar()
    return at


def _rows(db: Connection, query: Select[Any]) -> list[tuple[str, bool, bytes]]:
    return [(row[0], row[1], row[2]) for row in db.execute(query)]


def _all(db: Connection) -> Iterator[tuple[str, bool, bytes]]:
    last = ""
    query = select(raws.c.sha256, raws.c.packed, raws.c.data).order_by(raws.c.sha256).limit(LOT)
    while lot := _rows(db, query.where(raws.c.sha256 > last)):
        yield from lot
        last = lot[-1][0]


def _some(db: Connection, count: int) -> Iterator[tuple[str, bool, bytes]]:
    query = select(raws.c.sha256, raws.c.packed, raws.c.data).order_by(raws.c.sha256).limit(1)
    for _ in range(count):
        # a hash is as good as a random number: the next one after a random place is a random row
        yield from _rows(db, query.where(raws.c.sha256 >= secrets.token_hex(32)))


def _same(digest: str, packed: bool, data: bytes) -> bool:
    try:
        return sha256(unpacked(packed, data)).hexdigest() == digest
    except zlib.error:
        return False


def _owner(db: Connection, digest: str) -> str:
    """Where people see these bytes."""
    message = db.execute(select(messages.c.id).where(messages.c.raw == digest)).scalar()
    message = message or db.execute(select(files.c.message).where(files.c.raw == digest)).scalar()
    return f"of m{message}" if message else digest[:16]
