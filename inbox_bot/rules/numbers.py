"""Ticket numbers: decides what one looks like and which digits in a text are one.

Nine digits, eight random and a Damm check digit, so that a number read out on the telephone and mistyped is noticed.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from types import ModuleType

_GAP = r" \t\u00a0\u2009\u202f"
_DASH = r"\-\u2010-\u2014\u2212"
# Digits and short separators cannot be mistaken for one another, so each pattern runs in linear time.
_RUN = re.compile(rf"[0-9](?:[{_GAP}{_DASH}./]{{0,3}}[0-9])*")
_SEPARATORS = re.compile(rf"[{_GAP}{_DASH}./]+")
_USUAL = re.compile(rf"[0-9]{{9}}|[0-9]{{3}}(?P<s>[{_GAP}{_DASH}./]{{1,3}})[0-9]{{3}}(?P=s)[0-9]{{3}}")
_SPELLED = re.compile(rf"[0-9](?:[{_GAP}{_DASH}.][0-9]){{8}}")
_DASHED = re.compile(rf"[0-9]{{3}}[{_DASH}][0-9]{{3}}[{_DASH}][0-9]{{3}}")
_MARK = re.compile(
    r"(?:#|\b(?:ticket|ticketnummer|ticket-?nr|ticketnr|vorgang|vorgangsnummer|nummer|number|nr|no|num)[.:]?)"
    r"[\s#:\[(.-]{0,4}\Z",
    re.IGNORECASE,
)
_KEY_NOISE = re.compile(
    r"\b(?:ticket|ticketnummer|ticketnr|vorgang|vorgangsnummer|nummer|number|nr|no|num)\b\.?|[\W_]", re.IGNORECASE
)
_KEY_LIMIT = 100  # characters; what a person types as one key is shorter
_MARK_REACH = 24  # characters before the digits in which "Ticket-Nr.: #" may stand


def draw(bits: Callable[[int], int]) -> str:
    """A new number. `bits(n)` gives n random bits; the first digit is never 0 (spreadsheets drop it)."""
    # 64 bits over 9e7 values: the remainder's bias is below 1e-11, and no source of bits can make this loop.
    body = str(10_000_000 + bits(64) % 90_000_000)
    return body + str(_damm().calc_check_digit(body))


def pretty(number: str) -> str:
    """As people see it: 427-918-355."""
    return f"{number[:3]}-{number[3:6]}-{number[6:]}"


def tag(number: str) -> str:
    """As it stands in subjects: [#427-918-355]."""
    return f"[#{pretty(number)}]"


def find(text: str) -> tuple[str, ...]:
    """The valid numbers in a text, in order, each once; linear time.

    Taken: 427918355, 427-918-355, 427 918 355, 427.918.355, spelled 4 2 7 …, any grouping after "#" or "Ticket".
    Not taken: a wrong check digit, and nine digits that are part of something longer (telephone, IBAN, VAT id, URL).
    """
    found: dict[str, None] = {}
    for run in _RUN.finditer(text):
        before = text[max(0, run.start() - _MARK_REACH) : run.start()]
        marked = _MARK.search(before) is not None
        if not marked and before[-1:] and (before[-1] in "+/@=_" or before[-1].isalnum()):
            continue
        after = text[run.end() : run.end() + 1]
        if after == "_" or after == "@" or after.isalnum():
            continue
        for number in _candidates(run.group(), marked=marked):
            if _valid(number):
                found[number] = None
    return tuple(found)


def parse(text: str) -> str:
    """What a person typed as one key, as nine digits; "" where it is no valid number."""
    digits = _key(text)
    return digits if _valid(digits) else ""


def mistyped(text: str) -> bool:
    """Whether one key looks like a number of ours but cannot be one: nine digits with a wrong check digit."""
    digits = _key(text)
    return len(digits) == 9 and not _valid(digits)


def _candidates(run: str, *, marked: bool) -> list[str]:
    digits = _SEPARATORS.sub("", run)
    if len(digits) < 9:
        return []
    if len(digits) == 9:
        return [digits] if marked or _USUAL.fullmatch(run) or _SPELLED.fullmatch(run) else []
    words = run.split()
    taken = [
        _SEPARATORS.sub("", word)
        for before, word in zip(["", *words], words, strict=False)
        # "Ticket 427-918-355 2 Fragen" is one of ours, "030 427-918-355" is somebody's telephone.
        if _DASHED.fullmatch(word) and not before.isdigit()
    ]
    if marked and not taken:
        for count in (1, 3):
            head = "".join(words[:count])
            if len(words) > count and len(head) == 9 and head.isdigit():
                return [head]
    return taken


def _key(text: str) -> str:
    """The digits of a key that consists of nothing else but ways to say that it is a number; else ""."""
    if len(text) > _KEY_LIMIT or "@" in text or "+" in text:
        return ""
    rest = _KEY_NOISE.sub("", unicodedata.normalize("NFKC", text))
    return rest if rest.isascii() and rest.isdigit() and len(rest) == 9 else ""


def _valid(digits: str) -> bool:
    return len(digits) == 9 and digits[0] != "0" and bool(_damm().is_valid(digits))


@cache
def _damm() -> ModuleType:
    from stdnum import damm  # when first asked for: it loads much besides

    return damm
