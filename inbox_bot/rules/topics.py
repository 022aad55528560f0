"""Topics: decides by lists of words what a new ticket is about."""

import re
from collections.abc import Mapping, Sequence

_LONGEST = 20_000  # characters of a text that are looked at
_STEM = 4  # a word of so many letters also counts as the beginning of a longer one: Rechnung, Rechnungsnummer


def topic_of(text: str, topics: Mapping[str, Sequence[str]]) -> str:
    """The topic of which the text has the most different words; among equals the one configured first, "" = none."""
    low = lowered(text)
    best, most = "", 0
    for name, words in topics.items():
        many = found(words, low)
        if many > most:
            best, most = name, many
    return best


def lowered(text: str) -> str:
    """As much of a text as is looked at, ready for `found`."""
    return text[:_LONGEST].casefold()


def found(words: Sequence[str], low: str) -> int:
    """How many of these words stand in a lowered text: whole, or from four letters on as the beginning of a word."""
    return sum(_stands(word, low) for word in dict.fromkeys(words))


def _stands(word: str, low: str) -> bool:
    wanted = r"\s+".join(re.escape(part) for part in word.casefold().split())
    if not wanted:
        return False
    end = "" if len(word.strip()) >= _STEM else r"(?!\w)"
    return re.search(rf"(?<!\w){wanted}{end}", low) is not None
