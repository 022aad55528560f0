"""Starts Debian's PostgreSQL privately on a free loopback port, one for each pytest process that asks for it.

`postgres_url` is a fresh database with the schema, `empty_postgres_url` one without. Both fail where PostgreSQL is
missing. When the tests run as root the server runs as the user `postgres`; the system's own instance is never touched.
"""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from inbox_bot.store.database import open_store

TEMPLATE = "filled"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",  # what is committed may be lost, but only if the server is killed
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "log_min_messages": "panic",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A running server of which the tests are the only users."""

    programs: Path
    port: int
    home: Path
    owner: pwd.struct_passwd | None
    settings: Mapping[str, str]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """As it stands in a configuration."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, *, template: str) -> str:
        """The name of a new database, copied from another."""
        name = f"test{next(self.numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever still uses it."""
        self._run(f"DROP DATABASE {database} WITH (FORCE)")

    def cut_connections(self) -> None:
        """End every connection but our own."""
        self._run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    def only_read(self, *, on: bool) -> None:
        """Let every transaction from now on only read, or also write again."""
        # what sets it back must itself be allowed to; and psql runs two statements in one -c as one transaction
        begin = "SET default_transaction_read_only = off"
        self._run(begin, f"ALTER SYSTEM SET default_transaction_read_only = {'on' if on else 'off'}")
        self._run(begin, "SELECT pg_reload_conf()")

    def start(self) -> None:
        """Start it, again if need be."""
        options = " ".join(f"-c {key}={value or chr(39) * 2}" for key, value in self.settings.items())
        start: list[str | Path] = [
            "start",
            "-w",
            "-t",
            "30",
            "-l",
            self.home / "log",
            "-o",
            f"-p {self.port} {options}",
        ]
        _as(self.owner, [self.programs / "pg_ctl", "-D", self.home / "data", *start], self.home)

    def stop(self, mode: str, *, check: bool = True) -> None:
        """ "immediate": without a checkpoint, as a kill would; "fast": in order."""
        stop: list[str | Path] = ["stop", "-w", "-m", mode]
        _as(self.owner, [self.programs / "pg_ctl", "-D", self.home / "data", *stop], self.home, check=check)

    def rename(self, database: str, name: str) -> None:
        """Give a database another name."""
        self._run(f"ALTER DATABASE {database} RENAME TO {name}")

    def _run(self, *statements: str) -> None:
        command = [str(self.programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url("postgres")]
        words = [word for statement in statements for word in ("-c", statement)]
        subprocess.run([*command, *words], check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server of this pytest process; it holds an empty database that has the schema."""
    with _serving(_SETTINGS) as server:
        yield server


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    """Another server, for a test that stops it; what it has committed holds then."""
    with _serving({**_SETTINGS, "synchronous_commit": "on"}) as server:
        yield server


@contextmanager
def _serving(settings: Mapping[str, str]) -> Iterator[Postgres]:
    programs = _programs()
    home = Path(tempfile.mkdtemp(prefix="inbox-bot-postgres-"))
    owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    if owner is not None:
        os.chown(home, owner.pw_uid, owner.pw_gid)
    data = home / "data"
    encoding: list[str | Path] = ["--encoding=UTF8", "--locale=C.UTF-8"]
    _as(owner, [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", *encoding], home)
    try:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        server = Postgres(programs=programs, port=port, home=home, owner=owner, settings=settings)
        server.start()
        made = server.create(template="template0")
        asyncio.run(_fill(server.url(made)))
        server.rename(made, TEMPLATE)
        yield server
    finally:
        _as(owner, [programs / "pg_ctl", "-D", data, "stop", "-m", "immediate"], home, check=False)
        shutil.rmtree(home)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A database of its own with the schema in it."""
    yield from _database(postgres, TEMPLATE)


@pytest.fixture
def empty_postgres_url(postgres: Postgres) -> Iterator[str]:
    """A database of its own with nothing in it."""
    yield from _database(postgres, "template0")


def _database(server: Postgres, template: str) -> Iterator[str]:
    name = server.create(template=template)
    yield server.url(name)
    server.drop(name)


async def _fill(url: str) -> None:
    store = open_store(url)
    await store.prepare()
    await store.close()


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        pytest.fail("PostgreSQL is missing; run: apt-get install postgresql", pytrace=False)
    return found[-1].parent


def _as(owner: pwd.struct_passwd | None, command: list[str | Path], home: Path, *, check: bool = True) -> None:
    """Run as the given user, or as ourselves; its output goes to a file, which a server may keep open."""
    with (home / "output").open("ab") as output:
        done = subprocess.run(
            command,
            cwd=home,
            stdout=output,
            stderr=output,
            timeout=60,
            check=False,
            env={"LC_ALL": "C.UTF-8"},
            user=None if owner is None else owner.pw_uid,
            group=None if owner is None else owner.pw_gid,
            extra_groups=None if owner is None else [],
        )
    if check and done.returncode:
        words = (home / "output").read_text(errors="replace").strip().splitlines()
        pytest.fail(f"PostgreSQL does not start: {words[-1] if words else done.returncode}", pytrace=False)
