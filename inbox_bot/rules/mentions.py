"""Mentions: decides which colleagues a note names with @."""

import re
from collections.abc import Sequence

from inbox_bot.records import Agent

_PLACE = re.compile(r"(?<![\w@.])@(?=\w)")


def named_in(text: str, team: Sequence[Agent]) -> list[Agent]:
    """Those whose name or initials stand behind an @, each once, in the text's order; nobody who is disabled.

    The longest name wins: "@anna lena" is Anna Lena where there is one. A mail address names nobody.
    """
    calls = sorted(
        ((word.casefold(), one) for one in team if one.disabled_at is None for word in (one.name, one.initials)),
        key=lambda pair: -len(pair[0]),
    )
    found: dict[int, Agent] = {}
    for place in _PLACE.finditer(text):
        rest = text[place.end() :].casefold()
        one = next((agent for word, agent in calls if word and _begins(rest, word)), None)
        if one is not None:
            found.setdefault(one.id, one)
    return list(found.values())


def _begins(rest: str, word: str) -> bool:
    return rest.startswith(word) and not re.match(r"\w|[.-]\w", rest[len(word) :])
