"""Counts the sandbox's calls against X's documented limits and writes its rate-limit headers."""

from dataclasses import dataclass

_QUARTER = 900.0
_DAY = 86_400.0
# Per user and 15 min, as X's rate-limit page says; real accounts have seen less.
_DOCUMENTED = {
    "me": 75,
    "users": 900,
    "mentions": 300,
    "posts": 900,
    "lookup": 5000,
    "search": 300,
    "post": 100,
    "delete": 50,
    "dms": 15,
    "dms_with": 15,
    "dm": 15,
}
_DAILY = {"dm": 1440}


@dataclass(slots=True, kw_only=True)
class _Window:
    limit: int
    seconds: float
    used: int = 0
    ends: float = 0.0


class Limits:
    """The limits of the account under test, by endpoint."""

    def __init__(self) -> None:
        self._windows = {name: {"x-rate-limit": _Window(limit=n, seconds=_QUARTER)} for name, n in _DOCUMENTED.items()}
        for name, limit in _DAILY.items():
            self._windows[name]["x-user-limit-24hour"] = _Window(limit=limit, seconds=_DAY)

    def set(self, endpoint: str, limit: int, seconds: float = _QUARTER) -> None:
        """Another limit for one endpoint, with a fresh window."""
        self._windows[endpoint]["x-rate-limit"] = _Window(limit=limit, seconds=seconds)

    def set_daily(self, endpoint: str, limit: int, *, whose: str = "user") -> None:
        """Another 24 h limit of the user, or of the "app", for one endpoint."""
        self._windows[endpoint][f"x-{whose}-limit-24hour"] = _Window(limit=limit, seconds=_DAY)

    def lift(self) -> None:
        """No limit that a test or a demo could meet."""
        for windows in self._windows.values():
            for window in windows.values():
                window.limit = 1_000_000

    def count(self, endpoint: str, now: float) -> bool:
        """Count one call; False = refused."""
        windows = self._windows[endpoint].values()
        for one in windows:
            if one.ends <= now:
                one.used, one.ends = 0, now + one.seconds
        if any(one.used >= one.limit for one in windows):
            return False
        for one in windows:
            one.used += 1
        return True

    def headers(self, endpoint: str) -> dict[str, str]:
        """What X says with every answer."""
        said: dict[str, str] = {}
        for prefix, one in self._windows[endpoint].items():
            said[f"{prefix}-limit"] = str(one.limit)
            said[f"{prefix}-remaining"] = str(max(0, one.limit - one.used))
            said[f"{prefix}-reset"] = str(int(one.ends) + 1)
        return said
