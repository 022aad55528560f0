"""Retention: decides from which moment on which kind of data is no longer kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from inbox_bot.model import Keeping


def lapsed(days: Mapping[Keeping, int], now: datetime) -> dict[Keeping, datetime]:
    """Of each kind that has a rule: what is older than this moment goes. 0 or no entry = kept for ever.

    Tickets come last: what their parts' own rules have taken need not be looked at again.
    """
    return {kind: now - timedelta(days=days[kind]) for kind in Keeping if days.get(kind, 0) > 0}
