"""Whether the house as a whole is well: decides what monitoring is told, and in which words."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from inbox_bot.views import Vitals


def complaints(
    vitals: Vitals | None, late: Mapping[str, float], now: datetime, patience: timedelta, inboxes: Collection[str]
) -> tuple[str, ...]:
    """What is wrong, a line each; nothing where all is well. `vitals` None: the database does not answer. `late`: by
    loop, seconds since its turn was due. A stream of one of the inboxes may fail for `patience`.

    No line has an error's own words: they may name addresses, and whoever reaches the port may read them.
    """
    found = ["the database does not answer"] if vitals is None else []
    found += [f"the loop {loop} hangs for {round(seconds)} s" for loop, seconds in late.items() if seconds > 0]
    for one in vitals.streams if vitals is not None else ():
        if one.failing and one.inbox in inboxes and now - one.since >= patience:
            found.append(f"{one.inbox} ({one.stream}) fails for {round((now - one.since).total_seconds())} s")
    return tuple(found)
