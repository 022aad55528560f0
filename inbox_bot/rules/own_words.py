"""Own words: decides what of an agent's mail is his answer, so that nothing that we sent him goes on to the customer.

Quotes, their heads and signatures are cut; then every line that stands in the mail that we sent him; and what remains
must share no six words in a row with it. Mail programs change what they quote: so nothing goes out that stands among
our lines where no mark tells them, and where somebody's words cannot be told from ours, nothing goes out at all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from unicodedata import category

from inbox_bot.rules import commands, cuts, mail_layout
from inbox_bot.rules.courtesies import is_courtesy
from inbox_bot.rules.cuts import Cut, Why
from inbox_bot.rules.mail_layout import Head
from inbox_bot.rules.nearly import Nearly
from inbox_bot.rules.repeats import RUN, Sent, Words, words

# The longest letter that a person writes has a tenth of that, quotes and all.
_LONGEST = 200_000  # characters
_MOST_LINES = 10_000
_FOLLOWING = 50  # lines in which a quote goes on
_NARROWEST = 30  # characters; no program wraps narrower
_NEAR = 5  # lines around a signature's separator, of which blank ones are skipped
_SHOWN = 10  # lines that a refusal names
_QUOTING = 2  # lines of ours that are a quote, though nothing introduces them
_BLANKS = re.compile(r"\n(?:[ \t]*\n){2,}")

PARTLY = "these lines are partly from the mail that we sent you; write them in words of your own, or quote with >"
UNMARKED = "these lines stand in a quote that your mail program did not mark; write above it, or leave it out"
NAMED = "these lines name an internal address or subject; leave them out"
EMPTY = "nothing is left of it without what is quoted; write your answer above the quote"
LONG = "it is too long to be an answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What may go on. `refused`: why nothing may, in one line, "" = all is well; then `text` is empty, and `lines` are
    those in question. `cut`: what was left out, in order, to be shown to its writer."""

    text: str = ""
    cut: tuple[Cut, ...] = ()
    refused: str = ""
    lines: tuple[str, ...] = ()


