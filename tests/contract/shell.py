"""The command line as its own process on a database of the test: its exit status, what it prints, its JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class Shell:
    """The command line on a configuration with this database."""

    def __init__(self, folder: Path, url: str, more: str = "") -> None:
        self.folder = folder
        path = folder / "inbox-bot.toml"
        path.touch(0o600)
        path.write_text(
            f'{more}[brand]\nname = "Acme"\n[database]\nurl = "{url}"\n[security]\nkey_file = "keys"\n'
            '[[inbox]]\nname = "mail"\nchannel = "email"\naddress = "hilfe@acme.example"\n'
            '[inbox.imap]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n'
            '[inbox.smtp]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n'
        )

    def __call__(self, *words: str, status: int | None = 0) -> str:
        """Its output, or what it said instead."""
        environment = {**os.environ, "INBOX_BOT_MAIL_IMAP_PASSWORD": "geheim", "PYTHONUTF8": "1"}
        command = [sys.executable, "-m", "inbox_bot", *words]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, check=False, timeout=60)
        assert status is None or done.returncode == status, done.stderr.decode()
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return (done.stdout or done.stderr).decode()

    def json(self, *words: str, status: int | None = 0) -> Any:
        """Its output, read."""
        return json.loads(self(*words, "--json", status=status))
