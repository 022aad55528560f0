"""The searchable words of a text: folded and reduced to German and English stems, so that either spelling is found."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

WORDS = 2_000
"""How many words of one text are looked at; longer ones are lists and logs, which nobody searches to their end."""
LONGEST = 40

_WORD = re.compile(r"[^\W_]+")


def stems(text: str) -> list[str]:
    """The different stems of a text, sorted; each is made of letters and digits only."""
    # a bound on the text bounds the search for words, too
    words = set(_WORD.findall(text[: WORDS * LONGEST].casefold())[:WORDS])
    return sorted(set().union(*map(variants, words)))


def query(words: list[str]) -> list[tuple[str, ...]]:
    """For each word of a question the stems of which a text must have one."""
    parts = (match[0] for word in words for match in _WORD.finditer(word.casefold()))
    return [alternatives for part in parts if (alternatives := variants(part))]


@lru_cache(maxsize=32_768)
def variants(word: str) -> tuple[str, ...]:
    """The stems of one word, of letters and digits, in lower case. The German stemmer takes ae, oe, ue for umlauts."""
    plain = _folded(word)
    if len(word) > LONGEST or not word.isalpha() or not plain.isascii():
        return (plain[:LONGEST],) if plain else ()
    german, english = _folded(_stemmer("german")(word)), _stemmer("english")(plain)
    return (german,) if german == english else (german, english)


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    from snowballstemmer import stemmer  # type: ignore[import-untyped]  # 40 modules; it ships no types

    stem: Callable[[str], str] = stemmer(language).stemWord
    return stem


def _folded(word: str) -> str:
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(sign for sign in decomposed if sign.isalnum())
