"""Promises, actions and corrections on the command line, from the first stop to the resolved ticket."""

from pathlib import Path

import pytest

from tests.e2e.test_cli import CONFIG, Shell
from tests.unit.desk_house import MAIL


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    path = tmp_path / "inbox-bot.toml"
    path.touch(0o600)
    path.write_text(CONFIG)
    return Shell(tmp_path)


def test_a_ticket_with_a_promise_and_a_claim(shell: Shell) -> None:
    """Each stop is one line that says what to type, and what it says works; the ticket shows what was promised and
    done, and is resolved only when all of it is settled."""
    shell("agent", "add", "anna", "--initials", "AB", "--address", "anna@acme.example")
    number = shell.json("open", MAIL, "--text", "Leitung tot")["number"]
    text = "Wir melden uns spätestens übermorgen."
    err = shell("reply", number, "--text", text, status=1)
    assert len(err.splitlines()) == 1
    assert "--promised" in err
    queued = shell.json("reply", number, "--text", text, "--promised")
    [promise] = queued["promises"]
    assert (promise["phrase"], promise["state"]) == ("spätestens übermorgen", "open")
    assert "inbox-bot promise keep" in shell("reply", number, "--text", "Hallo.")
    called = shell.json("promise", number, "tomorrow 12:00", "call back")
    [first, second] = shell.json("promises", "--mine", "anna")
    assert [first["id"], second["id"]] == [called["id"], promise["id"]]
    assert (first["phrase"], first["owner"], first["overdue"]) == ("call back", "anna", False)
    assert "call back" in shell("promises")

    err = shell("reply", number, "--text", "Ihr Vertrag wurde storniert.", status=1)
    assert f'inbox-bot action add {number} "cancel line" --ref 4711 --confirmed-by NAME' in err
    shell("action", "add", number, "cancel line")
    softened = shell.json("reply", number, "--text", "Ihr Vertrag wurde storniert.", "--soften")
    assert "beantragt, dass Ihr Vertrag storniert wird" in softened["text"]
    shell("action", "add", number, "cancel line", "--ref", "4711", "--confirmed-by", "anna")
    said = shell.json("reply", number, "--text", "Ihr Vertrag wurde storniert.")
    wrong = f"m{said['message']}"
    correct = ("correct", number, "--message", wrong, "--wrong", "wurde storniert", "--text", "Noch nicht.")
    assert f"inbox-bot undo {number}" in shell(*correct, status=1)
    shell("undo", number)
    assert "never reached the customer" in shell(*correct, status=1)
    shell("action", "take-back", "2")
    listed = shell.json("action", "list", number)
    assert [(one["reference"], one["taken_back_at"] is None) for one in listed] == [("", True), ("4711", False)]
    assert "is no message of this ticket" in shell("reply", number, "--text", "Gut.", "--seen", "m99999", status=1)
    shell("reply", number, "--text", "Gut.", "--seen", "99999x", status=2)

    assert "promise keep" in shell("resolve", number, status=1)
    shell("promise", "keep", f"p{called['id']}")
    shell("promise", "withdraw", str(promise["id"]), "he asked for Monday instead")
    assert shell.json("resolve", number)["status"] == "resolved"
    assert shell.json("stats")["promises"] == {"kept": 1, "broken": 0, "withdrawn": 1, "rate": 1.0}
    shown = shell("show", number)
    for line in (
        f'promise   p{called["id"]} "call back"',
        "anna: kept",
        "anna: withdrawn",
        "cancel line (cancelled), ref",
    ):
        assert line in shown
    assert [one["state"] for one in shell.json("promises", "--all")] == ["kept", "withdrawn"]


def test_wrong_usage_is_told_apart(shell: Shell) -> None:
    """What no person could mean ends with 2, an unknown id with 1 and one line."""
    shell("promise", "keep", "1", "--owner", "anna", status=2)
    assert "no span of time" in shell("stats", "--since", "soon", status=1)
    shell("agent", "add", "anna", "--initials", "AB", "--address", "anna@acme.example")
    assert "there is no promise" in shell("promise", "keep", "1", status=1)
    assert "no action" in shell("action", "take-back", "1", status=1)
