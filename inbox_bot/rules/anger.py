"""Anger: decides by lists of words whether a customer is annoyed or complains, and how often he has asked already.

No mood is guessed: a level always comes with the words of the text that led to it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from inbox_bot.rules import anger_words as lists
from inbox_bot.rules.passages import Passage, lower, phrases

_MOST = 200  # words of one text that are looked at
_DENIED_WITHIN = 3  # words
_TIMES = 20  # whoever counts more than that has no count
_SHOUTED, _SHOUTED_LETTERS = 3, 4  # so many words of at least so many letters, all large …
_SHOUTED_SHARE = 0.5  # … and such a share of all words that long
_EARLIER = 50  # messages that a new one is compared with
_SAME, _SAME_WORDS = 0.8, 4  # share of words in common, and of how many, to be the same text again

_CLAUSES = re.compile(r"[,;:.!?()–—\n]|\s-\s")
_WORD = re.compile(r"[^\W\d_]+")
_MARKS = re.compile(r"\?{3,}|[!?]*(?:\?!|!\?)[!?]+|!{3,}")
_COMPLAINT, _ANNOYED, _HARMLESS = phrases(lists.COMPLAINT), phrases(lists.ANNOYED), phrases(lists.HARMLESS)
_NOUNS = re.compile(
    rf"(?<!\w)(?:{'|'.join((*lists.NOUNS, *map(str.upper, lists.NOUNS)))}"
    rf"|(?:{'|'.join(f'(?<=(?<![a-z]){one})' for one in lists.BEFORE_SMALL)})(?:{'|'.join(lists.SMALL_NOUNS)}))(?!\w)"
)
_NAMES = re.compile(  # of people and firms, which are called so
    r"(?:(?i:name ist|ich heiße|ich bin|hier ist|hier schreibt|my name is|i am|i'm) [A-ZÄÖÜ][\w-]{1,30} "
    r"|^(?!Mein|Unser|Ein|Kein|Der|Dem|Den|Zum|Beim|Vom|Euer|Ihr|Sonst|Dann|Notfalls|My|Your|Our|Call|Get)"
    r"[A-ZÄÖÜ][\w-]{1,30} (?=\w+[ \t]*$))(?:Anwalt|Anwältin|Lawyer|Solicitor)(?!\w)"
    r"|(?<!\w)Rechtsanw[aä]lt(?:in)? (?:Dr\. )?(?:[A-ZÄÖÜ][\w-]{1,30} ){1,2}hier(?!\w)"
    r"|(?:&|and|und) [A-Z][\w-]{0,30},? (?:Solicitors|Attorneys|Lawyers|Anwälte|Rechtsanwälte)(?!\w)",
    re.MULTILINE,
)
_WONDER = re.compile(
    rf"{phrases(lists.WONDER).pattern}(?=[^.!?\n]{{0,40}}{phrases(lists.THANKS).pattern}(?! für nichts| for nothing))"
)
_DENIALS, _NOT_DENIED = phrases(lists.DENIALS), phrases(lists.NOT_DENIED)
_DENIED_AFTER = phrases(lists.DENIED_AFTER)
_MISSING, _ASKING = phrases(lists.MISSING), phrases(lists.ASKING)
_SAID, _SAID_ASKING = phrases(tuple(lists.SAID)), phrases(tuple(lists.SAID_ASKING))
_ASKED, _HAS_ASKED, _PRAISE = phrases(lists.ASKED), phrases(lists.HAS_ASKED), phrases(lists.PRAISE)
_NUMBER = rf"\d{{1,2}}|{'|'.join(lists.NUMBERS)}"
_ORDINAL = rf"\d{{1,2}}(?:nd|rd|th|\.)?|{'|'.join(lists.ORDINALS)}"
_COUNTED = re.compile(
    rf"(?<!\w)(?:zum ?(?P<nth>{_ORDINAL}) ?male?|(?P<times>{_ORDINAL}) time"
    rf"|(?:my|the) (?P<call>{_ORDINAL}) (?:{'|'.join(lists.CALLS)})"
    rf"|meine? (?P<mail>{'|'.join(lists.ORDINALS)}|{'|'.join(one[:-1] for one in lists.ORDINALS)}) (?:e-)?mail)(?!\w)"
)
_COUNTED_ASKING = re.compile(rf"(?<!\w)(?P<number>{_NUMBER}) ?(?:x|mal|times)(?!\w)")
_MATTERS = {matter: phrases(words) for matter, words in lists.MATTERS.items()}
_CAPITALS = frozenset(lists.CAPITALS)


class Level(StrEnum):
    """How a message is to be met: as any other; by a person; by a person who takes it up as a complaint."""

    NONE = "none"
    ANNOYED = "annoyed"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anger:
    """The level, with the words that led to it as they were written, in their order."""

    level: Level
    words: tuple[str, ...]

    @property
    def reason(self) -> str:
        """For the record; "" where there is nothing to tell."""
        return f"{self.level}: {', '.join(self.words)}" if self.words else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """How often a customer has asked for the same, with this message; what it is, and how that is known. `said`: he
    counts himself."""

    times: int
    matter: str
    reason: str
    said: bool = False


CALM = Anger(level=Level.NONE, words=())
FIRST = Repeated(times=1, matter="", reason="")


def judge(text: str) -> Anger:
    """The level of an incoming text. What he quotes and signs with, and what he denies, does not count."""
    passage = Passage(text, signed=True)
    low = _NAMES.sub(_blank, passage.own)
    low = _WONDER.sub(_blank, _HARMLESS.sub(_blank, lower(low)))
    complaints = list(_said(_COMPLAINT, low))
    annoyed = [*_said(_ANNOYED, low), *_said(_NOUNS, passage.own), *_shouted(passage), *_marks(passage)]
    if not complaints and not annoyed:
        return CALM
    spans = sorted(passage.span(*span) for span in {*complaints, *annoyed})
    words = dict.fromkeys(" ".join(text[start:end].split()) for start, end in spans)
    return Anger(level=Level.COMPLAINT if complaints else Level.ANNOYED, words=tuple(words))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _said(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Where these words stand and are not denied."""
    for found in islice(pattern.finditer(text), _MOST):
        before = lower(text[max(0, found.start() - 60) : found.start()])
        clause = _CLAUSES.split(before)[-1]
        near = " ".join(_NOT_DENIED.sub(" ", clause).split()[-_DENIED_WITHIN:])
        after = _CLAUSES.split(lower(text[found.end() : found.end() + 60]))[0]
        if not _DENIALS.search(near) and not _DENIED_AFTER.search(after):
            yield found.span()


