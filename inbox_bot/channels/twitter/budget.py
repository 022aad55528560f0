"""Decides when an endpoint of X may be called again: from its rate-limit headers, and from how often it failed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from inbox_bot.errors import Limited, Paused

# Short-window limit, then the 24 h limits of the user and of the app; each as -limit, -remaining, -reset (Unix s).
_WINDOWS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
_BLIND_FIRST, _BLIND_CAP = 60.0, 900.0  # 429 without a usable reset
_TROUBLE_FIRST, _TROUBLE_CAP = 10.0, 300.0  # 5xx, time-outs: X's bad spells last 30-60 s
_LONGEST = 25 * 3600.0  # what ends later was set by a clock that was wrong: X's longest window is 24 h
_JITTER = random.SystemRandom()


@dataclass(slots=True, kw_only=True)
class Window:
    """One limit as X last stated it."""

    limit: int
    remaining: int
    reset: float


class Budget:
    """The limits of one account, by endpoint (`GET /2/users/:id/mentions`). All times are Unix seconds."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[str, Window]] = {}
        self._blocked: dict[str, tuple[float, str, bool]] = {}
        self._limited: dict[str, int] = {}
        self._troubled: dict[str, int] = {}

    def check(self, endpoint: str, now: float) -> None:
        """Raise `Paused` where a call now would certainly be refused, `Limited` where it is about this endpoint; else
        count one call."""
        for key in ("*", endpoint):
            until, why, alarm = self._blocked.get(key, (0.0, "", False))
            if now < until <= now + _LONGEST:
                raise paused(why, until, alarm=alarm) if key == "*" else _limited(why, until)
        windows = self.seen.get(endpoint, {}).values()
        used_up = [one.reset for one in windows if one.remaining <= 0 and now < one.reset <= now + _LONGEST]
        if used_up:
            raise _limited(f"X's limit for {endpoint} is used up", max(used_up))
        for one in windows:
            one.remaining -= 1

    def left(self, endpoint: str, now: float) -> int | None:
        """How many calls X still allows in the windows that run; None = it has not said."""
        open_windows = [one.remaining for one in self.seen.get(endpoint, {}).values() if one.reset > now]
        return min(open_windows, default=None)

    def learn(self, endpoint: str, headers: Mapping[str, str]) -> None:
        """Take over what an answer's headers say."""
        for prefix in _WINDOWS:
            numbers = [_number(headers.get(f"{prefix}-{part}")) for part in ("limit", "remaining", "reset")]
            limit, remaining, reset = numbers
            if remaining is not None and reset is not None:
                window = Window(limit=int(limit or 0), remaining=int(remaining), reset=reset)
                self.seen.setdefault(endpoint, {})[prefix] = window

    def worked(self, endpoint: str) -> None:
        """An answer came: back-offs begin anew."""
        self._limited.pop(endpoint, None)
        self._troubled.pop(endpoint, None)

    def limited(self, endpoint: str, now: float) -> Limited:
        """After a 429, whose headers were learnt: until the reset it names, else 60 s doubled up to 15 min."""
        windows = self.seen.get(endpoint, {}).values()
        resets = [one.reset for one in windows if one.remaining <= 0 and one.reset > now]
        if resets:
            return self._close(endpoint, max(resets), f"X's limit for {endpoint} is used up")
        turn = self._limited[endpoint] = self._limited.get(endpoint, 0) + 1
        wait = min(_BLIND_CAP, _BLIND_FIRST * 2 ** min(turn - 1, 10))
        return self._close(endpoint, now + wait, f"X limits {endpoint} without saying for how long")

    def troubled(self, endpoint: str, why: str, now: float) -> Paused:
        """After a failure on X's side or on the way there: 10 s doubled up to 5 min, with jitter."""
        turn = self._troubled[endpoint] = self._troubled.get(endpoint, 0) + 1
        wait = min(_TROUBLE_CAP, _TROUBLE_FIRST * 2 ** min(turn - 1, 10)) * _JITTER.uniform(0.75, 1.25)
        return paused(why, now + wait)

    def hold(self, until: float, why: str) -> Paused:
        """No call before `until`, and a person has to act."""
        self._blocked["*"] = (until, why, True)
        return paused(why, until, alarm=True)

    def _close(self, endpoint: str, until: float, why: str) -> Limited:
        self._blocked[endpoint] = (until, why, False)
        return _limited(why, until)


def paused(why: str, until: float, *, alarm: bool = False) -> Paused:
    """The error that says so, for Unix seconds."""
    return Paused(why, until=datetime.fromtimestamp(until, UTC), alarm=alarm)


def _limited(why: str, until: float) -> Limited:
    return Limited(why, until=datetime.fromtimestamp(until, UTC))


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
