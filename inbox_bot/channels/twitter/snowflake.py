"""Turns X's ids into times and back: an id's upper bits are milliseconds since X's epoch."""

from datetime import UTC, datetime, timedelta

_EPOCH_MS = 1_288_834_974_657


def id_at(moment: datetime) -> int:
    """The lowest id that X can have given at that moment (0 before the epoch)."""
    return max(0, (int(moment.timestamp() * 1000) - _EPOCH_MS) << 22)


def time_of(number: int) -> datetime:
    """When X gave out this id."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=(number >> 22) + _EPOCH_MS)


def iso_seconds(moment: datetime) -> str:
    """X takes times in UTC, in seconds, without fractions."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
