"""The time of one play: real seconds, and what the harness lets pass at once; shared by all its processes."""

import mmap
import struct
import time
from datetime import UTC, datetime
from pathlib import Path

_SHIFT = struct.Struct("=d")


class SharedClock:
    """Real time plus a shift that stands in a file of eight octets; whoever has it open sees each change at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_bytes(_SHIFT.pack(0.0))
        with path.open("r+b") as file:
            self._octets = mmap.mmap(file.fileno(), _SHIFT.size)

    def shift(self) -> float:
        """How far ahead of real time it is, in seconds."""
        ahead: float = _SHIFT.unpack_from(self._octets)[0]
        return ahead

    def seconds(self) -> float:
        """Unix seconds, as the sandbox's X counts them."""
        return time.time() + self.shift()

    def now(self) -> datetime:
        """Aware UTC, as the house wants it."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        _SHIFT.pack_into(self._octets, 0, self.shift() + seconds)
