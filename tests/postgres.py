"""Starts Debian's PostgreSQL privately on a free loopback port, one for each pytest process that asks for it.

`postgres_url` is a database with the schema and no rows, `empty_postgres_url` one without; the former is emptied behind
a test and given to the next, unless the test left more than rows. Both fail where PostgreSQL is missing. When the tests
run as root the server runs as the user `postgres`; the system's own instance is never touched.
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

_EMPTIED = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$
DECLARE
    one text;
    filled boolean;
    found text[] := '{}';
BEGIN
    FOR one IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO filled;
        IF filled THEN found := found || one; END IF;
    END LOOP;
    IF found <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(found, ', ') || ' CASCADE'; END IF;
    PERFORM setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences
        WHERE last_value IS NOT NULL;
END $$;
"""
"""Ends whoever is connected, removes all rows, lets every number begin again."""

_SHAPE = """
WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace), told (word) AS (
    SELECT concat_ws(' ', relname, relkind, relpersistence, reloptions,
        CASE relkind WHEN 'r' THEN reltuples END) FROM ours
    UNION ALL SELECT concat_ws(' ', relname, attnum, attname, atttypid::regtype, attnotnull, attidentity, attisdropped)
        FROM ours JOIN pg_attribute ON attrelid = ours.oid WHERE attnum > 0
    UNION ALL SELECT concat_ws(' ', relname, adnum, pg_get_expr(adbin, adrelid))
        FROM ours JOIN pg_attrdef ON adrelid = ours.oid
    UNION ALL SELECT concat_ws(' ', relname, conname, pg_get_constraintdef(pg_constraint.oid))
        FROM ours JOIN pg_constraint ON conrelid = ours.oid
    UNION ALL SELECT concat_ws(' ', relname, indisvalid, pg_get_indexdef(indexrelid))
        FROM ours JOIN pg_index ON indrelid = ours.oid
    UNION ALL SELECT concat_ws(' ', relname, tgname, tgenabled) FROM ours JOIN pg_trigger ON tgrelid = ours.oid
        WHERE NOT tgisinternal
    UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL SELECT relname::text FROM ours JOIN pg_statistic ON starelid = ours.oid
    UNION ALL SELECT setconfig::text FROM pg_db_role_setting WHERE setdatabase <> 0
    UNION ALL SELECT version_num FROM public.alembic_version
) SELECT md5(string_agg(word, E'\\n' ORDER BY word)) FROM told;
"""
"""What a database is besides its rows, in one word: tables, what ANALYZE found, settings, the schema's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A running server of which the tests are the only users. `emptied`: databases for the next tests."""

    programs: Path
    port: int
    home: Path
    owner: pwd.struct_passwd | None
    settings: Mapping[str, str]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    emptied: list[str] = field(default_factory=list)
    shape: list[str] = field(default_factory=list)

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

    def empty(self, database: str) -> bool:
        """Remove its rows; whether it is now as one that was just made."""
        done = self._psql(database, _EMPTIED + _SHAPE, check=False)
        return done.returncode == 0 and done.stdout.decode().split()[-1:] == self.shape

    def keep_as_template(self, database: str) -> None:
        """All others are made from this one, and are to look as it does."""
        self.shape[:] = self._psql(database, _SHAPE).stdout.decode().split()
        self._run(f"ALTER DATABASE {database} RENAME TO {TEMPLATE}")

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

    def _run(self, *statements: str) -> None:
        for_each = [word for statement in statements for word in ("-c", statement)]
        subprocess.run([*self._client("postgres"), *for_each], check=True, capture_output=True, timeout=60)

    def _psql(self, database: str, script: str, *, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        command = [*self._client(database), "-A", "-t"]
        return subprocess.run(command, input=script.encode(), check=check, capture_output=True, timeout=60)

    def _client(self, database: str) -> list[str]:
        return [str(self.programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url(database)]


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
        server.keep_as_template(made)
        yield server
    finally:
        _as(owner, [programs / "pg_ctl", "-D", data, "stop", "-m", "immediate"], home, check=False)
        shutil.rmtree(home)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A database of its own with the schema in it and no rows."""
    name = postgres.emptied.pop() if postgres.emptied else postgres.create(template=TEMPLATE)
    yield postgres.url(name)
    if postgres.empty(name):
        postgres.emptied.append(name)
    else:
        postgres.drop(name)


@pytest.fixture
def empty_postgres_url(postgres: Postgres) -> Iterator[str]:
    """A database of its own with nothing in it."""
    name = postgres.create(template="template0")
    yield postgres.url(name)
    postgres.drop(name)


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
