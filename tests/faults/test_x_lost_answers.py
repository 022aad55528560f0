"""X's answer to what we write is lost, or there is none: it is looked for there, and nothing is written twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.hours import WAYS, Hours, hours, patience
from tests.faults.matrix import Matrix
from tests.faults.proxy import Lost

HOUR = 3600.0
BACK = 25 * 60.0  # a text that may have gone out is looked for twice, in five minutes, before it goes again
LOOKS = ("posts", "dms", "dms_with")


async def held_back(time: Hours) -> None:
    """Two people have written, either way; X's limit keeps their answers until a quarter of an hour has passed."""
    for way in WAYS:
        time.world.fail(way, "limited")
    time.writes()
    time.writes(dm=True)
    await time.passing(3 * 60)
    assert await time.states() == {"queued": 2}


def answered_with(kind: str) -> Callable[[Hours], None]:
    """X answers so to what we write."""

    def act(time: Hours) -> None:
        for way in WAYS:
            time.world.fail(way, kind, times=10_000, seconds=3.0)

    return act


def all_of(**settings: object) -> Callable[[Hours], None]:
    """The line fails for reading and writing alike."""

    def act(time: Hours) -> None:
        for name, value in settings.items():
            setattr(time.proxy, name, value)
        time.proxy.cut()

    return act


BEFORE: dict[str, Callable[[Hours], None]] = {
    "503 with HTML": answered_with("html"),
    "503 with nothing": answered_with("empty"),
    "200 with HTML": answered_with("html200"),
    "200 with errors alone": answered_with("errors200"),
    "hangs up": answered_with("drop"),
    "black hole": all_of(black_hole=True),
    "reset in mid-request": all_of(cut_up=100),
}
"""What happens before X has written anything down, as far as we can know."""


@pytest.mark.parametrize("fault", BEFORE)
async def test_what_may_have_been_written_and_was_not_goes_out_once(tmp_path: Path, fault: str, matrix: Matrix) -> None:
    """Half an hour: the audit says that it is not known; between two tries X is looked at; each person has one answer
    in the end."""
    row = matrix("X, writing", f"{fault}, nothing done")
    async with hours(tmp_path, call_seconds=patience(fault)) as time:
        await held_back(time)
        BEFORE[fault](time)
        calls = time.asked(*WAYS)
        await time.passing(15 * 60, step=180)
        told = set(await time.audit())
        await time.passing(15 * 60, step=120)
        asked = time.asked(*WAYS) - calls
        assert asked <= 2 * (30 / 5 + 1)
        assert time.answers() == [0, 0]
        told |= set(await time.audit())
        assert "delivery_uncertain" in told
        time.world.faults.clear()
        time.proxy.heal()
        took = await time.comes_to_rest(most=BACK)
        row.came(f"audit: {', '.join(sorted(told))}; {asked} tries in 30 min; all answered once, {took:.0f} s after")


def lost(how: Lost) -> Callable[[Hours], None]:
    """X has it, and its answer does not come through."""

    def act(time: Hours) -> None:
        time.proxy.lose_reply_to, time.proxy.lost_as = b"POST /2/", how

    return act


AFTER: dict[str, Callable[[Hours], None]] = {
    "hangs up": answered_with("lost"),
    "answers too late": answered_with("late"),
    "503 with HTML": answered_with("done503"),
    "reset instead of the answer": lost("reset"),
    "half an answer": lost("half"),
    "noise instead of the answer": lost("noise"),
    "half open: no answer": lost("silence"),
}
"""What happens once X has written it down."""


