"""The desk on the command line, each command as its own process on one SQLite file; no inbox is reached."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from inbox_bot.model import Attachment, Outcome
from inbox_bot.records import Customer, LedgerLine, MessageFile
from inbox_bot.store.database import open_store
from inbox_bot.writes import Filing
from tests import forked
from tests.forked import Ran
from tests.unit.desk_house import MAIL, NOW, NUMBER, WRITTEN, a_mail, a_ticket, an_identity

CONFIG = """
[brand]
name = "Acme"

[[inbox]]
name = "x"
channel = "twitter"
consumer_key = "ck"
consumer_secret = "cs"
access_token = "1-at"
access_token_secret = "as"

[[inbox]]
name = "mail"
channel = "email"
address = "hilfe@acme.example"

[inbox.imap]
host = "127.0.0.1"
port = 1
security = "none"
password = "p"

[inbox.smtp]
host = "127.0.0.1"
port = 1
security = "none"
"""
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x1b[31mBitte\u202e hier\x9b1m \u200bklicken\x1b[0m\rweg [red]nicht[/red]"
SEEN = "Bitte hier klicken\nweg [red]nicht[/red]"
DANGER = ("\x1b", "\x9b", "\u202e", "\u200b", "\x07", "\r")


class Shell:
    """Runs commands in a folder that has a configuration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, given: str = "", status: int = 0, **environment: str) -> str:
        """The command's standard output, or where it must fail and prints nothing there, its standard error."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("INBOX_BOT_", "COLUMNS"))}
        ran = self.ran(arguments, {**clean, "PYTHONUTF8": "1", **environment}, given.encode())
        out, err = ran.out.decode(), ran.err.decode()
        assert ran.status == status, err
        assert "Traceback" not in err
        return out or err

    def json(self, *arguments: str, status: int = 0) -> Any:
        """What the command prints with --json."""
        return json.loads(self(*arguments, "--json", status=status))

    def ran(self, arguments: Sequence[str], environment: Mapping[str, str], given: bytes) -> Ran:
        """Run one to its end."""
        return forked.run(arguments, folder=self.folder, environment=environment, given=given)


class StartingShell(Shell):
    """Starts the program for each command, as people do."""

    def ran(self, arguments: Sequence[str], environment: Mapping[str, str], given: bytes) -> Ran:
        """See above."""
        command = [sys.executable, "-m", "inbox_bot", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, input=given, capture_output=True, check=False, timeout=60
        )
        return Ran(status=done.returncode, out=done.stdout, err=done.stderr)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    path = tmp_path / "inbox-bot.toml"
    path.touch(0o600)
    path.write_text(CONFIG)
    return StartingShell(tmp_path)


async def seed(shell: Shell, *, hostile: bool = False) -> None:
    """Eva's mail with two files, filed as the intake would."""
    opened = open_store(f"sqlite:///{shell.folder / 'inbox.db'}")
    mail = replace(a_mail(), text=HOSTILE, subject=HOSTILE) if hostile else a_mail()
    name = "../\x1b[31mAuftrag\u202e.pdf" if hostile else "Auftrag.pdf"
    raw = b"Subject: Kein Anschluss\r\n\r\n\x1b[2Jroh"
    async with opened.write() as tx:
        await tx.save(
            Filing(
                customers=[Customer(id=-100, name=HOSTILE if hostile else "Eva", language="de", created_at=NOW)],
                identities=[an_identity(name=HOSTILE if hostile else "Eva")],
                tickets=[replace(a_ticket(), subject=mail.subject, opened_at=NOW - timedelta(days=2))],
                raws={"ab" * 32: raw},
                messages=[replace(mail, raw="ab" * 32)],
                files=[
                    MessageFile(
                        message=-1,
                        attachment=Attachment(name=name, media_type="application/pdf", size=3, content=content),
                    )
                    for content in (b"one", b"two")
                ],
                ledger=[
                    LedgerLine(
                        inbox="mail",
                        stream="mail",
                        key="1:5",
                        outcome=Outcome.FILED,
                        reason=HOSTILE,
                        at=NOW,
                        external_id=mail.external_id,
                        message=-1,
                        raw="ab" * 32,
                    )
                ],
                cursor=("mail", "mail", "1:5"),
                taken=1,
            )
        )
    await opened.close()


def test_a_configuration_is_written_once(tmp_path: Path) -> None:
    """`init` writes a file for its owner only and never over another one; what is missing in it is said at once."""
    shell = StartingShell(tmp_path)
    shell("init")
    path = tmp_path / "inbox-bot.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    assert "exists and is left as it is" in shell("init", status=1)
    assert path.read_bytes() == before
    faults = shell("tickets", status=1).splitlines()
    assert len(faults) > 1
    assert all(line.startswith("inbox-bot: inbox[") for line in faults)
    shell("--config", "other.toml", "init")
    assert (tmp_path / "other.toml").exists()


