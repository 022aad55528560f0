"""Hours and targets on the command line: what is due when, what is overdue, priorities by hand, agents' own hours."""

from pathlib import Path

import pytest

from tests.e2e.test_cli import CONFIG, Shell, seed
from tests.unit.desk_house import WRITTEN

HOURS = """
[hours]
monday = ["00:00-24:00"]
tuesday = ["00:00-24:00"]
wednesday = ["00:00-24:00"]
thursday = ["00:00-24:00"]
friday = ["00:00-24:00"]
country = "DE"

[targets]
normal_hours = 8
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A house with targets."""
    path = tmp_path / "inbox-bot.toml"
    path.touch(0o600)
    path.write_text(HOURS + CONFIG)
    return Shell(tmp_path)


async def test_what_is_overdue_shows_everywhere(shell: Shell) -> None:
    """Eva's mail of last March: in `tickets`, `show` and `audit`; a priority without a target takes it out again."""
    await seed(shell)
    shell("agent", "add", "anna", "--initials", "AB", "--address", "anna@acme.example")
    [row] = shell.json("tickets", "--overdue")
    assert (row["number"], row["priority"], row["overdue"]) == (WRITTEN, "normal", True)
    assert (row["waiting_since"], row["due_at"]) == ("2026-03-09T10:00:00+00:00", "2026-03-09T18:00:00+00:00")
    assert "2026-03-09 19:00" in shell("tickets")
    line = "priority  normal, waits since 2026-03-09 11:00, answer due 2026-03-09 19:00, OVERDUE"
    assert line in shell("show", WRITTEN)
    kinds = [finding["kind"] for finding in shell.json("audit", status=1)["findings"]]
    assert kinds == ["number_not_delivered", "answer_overdue"]

    assert shell("priority", WRITTEN, "low").strip() == f"{WRITTEN} is new; priority low"
    assert shell.json("tickets", "--overdue") == []
    shown = shell.json("show", WRITTEN)
    assert (shown["ticket"]["priority"], shown["ticket"]["due_at"], shown["ticket"]["overdue"]) == ("low", None, False)
    assert [one["what"] for one in shown["log"]] == ["priority low"]


def test_an_agents_hours_are_read_and_shown(shell: Shell) -> None:
    """In English or German, written in one way; what is no week is refused with an example."""
    shell("agent", "add", "anna", "--initials", "AB", "--address", "anna@acme.example", "--hours", "Mo-Fr 8:00 - 16:00")
    shell("agent", "add", "bo", "--initials", "B", "--address", "bo@acme.example")
    assert [one["hours"] for one in shell.json("agent", "list")] == ["mon-fri 08:00-16:00", None]
    assert "anna@acme.example  mon-fri 08:00-16:00" in shell("agent", "list")
    wrong = shell("agent", "add", "cy", "--initials", "C", "--address", "c@acme.example", "--hours", "always", status=1)
    assert 'write them as "mon-fri 08:00-12:00 13:00-18:00"' in wrong


def test_check_prints_this_weeks_hours_and_the_next_holiday(shell: Shell) -> None:
    """Seven days with their dates; the inboxes of this test cannot be reached, which is another line's matter."""
    [line] = [one["line"] for one in shell.json("check", status=1) if one["what"] == "hours"]
    assert line.startswith("this week Mon 20")
    assert line.count("00:00-24:00") + line.count("closed") == 8
    assert "; next holiday " in line
    assert line.endswith(")")


def test_without_targets_nothing_is_overdue(shell: Shell) -> None:
    """The question is answered with what to do."""
    (shell.folder / "inbox-bot.toml").write_text(CONFIG)
    assert "[targets]" in shell("tickets", "--overdue", status=1)
