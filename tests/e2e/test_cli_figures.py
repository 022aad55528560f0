"""Figures on the command line: tables, JSON and CSV that no spreadsheet runs, the report as a file."""

import csv
import io
import stat
from pathlib import Path

import pytest

from tests.e2e.test_cli import CONFIG, Shell
from tests.unit.desk_house import MAIL


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """One ticket that waits, about what a spreadsheet would run."""
    path = tmp_path / "inbox-bot.toml"
    path.touch(0o600)
    path.write_text(CONFIG + '[topics]\n"=1+1" = ["Anschluss"]\n')
    shell = Shell(tmp_path)
    shell("agent", "add", "anna", "--initials", "AB", "--address", "anna@acme.example")
    number = shell.json("open", MAIL, "--text", "Leitung tot")["number"]
    shell("topic", number, "=1+1")
    return shell


def test_stats(shell: Shell) -> None:
    """For people, for tools, for spreadsheets; the keys are the same whatever happened."""
    assert "1 opened, 0 reopened" in shell("stats")
    for by in ("channel", "agent", "reason", "day", "week"):
        assert by in shell("stats", "--by", by)
    found = shell.json("stats", "--since", "7d", "--by", "reason")
    assert (found["tickets"], found["by"]) == ({"opened": 1, "numbers_delivered": 0}, "reason")
    assert found["acknowledgement"] == {"count": 0, "median": None, "p90": None, "p99": None, "longest": None}
    assert [one["group"] for one in found["groups"]] == ["=1+1"]
    assert set(found["groups"][0]) | {"since", "until", "by", "opening_hours", "groups"} == set(found) | {"group"}
    [row] = csv.DictReader(io.StringIO(shell("stats", "--by", "reason", "--csv")))
    assert (row["group"], row["tickets_opened"], row["first_answer_wall_median"]) == ("'=1+1", "1", "")
    [row] = csv.DictReader(io.StringIO(shell("stats", "--csv")))
    assert (row["group"], row["spend_total"]) == ("", "0.0")


def test_since(shell: Shell) -> None:
    """A span or a day; what lies ahead is refused."""
    assert shell.json("stats", "--since", "2026-01-01")["since"].startswith("2025-12-31T23:00")
    assert "or a day as 2026-11-01" in shell("stats", "--since", "soon", status=1)
    assert "future" in shell("stats", "--since", "2999-01-01", status=1)
    assert "by channel, agent, reason, day or week" in shell("stats", "--by", "mood", status=1)
    shell("stats", "--json", "--csv", status=2)


def test_report(shell: Shell, tmp_path: Path) -> None:
    """A file for its owner alone; another is not overwritten unasked."""
    out = tmp_path / "november.html"
    said = shell("report", "--out", str(out), "--language", "de")
    assert str(out) in said
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "Bericht des Kundendienstes" in out.read_text(encoding="utf-8")
    assert "--force" in shell("report", "--out", str(out), status=1)
    shell("report", "--out", str(out), "--force", "--language", "en")
    assert "report of the support team" in out.read_text(encoding="utf-8")
    assert ".html" in shell("report", "--out", "x.pdf", status=1)
    assert "de" in shell("report", "--out", "x.html", "--language", "fr", status=1)
