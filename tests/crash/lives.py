"""Starts victims and ends them: the harness's side of `tests.crash.victim`."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.crash.victim import Order

_ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Lives:
    """One process that forks daemons. `pid`: of the daemon that lives now, 0 = none."""

    process: asyncio.subprocess.Process
    pid: int = 0

    async def begin(self, order: Order) -> None:
        """A daemon starts."""
        assert self.process.stdin is not None
        self.process.stdin.write(order.line().encode())
        await self.process.stdin.drain()
        self.pid = (await self._told())["pid"]

    async def ended(self, seconds: float) -> int | None:
        """Its exit status, negative for a signal; None where it still lives after that time."""
        # Shielded: a line half read would be lost.
        self._ending = self._ending or asyncio.ensure_future(self._told())
        done, _ = await asyncio.wait({self._ending}, timeout=seconds)
        if not done:
            return None
        status: int = self._ending.result()["status"]
        self.pid, self._ending = 0, None
        return status

    _ending: "asyncio.Future[dict[str, int]] | None" = None

    async def kill(self, how: int = signal.SIGKILL) -> int:
        """End it from outside; gives its status."""
        if self.pid:
            with suppress(ProcessLookupError):  # it came to its end this moment, and what it ended with is not read yet
                os.kill(self.pid, how)
        status = await self.ended(60)
        if status is None:
            os.kill(self.pid, signal.SIGABRT)  # with PYTHONFAULTHANDLER it says where it hangs
            raise AssertionError("the daemon does not end")
        return status

    async def _told(self) -> dict[str, int]:
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line:
            raise AssertionError("the process that forks the daemons has gone")
        told: dict[str, int] = json.loads(line)
        return told


@asynccontextmanager
async def open_lives() -> AsyncIterator[Lives]:
    """The forking process as long as the block lasts; it and its daemon are gone afterwards."""
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.victim",
        env={**os.environ, "PYTHONFAULTHANDLER": "1", "PYTHONPATH": path},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    lives = Lives(process)
    try:
        yield lives
    finally:
        if lives.pid:
            await lives.kill()
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
