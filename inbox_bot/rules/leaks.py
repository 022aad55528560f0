"""Leaks: decides whether a text repeats six words in a row of another, in whatever spelling and spacing."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from inbox_bot.rules.leak_words import STOCK

RUN = 6
"""So many words in a row are a leak."""
LONGEST = 30_000
"""So many characters of a private text are looked at."""
_TICKET = re.compile(r"(?<![\d-])#?\d{3}-\d{3}-\d{3}(?![\d-])")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """The words that stand in both, as the private text has them, and the name of that text."""

    phrase: str
    source: str


def find(text: str, private: Iterable[tuple[str, str]], known: Iterable[str] = (), fixed: str = "") -> list[Leak]:
    """The first run that `text` repeats of each private text (its name, its words), as long as it goes on.

    `known`: what all may read anyway; a run that stands in it is none. Stock phrases and ticket numbers are none
    either, nor what stands in `fixed`, which is made of `letters`.
    """
    said = letters(text)
    exempt = "|".join((_stock(), fixed, *map(letters, known)))
    found = ((name, _first(said, words, exempt)) for name, words in private)
    return [Leak(phrase=phrase, source=name) for name, phrase in found if phrase]


def letters(text: str) -> str:
    """A text without what can be spelt in two ways: spaces, punctuation, case, accents, ticket numbers, what nobody
    sees; and without each e, since ä is written ae too."""
    return "".join(map(_fold, _words(text)))


def _first(said: str, text: str, exempt: str) -> str:
    words = _words(text[:LONGEST])
    bare = list(map(_fold, words))
    row = 0  # so many words up to here stand in it somewhere
    for last, word in enumerate(bare):
        row = row + 1 if word in said else 0
        if row < RUN:
            continue
        at = last - RUN + 1
        run = "".join(bare[at : last + 1])
        if not run or run not in said or run in exempt:
            continue
        end = at + RUN
        while end < len(words) and run + bare[end] in said:
            run += bare[end]
            end += 1
        return " ".join(words[at:end])
    return ""


def _words(text: str) -> list[str]:
    text = _TICKET.sub(" ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        for unseen in (c for c in set(text) if unicodedata.category(c) in ("Cf", "Mn", "Me")):
            text = text.replace(unseen, "")
    return _WORD.findall(text)


@lru_cache(maxsize=20_000)
def _fold(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in apart if c.isalnum()).casefold().replace("e", "")


@lru_cache(maxsize=1)
def _stock() -> str:
    return "|".join(map(letters, STOCK))
