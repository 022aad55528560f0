"""How personal data is told from what is ours, as data, and which pattern may tell it."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import product
from math import prod

from inbox_bot.care import DetailKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """`region`: whose telephone numbers are written without their country. `own`: texts with what is ours and not a
    customer's. `customer_number`: the pattern of ours, "" = only those behind a word for it are told."""

    region: str = "DE"
    own: tuple[str, ...] = ()
    customer_number: str = ""


def harmless(pattern: str) -> bool:
    """Whether a pattern can be tried on any text in a time that grows with its length alone: no groups, alternatives or
    endless repetition, few ways to fit; and it fits nothing of less than four characters, which any text has."""
    if len(pattern) > 100 or _HARMLESS.fullmatch(pattern) is None:
        return False
    ways = prod(int(most) - int(least) + 1 for least, most in _REPEATED.findall(pattern))
    short = ("".join(one) for length in range(_LEAST) for one in product("0A -", repeat=length))
    try:
        return ways <= _MOST_WAYS and not any(re.fullmatch(pattern, one, re.IGNORECASE) for one in short)
    except re.error:
        return False


_HARMLESS = re.compile(r"(?:[\w ./#-]|\\[dDwWs./-]|\[[^\]\[\\]{1,40}\]|\{\d{1,2}(?:,\d{1,2})?\})+")
_REPEATED = re.compile(r"\{(\d{1,2}),(\d{1,2})\}")
_MOST_WAYS = 200
_LEAST = 4  # characters of a customer number


def squashed(text: str) -> str:
    """Its letters and digits alone, of one shape and in capitals."""
    return "".join(char for char in unicodedata.normalize("NFKC", text[:30_000]) if char.isalnum()).upper()


def stands_in(kind: DetailKind, value: str, text: str) -> bool:
    """Whether a `squashed` text holds this value of a detail in any spelling; days and short numbers say too little."""
    if kind is DetailKind.BIRTHDAY:
        return False
    plain = squashed(value)
    spellings = [plain]
    if kind is DetailKind.PHONE:  # E.164: the country may be written as a nought
        spellings += [f"0{plain[length:]}" for length in (1, 2, 3)]
    return any(len(one) >= 6 and one in text for one in spellings)
