"""What `inbox-bot run` does: alone on its file and with a schema up to date, the daemon, one round or a rehearsal."""

import asyncio
import fcntl
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from inbox_bot import upkeep
from inbox_bot.app import open_app
from inbox_bot.config import Config
from inbox_bot.daemon import Daemon
from inbox_bot.errors import StoreError
from inbox_bot.once import Once
from inbox_bot.rehearsal import rehearse

log = logging.getLogger(__name__)


async def run(config: Config, *, once: bool, dry_run: bool, role: str | None, echo: Callable[[str], None]) -> int:
    """What `inbox-bot run` does; gives its exit status.

    Raises `StoreError` where another daemon serves the same SQLite file.
    """
    if dry_run:
        return await rehearse(config, echo)
    with only_daemon(config):
        await _bring_up_to_date(config)
        async with open_app(config) as app:
            if not once:
                await Daemon(app=app, role=role).run()
                return 0
            task = Once(app=app, echo=echo)
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, task.stop.set)
            return await task.run()


async def _bring_up_to_date(config: Config) -> None:
    """Migrate what the last release left, after a copy on SQLite: whoever installs a release has this start do it."""
    done = await upkeep.upgrade(config, lambda done, total: None)
    if done.before not in {None, done.after}:
        log.warning("schema_upgraded", extra={"before": done.before, "after": done.after, "backup": str(done.backup)})


@contextmanager
def only_daemon(config: Config) -> Iterator[None]:
    """Hold the lock that keeps a second daemon off the same SQLite file; with PostgreSQL leases do that work."""
    if config.database.file is None:
        yield
        return
    path = config.database.file.with_name(config.database.file.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as exc:
        raise StoreError(
            f"{path} cannot be written ({exc.strerror}); check the owner and mode of its directory"
        ) from exc
    with os.fdopen(handle) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise StoreError(f"another inbox-bot is running on {config.database.file}; stop it first") from exc
        yield
