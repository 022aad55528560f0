"""Own words: decides what of an agent's mail is his answer, so that nothing that we sent him goes on to the customer.

Quotes, their heads and signatures are cut; then every line that stands in the mail that we sent him; and what remains
must share no six words in a row with it. Where somebody's words cannot be told from ours, nothing goes out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from unicodedata import category

from inbox_bot.rules import commands, mail_layout
from inbox_bot.rules.courtesies import is_courtesy
from inbox_bot.rules.mail_layout import Head
from inbox_bot.rules.repeats import RUN, Sent, Words, words

# The longest letter that a person writes has a tenth of that, quotes and all.
_LONGEST = 200_000  # characters
_MOST_LINES = 10_000
_NEAR = 5  # lines around a signature's separator, of which blank ones are skipped
_SHOWN = 10  # lines that a refusal names
_BLANKS = re.compile(r"\n(?:[ \t]*\n){2,}")

PARTLY = "these lines are partly from the mail that we sent you; write them in words of your own, or quote with >"
UNMARKED = "these lines stand in a quote that your mail program did not mark; write your answer above the quote"
NAMED = "these lines name an internal address or subject; leave them out"
EMPTY = "nothing is left of it without what is quoted; write your answer above the quote"
LONG = "it is too long to be an answer"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What may go on. `refused`: why nothing may, in one line, "" = all is well; then `text` is empty, and `lines` are
    those in question. `cut`: what was left out, in order, to be shown to its writer."""

    text: str = ""
    cut: tuple[Cut, ...] = ()
    refused: str = ""
    lines: tuple[str, ...] = ()


def own_words(text: str, *, sent: Iterable[str], secrets: Iterable[str] = ()) -> Answer:
    """The writer's own words in his letter, whole as his mail program wrote it (lines end in LF).

    `sent`: the texts of all mails of ours that he may quote, the notification first of all; `secrets`: what may occur
    in no line at all, such as his signed reply address. The result shares no six words in a row with `sent`, but for
    lines of mere courtesy. Takes linear time.
    """
    if len(text) > _LONGEST or text.count("\n") > _MOST_LINES:
        return Answer(refused=LONG)
    letter = _Letter(text.split("\n"), Sent(sent))
    letter.mark()
    if letter.unclear:
        return letter.refusal(UNMARKED, letter.unclear)
    if partly := letter.partly():
        return letter.refusal(PARTLY, partly)
    if named := letter.naming(secrets):
        return letter.refusal(NAMED, named)
    own = letter.text()
    if not any(c.isalnum() or category(c) == "So" for c in own):
        return letter.refusal(EMPTY, [])
    return Answer(text=own, cut=letter.cut())


