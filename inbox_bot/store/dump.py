"""Dumps a PostgreSQL database with its own client, pg_dump, into one file that pg_restore reads."""

import os
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from inbox_bot.errors import StoreError
from inbox_bot.store.backup import placed


def dump(url: str, target: Path, *, force: bool) -> int:
    """Write a consistent dump (custom format), mode 0600, and read its list back; gives its bytes.

    A file of the target's name is kept unless `force`. Raises `StoreError`, and then leaves nothing behind.
    """
    parsed = make_url(url)
    # the password goes by the environment: everybody can read a command line
    named = parsed.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
    with placed(target, force=force) as draft:
        _run(["pg_dump", "--format=custom", "--no-password", f"--file={draft}", f"--dbname={named}"], environment)
        listed = _run(["pg_restore", "--list", str(draft)], {})
        if "TABLE DATA public messages" not in listed:
            raise StoreError("pg_dump wrote no messages; does database.url name inbox-bot's database?")
    return target.stat().st_size


def _run(command: list[str], environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603  our own words and database.url, and no shell
            command, env={**os.environ, "PGCONNECT_TIMEOUT": "10", **environment}, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        raise StoreError(
            f"{command[0]} is missing; install the client of the server's version: apt-get install postgresql-client"
        ) from error
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines() or [f"status {done.returncode}"]
        raise StoreError(f"{command[0]} failed: {words[-1]}")
    return done.stdout.decode(errors="replace")
