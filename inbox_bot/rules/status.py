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
from inbox_bot.rules import status_beside as around
from inbox_bot.rules import status_words as lists

_NUMBER = "№"  # stands for a ticket's number
_DAY = "\ue000"  # stands for a day or a time
_LATELY = "\ue001"  # stands for today or yesterday
_DIGITS = re.compile(r"(?:\b(?:no|num)\.?\s+)?\[?#?\s?\d(?:[\s./–-]?\d){8}\]?(?!\w)")
_MONTHS = (
    "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|january|february|march|may|june"
    "|july|october|december"
)
_DATES = re.compile(
    r"(?:(?<!\w)(?:vom|von|from|of|on)\s+)?(?<![\w.])(?:\d{1,2}\.\s?\d{1,2}\.(?:\d{4}|\d{2})?|\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th)?\s(?:{_MONTHS})(?:\s\d{{4}})?|(?:{_MONTHS})\s\d{{1,2}}(?:st|nd|rd|th)?"
    r"|\d{1,2}[:.]\d{2}(?=\suhr)|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r")(?!\w)"
)
"""Of which day a message is, which says nothing new."""
_NEAR = re.compile(r"(?<!\w)(?:(?:von|from)\s+)?(?:heute|gestern|vorgestern|today|yesterday)(?!\w)")
_NAME = re.compile(
    r"(?:\A|[.!?\n])\s*(?P<thanks>[^.!?,\n]{1,60})(?:,\s*|,?\s*\n\s*)"
    r"(?P<name>[A-ZÄÖÜ][\w'’-]*(?: [A-ZÄÖÜ][\w'’-]*)?)\s*\Z"
)
_NO_NAME = re.compile(
    r"(?:ung|heit|keit|schaft|tion|nummer|vertrag|router|internet|umzug|tarif|telefon|anschluss|ausfall|termin|rückruf"
    r"|contract|invoice|phone|line|number|moving)\b",
    re.IGNORECASE,
)
"""How a word ends that is no name, though it begins with a capital."""
_ABBREVIATED = re.compile(r"(?<!\w)(dr|prof|mr|mrs|ms|bzgl|nr)\.(?=\s)", re.IGNORECASE)
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_MENTIONS = re.compile(r"(?<!\w)@\w{1,50}")
_SMILEYS = re.compile("(?<!\\w)[:;]-?[)D](?!\\w)|[🙂😊🙏👍😀😃😄🤗✌☺❤\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
_SAD = re.compile(r"(?<!\w)[:;]-?[(/]")
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
    if _SAD.search(text) or anger.judge(text).level is not anger.Level.NONE:
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
    return bare in around.SUBJECTS or bare in {" ".join(one.split()).casefold() for one in subjects}


def _own(text: str) -> str:
    """What he wrote himself, without handles, quotes, smileys, signature and closing; a ticket's number by its sign."""
    plain = words.body(_QUOTED.sub("", text)).replace("? ", "?\n")  # a closing begins a clause
    said, name = words.parted(plain)
    if not words.is_name(name):
        said = plain
    said = _ABBREVIATED.sub(r"\1", said)
    said = _MARKS.sub(" ", _SMILEYS.sub(" ", _MENTIONS.sub(" ", unicodedata.normalize("NFC", said))))
    return _DIGITS.sub(lambda found: f" {_NUMBER} " if numbers.parse(found[0]) else found[0], said).strip()


def _read(said: str) -> _Reading:
    asked: set[Asked] = set()
    greetings = {" ".join(one.lower().split()) for one in _CLAUSES.split(said)[::2] if _greets(one)}
    dated = _NEAR.sub(f" {_LATELY} ", _DATES.sub(f" {_DAY} ", said.lower()))
    parts = _CLAUSES.split(_THAT.sub(" ", dated))
    signed = _signed(said)
    for clause, mark in zip(parts[::2], parts[1::2], strict=False):
        bare = " ".join(clause.split())
        found = _clause(bare, question="?" in mark)
        if found is None and bare not in greetings and bare != signed:
            return _Reading(asked=Asked.NOTHING, strange=bare)
        if found:
            asked.add(found)
    return _Reading(asked=Asked.BOTH if len(asked) > 1 else next(iter(asked), Asked.NOTHING))


def _clause(clause: str, *, question: bool) -> Asked | None:
    """What a clause asks, NOTHING where it is polite or leads to a question; None where it is not known."""
    spoken, days = [], set()
    for word in clause.split():
        days.add(word) if word in (_DAY, _LATELY) else spoken.append(word)
    plain = " ".join(word for word in spoken if word not in _ADVERBS)
    unnamed = _MATTERS.isdisjoint(spoken)
    if (_DAY in days and unnamed) or any(f" {one} " in f" {plain} " for one in around.NEVER):
        return None  # a day that is not that of a message or a matter: he may be proposing it
    requests = question or not _REQUESTS.isdisjoint(spoken)
    led = requests or plain.startswith(around.LEADS)
    for asked, whole, nouns, alone in _patterns():
        if whole.fullmatch(plain) or (led and nouns.fullmatch(plain)) or (requests and alone.fullmatch(plain)):
            return asked
    if days and unnamed:
        return None
    polite = plain in around.POLITE or plain in around.LEADS or _COURTESIES.issuperset(plain.split())
    named = _NUMBER in spoken and plain.replace(_NUMBER, "").strip() in around.NAMING
    return Asked.NOTHING if polite or named or _BESIDE.issuperset(plain.split()) else None


def _greets(clause: str) -> bool:
    """ "Hallo Thomas", "Guten Tag Frau Dr. Amsel": a greeting and one name."""
    tokens = clause.split()
    for size in (2, 1):
        if " ".join(tokens[:size]).lower() in around.GREETINGS:
            name = [one for one in tokens[size:] if one.lower().rstrip(".") not in around.TITLES]
            return len(name) <= 1 + (len(name) < len(tokens) - size) and all(
                one[0].isupper() and one.replace("-", "").isalpha() for one in name
            )
    return False


def _any(phrases: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))


