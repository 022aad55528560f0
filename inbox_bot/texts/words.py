"""Numbers, times and lists in the words of a language: the filters that templates have."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ANSWER = re.compile(r"(?:\s*(?:re|aw|antw|antwort|sv|fw|fwd|wg)\s*(?:\[\d+\])?:)+\s*", re.IGNORECASE)
_TAG = re.compile(r"\s*\[#\d{3}-\d{3}-\d{3}\]")
_MOST_FILES = 10
_TITLE = re.compile(r"(Frau|Ms|Mrs|Herr|Mr)\b\.?(?= )")
_TITLES = {"de": ("Frau", "Herr"), "en": ("Ms", "Mr")}
_AND = {"de": "und", "en": "and"}
_MORE = {"de": "weitere", "en": "more"}


def clean(text: str) -> str:
    """Without control characters, lone surrogates and those that turn the reading direction; newlines stay."""
    return _UNSEEN.sub("", text) if _UNSEEN.search(text) else text


def line(text: object, most: int = 120) -> str:
    """One line of at most `most` characters."""
    flat = clean(_BLANKS.sub(" ", str(text))).strip()
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def number(value: object) -> str:
    """A ticket number as people read it: 427-918-355."""
    digits = str(value).replace("-", "")
    return "-".join(digits[place : place + 3] for place in range(0, len(digits), 3))


def answer(subject: object) -> str:
    """`Re: …` exactly once and without our tag, "" where there is no subject."""
    flat = _TAG.sub("", line(subject, 200))
    bare = _ANSWER.sub("", flat, count=1) if _ANSWER.match(flat) else flat
    return f"Re: {bare.strip()}" if bare.strip() else ""


def when(language: str, zone: tzinfo) -> Callable[[datetime], str]:
    """The filter that says a moment in the zone's wall clock time, with its preposition."""

    def german(at: datetime) -> str:
        local = _in(zone, at)
        return f"am {local.day}. {_months('de')[local.month]} {local.year} um {local:%H:%M} Uhr"

    def english(at: datetime) -> str:
        local = _in(zone, at)
        return f"on {local.day} {_months('en')[local.month]} {local.year} at {local:%H:%M}"

    def other(at: datetime) -> str:
        from babel.dates import format_datetime

        return format_datetime(_in(zone, at), "long", locale=language)

    return {"de": german, "en": english}.get(language, other)


def day(language: str, zone: tzinfo) -> Callable[[datetime], str]:
    """The filter that says a day in the zone."""

    def said(at: datetime) -> str:
        local = _in(zone, at)
        if language in ("de", "en"):
            return f"{local.day}{'.' if language == 'de' else ''} {_months(language)[local.month]} {local.year}"
        from babel.dates import format_date

        return format_date(local.date(), "long", locale=language)

    return said


def person(language: str) -> Callable[[object], str]:
    """The filter that says a name with its title in the language of the text: Ms Winter, Frau Winter."""

    def said(name: object) -> str:
        found = _TITLE.match(flat := line(name, 60))
        if found is None or language not in _TITLES:
            return flat
        rest = flat[found.end() :]
        if language == "en" and rest.startswith((" Dr", " Prof")):
            return rest.strip()
        return _TITLES[language][found[1] in ("Herr", "Mr")] + rest

    return said


def files(language: str) -> Callable[[Sequence[str]], str]:
    """The filter that lists attachments' names: a.pdf, b.jpg und c.png."""

    def listed(names: Sequence[str]) -> str:
        shown = [line(name, 80) for name in names[:_MOST_FILES]]
        if len(names) > _MOST_FILES:
            shown.append(f"{len(names) - _MOST_FILES} {_MORE.get(language, '+')}")
        if len(shown) < 2:
            return "".join(shown)
        return f"{', '.join(shown[:-1])} {_AND.get(language, '&')} {shown[-1]}"

    return listed


def _in(zone: tzinfo, at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at.astimezone(zone)


@lru_cache(maxsize=8)
def _months(language: str) -> dict[int, str]:
    from babel.dates import get_month_names  # babel is slow to import, so only when a time is said

    return dict(get_month_names("wide", locale=language))
