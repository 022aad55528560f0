"""Surveys: decides whether a customer whose matter is settled is asked how satisfied he is, and what score a
text gives.

A score is a number from 1 to 5 that stands alone or first, with a comment behind it. In doubt it is none, and a person
reads the text.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from inbox_bot.rules import survey_words as lists
from inbox_bot.rules import words
from inbox_bot.views import Afterwards

ASK = "settled, and nothing speaks against it"
ANSWERED_WITHIN = timedelta(days=30)
"""So long after the question a number is taken for its answer."""
LATE = timedelta(days=7)
"""Who was not asked until so long after the time has other things on his mind."""
LOW = 2
"""Up to here a supervisor is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveys:
    """The `[surveys]` section. `after_hours`: so long after a ticket is settled. `every_days`: nobody is asked twice in
    this time."""

    enabled: bool = False
    after_hours: float = 24.0
    every_days: int = 90

    @property
    def after(self) -> timedelta:
        return timedelta(hours=self.after_hours)

    @property
    def every(self) -> timedelta:
        return timedelta(days=self.every_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether he is asked, and why or why not."""

    ask: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A score from 1 to 5, and what he says beside it, "" = nothing."""

    score: int
    comment: str = ""

    @property
    def low(self) -> bool:
        return self.score <= LOW


def guard(facts: Afterwards, *, overdue: timedelta = timedelta(0), closed: str = "") -> Decision:
    """Whether he may be asked. `overdue`: how long after the time. `closed`: why no private message may go to him, "" =
    one may."""
    against = (
        (not facts.settled_by_person, "nobody settled it: time did"),
        (overdue > LATE, "it was settled too long ago"),
        (facts.complained, "the customer was angry or complained in it"),
        (facts.broken_promise, "a promise in it was broken"),
        (facts.open_besides, "another ticket of his is open"),
        (facts.touched_by_incident, "an incident touches him"),
        (facts.asked_lately, "he was asked not long ago"),
        (bool(closed), closed),
    )
    reason = next((why for violated, why in against if violated), "")
    return Decision(ask=not reason, reason=reason or ASK)


def read(text: str, *, files: bool = False) -> Answer | None:
    """The score that a customer's text gives; None where it says anything else, or may. `files`: something came along
    that a person has to look at."""
    if files or len(text) > _LONGEST:
        return None
    own = words.body(_QUOTED.sub("", text))
    if not own or "?" in own:
        return None
    said, name = words.parted(own)
    if not words.is_name(name):
        said = own
    said = _SMILEYS.sub(" ", unicodedata.normalize("NFC", _MENTIONS.sub(" ", _keyed(said)))).strip()
    said = _DRAWN.sub(r"\1 ", said)
    if stars := _STARS.match(said):
        said = f"{len(stars[0].replace(' ', ''))}, {said[stars.end() :]}"
    found = _pattern().match(said)
    if found is None:
        return None
    comment = _comment(said, found)
    if comment is None:
        return None
    written = found["number"].lower()
    answer = Answer(score=lists.NUMBERS.get(written) or int(written), comment=comment)
    return None if _contradicts(answer) else answer


_LONGEST = 2_000  # characters, with what is quoted; whoever writes more says more
_QUOTED = re.compile(r"^[^\S\n]*>.*$", re.MULTILINE)
_MENTIONS = re.compile(r"\A(?:\s*\.?@\w{1,50}[,:]?)+")
_SMILEYS = re.compile("(?<!\\w)[:;]-?[)(D](?!\\w)|[🙂😊🙏👍👎😀😃😄🤗✌☺❤😡😞☹🙁\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
_KEYS = re.compile("([1-5])\ufe0f?\u20e3")
_STARS = re.compile(r"[⭐★🌟](?: ?[⭐★🌟]){0,4}(?! ?[⭐★🌟])")
_DRAWN = re.compile(r"\A([1-5]) ?[⭐★🌟]{1,5}(?![⭐★🌟])")
_STRIPPED = " \t\n.,;:!–—=()-"
_SEPARATED = re.compile(r"\s*(?:[,;:!(=…]|[-–—]+\s|\n|\s[-–—])")
_STOPPED = re.compile(r"\s*\.+\s+")
_LISTED = re.compile(r"\n\s*\d+\s*[.:,;)–—-]")
_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def _keyed(text: str) -> str:
    """Keys with a number on them are numbers."""
    return _KEYS.sub(r"\1", text)


def _comment(said: str, found: re.Match[str]) -> str | None:
    """What stands behind the score; None where the number belongs to that: an ordinal, a date, an amount, a list."""
    rest = said[found.end() :]
    comment = rest.strip(_STRIPPED)
    if not comment:
        return "" if rest.strip(" \t\n.!:;,…)") in ("", "-", "–") else None
    if comment[0].isdigit() or _another_number(comment):
        return None
    first = _WORDS.findall(comment.lower())[:2]
    expected = bool(first) and (first[0] in lists.BEHIND or " ".join(first) in lists.BEHIND_TWO or _thanks(first))
    if _STOPPED.match(rest) or not _SEPARATED.match(rest):
        # "2. Mahnung", "3 Tage"
        return comment if expected and (rest[0].isspace() or rest[0] == "." or bool(found["unit"])) else None
    return comment if first else None


def _another_number(comment: str) -> bool:
    """ "4 oder 5", "4 bis 5", "4, vielleicht 3", "vier, fünf Tage": which one is meant? And a list over lines."""
    first = _WORDS.findall(comment.lower())[:2] or [""]
    if (first[0] in lists.SECOND and not _thanks(first)) or _LISTED.search(comment) or lists.ANSWERS.fullmatch(comment):
        return True
    doubted = re.search(r"\b(?:vielleicht|eher|oder|maybe|rather|or|bis)\s+(?:eine\s+|a\s+)?[1-5]\b", comment.lower())
    return doubted is not None


def _thanks(first: list[str]) -> bool:
    """ "4, und danke": no second number comes."""
    return len(first) > 1 and first[0] in lists.AND and first[1] in lists.ONLY_POLITE


def _contradicts(answer: Answer) -> bool:
    """Whether the comment says the opposite of the number; anger beside a good one does, and what a person has to do:
    nobody would look for that in a settled ticket."""
    said = " ".join(_WORDS.findall(answer.comment.lower()))
    if not said:
        return False
    faint = lists.FAINT.search(said) is not None
    blamed = _holds(lists.BLAME, lists.FAINT.sub("", said))
    if answer.low:
        denied = any(re.search(rf"\b{one}\b", said) for one in lists.DENIALS)
        return faint or (_holds(lists.PRAISE, said) and not denied and not blamed)
    if _unknown(said) or lists.MATTER.search(said) or lists.DATA.search(answer.comment):
        return True
    if _holds(lists.BROKEN, lists.BEST.sub("", said)) or (answer.score > LOW + 1 and blamed):
        return True
    from inbox_bot.rules import anger  # its word lists take a tenth of a second

    return anger.judge(answer.comment).level is not anger.Level.NONE


def _unknown(said: str) -> bool:
    """Whether it has words that may be about anything, but for one name."""
    others = {one for one in said.split() if one not in lists.KNOWN}
    names = {one for found in lists.NAMED.finditer(said) for one in found.groups() if one}
    return len(others) > 1 or not others <= names


def _holds(phrases: Iterable[str], said: str) -> bool:
    return any(re.search(rf"\b{re.escape(one)}\b", said) for one in phrases)


def _any(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(phrases, key=len, reverse=True))


@cache
def _pattern() -> re.Pattern[str]:
    """Made for the first text that is read."""
    return re.compile(
        rf"(?:(?:{_any(lists.GREETINGS)})(?:\s*[,!.:\n]\s*|\s+))?(?:(?:{_any(lists.LEADS)})\s*:?\s+)?"
        rf"[\"„“*_]*(?P<number>[1-5]|{_any(lists.NUMBERS)})[\"“”*_]*"
        rf"(?:\s*/\s*5|\s+(?:{_any(lists.OUT_OF)}))?(?:\s+(?P<unit>{_any(lists.UNITS)}))?"
        r"(?![\w/%€$°+]|[.,:]\d|\s*[-–—]\s*\d|\s+/|'\w)",
        re.IGNORECASE,
    )
