"""Thousands of drawn mails through parsing and intake on the real store: none is lost, none stops it, all show."""

from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from inbox_bot.channels.mime.parse import parse
from inbox_bot.model import Incoming, Outcome, Unreadable
from inbox_bot.ports import Store
from tests.mime_strategies import mails
from tests.rendering import shown_safely, valid
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day

EXAMPLES = 2000
_LOT = 100


@cache
def drawn() -> tuple[bytes, ...]:
    """The mails; each is also read and rendered here, where hypothesis finds the smallest one that fails."""
    found: dict[bytes, None] = {}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=[Phase.reuse, Phase.generate, Phase.shrink],
    )
    @given(mails())
    def read(raw: bytes) -> None:
        one = parse(raw, key="7:1", at=NOW)
        assert one.raw == raw
        if isinstance(one, Incoming):
            shown_safely(one)
        else:
            assert not raw.strip() or one.reason
            valid(one.reason)
        found[raw] = None

    read()
    return tuple(found)


async def test_each_has_its_one_fate_and_shows_safely(store: Store) -> None:
    """One ledger line for each, all bytes kept, the ledger balanced; what intake cannot take is named by its bytes."""
    day, raws = Day(store=store), drawn()
    things = [parse(raw, key=f"7:{number}", at=NOW) for number, raw in enumerate(raws, 1)]
    assert len(things) > EXAMPLES * 0.8
    assert sum(isinstance(thing, Unreadable) for thing in things) * 50 < len(things)
    for start in range(0, len(things), _LOT):
        await _taken(day, things[start : start + _LOT])
    async with store.read() as tx:
        counts, balanced = await tx.ledger_counts()
        lines = await tx.ledger_lines(inbox="", outcome="", limit=len(things) * 2)
        kept = {
            line.key: await (tx.raw_of_ledger(line.key) if line.message is None else tx.raw(line.message))
            for line in lines
            if line.outcome is not Outcome.DUPLICATE
        }
    assert balanced
    assert sum(count for _, _, count in counts) == len(things)
    assert {line.key for line in lines} == {thing.key for thing in things}
    assert {line.outcome for line in lines} >= {Outcome.FILED, Outcome.AUTOMATIC, Outcome.BOUNCE}
    lost = [thing.raw for thing in things if thing.key in kept and kept[thing.key] != thing.raw]
    assert not lost, lost[:3]


async def _taken(day: Day, lot: "list[Incoming | Unreadable]") -> None:
    try:
        await day.takes(*lot)
    except Exception as error:  # whatever it is: which mail did it is what one needs to know
        for thing in lot:
            try:
                await day.takes(thing)
            except Exception:  # the same one, found alone
                pytest.fail(f"intake raised {type(error).__name__} on {thing.raw!r}")
        raise
