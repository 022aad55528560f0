"""`make soak`: a day of all kinds of traffic for as long as wanted, with thousands of deaths, and one life that lasts.

Chains of kills run side by side, on SQLite, on PostgreSQL and on two processes of which one dies, each judged at its
end. Beside them one daemon serves a steady load and is never killed: its memory must stay flat. It ends by itself;
status 1 says that something was lost, doubled, left undone, or grew.
"""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from tests import certificate
from tests.crash import points
from tests.crash.chain import BATCHES, chain, ends_well, undisturbed
from tests.crash.play import Play, playing
from tests.crash.state import digest
from tests.dovecot import Dovecot, own_dovecot
from tests.postgres import Postgres, own_postgres

KILLS = 60  # of one chain; then it is judged, and a new one begins
CHAINS = 6  # side by side: each waits for its peers most of the time
PAUSE = 3.0  # seconds between two batches of the steady load
SAMPLE = 5.0  # seconds between two looks at its memory
WARM_UP = 0.5  # of the time: caches fill, and of X's listings the last quarter of an hour is read at each poll
FLAT = 1.10  # the last third's median may be so much of the first's

Say = Callable[[str], None]


@dataclass(slots=True)
class Sums:
    """What all chains have come to, and what the steady daemon's memory was, in MiB with its second."""

    kills: int = 0
    chains: int = 0
    copies: int = 0
    left: int = 0
    receipts_lost: int = 0
    inputs: int = 0
    points: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def served(self) -> list[float]:
        """Without the warm-up."""
        return [mib for _, mib in self.memory[int(len(self.memory) * WARM_UP) :]]

    def thirds(self) -> tuple[float, float, float]:
        """The median of each third of the time served."""
        size = max(1, len(self.served) // 3)
        return tuple(median(self.served[place * size : (place + 1) * size] or [0.0]) for place in range(3))  # type: ignore[return-value]  # three of them

    def slope(self) -> float:
        """MiB an hour, by least squares."""
        kept = self.memory[int(len(self.memory) * WARM_UP) :]
        if len(kept) < 2:
            return 0.0
        middle = sum(at for at, _ in kept) / len(kept)
        mean = sum(mib for _, mib in kept) / len(kept)
        spread = sum((at - middle) ** 2 for at, _ in kept)
        return 3600 * sum((at - middle) * (mib - mean) for at, mib in kept) / spread if spread else 0.0


async def kill_on(
    dovecot: Dovecot,
    postgres: Postgres,
    sums: Sums,
    golden: dict[str, Any],
    *,
    seed: int,
    lane: int,
    end: float,
    folder: Path,
) -> None:
    """One chain after the other until the time is over; `golden` is the digest of a day without deaths."""
    number = 0
    while time.monotonic() < end:
        name = f"lane {lane}, chain {number}"
        dice = random.Random(f"{seed}/{name}")
        kind = ("sqlite", "sqlite", "postgresql", "one of two")[(number + lane) % 4]
        names = points.ALL if kind == "sqlite" else (*points.LEASES, *points.INSIDE[len(points.START) :])
        place = _made(folder / f"{lane}-{number}")
        url = "" if kind == "sqlite" else postgres.url(await asyncio.to_thread(postgres.create, template="template0"))
        try:
            async with playing(place, dovecot, url=url, processes=2 if kind == "one of two" else 1) as play:
                kills = await chain(play, dice, KILLS, names, until=end)
                verdict = await ends_well(play, golden if play.day.batches == BATCHES else {})
                sums.inputs += len(play.day.expected)
        except Exception as error:  # whatever ends a chain is a fault, and the next one goes on
            sums.faults.append(f"seed {seed}, {name} ({kind}): {type(error).__name__}: {error}")
        else:
            sums.kills += kills.count
            sums.chains += 1
            sums.points += kills.points
            sums.copies += verdict.copies
            sums.left += verdict.left
            sums.receipts_lost += verdict.receipts_lost
            sums.faults += [f"seed {seed}, {name} ({kind}): {fault}" for fault in verdict.faults]
        number += 1


async def _golden(dovecot: Dovecot, folder: Path) -> dict[str, Any]:
    async with playing(_made(folder), dovecot) as play:
        return digest(await undisturbed(play, BATCHES), play.day)


async def serve_on(dovecot: Dovecot, sums: Sums, *, end: float, folder: Path) -> None:
    """One daemon that is never killed, under a steady load; its memory and its reader's are looked at all the while."""
    async with playing(_made(folder), dovecot) as play:
        await play.begin(play.lives[0])
        looking = asyncio.create_task(_look(play, sums), name="memory")
        try:
            while time.monotonic() < end:
                play.day.batch()
                await play.go_on()
                await asyncio.sleep(PAUSE)
            record = await play.settle()
            verdict = play.verdict(record)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
        sums.inputs += len(play.day.expected)
        found = [f"steady: {fault}" for fault in verdict.faults]
        found += [f"steady: {finding.kind}: {finding.detail}" for finding in record.findings]
        if verdict.copies or verdict.left or verdict.receipts_lost:
            found.append(f"steady: {verdict.copies} copies, {verdict.left} left, {verdict.receipts_lost} receipts lost")
        sums.faults += found
        assert await play.lives[0].kill(15) == 0, play.log_end()


async def _look(play: Play, sums: Sums) -> None:
    begun = time.monotonic()
    while True:
        await asyncio.sleep(SAMPLE)
        try:
            daemon = psutil.Process(play.lives[0].pid)
            octets = sum(one.memory_info().rss for one in (daemon, *daemon.children(recursive=True)))
        except psutil.NoSuchProcess:
            continue
        sums.memory.append((time.monotonic() - begun, octets / 1024 / 1024))


async def _tell(sums: Sums, end: float, minutes: float, say: Say) -> None:
    """A line a minute."""
    begun, told = time.monotonic(), 0
    while time.monotonic() < end:
        await asyncio.sleep(min(60.0, max(1.0, end - time.monotonic())))
        for fault in sums.faults[told:]:
            say(f"FAULT: {fault}")
        told = len(sums.faults)
        now = sums.memory[-1][1] if sums.memory else 0.0
        say(
            f"{(time.monotonic() - begun) / 60:5.1f} of {minutes:g} min: {sums.kills} kills in {sums.chains} chains, "
            f"steady daemon {now:.0f} MiB, {len(sums.faults)} faults"
        )


async def _parts(
    minutes: float, seed: int, chains: int, say: Say, *, dovecot: Dovecot, postgres: Postgres, folder: Path
) -> Sums:
    golden = await _golden(dovecot, folder / "golden")
    sums, end = Sums(), time.monotonic() + minutes * 60
    async with asyncio.TaskGroup() as group:
        group.create_task(serve_on(dovecot, sums, end=end, folder=folder / "steady"))
        group.create_task(_tell(sums, end, minutes, say))
        for lane in range(chains):
            group.create_task(kill_on(dovecot, postgres, sums, golden, seed=seed, lane=lane, end=end, folder=folder))
    return sums


def soak(minutes: float, seed: int, chains: int, say: Say) -> Sums:
    """All parts together for so long, and as long as their ends take."""
    with tempfile.TemporaryDirectory(prefix="inbox-bot-soak-") as name:
        folder = Path(name)
        with own_dovecot(certificate.make(_made(folder / "certificate"))) as dovecot, own_postgres() as postgres:
            return asyncio.run(_parts(minutes, seed, chains, say, dovecot=dovecot, postgres=postgres, folder=folder))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def verdict_of(sums: Sums, say: Say) -> int:
    """The table at the end, and the status."""
    first, middle, last = sums.thirds()
    if not sums.kills:
        sums.faults.append("nothing was killed")
    if not sums.served:
        sums.faults.append("the steady daemon's memory was never seen")
    elif last > first * FLAT:
        sums.faults.append(f"memory grew from {first:.0f} to {last:.0f} MiB")
    rows = (
        ("kills", f"{sums.kills} in {sums.chains} chains, at {len(sums.points - Counter(random=10**9))} named points"),
        ("inputs", f"{sums.inputs}, each once on record"),
        ("mails sent twice, same bytes", str(sums.copies)),
        ("mails lost twice, decided by a person", str(sums.left)),
        ("read receipts given up", str(sums.receipts_lost)),
        (
            "memory of the steady daemon",
            f"{first:.0f}, {middle:.0f}, {last:.0f} MiB by thirds of its second half; {sums.slope():+.1f} MiB/h",
        ),
        ("lost, doubled or undone", str(len(sums.faults))),
    )
    for name, value in rows:
        say(f"{name:36} {value}")
    for fault in sums.faults:
        say(f"FAULT: {fault}")
    return 1 if sums.faults else 0


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long (default 30)")
    parser.add_argument("--seed", type=int, default=427, help="of the kills (default 427)")
    parser.add_argument("--chains", type=int, default=CHAINS, help=f"of kills, side by side (default {CHAINS})")
    given = parser.parse_args()
    logging.disable(logging.WARNING)

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    return verdict_of(soak(given.minutes, given.seed, given.chains, say), say)


if __name__ == "__main__":
    sys.exit(main())
