"""Repeats: decides which words of a text stand, in a row, in texts that we sent, however wrapped or quoted."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

RUN = 6
"""So many words in a row are no coincidence."""
_FRAGMENT = 3  # words of a line that is a piece of ours where everything around it is
_EDGE = 10  # words by which the beginning or the end of a text is known
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

    def begins(self, lines: Iterable[Words]) -> bool:
        """Whether a text of ours begins as these lines do; not with words that stand further down in another, too."""
        said = tuple(islice((word for line in lines for word in line), _EDGE))
        return any(said[:size] in edges for size, edges in self._firsts.items())

    def ends(self, lines: Mapping[int, Words]) -> int:
        """The last of these lines, by their keys in order, at which a text of ours ends, -1 where none does; not with
        words on which another of ours goes on."""
        place = -1
        said: Words = ()
        for at, line in lines.items():
            said = (*said[-_EDGE:], *line)
            if line and any(said[-size:] in edges for size, edges in self._lasts.items()):
                place = at
        return place

    def breaks_off(self, before: Words, line: Words, rest: Words, *, always: bool) -> bool:
        """Whether a piece of a line of ours ends within it, and `rest` is not how it goes on. `before`: the line above;
        `always`: it is a piece of ours, though nothing in it is like ours."""
        tails = line[-_FRAGMENT:], (*before, *line)[-_FRAGMENT:]
        if not line or not self._line_ends.isdisjoint(tails):
            return False
        if not always and not any(row in self._fragments for row in _rows(line, _FRAGMENT)):
            return False
        return (*tails[1], *rest[:_FRAGMENT]) not in self._runs

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
    def _firsts(self) -> dict[int, set[Words]]:
        return _edges([words(text) for text in self._texts])

    @cached_property
    def _lasts(self) -> dict[int, set[Words]]:
        turned = _edges([words(text)[::-1] for text in self._texts])
        return {size: {edge[::-1] for edge in edges} for size, edges in turned.items()}

    @cached_property
    def _lines(self) -> frozenset[Words]:
        return frozenset(_told(line) for text in self._texts for line in text.split("\n"))

    @cached_property
    def _line_ends(self) -> frozenset[Words]:
        return frozenset(words(line)[-_FRAGMENT:] for text in self._texts for line in text.split("\n"))

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


def _edges(streams: Sequence[Words]) -> dict[int, set[Words]]:
    """How texts begin, by the number of words; without what also stands further down in any of them."""
    edges: dict[int, set[Words]] = {}
    for stream in filter(None, streams):
        edges.setdefault(min(_EDGE, len(stream)), set()).add(stream[:_EDGE])
    for size, known in edges.items():
        for stream in streams:
            known.difference_update(_rows(stream[1:], size))
    return edges


def _rows(stream: Words, size: int) -> Iterable[Words]:
    return (stream[at : at + size] for at in range(len(stream) - size + 1))
