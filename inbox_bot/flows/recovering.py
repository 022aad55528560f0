"""Puts deliveries right that a dead process or a clock that was wrong has left behind."""

from datetime import timedelta

from inbox_bot.flows.again import again
from inbox_bot.flows.house import House
from inbox_bot.rules import delivery as rules

_SKEW = timedelta(minutes=5)  # between the clocks of two machines


@again
async def recover(house: House, *, alone: bool) -> int:
    """Claims left by a dead process become uncertain; `alone` = no other process can hold a lease."""
    now = house.now()
    async with house.store.write() as tx:
        return await tx.expire(now, everyone=alone, beyond=now + rules.LEASE + _SKEW)


async def catch_up(house: House, back: timedelta = timedelta()) -> int:
    """What was planned by a clock that ran ahead must not wait until it is right: at the start, and after the clock was
    set `back`. Gives how many deliveries are due now that were not."""
    now = house.now()
    async with house.store.write() as tx:
        return await tx.bring_forward(now, now + back)
