"""Authorisations: decides who may act for a customer, when, and in which matters."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo

from inbox_bot.care import Authorisation
from inbox_bot.errors import UsageError
from inbox_bot.rules import demand_words

DOCUMENTS = (
    "vollmacht", "bevollmächtigung", "einverständniserklärung", "power of attorney", "authorisation", "authorization",
    "letter of authority", "written consent",
)  # fmt: skip
"""Words for what is asked of somebody who acts for another, in German and English."""
_NEEDED = (
    "nötig", "notwendig", "erforderlich", "fehlt", "fehlen", "vorlegen", "einreichen", "required", "necessary",
    "missing", "must",
)  # fmt: skip
_NOT_NEEDED = (
    "nicht erforderlich", "nicht notwendig", "nicht mehr", "fehlt nicht", "nicht vorlegen", "not required", "no longer",
    "not missing", "auch ohne", "even without",
)  # fmt: skip
_WITHOUT = re.compile(
    rf"\b(?:ohne|without)\s+(?:[^\s,;]+\s+){{0,4}}?\w{{0,30}}(?:{'|'.join(DOCUMENTS)})\b.{{0,200}}\b"
    r"(?:nicht|nichts|keine[nr]?|not|cannot|can't|unable|no)\b",
    re.DOTALL,
)
_TODAY, _TOMORROW = ("today", "heute", "now", "jetzt"), ("tomorrow", "morgen")
_YEARS = range(1_000, 9_000)  # calendars begin with 1 and end with 9999, in some zones within these
_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y")


def in_force(one: Authorisation, now: datetime) -> bool:
    """Whether it holds at that time."""
    return one.since <= now and (one.until is None or now < one.until) and one.withdrawn_at is None


def covers(one: Authorisation, topic: str) -> bool:
    """Whether a matter lies within its scope; of one without a topic nobody knows that."""
    return not one.scope or topic in one.scope


def acting(
    granted: Iterable[Authorisation], customer: int, topic: str, now: datetime, identity: int | None = None
) -> Authorisation | None:
    """The first that holds for this customer's matter, and for that identity if one is given."""
    return next(
        (
            one
            for one in granted
            if one.customer == customer
            and in_force(one, now)
            and covers(one, topic)
            and (identity is None or one.identity == identity)
        ),
        None,
    )


def demanded(text: str) -> str:
    """The word by which a text asks for such a document, "" = it does not."""
    for sentence in text[:20_000].replace("!", ".").replace("?", "?.").split("."):
        folded = f" {sentence.casefold()} "
        word = next((one for one in DOCUMENTS if one in folded), "")
        if not word or any(one in folded for one in _NOT_NEEDED):
            continue
        asks = "?" in folded or any(one in folded for one in (*demand_words.ASKING, *_NEEDED))
        if _WITHOUT.search(folded) or (asks and not any(one in folded for one in demand_words.NOT_ASKING)):
            return word
    return ""


def day(written: str, now: datetime, zone: tzinfo, *, end: bool = False) -> datetime:
    """The beginning of a day, or with `end` of the next one: "2026-03-01", "1.3.2026", "today". Raises `UsageError`."""
    wanted, here = written.strip().casefold(), now.astimezone(zone).date()
    found: date | None = here if wanted in _TODAY else here + timedelta(days=1) if wanted in _TOMORROW else None
    for form in _FORMS if found is None else ():
        try:
            found = datetime.strptime(wanted, form).date()  # noqa: DTZ007  # a day; its zone comes below
        except ValueError:
            continue
        break
    if found is None:
        raise UsageError(f'"{written}" is no day: write 2026-03-01, 1.3.2026 or today')
    if found.year not in _YEARS:
        raise UsageError(f'"{written}" is too far away; leave --until out for one that does not end')
    return datetime.combine(found + timedelta(days=1) if end else found, time(), zone)
