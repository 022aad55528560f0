"""Times that a person of the team names: decides which moment is meant, or that it cannot be told."""

import re
from datetime import datetime, time

from inbox_bot.rules import time_names
from inbox_bot.rules.calendars import Calendar
from inbox_bot.rules.deadlines import due
from inbox_bot.rules.hours import Hours, spans_of

_LANGUAGES = ("de", "en")
_LONGEST = 200
_FILLERS = re.compile(
    r"(?:\b(?:am|bis|um|ab|in|an|den|der|nächsten|nächster|kommenden|diesen|on|at|by|until|till|from|the|next|this)\b"
    r"|[\s,.])*"
)
_MORNING = time(9)


def calendar(hours: Hours, now: datetime) -> Calendar:
    """For when somebody is to be told of something: a day without an hour is meant from its opening on."""
    begins = min((spans[0][0] for spans in hours.week if spans), default=None)
    opening = _MORNING if begins is None else time(begins // 60, begins % 60)
    return Calendar(
        now=now, zone=hours.zone, end_of_day=opening, workday=lambda day: bool(spans_of(hours, day))
    )  # fmt: skip


def read(text: str, calendar: Calendar) -> datetime | None:
    """The moment (UTC) that a text names, such as "tomorrow 9:00", "Freitag 10 Uhr", "in 2 hours", "2026-12-24 10:00".

    None where the text is no time alone, or says none that can be told; the moment may be past.
    """
    text = text.strip()[:_LONGEST]
    try:
        exact = datetime.fromisoformat(text)
    except ValueError:
        return _named(text, calendar)
    if "T" not in text and ":" not in text:
        return calendar.close(exact.date())
    return calendar.at(exact.date(), exact.time()) if exact.tzinfo is None else exact.astimezone(calendar.now.tzinfo)


def _named(text: str, calendar: Calendar) -> datetime | None:
    for language in _LANGUAGES:
        found = list(time_names.names(text, language))
        if len(found) != 1 or found[0].kind is time_names.Kind.PERIOD:  # a week has no moment
            continue
        rest = (text[: found[0].start] + text[found[0].end :]).lower()
        if _FILLERS.fullmatch(rest) and (when := due(found[0], calendar)) is not None:
            return when
    return None
