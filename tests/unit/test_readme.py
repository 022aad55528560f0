"""README is true: its configuration loads, its commands exist, every command stands in it, its tests are there."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from inbox_bot.cli.main import app
from inbox_bot.config import load
from inbox_bot.views import GRAVITY

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECRETS = {
    f"INBOX_BOT_{name}": "secret"
    for name in (
        "X_CONSUMER_KEY", "X_CONSUMER_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET",
        "MAIL_IMAP_PASSWORD", "MAIL_SMTP_PASSWORD",
    )
}  # fmt: skip
COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]  # the application is a group of commands


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_configurations_load(tmp_path: Path) -> None:
    """The least one, also with PostgreSQL's part, hours or reasons in front of it; only secrets come from elsewhere."""
    least, postgres = blocks("toml")
    path = tmp_path / "inbox-bot.toml"
    path.write_text(least)
    config = load(path, SECRETS)
    assert [inbox.name for inbox in config.inboxes] == ["x", "mail"]
    path.write_text(postgres + least)
    assert load(path, SECRETS).database.file is None
    [hours] = [block for block in blocks("ini") if block.startswith("[hours]")]
    path.write_text(hours + least)
    assert load(path, SECRETS).hours.country == "DE"
    [reasons] = [block for block in blocks("ini") if block.startswith("[reasons]")]
    path.write_text(reasons + least)
    assert list(load(path, SECRETS).reasons) == ["moving", "other", "fault"]


def typed() -> list[str]:
    """Every command line in README that begins with `inbox-bot`, without what a shell does with it."""
    prose = re.sub(r"^ *```.*?^ *```$", "", README, flags=re.DOTALL | re.MULTILINE)
    lines = [line.split("#")[0] for block in blocks("") for line in block.splitlines()]
    lines += re.findall(r"`([^`]+)`", prose)
    found = [" ".join(line.split()) for line in lines]
    return sorted({line.split(" > ")[0] for line in found if line.startswith("inbox-bot ")})


@pytest.mark.parametrize("line", typed())
def test_every_command_and_option_exists(line: str) -> None:
    """Also sub-commands and each option, of exactly that command: at 3 a.m. nobody guesses what was meant."""
    here: Any = get_command(app)
    last = here
    for word in line.split()[1:]:
        options = {one for parameter in last.params for one in parameter.opts + parameter.secondary_opts}
        if word == "|":
            here = get_command(app)  # another command in the place of that one
        elif word.startswith("--"):
            assert word in options, line
        elif hasattr(here, "commands"):
            assert word in here.commands, line
            here = last = here.commands[word]


def test_every_finding_is_explained_in_the_order_of_the_audit() -> None:
    """The table of findings has each kind once, gravest first, with nothing left open in any column."""
    page = README[README.index("## When something is wrong") : README.index("## Promises")]
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if re.match(r"\| `[a-z]+_?[a-z_]*` \|", line)]
    assert [row[0].strip("`") for row in rows] == list(GRAVITY)
    for row in rows:
        assert len(row) == 5, row
        assert all(cell.strip() for cell in row)
        assert "`inbox-bot " in row[2], "the first command"


def test_the_commands_exist() -> None:
    """Whatever README has people type is a command of the program."""
    typed = re.findall(r"inbox-bot ([a-z]+)", "\n".join(blocks("")) + "\n".join(re.findall(r"`([^`\n]+)`", README)))
    assert len(typed) > 20
    assert set(typed) <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command: str) -> None:
    """A command that README does not know is a command nobody finds."""
    assert re.search(rf"(?<![\w-]){command}(?![\w-])", README)


def test_the_proofs_exist() -> None:
    """Each test that the table of promises names is there."""
    table = README[README.index("## Promises") : README.index("\n## Figures")]
    named = re.findall(r"`(tests/[\w/.]*?)(?:::(\w+))?`", table)
    assert len(named) > 15
    for path, test in named:
        assert (ROOT / path).exists(), path
        if test:
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), test
