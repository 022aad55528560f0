"""Status: decides whether a message asks how its writer's matter stands or whether his messages arrived, and no more.

Each clause must be known: such a question, what leads to one, which matter is meant, or a courtesy. One clause more
(a new fact, another question, anger) and a person has to read it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from inbox_bot.rules import anger, numbers, words
from inbox_bot.rules import status_words as lists

_NUMBER = "№"  # stands for a ticket's number
_DAY = "\ue000"  # stands for a day or a time
_DIGITS = re.compile(r"(?:\b(?:no|num)\.?\s+)?\[?#?\s?\d(?:[\s./–-]?\d){8}\]?(?!\w)")
_MONTHS = (
    "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|january|february|march|may|june"
    "|july|october|december"
)
_DATES = re.compile(
    r"(?:(?<!\w)(?:vom|von|from|of|on)\s+)?(?<![\w.])(?:\d{1,2}\.\s?\d{1,2}\.(?:\d{4}|\d{2})?|\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th)?\s(?:{_MONTHS})(?:\s\d{{4}})?|(?:{_MONTHS})\s\d{{1,2}}(?:st|nd|rd|th)?"
    r"|\d{1,2}[:.]\d{2}(?=\suhr)|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|heute|gestern|vorgestern|today|yesterday)(?!\w)"
)
"""Of which day a message is, which says nothing new."""
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_MENTIONS = re.compile(r"(?<!\w)@\w{1,50}")
_SMILEYS = re.compile("(?<!\\w)[:;]-?[)D](?!\\w)|[🙂😊🙏👍😀😃😄🤗✌☺❤\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
_CLAUSES = re.compile(r"([.!?,;:\n…()]+|\s[-–—]+\s|\Z)")
_THAT = re.compile(r",\s+(?=(?:dass|that)\b)")
_MARKS = re.compile(r"[\"„“”»«*_|/\\]+")
_REPLY = re.compile(r"\s*(?:re|aw|antw|antwort|fwd?|wg)\s*:", re.IGNORECASE)


class Asked(StrEnum):
    """What a message asks for, "" = nothing that the record could answer alone."""

    NOTHING = ""
    STATUS = "the state"
    RECEIPT = "whether it arrived"
    BOTH = "the state, and whether it arrived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked, and why it is taken so."""

    asked: Asked
    reason: str


def judge(text: str, subject: str = "", *, subjects: Collection[str] = (), files: bool = False) -> Wish:
    """What a message asks for. `subjects`: those of his tickets, which say nothing new. `files`: something came along
    that a person has to look at."""
    if files:
        return _nothing("something is attached")
    said, subject_says = _own(text), _read(_own(subject))
    if not said:
        return _wish(subject_says) if not text.strip() else _nothing("no text, or a long one")
    if anger.judge(text).level is not anger.Level.NONE:
        return _nothing("annoyed, or a complaint")
    found = _read(said)
    if subject.strip() and not _familiar(subject, subject_says, subjects):
        return _nothing("its subject may be a new matter")
    return _wish(found)


