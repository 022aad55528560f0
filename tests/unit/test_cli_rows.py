"""How the columns of `tickets` share a screen."""

import pytest

from inbox_bot.cli.rows import shared

WANTED = [(30, 2.0), (200, 4.0), (6, 1.5), (40, 2.0)]


@pytest.mark.parametrize("room", [300, 276, 100, 57, 40])
def test_columns_share_the_room(room: int) -> None:
    """Nobody gets more than he needs, all of the room is used, and who needs little gets all of that."""
    widths = list(shared(WANTED, room))
    assert all(width <= most for width, (most, _) in zip(widths, WANTED, strict=True))
    assert abs(sum(widths) - min(room, 276)) <= 1
    assert widths[2] == 6


def test_a_screen_that_is_too_narrow_still_shows_a_few_letters() -> None:
    """Rather than a column that nobody can read, or none."""
    assert list(shared(WANTED, 3)) == [4, 4, 4, 4]
    assert list(shared([], 10)) == []
