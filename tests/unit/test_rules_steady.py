"""Jumps of the system's clock are seen, and leases are not judged by it for as long as one may run."""

from datetime import datetime, timedelta

import pytest

from inbox_bot.rules.delivery import LEASE
from inbox_bot.rules.steady import Watch, look, trusted
from tests.unit.desk_house import NOW


def looks(*seen: tuple[float, float]) -> Watch:
    """The last of these looks, each as seconds of the system's clock and of the steady one."""
    watch: Watch | None = None
    for at, steady in seen:
        watch = look(watch, NOW + timedelta(seconds=at), steady)
    assert watch is not None
    return watch


def test_an_even_clock_is_trusted_from_the_first_look() -> None:
    """Late looks are no jump, nor is a clock that is slewed."""
    assert trusted(looks((0, 0)), LEASE)
    assert trusted(looks((0, 0), (3600, 3600), (3620, 3601)), LEASE)


@pytest.mark.parametrize("jump", [-86400.0, -31.0, 31.0, 1800.0, 2.3e9])
def test_after_a_jump_every_lease_runs_its_whole_time(jump: float) -> None:
    """Forward or back: not trusted until a lease's length has passed on the steady clock, then again."""
    lease = LEASE.total_seconds()
    assert not trusted(looks((0, 0), (1 + jump, 1)), LEASE)
    assert not trusted(looks((0, 0), (1 + jump, 1), (lease + jump, lease)), LEASE)
    assert trusted(looks((0, 0), (1 + jump, 1), (lease + 1 + jump, lease + 1)), LEASE)


def test_how_far_the_clock_was_set_back_is_told_once() -> None:
    """Only at the look that sees it; a clock set forward was not set back."""
    assert looks((0, 0), (-3599, 1)).back == timedelta(hours=1)
    assert looks((0, 0), (-3599, 1), (-3598, 2)).back == timedelta()
    assert looks((0, 0), (3601, 1)).back == timedelta()


def test_two_jumps_wait_from_the_second() -> None:
    """There and back again within a minute."""
    watch = looks((0, 0), (3600, 1), (60, 60))
    assert watch.jumped == 60
    assert isinstance(watch.at, datetime)
