"""Cuts: decides nothing of a letter but where its cuts begin and end, and that blanks between them go, too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class Why(StrEnum):
    """Why a line was cut: it was quoted, introduced a quote, signed, or stands in what we sent."""

    QUOTE = "quote"
    HEAD = "head"
    SIGNATURE = "signature"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Lines in a row that were left out, for the same reason."""

    why: Why
    text: str


def told(lines: Sequence[str], why: Sequence[Why | None]) -> tuple[Cut, ...]:
    """What was cut, in order, where it says anything."""
    groups = groupby(range(len(lines)), lambda at: why[at])
    found = [(reason, "\n".join(lines[at] for at in group).strip("\n")) for reason, group in groups]
    return tuple(Cut(why=reason, text=text) for reason, text in found if reason is not None and text.strip())


def sections(why: Sequence[Why | None], start: int, end: int) -> list[tuple[int, int]]:
    """The runs of kept lines, from one cut to the next."""
    found: list[tuple[int, int]] = []
    for at in range(start, end + 1):
        if at == end or why[at] is not None:
            if start < at:
                found.append((start, at))
            start = at + 1
    return found


def fill(why: list[Why | None], says: Callable[[int], bool]) -> None:
    """Cut blanks and dashes between cut lines, too."""
    previous: Why | None = Why.QUOTE
    silent: list[int] = []
    for at, reason in enumerate(why):
        if reason is None and not says(at):
            silent.append(at)
            continue
        if reason is not None and previous is not None:
            for one in silent:
                why[one] = previous if previous is reason or one != silent[-1] else reason
        previous, silent = reason, []
    if previous is not None:
        for one in silent:
            why[one] = previous
