"""Moments: how one is written for the team, by its own clock."""

from datetime import datetime, tzinfo


def said(when: datetime, zone: tzinfo) -> str:
    """A moment for the team, by its clock: Fri 2026-11-27 18:00."""
    local = when.astimezone(zone)
    return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[local.weekday()]} {written(when, zone)}"


def written(when: datetime, zone: tzinfo) -> str:
    """The same as agents type it: 2026-11-27 18:00."""
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M}"