def _signed(said: str) -> str:
    """The name behind thanks that end it, in small letters: "Vielen Dank, Eva"."""
    found = _NAME.search(said)
    thanks = [one for one in found["thanks"].lower().split() if one not in _ADVERBS] if found else []
    if found is None or not {"danke", "dank", "thanks", "cheers"} & {*thanks} or not _COURTESIES.issuperset(thanks):
        return ""
    return "" if _NO_NAME.search(found["name"]) else found["name"].lower()


def _pattern(phrases: Iterable[str], *, led: bool = True) -> re.Pattern[str]:
    slots = {
        "thing": lists.THINGS, "ticket": lists.TICKETS, "letter": lists.LETTERS, "you": lists.YOU, "my": lists.MINE,
        "that": lists.THAT, "state": lists.STATES, "arrival": lists.ARRIVALS, "anyone": lists.ANYONE,
        "confirm": lists.CONFIRM,
    }  # fmt: skip
    given = {name: f"(?:{_any(choices)})" for name, choices in slots.items()}
    # single words, so that a clause can be read in one way only and costs no more than its length
    beside = _any(_BESIDE)
    which = f"(?: (?:{_any(lists.ABOUT)})(?: (?:{beside})){{1,4}})? "
    cores = "|".join(
        " ".join(one.format(**given, about="{about}") if "{" in one else re.escape(one) for one in phrase.split())
        for phrase in sorted(phrases, key=len, reverse=True)
    ).replace(" {about} ", which)
    greeting = f"(?:(?:{_any(around.GREETINGS)})(?: (?:{_any(around.BEFORE)}))? )?"
    leads = f"(?:(?:{_any(around.LEADS)}) )?" if led else ""
    behind = f"(?: (?:{beside}|{_any(around.BEHIND)})){{0,12}}"
    return re.compile(rf"{greeting}(?:(?:{beside}) ){{0,6}}{leads}(?:{cores}){behind}")


@cache
def _patterns() -> tuple[tuple[Asked, re.Pattern[str], re.Pattern[str], re.Pattern[str]], ...]:
    """What is asked: by whole questions, by nouns that ask with a sign of it, by words that ask as a question alone;
    made for the first text."""
    return (
        (Asked.RECEIPT, _pattern(lists.RECEIPT), _pattern(lists.RECEIPT_NOUNS), _pattern(lists.RECEIPT_NOUNS)),
        (Asked.STATUS, _pattern(lists.STATUS), _pattern(lists.STATUS_NOUNS), _pattern(lists.STATUS_ALONE, led=False)),
    )


_ADVERBS = frozenset(around.ADVERBS)
_REQUESTS = frozenset(around.REQUESTS)
_COURTESIES = frozenset(around.COURTESIES)
_MATTERS = frozenset((*lists.THINGS, *lists.LETTERS, _NUMBER))
_BESIDE = frozenset((*around.BESIDE, *lists.THINGS, *lists.LETTERS, _NUMBER))
