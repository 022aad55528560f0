"""Decides whether the system's clock may be trusted with leases: a jump shows against the clock that only runs on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_DRIFT = timedelta(seconds=30)  # a clock that is slewed, or a look that came late, stays below it


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The last look at both clocks. `steady`: seconds of a clock that nobody sets; `jumped`: its time at the last jump
    of the system's clock; `back`: by how much that was set back between the last two looks."""

    at: datetime
    steady: float
    jumped: float | None = None
    back: timedelta = timedelta()


def look(last: Watch | None, at: datetime, steady: float) -> Watch:
    """The next look; a suspended machine looks like a clock that was set forward."""
    if last is None:
        return Watch(at=at, steady=steady)
    drift = at - last.at - timedelta(seconds=steady - last.steady)
    if abs(drift) <= _DRIFT:
        return Watch(at=at, steady=steady, jumped=last.jumped)
    return Watch(at=at, steady=steady, jumped=steady, back=max(-drift, timedelta()))


def trusted(watch: Watch, lease: timedelta) -> bool:
    """Whether a lease that has passed by the system's clock has really passed: not until every lease given before a
    jump has run its whole time since."""
    return watch.jumped is None or timedelta(seconds=watch.steady - watch.jumped) >= lease