class _Letter:
    """The lines of a letter, and for each why it is cut (None: it is kept)."""

    def __init__(self, lines: list[str], sent: Sent) -> None:
        self.lines = lines
        self.unclear: list[int] = []
        self._sent = sent
        self._words: list[Words] = [words(line) for line in lines]
        self._why: list[Why | None] = [None] * len(lines)
        self._polite: set[int] = set()
        counts = sent.repeated(self._words)
        self._ours = [bool(line) and count == len(line) for line, count in zip(self._words, counts, strict=True)]

    def mark(self) -> None:
        """Decide about every line."""
        found = mail_layout.heads(self.lines, lambda at: self._is_ours(at))
        for at, line in enumerate(self.lines):
            if mail_layout.is_quoted(line):
                self._why[at] = Why.QUOTE
        for head in found:
            self._put(head.start, head.end, Why.HEAD)
        unmarked = [head for head in found if not head.marked]
        end = unmarked[0].start if unmarked else len(self.lines)
        self._signatures(0, end)
        self._repeated(0, end)
        if unmarked:
            self._unmarked(unmarked)
            self._signatures(end, len(self.lines))
        self._footers()
        self._fill()

    def own(self) -> list[int]:
        """The lines that are kept."""
        return [at for at, why in enumerate(self._why) if why is None]

    def text(self) -> str:
        """What is kept, with a blank line where a quote stood in between."""
        kept: list[str] = []
        before = -1
        for at in self.own():
            if before + 1 < at and {Why.QUOTE, Why.HEAD} & set(self._why[before + 1 : at]):
                kept.append("")
            kept.append(self.lines[at])
            before = at
        return _BLANKS.sub("\n\n", "\n".join(kept)).strip()

    def cut(self) -> tuple[Cut, ...]:
        """The others, where they say anything."""
        groups = groupby(range(len(self.lines)), lambda at: self._why[at])
        found = [(why, "\n".join(self.lines[at] for at in group).strip("\n")) for why, group in groups]
        return tuple(Cut(why=why, text=text) for why, text in found if why is not None and text.strip())

    def refusal(self, reason: str, at: list[int]) -> Answer:
        """Nothing goes out, because of these lines."""
        return Answer(refused=reason, lines=tuple(self.lines[one].strip() for one in at[:_SHOWN]), cut=self.cut())

    def partly(self) -> list[int]:
        """The kept lines in which six words of ours stand in a row, over lines as well."""
        found: dict[int, None] = {}
        for links in (False, True):
            kept = self.own()
            # Between two courtesies the row begins anew; they may stand in any letter.
            rows = [() if at in self._polite else words(self.lines[at], links=links) for at in kept]
            gaps = [("\0",) * RUN if at in self._polite else row for at, row in zip(kept, rows, strict=True)]
            counts = self._sent.repeated(gaps)
            found |= {at: None for at, count in zip(kept, counts, strict=True) if count}
        return sorted(found)

    def naming(self, secrets: Iterable[str]) -> list[int]:
        """The kept lines in which one of these stands."""
        wanted = [secret.casefold() for secret in secrets if secret.strip()]
        return [at for at in self.own() if any(secret in self.lines[at].casefold() for secret in wanted)]

    def _put(self, start: int, end: int, why: Why) -> None:
        self._why[start:end] = [why] * (end - start)

    def _repeated(self, start: int, end: int) -> None:
        """Cut the lines that stand in what we sent; but his first lines are commands, whoever else wrote them."""
        open_lines = [at for at in range(start, end) if self._why[at] is None and self._says(at)]
        first = next((at for at in open_lines if not commands.is_command(self.lines[at])), end)
        for at in self._standing([at for at in open_lines if at >= first and self._is_ours(at)], start, end):
            self._why[at] = Why.REPEATED
            self.unclear += [at] if commands.is_command(self.lines[at]) else []

    def _standing(self, ours: list[int], start: int, end: int) -> list[int]:
        """Those of our lines that are none of his: courtesies are only where they stand among others of ours."""
        found: list[int] = []
        block: list[int] = []
        candidates = set(ours)
        for at in range(start, end + 1):
            if at < end and self._why[at] is None and (at in candidates or not self._says(at)):
                block += [at] if at in candidates else []
                continue
            polite = {one for one in block if is_courtesy(self.lines[one], self._words[one])}
            if len(polite) < len(block):
                found += block
            else:
                self._polite |= polite
            block = []
        return found

    def _says(self, at: int) -> bool:
        """Whether a line says anything: lines of dashes and blanks do not."""
        return bool(self._words[at]) or any(category(c) == "So" for c in self.lines[at])

    def _is_ours(self, at: int) -> bool:
        return self._says(at) and (self._ours[at] or self._sent.is_line(self.lines[at]))

    def _unmarked(self, found: list[Head]) -> None:
        """Below a head whose quote nobody marked: what stands among our lines and is not ours is his; what stands above
        or below them is his where he wrote nothing above the head, else a mail server's addition, or hidden there."""
        start, last = found[0].end, len(self.lines)
        end = found[1].start if len(found) > 1 else last
        above = any(self._says(at) and self._why[at] is None for at in range(found[0].start))
        near = [at for at in range(start, end) if self._is_ours(at) or self._sent.is_fragment(self._words[at])]
        ours = self._standing(near, start, end)
        others = [at for at in range(start, last) if self._says(at) and self._why[at] is None and at not in set(ours)]
        until = ours[-1] if ours and above else end
        among = {at for at in others if ours and ours[0] < at < until}
        if not above or not (ours or found[0].block):
            self.unclear += [at for at in others if at not in among]
        if not above:
            self.unclear += [at for at in ours if commands.is_command(self.lines[at])]
        for at in ours + [one for one in others if one not in among]:
            self._why[at] = Why.QUOTE

    def _signatures(self, start: int, end: int) -> None:
        """Cut each signature, up to the next cut; what stands in our own mail is none of his."""
        for first, last in self._sections(start, end):
            for at in range(first, last):
                if mail_layout.signature(self.lines, at, last) and not self._in_ours(at):
                    self._put(at, last, Why.SIGNATURE)
                    break

    def _in_ours(self, at: int) -> bool:
        before = next((one for one in range(at - 1, max(-1, at - _NEAR), -1) if self._words[one]), at)
        after = next((one for one in range(at + 1, min(len(self.lines), at + _NEAR)) if self._words[one]), at)
        return self._is_ours(before) and self._is_ours(after)

    def _footers(self) -> None:
        for start, end in self._sections(0, len(self.lines)):
            last = next((at for at in range(end - 1, start - 1, -1) if self._words[at]), None)
            if last is not None and mail_layout.is_footer(self.lines[last]):
                self._why[last] = Why.SIGNATURE

    def _fill(self) -> None:
        """Cut blanks and dashes between cut lines, too."""
        previous: Why | None = Why.QUOTE
        silent: list[int] = []
        for at, why in enumerate(self._why):
            if why is None and not self._says(at):
                silent.append(at)
                continue
            if why is not None and previous is not None:
                for one in silent:
                    self._why[one] = previous if previous is why or one != silent[-1] else why
            previous, silent = why, []
        if previous is not None:
            for one in silent:
                self._why[one] = previous

    def _sections(self, start: int, end: int) -> list[tuple[int, int]]:
        """The runs of kept lines, from one cut to the next."""
        found: list[tuple[int, int]] = []
        for at in range(start, end + 1):
            if at == end or self._why[at] is not None:
                if start < at:
                    found.append((start, at))
                start = at + 1
        return found
