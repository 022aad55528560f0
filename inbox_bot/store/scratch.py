"""Copies a database into a new SQLite file for a rehearsal, without kept bytes, search words and tokens."""

from pathlib import Path

from sqlalchemy import insert, make_url, null, select

from inbox_bot.errors import StoreError
from inbox_bot.store import versions
from inbox_bot.store.database import open_store
from inbox_bot.store.faults import connecting
from inbox_bot.store.schema import credentials, files, raws, search
from inbox_bot.store.tables import metadata

LEFT_OUT = (raws, search, credentials)
LOT = 1_000


async def copy(source: str, target: str) -> None:
    """Fill the new SQLite database `target`; a source that does not exist yet, or is empty, has nothing to give.

    Raises `StoreError` where the source has an older schema: bringing it up is not for a rehearsal.
    """
    copied = open_store(target)
    try:
        await copied.prepare()
        url = make_url(source)
        if url.get_backend_name() != "sqlite" or _exists(url.database):
            await _fill(source, target)
    finally:
        await copied.close()


def _exists(path: str | None) -> bool:
    return path is not None and Path(path).exists()


async def _fill(source: str, target: str) -> None:
    original, copied = open_store(source, create=False), open_store(target)
    try:
        with connecting():
            async with original.reader.connect() as reading, copied.writer.begin() as writing:
                if await reading.run_sync(versions.revision) is None:
                    return
                if not await reading.run_sync(versions.is_current):
                    raise StoreError("the database has an older schema; inbox-bot run brings it up to date")
                for table in metadata.sorted_tables:
                    if table in LEFT_OUT:
                        continue
                    columns = [null().label("raw") if column is files.c.raw else column for column in table.c]
                    rows = await reading.stream(select(*columns))
                    async for lot in rows.mappings().partitions(LOT):
                        await writing.execute(insert(table), [dict(row) for row in lot])
    finally:
        await original.close()
        await copied.close()
