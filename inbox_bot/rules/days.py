"""Days: decides which days of the calendar, with their year, are written in a text, in German or English."""

import re
from datetime import date
from itertools import islice

from inbox_bot.rules.detail_words import MONTHS

_GAP = r" \t\u00a0\u2009\u202f"
_DASH = r"\-\u2010-\u2015\u2212"
_MOST = 200  # of each spelling in one text
_MONTH = "|".join(f"(?P<m{at}>{stems})" for at, stems in enumerate(MONTHS, 1))
_DAYS = (
    re.compile(rf"(?<![\w.])(?P<d>\d{{1,2}})[./{_DASH}][{_GAP}]?(?P<m>\d{{1,2}})[./{_DASH}][{_GAP}]?(?P<y>\d{{4}}|\d{{2}})(?![\w])"),
    re.compile(rf"(?<![\w.-])(?P<y>\d{{4}})[{_DASH}./](?P<m>\d{{1,2}})[{_DASH}./](?P<d>\d{{1,2}})(?!\w)"),
    re.compile(
        rf"(?<!\w)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?[{_GAP}]{{0,2}}(?:of[{_GAP}])?(?:{_MONTH})[a-zä]{{0,8}}\.?,?[{_GAP}]{{0,2}}['’]?(?P<y>\d{{4}}|\d{{2}})(?!\w)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w)(?:{_MONTH})[a-zä]{{0,8}}\.?[{_GAP}]{{1,2}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[{_GAP}]{{1,2}}(?P<y>\d{{4}})(?!\w)",
        re.IGNORECASE,
    ),
)  # fmt: skip
_PIVOT = 30  # two digits above it are a year of the last century


def days(text: str) -> list[tuple[str, tuple[int, int]]]:
    """(ISO date, place) of each day with its year."""
    found = []
    for pattern in _DAYS:
        for one in islice(pattern.finditer(text), _MOST):
            named = one.groupdict()
            month = int(named["m"]) if named.get("m") else next(n for n in range(1, 13) if named.get(f"m{n}"))
            day, year = int(named["d"]), int(named["y"])
            if year < 100:
                year += 1900 if year > _PIVOT else 2000
            if month > 12 >= day:
                day, month = month, day
            try:
                found.append((date(year, month, day).isoformat(), one.span()))
            except ValueError:
                continue
    return found