def _nothing(reason: str) -> Wish:
    return Wish(asked=Asked.NOTHING, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What the clauses ask; `strange`: the first that is not known."""

    asked: Asked
    strange: str = ""


def _wish(found: _Reading) -> Wish:
    if found.strange:
        return _nothing(f"says more: {found.strange[:60]}")
    if found.asked is Asked.NOTHING:
        return _nothing("asks neither for the state nor for a confirmation")
    return Wish(asked=found.asked, reason=f"asks only for {found.asked}")


def _familiar(subject: str, says: _Reading, subjects: Collection[str]) -> bool:
    bare = " ".join(subject.split()).casefold()
    if _REPLY.match(subject) or not says.strange:
        return True
    return bare in lists.SUBJECTS or bare in {" ".join(one.split()).casefold() for one in subjects}


def _own(text: str) -> str:
    """What he wrote himself, without handles, quotes, smileys, signature and closing; a ticket's number by its sign."""
    plain = words.body(_QUOTED.sub("", text)).replace("? ", "?\n")  # a closing begins a clause
    said, name = words.parted(plain)
    if not words.is_name(name):
        said = plain
    said = _MARKS.sub(" ", _SMILEYS.sub(" ", _MENTIONS.sub(" ", unicodedata.normalize("NFC", said))))
    return _DIGITS.sub(lambda found: f" {_NUMBER} " if numbers.parse(found[0]) else found[0], said).strip()


def _read(said: str) -> _Reading:
    asked: set[Asked] = set()
    greetings = {" ".join(one.lower().split()) for one in _CLAUSES.split(said)[::2] if _greets(one)}
    parts = _CLAUSES.split(_THAT.sub(" ", _DATES.sub(f" {_DAY} ", said.lower())))
    for clause, mark in zip(parts[::2], parts[1::2], strict=False):
        bare = " ".join(clause.split())
        found = _clause(bare, question="?" in mark)
        if found is None and bare not in greetings:
            return _Reading(asked=Asked.NOTHING, strange=bare)
        if found:
            asked.add(found)
    return _Reading(asked=Asked.BOTH if len(asked) > 1 else next(iter(asked), Asked.NOTHING))


def _clause(clause: str, *, question: bool) -> Asked | None:
    """What a clause asks, NOTHING where it is polite or leads to a question; None where it is not known."""
    dated, spoken = _DAY in clause, [word for word in clause.split() if word != _DAY]
    plain = " ".join(word for word in spoken if word not in _ADVERBS)
    requests = question or not _REQUESTS.isdisjoint(spoken) or plain.startswith(lists.LEADS)
    for asked, whole, nouns in _patterns():
        if whole.fullmatch(plain) or (requests and nouns.fullmatch(plain)):
            return asked
    if dated and _NAMING.isdisjoint(spoken):
        return None  # a day that is not that of a message or a matter: he may be proposing it
    polite = plain in lists.POLITE or plain in lists.LEADS or _COURTESIES.issuperset(plain.split())
    return Asked.NOTHING if polite or _BESIDE.issuperset(plain.split()) else None


def _greets(clause: str) -> bool:
    """ "Hallo Thomas", "Guten Tag Frau Dr. Amsel": a greeting and one name."""
    tokens = clause.split()
    for size in (2, 1):
        if " ".join(tokens[:size]).lower() in lists.GREETINGS:
            name = [one for one in tokens[size:] if one.lower().rstrip(".") not in lists.TITLES]
            return len(name) <= 1 and all(one[0].isupper() and one.replace("-", "").isalpha() for one in name)
    return False


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    slots = {
        "thing": lists.THINGS, "ticket": lists.TICKETS, "letter": lists.LETTERS, "you": lists.YOU, "my": lists.MINE,
        "that": lists.THAT,
    }  # fmt: skip
    given = {name: f"(?:{'|'.join(map(re.escape, choices))})" for name, choices in slots.items()}
    cores = "|".join(
        " ".join(one.format(**given) if "{" in one else re.escape(one) for one in phrase.split())
        for phrase in sorted(phrases, key=len, reverse=True)
    )
    # single words, so that a clause can be read in one way only and costs no more than its length
    beside = "|".join(map(re.escape, sorted(_BESIDE, key=len, reverse=True)))
    leads = "|".join(map(re.escape, sorted(lists.LEADS, key=len, reverse=True)))
    return re.compile(rf"(?:(?:{beside}) ){{0,6}}(?:(?:{leads}) )?(?:{cores})(?: (?:{beside})){{0,12}}")


@cache
def _patterns() -> tuple[tuple[Asked, re.Pattern[str], re.Pattern[str]], ...]:
    """What is asked, by whole questions, and by nouns that only ask with a sign of it; made for the first text."""
    return (
        (Asked.RECEIPT, _pattern(lists.RECEIPT), _pattern(lists.RECEIPT_NOUNS)),
        (Asked.STATUS, _pattern(lists.STATUS), _pattern(lists.STATUS_NOUNS)),
    )


_ADVERBS = frozenset(lists.ADVERBS)
_REQUESTS = frozenset(lists.REQUESTS)
_COURTESIES = frozenset(lists.COURTESIES)
_NAMING = frozenset((*lists.THINGS, *lists.LETTERS, _NUMBER))
_BESIDE = frozenset((*lists.BESIDE, *lists.THINGS, *lists.LETTERS, _NUMBER))
