"""Backup, examination, pruning and compacting of a filled database, as the commands do it, on both databases."""

import asyncio
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from inbox_bot.store.database import open_store
from tests.contract.shell import Shell
from tests.first_release import on_sqlite, rows


@pytest.fixture(params=["sqlite", "postgresql"])
def filled_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A quarter of a year of support, in today's schema."""
    if request.param == "sqlite":
        url = f"sqlite:///{on_sqlite(tmp_path / 'inbox.db')}"
    else:
        url = request.getfixturevalue("first_release_url")
    asyncio.run(_bring_up(url))
    return url


async def _bring_up(url: str) -> None:
    store = open_store(url)
    await store.prepare(upgrade=True)
    await store.close()


def contents(url: str) -> object:
    """All rows of all tables, but the log, in which a backup is noted."""

    async def read() -> object:
        store = open_store(url)
        async with store.reader.connect() as db:
            found = (await db.run_sync(rows))[1]
        await store.close()
        return {name: lot for name, lot in found.items() if name != "log"}

    return asyncio.run(read())


def wrong(shell: Shell, *words: str) -> dict[str, str]:
    """What `db check` does not find in order, and its words; the machine's own disk aside."""
    found = shell.json("db", "check", *words, status=None)
    return {one["what"]: one["line"] for one in found if not one["ok"] and one["what"] != "disk"}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Somebody writes to the database all the time, as the daemon does."""
    program = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
day = 0
while True:
    day += 1
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO spend VALUES ('a', ?, 1)", (str(day),))
    db.execute("INSERT INTO spend VALUES ('b', ?, 1)", (str(day),))
    db.execute("COMMIT")
    if day == 20:
        print("on", flush=True)
"""
    process = subprocess.Popen([shutil.which("python3") or "python3", "-c", program, path], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"on\n"
        yield
    finally:
        process.kill()
        process.communicate()


def test_a_backup_made_under_way_is_whole_and_restores(tmp_path: Path) -> None:
    """A copy beside a busy writer holds whole transactions; README's way puts it back in a damaged file's place."""
    file = on_sqlite(tmp_path / "inbox.db")
    asyncio.run(_bring_up(f"sqlite:///{file}"))
    shell = Shell(tmp_path, "sqlite:///inbox.db")
    shell("check", status=None)  # makes the key file
    with writing(file):
        shell("db", "backup", "copy.db", "--with-keys")
    copy, keys = tmp_path / "copy.db", tmp_path / "copy.db.keys"
    assert [stat.S_IMODE(one.stat().st_mode) for one in (copy, keys)] == [0o600, 0o600]
    assert keys.read_bytes() == (tmp_path / "keys").read_bytes()
    with closing(sqlite3.connect(copy)) as db:
        halves = dict(db.execute("SELECT inbox, count(*) FROM spend WHERE inbox IN ('a', 'b') GROUP BY inbox"))
    assert halves["a"] == halves["b"] >= 20
    saved = contents(f"sqlite:///{copy}")

    with file.open("r+b") as damaged:  # its middle is overwritten
        damaged.seek(file.stat().st_size // 2)
        damaged.write(b"\xff" * 65_536)
    assert "damaged" in str(wrong(shell))
    assert "the database is damaged, no backup was made" in shell("db", "backup", "second.db", status=1)
    assert not (tmp_path / "second.db").exists()

    (tmp_path / "broken").mkdir()
    for one in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        if one.exists():
            one.rename(tmp_path / "broken" / one.name)
    shutil.copy(copy, file)
    assert wrong(shell, "--full") == {}
    assert contents(f"sqlite:///{file}") == saved
    assert len(shell.json("tickets", "--all")) == 134


def test_a_dump_restores_into_another_database(filled_url: str, tmp_path: Path) -> None:
    """On both databases: what `db backup` wrote is complete, and it is noted when it was made."""
    shell = Shell(tmp_path, filled_url)
    done = shell.json("db", "backup", "copy")
    assert (tmp_path / "copy").stat().st_size == done["bytes"] > 100_000
    assert "the last one on record is 0 hours old" in shell("db", "check", "--full", status=None)
    if filled_url.startswith("sqlite"):
        return
    parsed = make_url(filled_url)
    before = contents(filled_url)

    async def emptied() -> None:
        engine = create_async_engine(filled_url.replace("postgresql:", "postgresql+asyncpg:"))
        async with engine.begin() as db:
            await db.execute(text("DROP SCHEMA public CASCADE"))
            await db.execute(text("CREATE SCHEMA public"))
        await engine.dispose()

    asyncio.run(emptied())
    named = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    command = ["pg_restore", "--no-owner", f"--dbname={named}", str(tmp_path / "copy")]
    restored = subprocess.run(command, capture_output=True, check=False)
    assert restored.returncode == 0, restored.stderr.decode()
    assert contents(filled_url) == before
    assert wrong(shell, "--full") == {}


def test_a_backup_writes_over_nothing(tmp_path: Path) -> None:
    """Neither an older copy without --force, nor with it the database, its key file or the configuration."""
    file = on_sqlite(tmp_path / "inbox.db")
    asyncio.run(_bring_up(f"sqlite:///{file}"))
    shell = Shell(tmp_path, "sqlite:///inbox.db")
    shell("check", status=None)
    (tmp_path / "copy.db").write_text("older")
    assert "exists and is kept" in shell("db", "backup", "copy.db", status=1)
    assert (tmp_path / "copy.db").read_text() == "older"
    before = {one: (tmp_path / one).read_bytes() for one in ("keys", "inbox-bot.toml")}
    for one in ("inbox.db", *before):
        assert "in use by inbox-bot itself" in shell("db", "backup", one, "--force", status=1)
    assert {one: (tmp_path / one).read_bytes() for one in before} == before
    assert "cannot be written" in shell("db", "backup", "no/folder/copy.db", status=1)
    shell("db", "backup", "copy.db", "--force")
    assert sorted(one.name for one in tmp_path.iterdir() if "copy" in one.name) == ["copy.db"]


PLANTED = {
    "references": "UPDATE messages SET acknowledged_by = 99999999 WHERE id = 1",
    "ledger": "DELETE FROM ledger WHERE id = (SELECT min(id) FROM ledger)",
    "kept bytes": "UPDATE raws SET data = :bytes WHERE sha256 = (SELECT raw FROM messages WHERE raw <> '' LIMIT 1)",
}


@pytest.mark.parametrize("what", PLANTED)
def test_check_finds_what_was_planted(filled_url: str, tmp_path: Path, what: str) -> None:
    """Each examination finds its fault and no other does; the exit status says so."""
    shell = Shell(tmp_path, filled_url)
    assert wrong(shell, "--full") == {}
    asyncio.run(_execute(filled_url, PLANTED[what]))
    assert list(wrong(shell, "--full")) == [what]
    assert "WRONG" in shell("db", "check", "--full", status=1)


def test_check_without_a_database_says_that_alone(tmp_path: Path) -> None:
    """Nothing is said of a disk or a server that nobody asked about."""
    shell = Shell(tmp_path, "sqlite:///inbox.db")
    found = shell.json("db", "check", status=None)
    assert [one["what"] for one in found] == ["file modes", "database"]
    assert "inbox-bot run makes it" in found[1]["line"]


async def _execute(url: str, statement: str) -> None:
    store = open_store(url)
    async with store.writer.begin() as db:
        await db.execute(text(statement), {"bytes": b"x"} if ":bytes" in statement else {})
    await store.close()


def test_a_dry_prune_counts_and_changes_nothing(filled_url: str, tmp_path: Path) -> None:
    """`--dry-run` says what `prune` then erases; afterwards nothing is left to erase and all is in order."""
    rules = "[retention]\nraw_days = 1\nattachments_days = 1\npayload_days = 1\nclosed_tickets_days = 1\nlog_days = 1\n"
    shell = Shell(tmp_path, filled_url, rules)
    before = contents(filled_url)
    counted = shell.json("db", "prune", "--dry-run")
    assert counted["raw"] > 0
    assert counted["closed_tickets"] > 0
    assert contents(filled_url) == before
    erased = shell.json("db", "prune")
    assert erased["raw"] == counted["raw"]
    assert erased["closed_tickets"] == counted["closed_tickets"]
    assert set(shell.json("db", "prune", "--dry-run").values()) == {0}
    assert wrong(shell, "--full") == {}


def test_compacting_gives_space_back(tmp_path: Path) -> None:
    """What was erased no longer takes room, nothing else changes; while a daemon runs it is refused."""
    file = on_sqlite(tmp_path / "inbox.db")
    asyncio.run(_bring_up(f"sqlite:///{file}"))
    shell = Shell(tmp_path, "sqlite:///inbox.db", "[retention]\nraw_days = 1\nattachments_days = 1\n")
    shell("db", "prune")
    before = contents(f"sqlite:///{file}")
    done = shell.json("db", "compact")
    assert done["after"] < done["before"]
    assert file.stat().st_size == done["after"]
    assert contents(f"sqlite:///{file}") == before
    assert wrong(shell, "--full") == {}
