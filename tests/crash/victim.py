"""The process that is killed: `python -m tests.crash.victim` loads the program once and forks a daemon per order.

An order is a line of JSON on standard input (see `Order`). A line {"pid"} answers it at once, a line {"status"} when
that daemon has ended (negative: by that signal); one daemon at a time. A fork spares each of hundreds of daemons the
second that Python needs to load them; nothing is open or running yet when it is made.
"""

import asyncio
import gc
import json
import os
import sys
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Engine, event

from inbox_bot import config as configuration
from inbox_bot.app import open_app
from inbox_bot.cli.logs import configure
from inbox_bot.daemon import Daemon
from inbox_bot.start import only_daemon
from tests.crash.clock import SharedClock
from tests.crash.points import Trap
from tests.crash.wrapped import WrappedSender, WrappedSource, WrappedStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Run the daemon of the configuration in `folder`; kill it at the n-th passing of `point` ("" = not)."""

    folder: str
    point: str = ""
    nth: int = 1

    def line(self) -> str:
        """As it is written to the process."""
        return json.dumps(asdict(self)) + "\n"


async def serve(order: Order) -> None:
    """The real daemon, its ports and clock wrapped."""
    folder = Path(order.folder)
    trap = Trap(order.point, order.nth)
    clock = SharedClock(folder / "clock")
    config = configuration.load(folder / "inbox-bot.toml", {})
    trap.passing("start.open")
    with only_daemon(config):
        async with open_app(
            config,
            wrap=lambda sender: WrappedSender(sender, trap),
            wrap_source=lambda source: WrappedSource(source, trap),
            wrap_store=lambda store: WrappedStore(store, trap),
            now=clock.now,
        ) as app:
            trap.passing("start.ready")
            await Daemon(app=app, steady=clock.seconds).run()


def _count_migration(point: str) -> None:
    """Kill before the statement of that number, of those that make or change the schema."""
    trap = Trap("migrate", int(point.removeprefix("migrate.")))

    @event.listens_for(Engine, "before_cursor_execute")
    def told(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.lstrip().upper().startswith(("CREATE", "INSERT INTO ALEMBIC", "ALTER")):
            trap.passing("migrate")


def _live(order: Order) -> int:
    log = os.open(Path(order.folder) / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for there, here in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(there, here)
    os.chdir(order.folder)
    configure(verbose=True)
    if order.point.startswith("migrate."):
        _count_migration(order.point)
    gc.enable()
    asyncio.run(serve(order))
    return 0


def _load() -> None:
    """Everything that a daemon loads when it first needs it."""
    import aiosqlite  # noqa: F401
    import asyncpg  # type: ignore[import-untyped]  # noqa: F401  # ships none
    from twitter_text import parse_tweet  # type: ignore[import-untyped]  # ships none

    from inbox_bot.channels import imap, smtp  # noqa: F401
    from inbox_bot.channels.twitter import client, dms, posts, sender  # noqa: F401
    from inbox_bot.rules.language import detect  # noqa: F401
    from inbox_bot.store import database  # noqa: F401

    parse_tweet("warm")


def main() -> None:
    """Obey orders until there are no more."""
    _load()
    gc.freeze()
    for line in sys.stdin:
        order = Order(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            status = 70
            try:
                status = _live(order)
            except BaseException:
                traceback.print_exc()  # into its log; nothing of the parent's may run in the child
            finally:
                os._exit(status)
        sys.stdout.write(json.dumps({"pid": pid}) + "\n")
        sys.stdout.flush()
        _, ended = os.waitpid(pid, 0)
        sys.stdout.write(json.dumps({"status": os.waitstatus_to_exitcode(ended)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