def test_a_telephone_call_becomes_an_answered_ticket(shell: Shell) -> None:
    """agent add, open, tickets, show, reply, note, assign, resolve, reopen: each step shows in the next."""
    assert "no agent yet" in shell("open", MAIL, "--text", "Leitung tot", status=1)
    shell("agent", "add", "anna", "--initials", "AB", "--address", "anna@acme.example")
    opened = shell.json("open", MAIL, "--text", "Leitung tot\nseit Montag", "--phone", "030 1234")
    number = opened["number"]
    [row] = shell.json("tickets")
    assert (row["number"], row["status"], row["subject"]) == (number, "new", "Leitung tot")
    assert (row["channel"], row["assignee"], row["number_delivered_at"]) == ("email", None, None)
    assert row["opened_at"].endswith("+00:00")

    queued = shell.json("reply", number.replace("-", " "), "--text", "Der Techniker hat Ihre Telefonnummer.")
    assert (queued["channel"], queued["visibility"], queued["to"]) == ("email", "private", MAIL)
    shell("reply", number, "-", given="Wie besprochen.\n")
    shell("note", number, "--text", "zurückgerufen")
    shell("assign", number, "ab")
    assert shell.json("resolve", number)["status"] == "resolved"
    assert "already resolved" in shell("resolve", number, status=1)
    assert shell.json("tickets") == []
    assert shell.json("tickets", "--state", "resolved", "--mine", "anna")[0]["number"] == number
    shell("reopen", number)

    shown = shell.json("show", number)
    assert shown["ticket"]["assignee"] == "anna"
    assert shown["customer"]["identities"][0]["address"] == MAIL
    assert [(one["direction"], one["visibility"]) for one in shown["timeline"]] == [
        ("note", "internal"), ("outgoing", "private"), ("outgoing", "private"), ("outgoing", "private"),
        ("note", "internal"),
    ]  # fmt: skip
    [delivery] = shown["timeline"][2]["deliveries"]
    assert (delivery["state"], delivery["to"], delivery["evidence"]) == ("queued", MAIL, "")
    assert [one["what"] for one in shown["log"]] == ["open", "reply", "reply", "note", "assign", "resolve", "reopen"]
    assert shell.json("show", MAIL)["ticket"]["number"] == number
    assert [one["number"] for one in shell.json("search", "Techniker", "Telefonnummern")] == [number]

    people = shell("show", number)
    assert "Der Techniker hat Ihre Telefonnummer." in people
    assert "reply queued, to eva.winter@post.example" in people


def test_who_acts_is_known(shell: Shell) -> None:
    """--as and INBOX_BOT_AGENT name the agent; the refusal of an unknown one says how to add him."""
    for name, initials in (("anna", "AB"), ("ben", "BN")):
        shell("agent", "add", name, "--initials", initials, "--address", f"{name}@acme.example")
    number = shell.json("open", MAIL, "--text", "Anruf", "--as", "anna")["number"]
    assert "INBOX_BOT_AGENT" in shell("note", number, "--text", "x", status=1)
    err = shell("note", number, "--text", "x", "--as", "eve", status=1)
    assert 'unknown agent "eve": add it with: inbox-bot agent add eve --initials XY --address …' in err
    shell("note", number, "--text", "x", INBOX_BOT_AGENT="ben")
    shell("agent", "disable", "ben")
    assert "disabled" in shell("note", number, "--text", "x", "--as", "ben", status=1)
    assert [one["disabled_at"] is None for one in shell.json("agent", "list")] == [True, False]


async def test_hostile_text_is_harmless_wherever_it_is_printed(shell: Shell) -> None:
    """Names, subjects, texts, files and reasons from outside show as plain text: no escape, no bidi, no markup."""
    await seed(shell, hostile=True)
    assert shell.json("show", NUMBER)["timeline"][0]["text"] == SEEN
    for arguments in (
        ["tickets"],
        ["show", NUMBER],
        ["search", "klicken"],
        ["ledger", "--inbox", "mail"],
        ["audit"],
        ["attachments", NUMBER],
    ):
        for more in ([], ["--json"]):
            out = shell(*arguments, *more, status=1 if arguments == ["audit"] else 0)
            assert not [char for char in DANGER if char in out], arguments
    assert "[red]nicht[/red]" in shell("show", NUMBER)
    shell("show", HOSTILE)  # its words are those of the message
    err = shell("show", f"{HOSTILE} Quittenbaum", status=1)
    assert len(err.splitlines()) == 1
    assert not [char for char in DANGER if char in err]


