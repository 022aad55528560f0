"""The daemon is killed at every step and at random times; in the end nothing is lost, nothing doubled, all is done.

INBOX_BOT_KILL_SEED chooses other times, orders and passings; the summary at the end prints seed, points and counts.
"""

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.crash import points
from tests.crash.chain import Kills, chain, ends_well, undisturbed
from tests.crash.judge import Judgement
from tests.crash.play import Play, playing
from tests.crash.state import digest
from tests.dovecot import Dovecot

SEED = os.environ.get("INBOX_BOT_KILL_SEED", "427")
RUNS = 5
KILLS = 36
KILLS_ON_POSTGRESQL = 28

Keep = Callable[[str, object], None]


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> dict[str, Any]:
    """What is on record after the day when nobody is killed."""

    async def day() -> dict[str, Any]:
        async with playing(tmp_path_factory.mktemp("undisturbed"), dovecot) as play:
            record = await undisturbed(play)
            verdict = play.verdict(record)
            assert not verdict.faults, verdict.faults
            assert (verdict.copies, verdict.left, verdict.receipts_lost) == (0, 0, 0)
            assert not record.findings
            return digest(record, play.day)

    return asyncio.run(day())


def keep(record: Keep, name: str, kills: Kills, verdict: Judgement) -> None:
    """For the summary."""
    told = {
        "run": name, "seed": SEED, "points": dict(kills.points), "copies": verdict.copies, "left": verdict.left,
        "receipts_lost": verdict.receipts_lost, "faults": len(verdict.faults),
    }  # fmt: skip
    record("kills", told)


async def survives(
    play: Play, golden: dict[str, Any], record: Keep, name: str, kills: int, names: tuple[str, ...]
) -> None:
    """The chain and its end; both are in the summary also where they fail."""
    done = await chain(play, random.Random(f"{SEED}/{name}"), kills, names)
    verdict = await ends_well(play, golden)
    keep(record, name, done, verdict)
    assert not verdict.faults, "\n".join([f"seed {SEED}, run {name}:", *verdict.faults])
    assert done.count >= kills


@pytest.mark.parametrize("run", range(RUNS))
async def test_killed_at_every_step(
    tmp_path: Path, dovecot: Dovecot, golden: dict[str, Any], record_property: Keep, run: int
) -> None:
    """Every input once in the ledger, every ticket once, each acknowledgement once; of a mail whose outcome a kill
    took, at most one copy more with the same bytes; a read receipt never twice; the archive holds each mail once."""
    async with playing(tmp_path, dovecot) as play:
        await survives(play, golden, record_property, f"sqlite {run}", KILLS, points.ALL[run::RUNS])


async def test_killed_on_postgresql(
    tmp_path: Path, dovecot: Dovecot, empty_postgres_url: str, golden: dict[str, Any], record_property: Keep
) -> None:
    """The same where a dead process's leases must end before another may go on with its work."""
    names = (*points.LEASES, *points.INSIDE)
    async with playing(tmp_path, dovecot, url=empty_postgres_url) as play:
        await survives(play, golden, record_property, "postgresql", KILLS_ON_POSTGRESQL, names)


async def test_one_of_two_is_killed(
    tmp_path: Path, dovecot: Dovecot, empty_postgres_url: str, golden: dict[str, Any], record_property: Keep
) -> None:
    """Two processes share the work; whoever dies, the other neither waits for ever nor does anything again."""
    names = (*points.LEASES, *points.INSIDE[len(points.START) :])
    async with playing(tmp_path, dovecot, url=empty_postgres_url, processes=2) as play:
        await survives(play, golden, record_property, "one of two", KILLS_ON_POSTGRESQL, names)
