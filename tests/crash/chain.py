"""Runs a play through many deaths: each life is fed, ends at a named point or at a random time, and is followed by
another, until the last one is left in peace and everything must come to its end."""

import math
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.crash import points
from tests.crash.judge import Judgement
from tests.crash.play import Play
from tests.crash.state import Record, digest

BATCHES = 16
RANDOM = "random"
_LIFE = 2.0  # seconds in which a life must come by its point; then it is killed wherever it is
_PASSING = {"sqlite": (0.0, 0.0, 2.0, 65.0, 250.0, 920.0), "postgresql": (65.0, 65.0, 250.0, 920.0), "shared": (65.0,)}
"""Seconds that may pass between two lives, so that looks at 60 s, 5 min and 15 min fall due at a restart. PostgreSQL:
a dead process's poll leases end after a minute. Shared: never as long as a living one's claim lasts."""
_LOSSES = ("smtp.dot", "x.post", "x.dm", "send.after")
_TURNS = 4  # of several processes the same one dies so often, then the other


@dataclass(slots=True, kw_only=True)
class Kills:
    """Where lives ended: by the name of the point, or "random"."""

    points: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many."""
        return self.points.total()


async def undisturbed(play: Play, batches: int = BATCHES) -> Record:
    """The same day without any death."""
    await play.begin(play.lives[0])
    for _ in range(batches):
        play.day.batch()
    record = await play.settle()
    assert await play.lives[0].kill(15) == 0, play.log_end()
    return record


async def chain(
    play: Play,
    dice: random.Random,
    kills: int,
    names: Sequence[str],
    batches: int = BATCHES,
    until: float = math.inf,
) -> Kills:
    """That many lives that all end by force, fewer where `until` (`time.monotonic`) comes first; what names points is
    done in a random order, the start's ones first."""
    done = Kills()
    kind = "shared" if len(play.lives) > 1 else play.url.partition(":")[0]
    plan: list[str] = []
    for number in range(kills):
        if time.monotonic() > until:
            break
        while play.day.batches * kills < (number + 1) * batches:
            play.day.batch()
        await play.go_on()
        if not plan:
            plan = _plan(names, dice, first=number == 0)
        if number % _TURNS == _TURNS - 1 and len(play.lives) > 1:
            await _swap(play, done)
        for other in play.lives[1:]:
            if not other.pid:
                await play.begin(other)
        await _live(play, plan.pop(0), dice, done)
        play.pass_time(dice.choice(_PASSING[kind]))
    await play.begin(play.lives[0])
    return done


def _plan(names: Sequence[str], dice: random.Random, *, first: bool) -> list[str]:
    plan = [*names, *(RANDOM,) * (1 + len(names) // 8)]
    dice.shuffle(plan)
    if first:  # the schema is made once
        plan.sort(key=lambda name: not name.startswith("migrate"))
    return [
        step
        for name in plan
        if first or not name.startswith("migrate")
        for step in ((dice.choice(_LOSSES), name) if name in points.AFTER_A_LOSS else (name,))
    ]


async def _swap(play: Play, done: Kills) -> None:
    """The one that lived on dies, too, and it is the other's turn to live."""
    play.lives.reverse()
    if play.lives[0].pid:
        await play.lives[0].kill()
        done.points[RANDOM] += 1


async def _live(play: Play, point: str, dice: random.Random, done: Kills) -> None:
    victim = play.lives[0]
    if point == RANDOM:
        await play.begin(victim)
        status = await victim.ended(dice.uniform(0, _LIFE / 2))
    else:
        # The first passing most often: later ones need more work than a short life may find.
        await play.begin(victim, point, 1 if point in points.ONCE else dice.choice((1, 1, 1, 2, 3)))
        status = await victim.ended(_LIFE)
    if status is None:
        status, point = await victim.kill(), RANDOM
    done.points[point] += 1
    assert status == -9, f"the daemon ended by itself with {status}: {play.log_end(40)}"


async def ends_well(play: Play, golden: dict[str, Any]) -> Judgement:
    """Let the last lives run to the end, and judge; `golden` is the digest of the day without deaths."""
    record = await play.settle()
    verdict = play.verdict(record)
    found = digest(record, play.day)
    for what, wanted in golden.items():
        if found[what] != wanted:
            verdict.faults.append(f"{what}: {_difference(found[what], wanted)}")
    return verdict


def _difference(found: Any, wanted: Any) -> str:
    if isinstance(found, dict):
        found, wanted = list(found.items()), list(wanted.items())
    more = [one for one in found if one not in wanted]
    less = [one for one in wanted if one not in found]
    return f"{more} instead of {less} without deaths"
