"""Keeps where a stream resumes, as JSON text that goes into the database beside the items."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from inbox_bot.channels.twitter.snowflake import id_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`me`: our user id. `floor`: ids at or below it are before the start and never given. `newest`: the highest id
    of the last walk that came to its end. `resume`: the token with which an unfinished walk goes on; `reached`: the
    highest id it has seen; `seen`: how many things it has read so far. Mentions only, as Unix seconds: `polled` when
    a walk last came to its end, `swept` when the last 24 h were last read again, `gap` since when posts may be missing;
    `below`: the lowest id that a search of this gap has come down to (0 = not searched yet).
    """

    me: str = ""
    floor: int = 0
    newest: int = 0
    resume: str = ""
    reached: int = 0
    seen: int = 0
    polled: float = 0.0
    swept: float = 0.0
    gap: float = 0.0
    below: int = 0

    def text(self) -> str:
        """For the database; the same for the same cursor."""
        return json.dumps({key: value for key, value in asdict(self).items() if value}, sort_keys=True)


def read_cursor(text: str | None, start: str, now: datetime) -> Cursor:
    """The stored cursor, or the first one by `start`: "now", "all", or an ISO date (UTC where it names no zone)."""
    if text is not None:
        stored = Cursor(**json.loads(text))
        # Begun by a clock that was ahead, it would give nothing for as long.
        return replace(stored, floor=min(stored.floor, id_at(now)))
    if start == "all":
        return Cursor()
    moment = now if start == "now" else datetime.fromisoformat(start)
    return Cursor(floor=id_at(moment if moment.tzinfo else moment.replace(tzinfo=UTC)))
