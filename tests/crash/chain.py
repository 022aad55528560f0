"""Runs a play through many deaths: each life is fed, ends at a named point or at a random time, and is followed by
another, until the last one is left in peace and everything must come to its end."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field

from tests.crash import points
from tests.crash.judge import Verdict
from tests.crash.play import Play
from tests.crash.state import Record

BATCHES = 8
_LIFE = 1.2  # seconds in which a life must come by its point; then it is killed wherever it is
_PASSING = (0.0, 0.0, 2.0, 65.0, 250.0, 920.0)
"""Seconds that may pass between two lives: so that looks at 60 s, 5 min and 15 min fall due at each restart."""


@dataclass(slots=True, kw_only=True)
class Kills:
    """Where the lives ended. `points`: by name; "random" where the point of a life was not reached, or none meant."""

    seed: str
    points: Counter[str] = field(default_factory=Counter)
    meant: Counter[str] = field(default_factory=Counter)

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


async def chain(play: Play, seed: str, kills: int, *, names: tuple[str, ...], batches: int = BATCHES) -> Kills:
    """That many lives that all end by force."""
    dice = random.Random(seed)
    done = Kills(seed=seed)
    plan: list[str] = []
    victim, *others = play.lives
    for number in range(kills):
        if number * batches // kills >= play.day.batches:
            play.day.batch()
        await play.go_on()
        if not plan:
            plan = [*names, *("random",) * (len(names) // 6)]
            dice.shuffle(plan)
            plan.sort(key=lambda name: not (number == 0 and name.startswith(("migrate", "start"))))
        point = plan.pop(0)
        for other in others:
            if not other.pid:
                await play.begin(other)
        await _live(play, point, dice, done)
        if not others:
            play.pass_time(dice.choice(_PASSING))
    while play.day.batches < batches:
        play.day.batch()
    await play.begin(victim)
    return done


async def _live(play: Play, point: str, dice: random.Random, done: Kills) -> None:
    victim = play.lives[0]
    done.meant[point] += 1
    if point == "random":
        await play.begin(victim)
        status = await victim.ended(dice.uniform(0, _LIFE))
    else:
        # The first passing most often: later ones need more work than a short life may find.
        await play.begin(victim, point, dice.choice((1, 1, 1, 2, 3)))
        status = await victim.ended(_LIFE)
    reached = status is not None
    if status is None:
        status = await victim.kill()
    done.points[point if reached else "random"] += 1
    assert status == -9, f"the daemon ended by itself with {status}: {play.log_end(40)}"


async def ends_well(play: Play, golden: dict[str, object]) -> Verdict:
    """Let the last life run to the end and judge."""
    from tests.crash.state import digest

    record = await play.settle()
    await asyncio.sleep(0)
    verdict = play.verdict(record)
    found = digest(record, play.day)
    for what, wanted in golden.items():
        if what == "audit":
            kinds = [kind for kind in found[what] if kind != "delivery_uncertain"]
            if kinds != wanted:
                verdict.faults.append(f"audit: {found[what]}, and {wanted} without deaths")
        elif what != "numbers delivered" and found[what] != wanted:
            verdict.faults.append(f"{what} differ from a day without deaths: {found[what]} instead of {wanted}")
    return verdict
