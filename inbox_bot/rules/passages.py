"""Passages: decides which part of a text its writer says himself, and where sentence and clause around a word end."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from inbox_bot.rules import passage_words as lists

_AROUND = 300  # characters of a sentence that are looked at, before and after what was found
_TAIL_LINES = 25  # that are not empty, below a closing formula; whatever is longer is not a signature
_TAG_WORDS = 4  # of "…, passt das?" after a statement
_LONG_TAG_WORDS = 8  # of "…, ist das in Ordnung für Sie?"
_TAG = re.compile(r"\s{0,4}(?:ist|wäre|passt|geht|is|would|does)\s{1,4}(?:das|dies|es|that|this|it)\b", re.IGNORECASE)

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # soft hyphens and the like, which part no word
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_CLUSTERS = re.compile("[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+")
_QUOTED_LINE = re.compile(r"^[ \t]{0,8}[>|].*$", re.MULTILINE)
_ATTRIBUTION = re.compile(
    r"^[ \t]{0,8}(?:(?:Am|On)\b[^\n]{4,200}\n?[^\n]{0,200}\b(?:schrieb|wrote)\b[^\n]{0,120}:[ \t]*$"
    r"|-{3,}[ \t]*(?:Urspr(?:ü|ue)ngliche|Original|Weitergeleitete|Forwarded)[^\n]{0,60}$"
    r"|(?:Von|From):[^\n]{1,200}\n(?:Gesendet|Datum|Sent|Date|An|To):)",
    re.MULTILINE | re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_POSTSCRIPT = re.compile(r"^[ \t]{0,8}P\.?[ \t]?S\b", re.MULTILINE | re.IGNORECASE)
_MARKED = re.compile(
    '„[^„“”"]{1,500}[“”"]|“[^“”"]{1,500}[”"]|»[^«»]{1,500}«|«[^«»]{1,500}»|‚[^‚‘]{1,500}‘'
    r'|(?<!\w)"[^"]{1,500}"(?!\w)'
)
_STRESSED = re.compile(r"[„“»«‚\"](\w{1,40})[“”\"«»‘](?!\w)")
_ADDRESSES = re.compile(r"https?://\S{1,500}|www\.\S{1,500}|(?<!\S)\S{1,64}@\S{1,250}")
_ENDS = re.compile(r"[.!?…]+[\"'»“”)\]]{0,3}(?=\s|\Z)|\n[ \t]{0,8}\n|\n[ \t]{0,8}(?=[-*•–] |\d{1,2}[.)] )|[\u2022]")
_DAY_DOT = re.compile(r"(?<!\d)\d{1,2}\.\Z")


def _any_of(phrases: tuple[str, ...]) -> str:
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s{1,4}") for phrase in sorted(phrases, key=len, reverse=True))


def phrases(*lists_: tuple[str, ...]) -> re.Pattern[str]:
    """What finds any of these words and phrases, whole, in a text in lower case; `*` stands for any letters."""
    every = _any_of(tuple(phrase.lower() for one in lists_ for phrase in one)).replace(r"\*", r"\w{0,20}")
    return re.compile(rf"(?<!\w)(?:{every})(?!\w)" if every else r"(?!)")


def lower(text: str) -> str:
    """In lower case, with every letter at its place (İ would become two)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(one if len(one.lower()) > 1 else one.lower() for one in text)


