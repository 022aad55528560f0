"""Writes files for others to read, with what is not for everybody in them."""

import os
from pathlib import Path

from inbox_bot.errors import UsageError


def put(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by its owner only. Raises `UsageError`."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
