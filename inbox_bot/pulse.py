"""Keeps when each loop of the daemon is due for its next turn, and when each stream was last read."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_LOOPS = ("intake", "outbox", "clock")
"""Those that always turn, by the first part of their task's name; the others may be at one thing for days."""
_PATIENCE = 900.0
"""Seconds that a turn may take: a lot of long mails over a slow line takes minutes."""


@dataclass(slots=True, kw_only=True)
class Pulse:
    """`steady`: the seconds of a clock that nobody sets."""

    steady: Callable[[], float] = time.monotonic
    _due: dict[str, float] = field(default_factory=dict)
    _read: dict[tuple[str, str], float] = field(default_factory=dict)

    def turns(self, rest: float = 0.0) -> None:
        """The loop whose task this is has its turn, or rests for so many seconds."""
        task = asyncio.current_task()
        name = task.get_name() if task is not None else ""
        if name.partition(":")[0] in _LOOPS:
            self._due[name] = self.steady() + rest + _PATIENCE

    def begins(self, inbox: str, stream: str) -> None:
        """This process reads the stream; how long ago it was read counts from its first try."""
        self._read.setdefault((inbox, stream), self.steady())

    def reads(self, inbox: str, stream: str) -> None:
        """It was read with success."""
        self._read[inbox, stream] = self.steady()

    def leaves(self, inbox: str, stream: str) -> None:
        """Another process reads it."""
        self._read.pop((inbox, stream), None)

    def late(self) -> dict[str, float]:
        """By loop: for how many seconds its turn has been missing; 0 while it is in time."""
        now = self.steady()
        return {name: max(0.0, now - due) for name, due in sorted(self._due.items())}

    def lags(self) -> dict[tuple[str, str], float]:
        """By inbox and stream: seconds since it was read with success, of those that this process reads."""
        now = self.steady()
        return {stream: now - at for stream, at in sorted(self._read.items())}