@pytest.mark.parametrize("fault", AFTER)
async def test_what_was_written_and_not_confirmed_is_found_by_looking(
    tmp_path: Path, fault: str, matrix: Matrix
) -> None:
    """No answer comes through: each text is written once all the same, and found on X."""
    row = matrix("X, writing", f"{fault}, though it is done")
    async with hours(tmp_path, call_seconds=patience(fault)) as time:
        AFTER[fault](time)
        for dm in (False, True) * 2:
            time.writes(dm=dm)
        told, took = "", 0.0
        while await time.states() != {"delivered": 4}:
            assert took < BACK, f"{await time.states()} {await time.audit()}"
            await time.passing(20, step=20)
            told, took = told + (await time.audit()).get("delivery_uncertain", ""), took + 20
        assert "gave no usable answer" in told
        await time.passing(15 * 60, step=180)
        assert time.asked(*WAYS) == 4
        await time.in_order()
        row.came(f"audit: delivery_uncertain, found after {took:.0f} s, nothing written twice")


async def test_nothing_is_written_again_while_x_cannot_be_looked_at(tmp_path: Path, matrix: Matrix) -> None:
    """The answer is lost and so is every look-up: no blind second try, however long it lasts."""
    row = matrix("X, writing", "reply lost, and every look-up fails")
    async with hours(tmp_path) as time:
        for way in WAYS:
            time.world.fail(way, "lost")
        time.writes()
        time.writes(dm=True)
        await time.all_answered(most=5 * 60)
        for way in LOOKS:
            time.world.fail(way, "html", times=10_000)
        before = time.asked(*LOOKS)
        await time.passing(2 * HOUR, step=300)
        assert time.asked(*WAYS) == 2
        looks = time.asked(*LOOKS) - before
        assert 24 <= looks <= 96
        found = await time.audit()
        assert {"delivery_uncertain", "inbox_failing"} <= found.keys()
        time.world.faults.clear()
        await time.passing(15 * 60, step=180)
        await time.in_order()
        assert time.asked(*WAYS) == 2
        row.came(f"audit: {', '.join(found)}; {looks} readings in two hours, found afterwards, nothing written twice")


async def test_a_limit_on_looking_keeps_no_answer_back(tmp_path: Path, matrix: Matrix) -> None:
    """What may have gone out is looked for when the limit ends; meanwhile others are answered."""
    row = matrix("X, writing", "reply lost, and 429 at the look-up")
    async with hours(tmp_path) as time:
        time.world.fail("dm", "lost")
        time.world.fail("dms_with", "limited")
        time.world.fail("dms", "html", times=10_000, after=1)  # else it would be seen there
        time.writes(dm=True)
        await time.passing(4 * 60)
        assert await time.states() == {"uncertain": 1}
        time.writes()
        await time.passing(3 * 60)
        assert await time.states() == {"uncertain": 1, "delivered": 1}
        time.world.faults.clear()
        await time.passing(15 * 60, step=180)
        await time.in_order()
        assert time.asked("dm") == 1
        row.came("found when the limit ends, nothing written twice; posts are answered meanwhile")


async def test_a_duplicate_that_nobody_can_find_is_told(tmp_path: Path, matrix: Matrix) -> None:
    """X says that it has this text, and does not show it: looked for between three tries, then a person is told."""
    row = matrix("X, writing", "post: duplicate, and not to be found")
    async with hours(tmp_path) as time:
        time.world.fail("post", "duplicate", times=10_000)
        time.writes()
        await time.passing(HOUR, step=120)
        assert await time.states() == {"failed": 1}
        assert time.asked("post") == 3
        found = await time.audit()
        assert "duplicate content" in found["delivery_failed"]
        assert "duplicate content" in found["number_not_delivered"]
        row.came(f"three calls and four looks, then failed, audit: {', '.join(found)}")


async def test_nobody_there(tmp_path: Path, matrix: Matrix) -> None:
    """No connection: certainly not sent, so it goes out as soon as there is one, without a look."""
    row = matrix("X, writing", "connection refused")
    async with hours(tmp_path) as time:
        await held_back(time)
        await time.proxy.down()
        await time.passing(45 * 60, step=120)
        found = await time.audit()
        assert "cannot be reached" in found["inbox_failing"]
        assert await time.states() == {"queued": 2}
        await time.proxy.up()
        took = await time.comes_to_rest(most=BACK)
        row.came(f"kept, audit: {', '.join(found)}; all sent once {took:.0f} s after its end")
