"""How much a short command loads: people run dozens of them in an hour."""

import subprocess
import sys
from pathlib import Path

from tests.e2e.test_cli import CONFIG

SLOW = (
    "aiosmtpd", "aiosmtplib", "fpdf", "holidays", "imapclient", "jinja2", "matplotlib", "phonenumbers",
    "prometheus_client", "snowballstemmer", "tweepy", "twitter_text", "inbox_bot.channels", "inbox_bot.daemon",
    "inbox_bot.cli.incidents", "inbox_bot.cli.writing", "inbox_bot.cli.templates", "inbox_bot.rules.anger",
    "inbox_bot.rules.claims", "inbox_bot.rules.leaks", "inbox_bot.rules.promises", "inbox_bot.rules.triage",
    "inbox_bot.texts.preview", "stdnum",
)  # fmt: skip


def test_a_list_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    """Neither what talks to the accounts, nor what reads texts, draws or stems."""
    path = tmp_path / "inbox-bot.toml"
    path.touch(0o600)
    path.write_text(CONFIG)
    script = (
        "import sys; from inbox_bot.cli.main import app;"
        "app(['tickets', '--config', sys.argv[1]], standalone_mode=False);"
        "print(*sorted(set(sys.argv[2:]) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), *SLOW], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.stdout, done.stderr) == ("no tickets\n\n", "")
