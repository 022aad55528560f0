"""Nearly: decides whether a line is one of ours that a mail program changed: a rewritten link, lost letters, blanks."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cached_property
from urllib.parse import unquote

_ALIKE = 0.8
_LONGEST = 400  # characters that are compared
_MOST_COMPARED = 200  # lines; what is beyond is not taken for ours
_MOST_LOOKED_UP = 1_000_000
_CANDIDATES = 3
_ADDED = 3  # characters that a program puts in place of lost ones
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_STOOD = "\1"  # in place of a link of ours


class Nearly:
    """Lines that we sent, to compare with; its work is bounded whatever the lines are."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = tuple(dict.fromkeys(line for line in lines if line.strip()))
        self._compared = self._looked_up = 0

    def is_line(self, line: str) -> bool:
        """Whether a line says nearly what one of ours says, and no more."""
        self._compared += 1
        if self._compared > _MOST_COMPARED or len(line) > 8 * _LONGEST:
            return False
        said = _plain(_LINK.sub(self._replaced, line))[:_LONGEST]
        found: Counter[int] = Counter()
        for piece in _pieces(said):
            places = self._index.get(piece, ())
            self._looked_up += len(places)
            if self._looked_up > _MOST_LOOKED_UP:
                return False
            found.update(places)
        return any(_alike(said, self._said[at]) for at, _ in found.most_common(_CANDIDATES))

    def _replaced(self, link: "re.Match[str]") -> str:
        """Links of ours, also those that a checker of links wrapped in its own."""
        wrapped = unquote(link[0]).casefold()
        return _STOOD if any(one in wrapped for one in self._links) else link[0]

    @cached_property
    def _links(self) -> frozenset[str]:
        return frozenset(
            link.partition("://")[2].casefold() or link.casefold()
            for line in self._lines
            for link in _LINK.findall(line)
        )

    @cached_property
    def _said(self) -> list[str]:
        return [_plain(_LINK.sub(_STOOD, line))[:_LONGEST] for line in self._lines]

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        index: dict[str, list[int]] = {}
        for at, said in enumerate(self._said):
            for piece in _pieces(said):
                index.setdefault(piece, []).append(at)
        return index


def _plain(line: str) -> str:
    shown = (c for c in unicodedata.normalize("NFKC", line.casefold()) if unicodedata.category(c) != "Cf")
    return " ".join("".join(shown).split())


def _pieces(said: str) -> set[str]:
    return {said[at : at + 2] for at in range(max(1, len(said) - 1))} - {""}


def _alike(said: str, ours: str) -> bool:
    """What adds words to ours is none of ours."""
    if len(said.split()) > len(ours.split()) or len(said) > len(ours) + _ADDED:
        return False
    matcher = SequenceMatcher(None, said, ours, autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