def _shouted(passage: Passage) -> list[tuple[int, int]]:
    """The words in capitals, where there are so many that the writer shouts."""
    long = [word for word in islice(_WORD.finditer(passage.own), 2000) if len(word[0]) >= _SHOUTED_LETTERS]
    loud = [word.span() for word in long if word[0].isupper() and word[0] not in _CAPITALS]
    return loud[:_MOST] if len(loud) >= _SHOUTED and len(loud) >= _SHOUTED_SHARE * len(long) else []


def _marks(passage: Passage) -> Iterator[tuple[int, int]]:
    """Signs in a row, where the sentence says that something is missing or wrong."""
    for found in islice(_MARKS.finditer(passage.own), _MOST):
        if _MISSING.search(re.split(r"[.!?\n]", passage.low[max(0, found.start() - 200) : found.start()])[-1]):
            yield found.span()


def repeated(text: str, earlier: Sequence[str]) -> Repeated:
    """How often he has asked for it, this time included: as he says himself, or by his earlier messages (all of this
    matter that have had no answer, or had one that did not help; which ones they are is the caller's to say)."""
    passage = Passage(text, signed=True)
    found = [_by_own_words(passage)]
    if earlier:
        found += [_by_same_text(passage, earlier), _by_matter(passage, earlier)]
    return max(found, key=lambda one: one.times)


def _by_own_words(passage: Passage) -> Repeated:
    best = FIRST
    for times, said in _counts(passage):
        sentence = passage.around(*said.span()).sentence
        if best.times < times <= _TIMES and not _PRAISE.search(sentence):
            best = Repeated(times=times, matter="", reason=f"he says so: {said[0]}", said=True)
    return best


def _counts(passage: Passage) -> Iterator[tuple[int, re.Match[str]]]:
    """How often he says that he has asked, and in which words."""
    for said in islice(_SAID.finditer(passage.low), _MOST):
        yield lists.SAID[" ".join(said[0].split())], said
    for said in islice(_COUNTED.finditer(passage.low), _MOST):
        number = next(filter(None, said.groups()))
        yield lists.ORDINALS.get(number) or lists.ORDINALS.get(f"{number}n") or int(re.sub(r"\D", "", number)), said
    for said in islice(_SAID_ASKING.finditer(passage.low), _MOST):
        if _ASKED.search(passage.around(*said.span()).sentence):
            yield lists.SAID_ASKING[" ".join(said[0].split())], said
    for said in islice(_COUNTED_ASKING.finditer(passage.low), _MOST):
        if _HAS_ASKED.search(passage.around(*said.span()).sentence):
            yield lists.NUMBERS.get(said["number"]) or int(said["number"]), said


def _by_same_text(passage: Passage, earlier: Sequence[str]) -> Repeated:
    words = set(_WORD.findall(passage.low[:2000]))
    if len(words) < _SAME_WORDS:
        return FIRST
    before = (set(_WORD.findall(_own(one)[:2000])) for one in earlier[-_EARLIER:])
    same = sum(len(words & one) >= _SAME * len(words | one) for one in before)
    return Repeated(times=same + 1, matter="", reason="the same text again") if same else FIRST


def _by_matter(passage: Passage, earlier: Sequence[str]) -> Repeated:
    asked = _matters(passage.low)
    before = [_matters(_own(one)) for one in earlier[-_EARLIER:]]
    counts = {matter: 1 + sum(matter in one for one in before) for matter in sorted(asked)}
    if not counts or max(counts.values()) < 2:
        return FIRST
    matter = max(counts, key=lambda one: counts[one])
    return Repeated(times=counts[matter], matter=matter, reason=f"asked for the same in earlier messages: {matter}")


def _own(text: str) -> str:
    return Passage(text[:20_000], signed=True).low


def _matters(low: str) -> frozenset[str]:
    """What a text asks for."""
    found: set[str] = set()
    for sentence in islice(re.findall(r"[^.!?\n]+[.!?]*", low), _MOST):
        if "?" in sentence or _ASKING.search(sentence):
            found.update(matter for matter, pattern in _MATTERS.items() if pattern.search(sentence))
    return frozenset(found)
