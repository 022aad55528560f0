"""Erases what the configuration no longer keeps: looks in reading transactions, erases in short writing ones."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from inbox_bot.flows.house import House
from inbox_bot.model import Keeping
from inbox_bot.rules import retention

log = logging.getLogger(__name__)

WINDOW = 2_000
"""How many ids one look gives."""
LOT = 20
"""How many tickets, messages … one transaction erases: well below a tenth of a second, as others wait to write."""
LOT_BYTES = 4 * 1024 * 1024
SHRINK_PAGES = 500
_BREATH = 0.02  # seconds between two transactions, in which others get their turn


async def count(house: House) -> dict[Keeping, int]:
    """How much of each kind would go now; only kinds that have a rule."""
    async with house.store.read() as tx:
        return {kind: await tx.lapsed_count(kind, before) for kind, before in _lapsed(house).items()}


async def prune(house: House, *, stopping: Callable[[], bool] = lambda: False) -> dict[Keeping, int] | None:
    """Erase what has lapsed, and give its space back; how much of each kind. None while another process does it."""
    rules = _lapsed(house)
    if not rules:
        return {}
    erased = {}
    for kind, before in rules.items():
        if not await _leased(house, timedelta(hours=1)):
            return None
        erased[kind] = await _erase(house, kind, before, stopping)
    kept_bytes = await _sweep(house, stopping)
    await _shrink(house, stopping)
    await _leased(house, timedelta())
    if any(erased.values()) or kept_bytes:
        counts = {kind.value: number for kind, number in erased.items() if number}
        log.info("retention_done", extra={**counts, "bytes": kept_bytes})
    return erased


def _lapsed(house: House) -> dict[Keeping, datetime]:
    return retention.lapsed(house.retention, house.now())


async def _leased(house: House, time: timedelta) -> bool:
    now = house.now()
    async with house.store.write() as tx:
        return await tx.take_lease("retention", house.worker, now + time, now)


async def _erase(house: House, kind: Keeping, before: datetime, stopping: Callable[[], bool]) -> int:
    done = 0
    while not stopping():
        async with house.store.read() as tx:
            ids = await tx.lapsed(kind, before, WINDOW)
        gone = 0
        for start in range(0, len(ids), LOT):
            if stopping():
                break
            async with house.store.write() as tx:
                gone += await tx.erase(kind, ids[start : start + LOT], before, house.now())
            await asyncio.sleep(_BREATH)
        done += gone
        if len(ids) < WINDOW or not gone:  # what somebody holds locked waits for tomorrow
            break
    return done


async def _sweep(house: House, stopping: Callable[[], bool]) -> int:
    """Delete the kept bytes that nothing names any more; how many bytes."""
    done, after = 0, ""
    while not stopping():
        async with house.store.read() as tx:
            found = await tx.orphans(after, WINDOW)
        if not found:
            break
        after = found[-1][0]
        while found and not stopping():
            lot = [found.pop()]
            while found and len(lot) < LOT and sum(size for _, size in lot) + found[-1][1] <= LOT_BYTES:
                lot.append(found.pop())
            async with house.store.write() as tx:
                await tx.sweep([digest for digest, _ in lot])
            done += sum(size for _, size in lot)
            await asyncio.sleep(_BREATH)
    return done


async def _shrink(house: House, stopping: Callable[[], bool]) -> None:
    left, before = 1, 0
    while left and left != before and not stopping():
        before = left
        async with house.store.write() as tx:
            left = await tx.shrink(SHRINK_PAGES)
        await asyncio.sleep(_BREATH)
