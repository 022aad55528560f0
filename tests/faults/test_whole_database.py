"""The daemon while its database fails: locked, full, read-only, the server gone, its connections cut."""

import asyncio
import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.dovecot import Dovecot
from tests.faults.matrix import Matrix
from tests.faults.whole import Whole, at_work, whole
from tests.postgres import Postgres, own_postgres

SOON = 45.0  # recovers within this: the longest pause of 30 s and a quarter, and the work itself


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process writes and does not come to an end."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """A file system of its own, as only root may make one."""
    folder = Path(tempfile.mkdtemp(prefix="inbox-bot-disk-"))
    if _mount("-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)):
        folder.rmdir()
        pytest.skip("only root can mount a small disk: this fault is tested in CI")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def _mount(*arguments: str) -> int:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode


def filled(disk: Path) -> Path:
    """Take all the room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for piece in (65536, 4096, 512, 1):
            try:
                while file.write(b"\0" * piece) == piece:
                    pass
            except OSError:
                continue
    return ballast


@pytest.mark.parametrize("seconds", [3, 13], ids=["shorter", "longer"])
async def test_a_lock_is_waited_out(tmp_path: Path, dovecot: Dovecot, matrix: Matrix, seconds: int) -> None:
    """Another process holds SQLite's lock, shorter or longer than ours has patience (10 s)."""
    row = matrix("SQLite", f"locked by another process for {seconds} s")
    async with whole(tmp_path, dovecot) as scene, at_work(scene) as daemon:
        with locked(tmp_path / "inbox.db"):
            scene.write(3)
            if seconds > 10:
                await daemon.until("locked by another process", 30)
                await scene.finding("database_failing", "locked by another process")
            else:
                await asyncio.sleep(seconds)  # the fault lasts as long as it is said to
        took = await scene.all_answered(SOON)
        failures = len([line for line in daemon.err if "locked by another process" in line])
        assert failures <= 12, "\n".join(daemon.err)
        await scene.in_order()
        said = "audit: database_failing, " if seconds > 10 else ""
        row.came(f"{said}{failures} failed tries, all in order {took:.0f} s after its end")


async def test_a_full_disk_is_got_over(dovecot: Dovecot, matrix: Matrix) -> None:
    """Nothing fits any more, in the middle of the work: it is said; as soon as there is room all goes on."""
    row = matrix("SQLite", "disk full")
    with small_disk("6m") as disk:
        async with whole(disk, dovecot) as scene, at_work(scene) as daemon:
            ballast = filled(disk)
            scene.write(30, "Sehr lang. " * 400)
            await daemon.until("disk of the database is full", 30)
            detail = await scene.finding("database_failing", "full; make room")
            assert scene.house.config.exists()
            await asyncio.sleep(5)  # the fault lasts a while: what is done meanwhile is counted
            failures = len([line for line in daemon.err if "database is full" in line])
            assert failures <= 15
            ballast.unlink()
            took = await scene.all_answered(SOON)
            await scene.in_order()
            row.came(f"audit: {detail}; {failures} failed tries, all in order {took:.0f} s after its end")


@contextmanager
def out_of_reach(folder: Path) -> Iterator[None]:
    """The database may be read and not written while the block lasts, also not by root."""
    files = [path for path in folder.iterdir() if path.name.startswith("inbox.db")]
    if os.geteuid() == 0:  # for root only this counts
        done = subprocess.run(["chattr", "+i", *map(str, files)], capture_output=True, check=False)
        if done.returncode:
            pytest.skip("this file system has no immutable files, and root may write everything else")
    else:
        folder.chmod(0o500)
        for path in files:
            path.chmod(0o400)
    try:
        yield
    finally:
        if os.geteuid() == 0:
            subprocess.run(["chattr", "-i", *map(str, files)], check=True)
        else:
            folder.chmod(0o700)
            for path in files:
                path.chmod(0o600)


async def test_a_file_that_may_not_be_written_is_told(tmp_path: Path, dovecot: Dovecot, matrix: Matrix) -> None:
    """The owner took the right to write away: a start says in one line what to do, and the next one works."""
    row = matrix("SQLite", "file and directory read-only")
    async with whole(tmp_path, dovecot) as scene:
        async with at_work(scene):
            pass
        with out_of_reach(tmp_path):
            said = await scene.house.run("run", "--once")
        assert said.status == 1
        assert len(said.err.strip().splitlines()) == 1, said.err
        scene.write(2)
        assert (await scene.house.run("run", "--once")).status == 0
        await scene.in_order()
        row.came(f"run says: {said.err.strip().partition('inbox-bot: ')[2]}; the next run works")


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL server that may be stopped; whoever does so starts it again."""
    with own_postgres() as running:
        yield running


async def outage(scene: Whole, server: Postgres, mode: str) -> str:
    """The server is gone for some seconds while customers write; what `audit` says then."""
    server.stop(mode)
    scene.write(3)
    said = await scene.house.run("audit")
    assert said.status == 1
    assert len(said.err.strip().splitlines()) == 1, said.err
    await asyncio.sleep(4)
    server.start()
    return said.err.strip()


@pytest.mark.parametrize("mode", ["immediate", "fast"])
async def test_postgresql_comes_back(
    tmp_path: Path, dovecot: Dovecot, server: Postgres, matrix: Matrix, mode: str
) -> None:
    """The server dies in the middle of the work (immediate: as by a kill) or is restarted in order."""
    row = matrix("PostgreSQL", "killed and started again" if mode == "immediate" else "restarted in order")
    url = server.url(server.create(template="filled"))
    async with whole(tmp_path, dovecot, database=url) as scene, at_work(scene) as daemon:
        said = await outage(scene, server, mode)
        took = await scene.all_answered(SOON)
        failures = len([line for line in daemon.err if "_failed" in line])
        assert failures <= 15
        await scene.in_order()
        row.came(f"{said.partition('inbox-bot: ')[2][:60]} …; {failures} failed tries, all in order {took:.0f} s after")


async def test_postgresql_that_only_reads_is_got_over(
    tmp_path: Path, dovecot: Dovecot, server: Postgres, matrix: Matrix
) -> None:
    """As a standby does, or a server that ran out of disk and was fenced."""
    row = matrix("PostgreSQL", "read-only")
    url = server.url(server.create(template="filled"))
    async with whole(tmp_path, dovecot, database=url) as scene, at_work(scene) as daemon:
        server.only_read(on=True)
        scene.write(3)
        await daemon.until("the database only reads now", 30)
        detail = await scene.finding("database_failing", "only reads now")
        server.only_read(on=False)
        took = await scene.all_answered(SOON)
        await scene.in_order()
        row.came(f"audit: {detail}; all in order {took:.0f} s after its end")


async def test_cut_connections_to_postgresql_are_made_anew(
    tmp_path: Path, dovecot: Dovecot, server: Postgres, matrix: Matrix
) -> None:
    """pg_terminate_backend on all of ours, again and again while mails come in."""
    row = matrix("PostgreSQL", "connections cut ten times")
    url = server.url(server.create(template="filled"))
    async with whole(tmp_path, dovecot, database=url) as scene, at_work(scene) as daemon:
        for _ in range(10):
            scene.write(2)
            server.cut_connections()
            await asyncio.sleep(0.3)
        took = await scene.all_answered(SOON)
        await scene.in_order()
        failures = len([line for line in daemon.err if "_failed" in line])
        row.came(f"{failures} failed tries, all in order {took:.0f} s after")