async def test_files_are_saved_safely(shell: Shell) -> None:
    """Two files of one hostile name: both saved, in the folder, for the owner only; a second run overwrites nothing."""
    await seed(shell, hostile=True)
    rows = shell.json("attachments", WRITTEN, "--save", "out")
    assert [Path(row["path"]).name for row in rows] == ["Auftrag.pdf", "Auftrag-2.pdf"]
    assert [(shell.folder / row["path"]).read_bytes() for row in rows] == [b"one", b"two"]
    assert {stat.S_IMODE((shell.folder / row["path"]).stat().st_mode) for row in rows} == {0o600}
    shell("attachments", WRITTEN, "--save", "out")
    assert len(list((shell.folder / "out").iterdir())) == 4
    assert [path.name for path in shell.folder.glob("*.pdf")] == []


async def test_raw_gives_the_exact_bytes(shell: Shell) -> None:
    """By the short id of `show`, or by the ledger's key; piped, nothing is changed."""
    await seed(shell)
    id = shell.json("show", NUMBER)["timeline"][0]["id"]
    assert f"m{id} " in shell("show", NUMBER)
    for key in (f"m{id}", str(id), "1:5"):
        assert shell("raw", key).encode() == b"Subject: Kein Anschluss\r\n\r\n\x1b[2Jroh"
    assert "no bytes are kept" in shell("raw", "m999", status=1)


async def test_ledger_and_audit(shell: Shell) -> None:
    """The counts balance; the ticket whose number never went out is a finding, and so the audit's status is 1."""
    await seed(shell)
    assert shell.json("ledger") == {"counts": [{"inbox": "mail", "outcome": "filed", "count": 1}], "balanced": True}
    [line] = shell.json("ledger", "--outcome", "filed")["lines"]
    assert (line["key"], line["outcome"]) == ("1:5", "filed")
    findings = json.loads(shell("audit", "--json", status=1))["findings"]
    assert ("number_not_delivered", WRITTEN) in {(one["kind"], one["number"]) for one in findings}


async def test_junk_and_block_can_be_undone(shell: Shell) -> None:
    """Both take a customer out of the way and bring him back."""
    await seed(shell)
    shell("agent", "add", "anna", "--initials", "AB", "--address", "anna@acme.example")
    shell("junk", WRITTEN)
    assert shell.json("tickets") == []
    assert shell.json("tickets", "--all")[0]["junk"] is True
    shell("junk", WRITTEN, "--undo")
    assert len(shell.json("tickets")) == 1
    shell("block", MAIL)
    assert shell.json("show", MAIL)["customer"]["identities"][0]["blocked"] is True
    assert shell.json("block", MAIL, "--undo")[0]["blocked_at"] is None


def test_texts_can_be_looked_at(shell: Shell) -> None:
    """list, show and preview need no database."""
    names = {row["name"] for row in shell.json("template", "list")}
    assert {"acknowledgement", "reply", "confirmation", "opening"} <= names
    [row] = shell.json("template", "preview", "reply", "--channel", "email", "--language", "en")
    assert "427-918-355" in row["text"]
    assert "visibility" in shell("template", "show", "reply")
    assert "no such template" in shell("template", "show", "nothing", status=1)
    assert not (shell.folder / "inbox.db").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["tickets", "--state", "lost"],
        ["reply", NUMBER, "--text", "a", "--template", "b"],
        ["reply", NUMBER, "--text", "a", "--dm", "--public"],
        ["run", "--dry-run"],
        ["approve", NUMBER, "--all"],
    ],
)
def test_wrong_usage_ends_with_2(shell: Shell, arguments: list[str]) -> None:
    """Scripts can tell a wrong call from a wrong state."""
    shell(*arguments, status=2)


async def test_other_tools_miss_no_ticket(shell: Shell) -> None:
    """A screen shows the newest hundred and says so; JSON has all of them."""
    store = open_store(f"sqlite:///{shell.folder / 'inbox.db'}")
    many = [a_ticket(id=-200 - place, customer=-1, number=f"{place:09d}") for place in range(130)]
    async with store.write() as tx:
        await tx.save(Filing(customers=[Customer(id=-1, name="Eva", language="de", created_at=NOW)], tickets=many))
    await store.close()
    assert len(shell.json("tickets")) == 130
    assert len(shell.json("tickets", "--limit", "7")) == 7
    shown = shell("tickets")
    assert shown.count("000-000-") == 100
    assert "older ones with --limit" in shown


async def test_undo(shell: Shell) -> None:
    """An answer that waits is taken back, once; the ticket is as new as before; who wrote none has none to undo."""
    await seed(shell)
    for name, initials in (("anna", "AB"), ("ben", "BT")):
        shell("agent", "add", name, "--initials", initials, "--address", f"{name}@acme.example")
    shell("show", WRITTEN, "--as", "anna")
    shell("reply", WRITTEN, "--text", "Morgen.", "--as", "anna")
    assert "you have no answer" in shell("undo", WRITTEN, "--as", "ben", status=1)
    undone = shell.json("undo", WRITTEN, "--as", "anna")
    assert (undone["number"], undone["status"]) == (WRITTEN, "new")
    assert "you have no answer" in shell("undo", WRITTEN, "--as", "anna", status=1)
