"""Which tokens serve, and which refresh token gets new ones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from inbox_bot.grants import Grant, Granted
from inbox_bot.rules.grants import Renewal, fingerprint, granted, judge

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEPT = Grant(access="a1", refresh="r2", until=NOW + timedelta(minutes=5), configured=fingerprint("r1"))


def test_what_is_good_serves() -> None:
    """Until its end, whoever got it."""
    assert judge(KEPT, "r1", "", NOW) is KEPT
    assert judge(KEPT, "r1", "a0", KEPT.until - timedelta(seconds=1)) is KEPT


@pytest.mark.parametrize(
    ("kept", "configured", "refused", "later", "refresh", "why"),
    [
        (None, "r1", "", 0, "r1", "nothing is kept"),
        (KEPT, "r9", "", 0, "r9", "another refresh token is configured"),
        (KEPT, "r9", "a1", 600, "r9", "another refresh token is configured"),
        (KEPT, "r1", "a1", 0, "r2", "refused"),
        (KEPT, "r1", "", 300, "r2", "run out"),
    ],
)
def test_what_is_due(kept: Grant | None, configured: str, refused: str, later: float, refresh: str, why: str) -> None:
    """A newly configured refresh token wins; else the newest on record is asked with, and the reason is given."""
    found = judge(kept, configured, refused, NOW + timedelta(seconds=later))
    assert isinstance(found, Renewal)
    assert found.refresh == refresh
    assert why in found.reason


@pytest.mark.parametrize(
    ("seconds", "good_for"), [(7200.0, 7140.0), (3600.0, 3540.0), (100.0, 90.0), (0.0, 0.0), (None, 540.0)]
)
def test_a_token_is_left_before_its_end(seconds: float | None, good_for: float) -> None:
    """A minute early, of a short life a tenth; without a word of the server, after nine minutes."""
    found = granted(Granted(access="a", refresh="", seconds=seconds), "r1", "r1", NOW)
    assert (found.until - NOW).total_seconds() == good_for


def test_the_refresh_token_follows() -> None:
    """A replaced one is used from then on, one not replaced stays; the configured one is remembered as a hash."""
    answer = Granted(access="a", refresh="r3", seconds=60)
    assert granted(answer, "r2", "r1", NOW).refresh == "r3"
    kept = granted(replace(answer, refresh=""), "r2", "r1", NOW)
    assert (kept.refresh, kept.configured) == ("r2", fingerprint("r1"))
    assert "r1" not in kept.configured


def test_tokens_do_not_show() -> None:
    """Not in a repr: it may end in a log."""
    kept = replace(KEPT, access="geheim-a", refresh="geheim-r")
    for shown in (
        repr(kept),
        repr(judge(kept, "r1", "geheim-a", NOW)),
        repr(Granted(access="geheim", refresh="geheim", seconds=1)),
    ):
        assert "geheim" not in shown