_ABBREVIATED = re.compile(rf"(?<!\w)(?:{_any_of(lists.ABBREVIATIONS)})\Z", re.IGNORECASE)
_FORMULA = rf"(?:{_any_of(lists.CLOSINGS).replace('ß', '(?:ß|ss)')})"
_THANKED = rf"(?:{_any_of(lists.THANKS)})"
_NAME = r"(?-i:[A-ZÄÖÜ])[\w'-]{0,30}"
_CLOSING = re.compile(
    rf"^[ \t]{{0,8}}(?:(?:{_THANKED},?[ \t]{{1,3}}(?:(?:und|and|&)[ \t]{{1,3}})?)?{_FORMULA}"
    rf"(?:[ \t]{{0,3}}[/|,][ \t]{{0,3}}{_FORMULA})?"
    rf"(?:[ \t]{{1,3}}(?:aus|von|vom|from)(?:[ \t]{{1,3}}(?:der|dem|the))?(?:[ \t]{{1,3}}{_NAME}){{1,4}})?"
    r"[ \t]{0,3}[.,!]?[ \t]*"
    rf"|(?:{_any_of(lists.CLOSINGS_WITH_NAME)})[ \t]{{0,3}},?[ \t]{{1,3}}(?-i:[A-ZÄÖÜ])[^.!?\n]{{1,60}}"
    rf"|{_THANKED}[ \t]{{0,3}}[,!.]?[ \t]*\n\s{{0,8}}{_NAME}(?:[ \t]{{1,3}}{_NAME}){{0,3}}[ \t]*)(?:\n|\Z)",
    re.MULTILINE | re.IGNORECASE,
)
_BREAKS = re.compile(
    rf"[,;:()–—]|\s-\s|(?<!\w)(?:but|sondern)\s{{1,4}}|(?<!\w)(?:{_any_of(lists.JOINTS)})\s{{1,4}}(?=(?:{_any_of(lists.STARTS)})\s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Where something stands, in lower case: its sentence, what its clause has before and after it; whether asked."""

    sentence: str
    left: str
    phrase: str
    right: str
    asked: bool

    @property
    def clause(self) -> str:
        """All of the clause."""
        return self.left + self.phrase + self.right


class Passage:
    """A text as its writer's own words: what he quotes and signs with is blanked, all else keeps its place.

    `own` is in composed form (NFC), `low` the same in lower case; `span` gives the place in the text as it came.
    """

    def __init__(self, text: str, *, signed: bool = False, stressed: bool = False) -> None:
        """`signed`: also what stands below a closing formula is not the writer's own (a letter that came in);
        `stressed`: a single word in quotation marks is."""
        self.text = text
        self._places: list[int] | None = None
        composed = text
        if not unicodedata.is_normalized("NFC", text) or _UNSEEN.search(text):
            composed = self._compose(text)
        self.own = _blanked(composed.replace("’", "'").replace("\r", " "), signed=signed, stressed=stressed)
        self.low = lower(self.own)

    def _compose(self, text: str) -> str:
        pieces: list[str] = []
        self._places = []
        for cluster in _CLUSTERS.finditer(text):
            piece = unicodedata.normalize("NFC", _UNSEEN.sub("", cluster[0]))
            pieces.append(piece)
            self._places += [cluster.start()] * len(piece)
        self._places.append(len(text))
        return "".join(pieces)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """From a place in `own` to the place in `text`."""
        return (start, end) if self._places is None else (self._places[start], self._places[end])

    @cached_property
    def _sentences(self) -> tuple[list[int], list[int]]:
        """Where sentences end: the places of their closing signs, and the places behind those."""
        closings: list[int] = []
        ends: list[int] = []
        for end in _ENDS.finditer(self.own):
            head = self.own[max(0, end.start() - 12) : end.start() + 1]
            if end[0] == "." and (_ABBREVIATED.search(head) or _DAY_DOT.search(head)) and end.end() < len(self.own):
                continue
            closings.append(end.start())
            ends.append(end.end())
        return closings, ends

    def _bounds(self, start: int, end: int) -> tuple[int, int, str]:
        """Where the sentence around this stretch begins and ends, and how it is closed."""
        closings, ends = self._sentences
        first, last = bisect_right(ends, start), bisect_left(closings, end)
        begin = ends[first - 1] if first else 0
        if last == len(closings):
            return begin, len(self.own), ""
        return begin, closings[last], self.own[closings[last] : ends[last]]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The whole sentence around this stretch of `own`, without its closing sign and the spaces around it."""
        begin, finish, _ = self._bounds(start, end)
        whole = self.own[begin:finish]
        return finish - len(whole.lstrip()), begin + len(whole.rstrip())

    def around(self, start: int, end: int) -> Around:
        """What stands around this stretch of `own`; dots and commas within the stretch end nothing."""
        begin, finish, closing = self._bounds(start, end)
        begin, finish = max(begin, start - _AROUND), min(finish, end + _AROUND)
        before, after = self.low[begin:start], self.low[end:finish]
        breaks = list(_BREAKS.finditer(before))
        next_break = _BREAKS.search(after)
        tag = after.rpartition(",")[2] if "," in after else " ".join(["?"] * (_TAG_WORDS + 1))
        return Around(
            sentence=self.low[begin:finish],
            left=before[breaks[-1].end() :] if breaks else before,
            phrase=self.low[start:end],
            right=after[: next_break.start()] if next_break else after,
            asked="?" in closing and len(tag.split()) > (_LONG_TAG_WORDS if _TAG.match(tag) else _TAG_WORDS),
        )


def _blanked(text: str, *, signed: bool, stressed: bool) -> str:
    end = len(text)
    for found in (_ATTRIBUTION.search(text), _SIGNATURE.search(text)):
        if found:
            end = min(end, found.start())
    kept = text[:end]
    closing = _CLOSING.search(kept, _tail(kept)) if signed else None
    if closing:
        postscript = _POSTSCRIPT.search(kept, closing.end())
        until = postscript.start() if postscript else end
        kept = kept[: closing.start()] + _blank(kept[closing.start() : until]) + kept[until:]
    if stressed:
        kept = _STRESSED.sub(r" \1 ", kept)
    for pattern in (_QUOTED_LINE, _MARKED, _ADDRESSES):
        kept = pattern.sub(lambda found: _blank(found[0]), kept)
    return kept + _blank(text[end:])


def _tail(text: str) -> int:
    """Where the last lines begin, among which a closing formula is looked for."""
    begin, left = len(text), _TAIL_LINES + 1
    for line in reversed(text.split("\n")):
        begin -= len(line) + 1
        left -= bool(line.strip())
        if not left:
            break
    return max(0, begin + 1)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
