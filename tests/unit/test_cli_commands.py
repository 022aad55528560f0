"""Every command explains itself, takes a configuration, and speaks JSON; files and names are handled safely."""

import configparser
import logging
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer.main
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from inbox_bot.cli.commands import SECTIONS
from inbox_bot.cli.common import run_desk
from inbox_bot.cli.editor import edit
from inbox_bot.cli.logs import Fields
from inbox_bot.cli.main import app
from inbox_bot.cli.records import safe_name, write_file
from inbox_bot.cli.unit import unit
from inbox_bot.errors import UsageError
from inbox_bot.flows.house import House
from tests.e2e.test_cli import CONFIG

NO_JSON = {"init", "run", "systemd", "demo", "raw", "dossier", "report"}  # dossier has --form, report is of stats
NO_CONFIG = {"demo"}


def commands() -> dict[str, Any]:
    """All commands by their full name."""
    found: dict[str, Any] = {}
    group = typer.main.get_group(app)
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        if inner is None:
            found[name] = command
        else:
            found |= {f"{name} {one}": deep for one, deep in inner.items()}
    return found


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_with_examples(name: str) -> None:
    """One sentence, examples that begin with the command itself, --config and --json."""
    command = commands()[name]
    assert command.help
    assert f"inbox-bot {name}" in (command.epilog or "")
    options = {option for parameter in command.params for option in parameter.opts}
    assert ("--config" in options) is (name not in NO_CONFIG)
    assert ("--json" in options) is (name not in NO_JSON)


def test_the_commands_of_the_desk_are_all_there() -> None:
    """The names that people and other tools rely on."""
    wanted = [
        "init",
        "check",
        "run",
        "systemd",
        "demo",
        "tickets",
        "show",
        "reply",
        "note",
        "confirm",
        "open",
        "assign",
        "priority",
        "resolve",
        "reopen",
        "attachments",
        "raw",
        "junk",
        "block",
        "approve",
        "next",
        "snooze",
        "remind",
        "calm",
        "topic",
        "reason",
        "tag",
        "untag",
        "draft",
        "drafts",
        "undo",
        "status",
        "search",
        "ledger",
        "audit",
    ]
    agents = ["agent add", "agent change", "agent list", "agent disable"]
    promises = ["promise", "promises", "surveys", "stats", "report", "action add", "action list", "action take-back"]
    promises.append("correct")
    customers = [
        "merge", "unmerge", "split", "dossier", "posts", "uncertain",
        "authorise", "authorisations", "authorisation withdraw",
        "customer address", "customer invite", "customer link", "customer unlink", "customer merge",
        "customer unmerge", "customer changes", "customer suggestions", "customer dismiss",
        "customer export", "customer erase", "customer erasures", "message redact",
    ]  # fmt: skip
    incidents = [
        f"incident {one}" for one in ("open", "update", "close", "link", "unlink", "stop", "resume", "list", "show")
    ]
    data = ["db backup", "db check", "db upgrade", "db compact", "db prune"]
    texts = ["template list", "template show", "template preview", "template check"]
    assert {*wanted, *agents, *promises, *customers, *incidents, *data, *texts} == set(commands())


@pytest.mark.parametrize("module", sorted({module for modules in SECTIONS.values() for module in modules}))
def test_each_module_has_the_commands_that_are_looked_for_in_it(module: str) -> None:
    """All of them and no others: what is not in the table cannot be called."""
    app = typer.Typer()
    import_module(f"inbox_bot.cli.{module}").register(app)
    assert sorted(typer.main.get_group(app).commands) == sorted(
        name for modules in SECTIONS.values() for name in modules.get(module, "").split()
    )


def test_the_help_shows_every_command_once_under_a_heading() -> None:
    """With what it is for, not cut off."""
    shown = CliRunner().invoke(app, ["--help"], terminal_width=100).output
    first = [line.split()[0] for line in shown.partition("Set up and serve:")[2].splitlines() if line[:3].strip()]
    names = [name for name in first if name in typer.main.get_group(app).commands]
    assert sorted(names) == sorted(typer.main.get_group(app).commands)
    assert "Show who wrote what when, by which way, and what proves that our words arrived" in " ".join(shown.split())


def test_a_command_that_is_not_there_is_answered_with_a_near_one() -> None:
    """One line, status 2, though no command was loaded."""
    done = CliRunner().invoke(app, ["tikets"])
    assert (done.exit_code, "Did you mean 'tickets'?" in done.output) == (2, True)


