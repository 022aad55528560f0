"""Topics: decides by lists of words what a new ticket is about."""

import re
from collections.abc import Mapping, Sequence

_LONGEST = 20_000  # characters of a text that are looked at
_STEM = 4  # a word of so many letters also counts as the beginning of a longer one: Rechnung, Rechnungsnummer


def topic_of(text: str, topics: Mapping[str, Sequence[str]]) -> str:
    """The topic of which the text has the most different words; among equals the one configured first, "" = none."""
    low = text[:_LONGEST].casefold()
    best, most = "", 0
    for name, words in topics.items():
        found = sum(_stands(word, low) for word in dict.fromkeys(words))
        if found > most:
            best, most = name, found
    return best


def _stands(word: str, low: str) -> bool:
    wanted = r"\s+".join(re.escape(part) for part in word.casefold().split())
    if not wanted:
        return False
    end = "" if len(word.strip()) >= _STEM else r"(?!\w)"
    return re.search(rf"(?<!\w){wanted}{end}", low) is not None
