"""X refuses, fails or says nonsense while we read: how often we ask, what the audit says, and that all come to rest."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.hours import hours, patience
from tests.faults.matrix import Matrix
from tests.faults.proxy import Proxy

HOUR = 3600.0
BACK = 20 * 60.0  # found again within this: a monthly cap alone is asked about but once an hour
CAP = HOUR + 300.0
STREAMS = 3

ANSWERS: dict[str, tuple[str, str, int, int]] = {
    "401": ("unauthorized", "our keys (401): check the four", 8, 40),
    "402": ("credits", "top them up in X's console", 2, 12),
    "403 client-not-enrolled": ("not_enrolled", "does not let this app in", 2, 12),
    "403 with other words": ("forbidden", "refuses to list", 6, 24),
    "429 with a reset": ("limited", "is used up", 6, 24),
    "429 without a reset": ("limited_bare", "without saying for how long", 12, 40),
    "429 usage-capped": ("capped", "usage cap is reached", 1, 6),
    "503 with HTML": ("html", "HTTP 503", 24, 70),
    "503 with nothing": ("empty", "HTTP 503", 24, 70),
    "200 with HTML": ("html200", "no JSON", 24, 70),
    "200 with errors alone": ("errors200", "gave no usable answer", 24, 70),
    "400 about a parameter": ("bad_request", "Not now", 6, 24),
    "hangs up": ("drop", "no usable answer", 24, 70),
}
"""The sandbox's kind, the audit's words, and how many calls an hour of it may bring, of three streams: least, most."""


@pytest.mark.parametrize("fault", ANSWERS)
async def test_an_hour_of_refusals_is_got_over(tmp_path: Path, fault: str, matrix: Matrix) -> None:
    """Neither a storm nor silence; the audit says what X said; afterwards what came meanwhile is answered, once."""
    row = matrix("X, reading", fault)
    kind, words, least, most = ANSWERS[fault]
    async with hours(tmp_path) as time:
        time.writes()
        await time.passing(3 * 60)
        await time.in_order()
        time.world.fail("*", kind, times=10_000, detail="Not now")
        before = time.asked()
        time.writes()
        time.writes(dm=True)
        await time.passing(HOUR, step=120)
        asked = time.asked() - before
        assert least <= asked <= most
        assert words in (await time.audit())["inbox_failing"]
        assert time.answers() == [1, 0, 0]
        time.world.faults.clear()
        took = await time.comes_to_rest(most=CAP if kind == "capped" else BACK)
        row.came(f"audit: inbox_failing, {asked} calls in an hour, all answered once {took:.0f} s after its end")


async def test_errors_beside_what_was_asked_for_are_about_something_else(tmp_path: Path, matrix: Matrix) -> None:
    """200 with data and errors: what is there is taken in, and there is nothing to report."""
    row = matrix("X, reading", "200 with data and errors")
    async with hours(tmp_path) as time:
        time.world.fail("*", "partial", times=10_000)
        time.writes()
        time.writes(dm=True)
        took = await time.comes_to_rest(most=BACK)
        row.came(f"taken in, all answered once {took:.0f} s after they wrote, nothing to report")


async def test_the_names_of_fields_change_under_way(tmp_path: Path, matrix: Matrix) -> None:
    """And back again, as where X takes a release back: one refused call each time, no restart, nothing to report."""
    row = matrix("X, reading", "400 about the names of fields")
    async with hours(tmp_path) as time:
        for spelling in ("tweet", "post", "tweet"):
            time.world.spelling = spelling
            time.writes()
            time.writes(dm=True)
            await time.comes_to_rest(most=BACK)
        refused = [call for call in time.world.calls if call.status == 400]
        assert 2 <= len(refused) <= 2 * STREAMS
        row.came(f"asked in the other spelling, and back: {len(refused)} refused calls, nothing to report")


def set_to(**settings: object) -> Callable[[Proxy], None]:
    """The proxy's settings."""

    def act(between: Proxy) -> None:
        for name, value in settings.items():
            setattr(between, name, value)

    return act


NETWORK: dict[str, tuple[Callable[[Proxy], None], str]] = {
    "reset in mid-answer": (set_to(cut_down=200), "no usable answer"),
    "reset in mid-request": (set_to(cut_up=100), "no usable answer"),
    "noise": (set_to(garbage=True), "no usable answer"),
    "black hole": (set_to(black_hole=True), "no usable answer"),
    "half open": (set_to(half_open=True), "no usable answer"),
}


@pytest.mark.parametrize("fault", NETWORK)
async def test_a_broken_line_is_got_over(tmp_path: Path, fault: str, matrix: Matrix) -> None:
    """For twelve minutes: few connections, the audit says so, afterwards each person is answered once."""
    row = matrix("X, reading", fault)
    break_it, words = NETWORK[fault]
    async with hours(tmp_path, call_seconds=patience(fault)) as time:
        time.writes()
        await time.passing(3 * 60)
        await time.in_order()
        break_it(time.proxy)
        time.proxy.cut()
        before = time.proxy.connections
        time.writes()
        time.writes(dm=True)
        await time.passing(12 * 60)
        made = time.proxy.connections - before
        assert STREAMS * 3 <= made <= STREAMS * 12
        assert words in (await time.audit())["inbox_failing"]
        time.proxy.heal()
        took = await time.comes_to_rest(most=BACK)
        row.came(f"audit: inbox_failing, {made} connections in 12 min, all answered once {took:.0f} s after its end")


async def test_nobody_there(tmp_path: Path, matrix: Matrix) -> None:
    """Connections are refused for twelve minutes."""
    row = matrix("X, reading", "connection refused")
    async with hours(tmp_path) as time:
        time.writes()
        await time.passing(3 * 60)
        await time.proxy.down()
        time.writes()
        await time.passing(12 * 60)
        assert "cannot be reached" in (await time.audit())["inbox_failing"]
        await time.proxy.up()
        took = await time.comes_to_rest(most=BACK)
        row.came(f"audit: inbox_failing, all answered once {took:.0f} s after its end")


async def test_a_slow_line_is_slow_and_nothing_else(tmp_path: Path, matrix: Matrix) -> None:
    """Latency and a narrow band: no failure, no second answer."""
    row = matrix("X, both ways", "latency and little bandwidth")
    async with hours(tmp_path) as time:
        time.proxy.latency, time.proxy.bandwidth = 0.05, 100_000
        time.writes()
        time.writes(dm=True)
        took = await time.comes_to_rest(most=BACK)
        row.came(f"all answered once, {took:.0f} s after they wrote")