def test_what_a_command_reads_is_not_written_out_on_the_way(tmp_path: Path) -> None:
    """asyncio asks for the repr of its task's result, which may be a customer of a thousand messages."""

    written: list[str] = []

    class Large:
        def __repr__(self) -> str:
            written.append("a thousand messages")
            return written[0]

    async def read(house: House) -> Large:
        return Large()

    path = tmp_path / "inbox-bot.toml"
    path.touch(0o600)
    path.write_text(CONFIG)
    assert isinstance(run_desk(path, read), Large)
    assert written == []


# --- names of files


@given(st.text(st.characters()) | st.text(st.sampled_from("./\\~ -\x00\u202econ:a")))
def test_a_safe_name_stays_in_its_folder(name: str) -> None:
    """It is one plain component: no separator, no dots alone, nothing hidden, no option, not too long."""
    safe = safe_name(name)
    assert safe
    assert not set(safe) & set('/\\\x00:*?"<>|\n')
    assert safe[0] not in ".-~ "
    assert len(safe.encode()) <= 128
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\Auftrag.pdf", "Auftrag.pdf"),
        ("Zähler stand.jpg", "Zähler stand.jpg"),
        ("-rf", "rf"),
        ("..", "file"),
        ("", "file"),
        ("nul.txt", "_nul.txt"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("\x1b[2Ja.txt", "a.txt"),
    ],
)
def test_names_as_customers_send_them(name: str, safe: str) -> None:
    """The readable rest is kept."""
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_ending() -> None:
    """The program that opens it is chosen by the ending."""
    assert safe_name("ä" * 300 + ".pdf").endswith("ä.pdf")


def test_files_are_never_overwritten(tmp_path: Path) -> None:
    """A name in use gets a number; a link that lies in wait is not followed; only the owner can read."""
    (tmp_path / "a-2.txt").symlink_to(tmp_path / "elsewhere")
    paths = [write_file(tmp_path, "../a.txt", content) for content in (b"1", b"2")]
    assert [path.name for path in paths] == ["a.txt", "a-3.txt"]
    assert [path.read_bytes() for path in paths] == [b"1", b"2"]
    assert not (tmp_path / "elsewhere").exists()
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """One line for the person."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written to"):
        write_file(tmp_path / "file", "a.txt", b"")


# --- the rest


def test_the_unit_is_hardened() -> None:
    """systemd can read it, knows when the daemon is ready or hangs, and gives it no rights it does not need."""
    text = unit(Path("/etc/inbox-bot/inbox-bot.toml"))
    parsed = configparser.RawConfigParser(strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    parsed.read_string(text)
    service = parsed["Service"]
    assert service["Type"] == "notify"
    assert int(service["WatchdogSec"]) > 0
    assert (service["NoNewPrivileges"], service["ProtectSystem"]) == ("yes", "strict")
    assert service["StateDirectory"] == "inbox-bot"
    assert service["ExecStart"].endswith("run --config %d/inbox-bot.toml")
    assert "LoadCredential=inbox-bot.toml:/etc/inbox-bot/inbox-bot.toml" in text


def test_the_log_is_one_inert_line_an_event() -> None:
    """Fields follow the event; what comes from outside cannot break the line or colour it."""
    record = logging.makeLogRecord({"msg": "intake_failed", "levelname": "WARNING", "reason": "a\nb \x1b[31mc", "n": 3})
    line = Fields().format(record)
    assert line.endswith('WARNING intake_failed reason="a b c" n=3')


@pytest.fixture
def editor(tmp_path: Path) -> str:
    """A command that writes into the file it is given."""
    script = tmp_path / "editor.py"
    script.write_text("import sys, pathlib\npathlib.Path(sys.argv[1]).write_text('Hallo\\n')\n")
    return f"{sys.executable} {script}"


def test_the_editor_gives_its_text(editor: str) -> None:
    """$EDITOR may have arguments; a failing one sends nothing; a missing one is named."""
    before = {name: os.environ.pop(name, None) for name in ("VISUAL", "EDITOR")}
    try:
        os.environ["EDITOR"] = editor
        assert edit("") == "Hallo\n"
        os.environ["EDITOR"] = "false"
        with pytest.raises(UsageError, match="nothing was sent"):
            edit("")
        os.environ["EDITOR"] = "/nonexistent/editor"
        with pytest.raises(UsageError, match="does not start"):
            edit("")
    finally:
        os.environ.pop("EDITOR", None)
        os.environ.update({name: value for name, value in before.items() if value is not None})
