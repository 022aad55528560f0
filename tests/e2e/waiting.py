"""Waits for what other processes do."""

import asyncio
from collections.abc import Callable


async def until(happened: Callable[[], bool], seconds: float = 20) -> None:
    """Return as soon as it has happened; raises TimeoutError. It is looked at again and again: nobody tells us."""
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110  # the change is another process's
            await asyncio.sleep(0.02)
