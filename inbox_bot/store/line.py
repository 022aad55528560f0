"""The line before SQLite's one lock for writing, so that every process comes to its turn.

SQLite keeps none: whoever waits asks now and then, and beside a daemon that writes all the time may never ask in the
moment between two of its transactions. Who has the line's place asks for the lock, and gives the place up once he has
it; the daemon's next transaction finds the place taken and waits.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

_PAUSE = 0.003
_PATIENCE = 2.0  # a process that was stopped in the line must not stop all: after so many seconds without the place


class Line:
    """The place in the line before the database at `path`, as a lock on the file `….line` beside it, which a process
    that dies gives up. It works without one where that file cannot be made."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}.line")
        self._file: int | None = None

    @contextmanager
    def first(self) -> Iterator[None]:
        """Ours as long as the block lasts."""
        end = time.monotonic() + _PATIENCE
        while not (taken := self._take()) and time.monotonic() < end:
            time.sleep(_PAUSE)
        try:
            yield
        finally:
            self._leave(taken)

    @asynccontextmanager
    async def soon_first(self) -> AsyncIterator[None]:
        """The same for a task; one at a time in a process."""
        end = time.monotonic() + _PATIENCE
        while not (taken := self._take()) and time.monotonic() < end:  # noqa: ASYNC110  # another process sets no event
            await asyncio.sleep(_PAUSE)
        try:
            yield
        finally:
            self._leave(taken)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _take(self) -> bool:
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a folder that cannot be written: the database says so itself
        return True

    def _leave(self, taken: bool) -> None:
        if taken and self._file is not None:
            with suppress(OSError):  # a file system without such locks
                fcntl.flock(self._file, fcntl.LOCK_UN)
