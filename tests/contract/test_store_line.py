"""The line before SQLite's lock: one at a time, and nobody can stop it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inbox_bot.store.line import Line


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Somebody has the place and does not give it up."""
    file = os.open(path.with_name(f"{path.name}.line"), os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(file)


def free(path: Path) -> bool:
    """Whether anybody could have the place now."""
    file = os.open(path.with_name(f"{path.name}.line"), os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True


async def test_the_place_is_one_persons_and_given_up(tmp_path: Path) -> None:
    """Within the block nobody else has it, afterwards anybody may; its file is the owner's only."""
    path = tmp_path / "inbox.db"
    line = Line(path)
    with line.first():
        assert not free(path)
    assert free(path)
    async with line.soon_first():
        assert not free(path)
    assert free(path)
    assert path.with_name("inbox.db.line").stat().st_mode & 0o777 == 0o600
    line.close()


async def test_whoever_was_stopped_in_the_line_stops_nobody(tmp_path: Path) -> None:
    """After some seconds the others go on without the place, and do not take it from him."""
    path = tmp_path / "inbox.db"
    line, passed = Line(path), []
    with held(path):
        with line.first():
            passed.append("command")
        async with line.soon_first():
            passed.append("daemon")
        assert not free(path)
    assert passed == ["command", "daemon"]
    line.close()


def test_without_its_file_it_stops_nobody(tmp_path: Path) -> None:
    """A link that lies in wait is not followed, and the work goes on."""
    path = tmp_path / "inbox.db"
    path.with_name("inbox.db.line").symlink_to(tmp_path / "elsewhere")
    line, passed = Line(path), []
    with line.first():
        passed.append("command")
    assert passed == ["command"]
    assert not (tmp_path / "elsewhere").exists()
    line.close()
