"""Runs the real `inbox-bot` as subprocesses: the daemon with its log, and the commands that the team types."""

import asyncio
import json
import os
import re
import shlex
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from inbox_bot.errors import InboxBotError

_PATIENCE = 25.0  # seconds for what takes one or two; a slow machine must not spoil the play
_GOODBYE = 10.0  # seconds for the daemon to finish what is on the wire
_TAKEN = re.compile(r"\btaken inbox=(\S+) .*\boutcome=(\w+)")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A finished command."""

    status: int
    out: str
    err: str

    @property
    def reason(self) -> str:
        """The last line of what it complained about."""
        return (self.err.strip().splitlines() or [f"ended with {self.status} and without a word"])[-1]


@dataclass(slots=True, kw_only=True)
class Program:
    """inbox-bot in one folder: its configuration, database and daemon. `log` grows while the daemon runs."""

    folder: Path
    environment: Mapping[str, str]
    log: list[str] = field(default_factory=list)
    ended: "asyncio.Future[int]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    _grown: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def config(self) -> Path:
        """Where the configuration is to be."""
        return self.folder / "inbox-bot.toml"

    async def run(self, *words: str, width: int = 0) -> Ran:
        """Run one command to its end."""
        process = await self._start(*words, width=width, err=asyncio.subprocess.PIPE)
        try:
            out, err = await process.communicate()
        except BaseException:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        return Ran(status=process.returncode or 0, out=out.decode(errors="replace"), err=err.decode(errors="replace"))

    async def json(self, *words: str) -> Any:  # what the command prints
        """Run a reading command and take its JSON. Raises `InboxBotError`."""
        ran = await self.run(*words, "--json")
        if not ran.out:  # `ledger` and `audit` end with 1 where something is not in order, and say what
            raise InboxBotError(f"inbox-bot {shlex.join(words)}: {ran.reason}")
        return json.loads(ran.out)

    async def until(self, waiting: Awaitable[T], what: str) -> T:
        """Wait for it, but not for ever, and not without a daemon. Raises `InboxBotError`."""
        task = asyncio.ensure_future(waiting)
        either: set[asyncio.Future[Any]] = {task, self.ended}
        try:
            await asyncio.wait(either, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if self.ended.done():
            raise InboxBotError(f"the daemon has ended by itself (status {self.ended.result()})")
        raise InboxBotError(f"waited {_PATIENCE:.0f} s in vain for {what}")

    async def logged(self, found: Callable[[], T | None], what: str) -> T:
        """Wait until the log holds what `found` looks for. Raises `InboxBotError`."""

        async def look() -> T:
            while (thing := found()) is None:
                self._grown.clear()
                await self._grown.wait()
            return thing

        return await self.until(look(), what)

    def taken(self) -> list[tuple[str, str]]:
        """(inbox, outcome) of all that the daemon took in so far."""
        return [(one[1], one[2]) for line in self.log if (one := _TAKEN.search(line))]

    async def took(self, inbox: str, outcome: str, count: int) -> None:
        """Wait until so many things of an inbox had that fate."""

        def enough() -> bool | None:
            return True if self.taken().count((inbox, outcome)) >= count else None

        await self.logged(enough, f"thing {count} that is {outcome} in inbox {inbox}")

    @asynccontextmanager
    async def daemon(self) -> AsyncIterator[None]:
        """`inbox-bot run` while the block lasts, ready when it begins."""
        process = await self._start("run", out=asyncio.subprocess.DEVNULL, err=asyncio.subprocess.PIPE)
        reading = asyncio.create_task(self._read(process), name="log of the daemon")
        try:
            await self.logged(lambda: next((line for line in self.log if " started " in line), None), "the daemon")
            yield
        finally:
            await self._end(process)
            await reading

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        if self.ended.done():
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_GOODBYE):
                await process.wait()
        except TimeoutError:
            process.kill()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self.log.append(line.decode(errors="replace").rstrip("\n"))
            self._grown.set()
        self.ended.set_result(await process.wait())

    async def _start(
        self, *words: str, err: int, out: int = asyncio.subprocess.PIPE, width: int = 0
    ) -> asyncio.subprocess.Process:
        own = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_BOT_")}
        environment = {**own, **self.environment, "INBOX_BOT_CONFIG": str(self.config), "PYTHONUTF8": "1"}
        if width:
            environment["COLUMNS"] = str(width)
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "inbox_bot", *words,
            cwd=self.folder, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=err,
        )  # fmt: skip
