"""What the store says when the database cannot be used: one line for a person, and the next transaction works."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from inbox_bot.errors import Conflict, StoreError
from inbox_bot.store.brief import BriefStore, open_brief
from inbox_bot.store.database import Database, open_store
from inbox_bot.writes import Filing
from tests.contract.store_builders import NOW, a_case, filed
from tests.contract.test_store_intake import everything_about


async def test_locked_database_is_one_line(store: Database, store_url: str) -> None:
    """Whoever waits too long for another's lock is told so, and gets through once it is free."""
    [case] = await filed(store)
    other = open_store(store_url, patience=0.05)

    async def file_it() -> None:
        async with other.write() as tx:
            await tx.gather(everything_about(case), NOW)

    async with store.write() as tx:
        await tx.save(Filing(tickets=[case.ticket]))
        with pytest.raises(StoreError, match="locked by another process") as caught:
            await file_it()
    assert not isinstance(caught.value, Conflict)
    await file_it()
    await other.close()


@contextmanager
def busy_neighbour(path: Path) -> Iterator[None]:
    """Another process that writes all the time, with hardly a breath between two transactions."""
    program = (
        "import sys; from sqlalchemy import create_engine, event; from inbox_bot.store import line, sqlite_file\n"
        "place = line.Line(__import__('pathlib').Path(sys.argv[1]))\n"
        "engine = create_engine(f'sqlite:///{sys.argv[1]}', connect_args={'isolation_level': None})\n"
        "event.listen(engine, 'begin', lambda it: sqlite_file.begin(it, writing=True))\n"
        "work = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) SELECT 1 FROM n'\n"
        "with engine.connect() as it:\n"
        "    while True:\n"
        "        with place.first():\n"
        "            transaction = it.begin()\n"
        "        it.exec_driver_sql(work).scalar()\n"
        "        transaction.commit()\n"
        "        print(flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it is at it
        threading.Thread(target=process.stdout.read, daemon=True).start()
        try:
            yield
        finally:
            process.kill()


@pytest.mark.parametrize("open_it", [open_store, open_brief])
async def test_a_busy_daemon_keeps_no_command_waiting(
    tmp_path: Path, open_it: Callable[[str], Database | BriefStore]
) -> None:
    """Whoever wants to write beside one that writes all the time waits for one transaction of the other's, not for a
    gap: a hundred times in a row."""
    store = open_it(f"sqlite:///{tmp_path / 'inbox.db'}")
    await store.prepare(upgrade=True)
    with busy_neighbour(tmp_path / "inbox.db"):
        for _ in range(100):
            async with store.write() as tx:
                assert await tx.agents() == []
    await store.close()


async def test_reader_does_not_wait_for_a_writer(store: Database, store_url: str) -> None:
    """Reading commands answer while a daemon writes, and see what was committed."""
    [case] = await filed(store)
    other = open_store(store_url, patience=0)
    fresh = a_case()
    async with store.write() as tx:
        await tx.save(fresh.filing())
        async with other.read() as reading:
            assert await reading.ticket(case.ticket.number) == case.ticket
            assert await reading.ticket(fresh.ticket.number) is None
    await other.close()


async def test_full_disk_is_one_line(tmp_path: Path) -> None:
    """A filing that no longer fits leaves nothing, and says what to do."""
    store = open_store(f"sqlite:///{tmp_path / 'inbox.db'}")
    await store.prepare()
    async with store.writer.connect() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    case = a_case("Sehr lang. " * 10_000)
    with pytest.raises(StoreError, match="disk of the database is full"):
        await filed(store, case)
    async with store.read() as tx:
        assert await tx.ticket(case.ticket.number) is None
    await store.close()


async def test_damaged_file_is_one_line(tmp_path: Path) -> None:
    """A file whose pages are overwritten is called damaged."""
    path = tmp_path / "inbox.db"
    store = open_store(f"sqlite:///{path}")
    await filed(store)
    await store.close()
    _overwrite(path)
    store = open_store(f"sqlite:///{path}")
    with pytest.raises(StoreError, match=r"damaged|not a database"):
        await filed(store)
    await store.close()


def _overwrite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)


async def test_lost_connection_is_one_line(postgres_url: str) -> None:
    """A server that ends the connection in the middle is said in one line; the next transaction connects again."""
    store, other = open_store(postgres_url), open_store(postgres_url)
    case = a_case()

    async def interrupted() -> None:
        async with store.write() as tx:
            await tx.save(case.filing())
            async with other.writer.connect() as connection:
                await connection.execute(
                    text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'")
                )
            await tx.ticket(case.ticket.number)

    with pytest.raises(StoreError) as caught:
        await interrupted()
    assert "\n" not in str(caught.value)
    await filed(store, case)
    await store.close()
    await other.close()
