"""The [metrics] section: what it says, and every fault at once with what to do."""

from pathlib import Path

import pytest

from inbox_bot.config import Metrics
from tests.unit.config_builders import BRAND, MAIL, faults, loaded

ENVIRON = {"INBOX_BOT_METRICS_LISTEN": "127.0.0.1:9999"}


def test_left_out_nothing_listens(tmp_path: Path) -> None:
    """It has to be wanted."""
    assert loaded(tmp_path, BRAND + MAIL).metrics is None
    assert loaded(tmp_path, BRAND + MAIL + "[metrics]\nfailing_seconds = 9\n").metrics is None


def test_what_it_says(tmp_path: Path) -> None:
    """On this machine alone, unless more is wanted in so many words."""
    found = loaded(tmp_path, BRAND + MAIL + '[metrics]\nlisten = "127.0.0.1:9464"\n')
    assert found.metrics == Metrics(host="127.0.0.1", port=9464, failing_seconds=300)
    text = '[metrics]\nlisten = "[::]:9464"\nbeyond_loopback = true\nfailing_seconds = 60\n'
    assert loaded(tmp_path, BRAND + MAIL + text).metrics == Metrics(host="::", port=9464, failing_seconds=60)


def test_processes_of_one_machine_have_a_port_each(tmp_path: Path) -> None:
    """What the environment names wins over the file, and is looked at as closely."""
    text = BRAND + MAIL + '[metrics]\nlisten = "127.0.0.1:9464"\n'
    assert loaded(tmp_path, text, ENVIRON).metrics == Metrics(host="127.0.0.1", port=9999)
    assert loaded(tmp_path, BRAND + MAIL, ENVIRON).metrics == Metrics(host="127.0.0.1", port=9999)
    assert len(faults(tmp_path, text, {"INBOX_BOT_METRICS_LISTEN": "0.0.0.0:9464"})) == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('listen = "9464"', 'metrics.listen: "9464" is no place to listen at; write "127.0.0.1:9464", or "" for none'),
        ('listen = "127.0.0.1:0"', "metrics.listen: "),
        ('listen = "0.0.0.0:9464"', "metrics.listen: 0.0.0.0 is not this machine alone"),
        ('listen = "metrics.acme.example:9464"', "metrics.listen: "),
        ("listen = 9464", "metrics.listen: must be a text"),
        ("beyond_loopback = 1", "metrics.beyond_loopback: "),
        ("failing_seconds = 0", "metrics.failing_seconds: "),
        ("port = 9464", "metrics.port: unknown key"),
    ],
)
def test_faults(tmp_path: Path, text: str, fault: str) -> None:
    """One line each, beginning with the key."""
    [found] = faults(tmp_path, BRAND + MAIL + f"[metrics]\n{text}\n")
    assert found.startswith(fault)
