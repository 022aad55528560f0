"""Repeats: decides which words of a text stand, in a row, in texts that we sent, however wrapped or quoted."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property

RUN = 6
"""So many words in a row are no coincidence."""
_FRAGMENT = 3  # words of a line that is a piece of ours where everything around it is
Words = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+")
# What mail programs add behind words that they take for a link, or put in place of a picture.
_ADDED = re.compile(
    r"<(?:https?|mailto|tel):[^<>\s]*>|\((?:https?|mailto|tel):[^()\s]*\)|\[cid:[^\[\]\s]*\]", re.IGNORECASE
)


def words(text: str, *, links: bool = False) -> Words:
    """The words of a text without their marks, case and forms: no-break spaces, soft hyphens, quote marks say nothing.

    `links`: also those of link targets in brackets, which mail programs add.
    """
    if not links:
        text = _ADDED.sub(" ", text)
    if not text.isascii():
        plain = (c for c in text if unicodedata.category(c) != "Cf")  # soft hyphens, joiners, byte order marks
        text = unicodedata.normalize("NFKC", "".join(plain))
    return tuple(_WORD.findall(text.casefold()))


class Sent:
    """Texts that we sent, to compare with."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)

    def is_line(self, line: str) -> bool:
        """Whether this is a whole line of ours: by its words, or by its signs where it has none."""
        return _told(line) in self._lines

    def is_fragment(self, line: Words) -> bool:
        """Whether these words, three at least, stand in ours in a row."""
        if len(line) >= RUN:
            return all(one in self._runs for one in _rows(line, RUN))
        return len(line) >= _FRAGMENT and line in self._fragments

    def repeated(self, lines: Sequence[Words]) -> list[int]:
        """How many words of each line are part of a row of six that stands in ours; a row goes on over lines."""
        stream = tuple(word for line in lines for word in line)
        marks = bytearray(len(stream))
        for at, row in enumerate(_rows(stream, RUN)):
            if row in self._runs:
                marks[at : at + RUN] = b"\x01" * RUN
        counts, at = [], 0
        for line in lines:
            counts.append(sum(marks[at : at + len(line)]))
            at += len(line)
        return counts

    @cached_property
    def _lines(self) -> frozenset[Words]:
        return frozenset(_told(line) for text in self._texts for line in text.split("\n"))

    @cached_property
    def _runs(self) -> frozenset[Words]:
        return frozenset(
            row for text in self._texts for links in (False, True) for row in _rows(words(text, links=links), RUN)
        )

    @cached_property
    def _fragments(self) -> frozenset[Words]:
        streams = [words(text) for text in self._texts]
        return frozenset(row for stream in streams for size in range(_FRAGMENT, RUN) for row in _rows(stream, size))


def _told(line: str) -> Words:
    return words(line) or ("".join(line.split()),)


def _rows(stream: Words, size: int) -> Iterable[Words]:
    return (stream[at : at + size] for at in range(len(stream) - size + 1))
