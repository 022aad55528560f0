"""One turn of the clock: what is gone through from time to time, in its order."""

from inbox_bot.flows import clock, detour, gone, promise_clock, surveys
from inbox_bot.flows.house import House


async def turn(house: House) -> None:
    """Other ways for numbers that did not arrive, settled tickets (asked about before they are closed), promises,
    alarms, posts that were deleted."""
    await detour.find_another_way(house)
    await surveys.turn(house)
    await clock.close_resolved(house)
    await promise_clock.turn(house)
    await clock.raise_alarms(house)
    await gone.turn(house)
