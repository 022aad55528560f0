"""X refuses what we write, for now or for good: each customer has one answer there, or the audit says why not."""

from pathlib import Path

import pytest

from tests.faults.hours import WAYS, hours
from tests.faults.matrix import Matrix

HOUR = 3600.0
BACK = 25 * 60.0
CAP = HOUR + 300.0

HELD: dict[str, tuple[str, str, int, int]] = {
    "401": ("unauthorized", "our keys (401)", 8, 40),
    "402": ("credits", "top them up in X's console", 2, 12),
    "403 client-not-enrolled": ("not_enrolled", "does not let this app in", 2, 12),
    "429 usage-capped": ("capped", "usage cap is reached", 1, 6),
    "429 with a reset": ("limited", "is used up", 6, 12),
    "429 without a reset": ("limited_bare", "without saying for how long", 8, 16),
}
"""The sandbox's kind, the audit's words, and how often posting and messaging together may be tried in an hour."""


@pytest.mark.parametrize("fault", HELD)
async def test_what_x_takes_from_nobody_waits(tmp_path: Path, fault: str, matrix: Matrix) -> None:
    """An hour long: few calls, the audit has X's words; afterwards each person is answered once."""
    row = matrix("X, writing", fault)
    kind, words, least, most = HELD[fault]
    async with hours(tmp_path) as time:
        for way in WAYS:
            time.world.fail(way, kind, times=10_000)
        time.writes()
        time.writes(dm=True)
        await time.passing(HOUR, step=120)
        asked = time.asked(*WAYS)
        assert least <= asked <= most
        assert time.answers() == [0, 0]
        assert await time.states() == {"queued": 2}
        found = await time.audit()
        assert words in " | ".join(found.values())
        assert "number_not_delivered" in found
        time.world.faults.clear()
        took = await time.comes_to_rest(most=CAP if kind == "capped" else BACK)
        row.came(f"kept, {asked} calls in an hour, audit: {', '.join(found)}; all sent once {took:.0f} s after its end")


REFUSED: dict[str, list[tuple[str, str, int, str]]] = {
    "post": [
        ("restricted", "", 0, "restricted who can reply"),
        ("not_summoned", "", 0, "must mention or quote"),
        ("deleted", "", 0, "deleted or not visible"),
        ("forbidden", "Some other words", 0, "Some other words"),
        ("bad_request", "Some other words", 0, "does not accept this text"),
    ],
    "dm": [
        ("no_dm", "", 0, "allows no DM to this person"),
        ("forbidden", "You cannot send messages to users who are not following you.", 150, "allows no DM"),
        ("forbidden", "You have been blocked from sending messages to this person", 0, "allows no DM"),
        ("bad_request", "Some other words", 0, "does not accept this text"),
    ],
}
"""The sandbox's kind, X's words and code, the audit's words."""


@pytest.mark.parametrize("way", REFUSED)
async def test_what_is_refused_for_good_is_told_and_not_repeated(tmp_path: Path, way: str, matrix: Matrix) -> None:
    """One call (two where the post may only be too new for X); the audit has X's words and the number that did not
    arrive; who writes next is answered."""
    async with hours(tmp_path) as time:
        for kind, words, code, told in REFUSED[way]:
            name = f"{way}: {kind}" + (f" ({code or words})" if kind == "forbidden" else "")
            row = matrix("X, writing", name)
            before, calls = dict(await time.states()), time.asked(way)
            tries = 2 if kind == "deleted" else 1
            time.world.fail(way, kind, times=tries, detail=words, code=code)
            time.writes(dm=way == "dm")
            await time.passing(5 * 60)
            assert time.asked(way) - calls == tries
            assert (await time.states())["failed"] == before.get("failed", 0) + 1
            found = await time.audit()
            assert told in found["delivery_failed"].split(" | ")[-1]
            assert told in found["number_not_delivered"].split(" | ")[-1]
            row.came(f"failed after {tries} {'call' if tries == 1 else 'calls'}, audit: {', '.join(found)}")
        refused = len(time.people)
        time.writes(dm=way == "dm")
        await time.passing(HOUR, step=300)
        assert time.answers() == [0] * refused + [1]
        assert time.asked(way) == sum(2 if kind == "deleted" else 1 for kind, *_ in REFUSED[way]) + 1


@pytest.mark.parametrize("whose", ["user", "app"])
async def test_a_days_limit_on_messages_keeps_no_post_back(tmp_path: Path, whose: str, matrix: Matrix) -> None:
    """The day's direct messages are used up: who wrote one waits for the next day, with a line in the audit; who posts
    is answered at once."""
    row = matrix("X, writing", f"429: the {whose}'s 24 h limit of DMs")
    async with hours(tmp_path) as time:
        time.world.limits.set_daily("dm", 1, whose=whose)
        time.writes(dm=True)
        await time.all_answered(most=BACK)
        time.writes(dm=True)
        await time.passing(20 * 60, step=180)
        assert "POST /2/dm_conversations" in (await time.audit())["number_not_delivered"]
        time.writes()
        await time.passing(5 * 60)
        assert time.answers() == [1, 0, 1]
        await time.passing(23 * HOUR, step=1800)
        assert time.answers() == [1, 0, 1]
        asked = time.asked("dm")
        assert asked <= 2
        await time.all_answered(most=2 * HOUR, step=300)
        await time.passing(6 * 60, step=120)
        await time.in_order(but="unanswered")  # by a person, for a day
        row.came(f"audit: number_not_delivered, {asked} calls in a day, then sent once; posts are answered meanwhile")
