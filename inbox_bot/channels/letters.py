"""Implements the port `Letters`: reads mails in the reader's own process, one after the other."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from inbox_bot.channels.reader import RawMail, Reader
from inbox_bot.model import Incoming, Unreadable


class WholeLetters:
    """Gives each mail with its whole text; the process is started when first wanted."""

    def __init__(self, reader: Reader | None = None) -> None:
        self._reader = reader or Reader()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="letters")

    async def read(self, raw: bytes, key: str, at: datetime) -> Incoming | Unreadable:
        """See `Letters.read`."""
        mail = RawMail(key=key, at=at, raw=raw, whole=True)
        found = await asyncio.get_running_loop().run_in_executor(self._thread, self._reader.read, [mail])
        return found[0]

    async def close(self) -> None:
        """End the process, whatever it is doing."""
        self._reader.kill()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._reader.close)
        self._thread.shutdown()
