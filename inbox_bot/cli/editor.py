"""Opens the agent's editor on a text."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from inbox_bot.errors import UsageError


def edit(text: str) -> str:
    """What $VISUAL, $EDITOR or vi leaves of `text`. The file lies in a folder that only this user can read."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="inbox-bot-") as folder:
        path = Path(folder) / "answer.txt"
        path.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run([*command, str(path)], check=False)  # noqa: S603  the user's own editor
        except OSError as exc:
            raise UsageError(f"the editor {command[0]} does not start: set EDITOR, or give --text") from exc
        if done.returncode:
            raise UsageError(f"the editor {command[0]} ended with status {done.returncode}; nothing was sent")
        return path.read_text(encoding="utf-8")
