"""The command line as its own process on a database of the test: its exit status, what it prints, its JSON."""

import json
import os
from pathlib import Path
from typing import Any

from tests.forked import run


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
        done = run(words, folder=self.folder, environment=environment)
        assert status is None or done.status == status, done.err.decode()
        assert b"Traceback" not in done.err, done.err.decode()
        return (done.out or done.err).decode()

    def json(self, *words: str, status: int | None = 0) -> Any:
        """Its output, read."""
        return json.loads(self(*words, "--json", status=status))
