"""Counts what our calls cost by X's price list, in micro-dollars; the same resource is billed once per UTC day."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

# Micro-dollars per resource returned or written (X's pricing page, August 2026). DM events are not in the list of
# owned reads. Whether a summoned reply with a link costs 0.01 or 0.20 is not stated: the higher price is counted.
OWNED_POST = 1_000
FOUND_POST = 5_000
DM_EVENT = 10_000
USER = 10_000
REPLY = 10_000
POST = 15_000
POST_WITH_LINK = 200_000
DM = 15_000

_REMEMBERED = 50_000  # resources per day; beyond that a re-read is counted again, never too little


class Purse:
    """What was spent and not yet reported; `clock` gives Unix seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._day = ""
        self._billed: set[tuple[str, str]] = set()
        self._open = 0

    def read(self, price: int, kind: str, ids: Iterable[str]) -> None:
        """Count resources that X returned; `kind` keeps users and posts of the same id apart."""
        day = datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
        if day != self._day:
            self._day, self._billed = day, set()
        for one in ids:
            if (kind, one) not in self._billed:
                self._open += price
                if len(self._billed) < _REMEMBERED:
                    self._billed.add((kind, one))

    def wrote(self, price: int) -> None:
        """Count one thing that X took."""
        self._open += price

    def take(self) -> int:
        """What was spent since the last time this was asked: the caller puts it on record."""
        spent, self._open = self._open, 0
        return spent