def own_words(text: str, *, sent: Iterable[str], secrets: Iterable[str] = (), his: Iterable[str] = ()) -> Answer:
    """The writer's own words in his letter, whole as his mail program wrote it (lines end in LF).

    `sent`: the texts of all mails of ours that he may quote, the notification first of all; `secrets`: what may occur
    in no line at all, such as his signed reply address; `his`: lines in `sent` that he wrote himself, and may write
    anew outside of a quote. The result shares no six words in a row with the rest of `sent`, but for lines of mere
    courtesy; nothing of it stood among lines of `sent` that bear no quote mark. Takes linear time.
    """
    if len(text) > _LONGEST or text.count("\n") > _MOST_LINES:
        return Answer(refused=LONG)
    letter = _Letter(text.split("\n"), tuple(sent), frozenset(line.strip() for line in his))
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

    def __init__(self, lines: list[str], sent: tuple[str, ...], his: frozenset[str]) -> None:
        self.lines = lines
        self.unclear: list[int] = []
        self._sent = Sent(sent)
        # Without what he may write anew.
        self._others = Sent("\n".join(one for one in t.split("\n") if one.strip() not in his) for t in sent)
        self._nearly = Nearly(line for text in sent for line in text.split("\n"))
        self._words: list[Words] = [words(line) for line in lines]
        self._why: list[Why | None] = [None] * len(lines)
        self._polite: set[int] = set()
        self._ours = self._whole(self._sent)
        self._anothers = self._whole(self._others)

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
        else:
            self._unintroduced()
        self.unclear += [at for at in range(1, end) if self._why[at] is None and self._may_go_on(at)]
        self._footers()
        cuts.fill(self._why, self._says)

    @cached_property
    def _quotes_us(self) -> bool:
        """Whether the marked lines are a mail of ours, whatever became of most of them."""
        return any(why is Why.QUOTE and self._is_ours(at) for at, why in enumerate(self._why))

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
        return cuts.told(self.lines, self._why)

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
            counts = self._others.repeated(gaps)
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
        ours = [at for at in open_lines if at >= first and (self._is_anothers(at) or self._goes_on(at))]
        for at in self._standing(ours, start, end):
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

    def _whole(self, sent: Sent) -> list[bool]:
        """For each line, whether all of it is part of rows that stand in these."""
        counts = sent.repeated(self._words)
        return [bool(line) and count == len(line) for line, count in zip(self._words, counts, strict=True)]

    def _is_ours(self, at: int) -> bool:
        return self._says(at) and (self._ours[at] or self._sent.is_line(self.lines[at]))

    def _is_anothers(self, at: int) -> bool:
        """Ours, and nothing that he may write anew."""
        return self._says(at) and (self._anothers[at] or self._others.is_line(self.lines[at]))

    def _goes_on(self, at: int) -> bool:
        """Whether a marked line of ours was wrapped and goes on here without its mark."""
        return at > 0 and mail_layout.is_quoted(self.lines[at - 1]) and self._ours[at]

    def _may_go_on(self, at: int) -> bool:
        """Whether the line above broke off within one of ours, and its rest stands nowhere else."""
        if not self._says(at) or self._why[at - 1] not in (Why.QUOTE, Why.REPEATED):
            return False
        following = range(at + 1, min(at + _FOLLOWING, len(self.lines)))
        rest = (word for one in following if self._why[one] is Why.QUOTE for word in self._words[one])
        before = self._words[at - 2] if at > 1 else ()
        wide = len(self.lines[at - 1]) + len(self.lines[at].split()[0]) >= _NARROWEST
        wrapped = wide and self._quotes_us
        return self._sent.breaks_off(before, self._words[at - 1], tuple(islice(rest, RUN)), always=wrapped)

    def _unmarked(self, found: list[Head]) -> None:
        """Below a head whose quote nobody marked: where he wrote nothing above the head, what stands below the end of
        our mail is his; what stands among our lines may be one of them, changed, and anything else a mail server's
        addition, or hidden there."""
        start, last = found[0].end, len(self.lines)
        end = found[1].start if len(found) > 1 else last
        above = any(self._says(at) and self._why[at] is None for at in range(found[0].start))
        near = [at for at in range(start, end) if self._is_ours(at) or self._sent.is_fragment(self._words[at])]
        over = end if above else self._sent.ends({at: self._words[at] for at in near}) + 1 or end
        ours = self._standing([at for at in near if at < over], start, over)
        between = range(ours[0], ours[-1]) if ours else range(0)
        changed = [
            at for at in between if at not in set(ours) and self._says(at) and self._nearly.is_line(self.lines[at])
        ]
        below = [at for at in range(over, end) if self._is_anothers(at) or self._others.is_fragment(self._words[at])]
        quoted = {*ours, *changed, *self._standing(below, over, end)}
        others = [at for at in range(start, last) if self._says(at) and self._why[at] is None and at not in quoted]
        his = {at for at in others if over <= at < end}
        if above and (ours or found[0].block):
            self.unclear += [at for at in others if at in between]
        else:
            self.unclear += [at for at in others if at not in his]
        if not above:
            self.unclear += [at for at in sorted(quoted) if commands.is_command(self.lines[at])]
        for at in quoted.union(others) - his:
            self._why[at] = Why.QUOTE

    def _unintroduced(self) -> None:
        """Where lines of ours stand without a mark and nothing introduces them: what is among them, and above or below
        them where our mail does not begin or end, may be one of them, changed."""
        open_lines = [at for at in range(len(self.lines)) if self._says(at) and self._why[at] in (None, Why.REPEATED)]
        ours: list[int] = []
        above: Why | None = None
        for at, why in enumerate(self._why):
            # The wrapped end of a marked line is quoted as well.
            above = Why.QUOTE if why is Why.REPEATED and above is Why.QUOTE else why
            ours += [at] if above is Why.REPEATED else []
        if sum(not is_courtesy(self.lines[at], self._words[at]) for at in ours) < _QUOTING:
            return
        begin = ours[0]
        near = [at for at in open_lines if at >= begin and self._is_ours(at)]
        said = {at: self._words[at] for at in near}
        begun, end = self._sent.begins(said.values()), self._sent.ends(said)
        last = ours[-1] if end < 0 else end
        for at in near:
            self._why[at] = Why.REPEATED if at <= last else self._why[at]
        kept = [at for at in open_lines if self._why[at] is None]
        self.unclear += [
            at for at in kept if (begin < at if end < 0 else begin < at < last) or (at < begin and not begun)
        ]

    def _signatures(self, start: int, end: int) -> None:
        """Cut each signature, up to the next cut; what stands in our own mail is none of his."""
        for first, last in cuts.sections(self._why, start, end):
            for at in range(first, last):
                if mail_layout.signature(self.lines, at, last) and not self._in_ours(at):
                    self._put(at, last, Why.SIGNATURE)
                    break

    def _in_ours(self, at: int) -> bool:
        before = next((one for one in range(at - 1, max(-1, at - _NEAR), -1) if self._words[one]), at)
        after = next((one for one in range(at + 1, min(len(self.lines), at + _NEAR)) if self._words[one]), at)
        return self._is_ours(before) and self._is_ours(after)

    def _footers(self) -> None:
        for start, end in cuts.sections(self._why, 0, len(self.lines)):
            last = next((at for at in range(end - 1, start - 1, -1) if self._words[at]), None)
            if last is not None and mail_layout.is_footer(self.lines[last]):
                self._why[last] = Why.SIGNATURE
