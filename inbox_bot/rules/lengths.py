"""Lengths of time: decides how one is written for people, in German or English."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_DAYS = {"de": ("Tag", "Tage"), "en": ("day", "days")}


def length(seconds: float, language: str = "en") -> str:
    """ "40 s", "12 min", "3 h 20 min", "5 days 4 h": two units at most, as exact as one would say it."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{round(whole / _MINUTE)} min" if whole < _HOUR - _MINUTE / 2 else "1 h"
    if whole < 2 * _DAY:
        hours, minutes = divmod(round(whole / _MINUTE), 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(whole / _HOUR), 24)
    one, more = _DAYS[language]
    named = f"{days} {one if days == 1 else more}"
    return f"{named} {hours} h" if hours else named
