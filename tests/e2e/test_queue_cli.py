"""The queue on the command line: who gets what, what is put off and comes back, what a second person must see."""

from dataclasses import replace
from pathlib import Path

import pytest

from inbox_bot.errors import Uncertain
from inbox_bot.flows.outbox import Outbox
from inbox_bot.store.database import open_store
from tests.e2e.test_cli import CONFIG, Shell
from tests.unit.desk_house import NOW, WRITTEN, Office, a_mail, a_post, a_ticket
from tests.unit.flow_house import Day, mail

TOPICS = '[topics]\nbilling = ["Rechnung"]\n'


@pytest.fixture
async def shell(tmp_path: Path) -> Shell:
    """Two agents, and a mail that nobody has."""
    path = tmp_path / "inbox-bot.toml"
    path.touch(0o600)
    path.write_text(TOPICS + CONFIG)
    shell = Shell(tmp_path)
    shell("agent", "add", "anna", "--initials", "AB", "--address", "anna@acme.example", "--languages", "de,en")
    shell("agent", "add", "rieke", "--initials", "RK", "--address", "r@acme.example", "--role", "supervisor")
    return shell


async def test_what_was_lost_twice_is_decided(shell: Shell) -> None:
    """The list names what to look for in the relay's log; the word of a person ends the alarm."""
    opened = open_store(f"sqlite:///{shell.folder / 'inbox.db'}")
    day = Day(store=opened)
    await day.takes(mail())
    for _ in range(2):
        day.mail.answers = [Uncertain("hung up after the mail")]
        await day.sends()
        day.later(minutes=16)
        await Outbox(house=day.house, sender=day.mail).look()
    await opened.close()
    [listed] = shell.json("uncertain")
    assert (listed["kind"], listed["to"], listed["look_at"]) == ("acknowledgement", "eva.winter@post.example", None)
    line = shell("uncertain")
    assert listed["external_id"] in line
    assert line.endswith("you decide\n")
    assert "arrived, again or left" in shell("uncertain", str(listed["delivery"]), "perhaps", status=2)
    assert "arrived, again or left" in shell("uncertain", str(listed["delivery"]), status=2)
    assert "nothing to decide about delivery 0" in shell("uncertain", "0", "again", "--as", "anna", status=1)
    assert "nothing to decide about delivery 999" in shell("uncertain", "999", "left", "--as", "anna", status=1)
    assert "arrived" in shell("uncertain", str(listed["delivery"]), "arrived", "--as", "anna")
    assert shell("uncertain") == "nothing is uncertain\n"
    assert "anna found it taken" in shell("show", listed["number"])


async def seed(shell: Shell, *, public: bool = False) -> None:
    """Eva has written, by mail or by a post."""
    opened = open_store(f"sqlite:///{shell.folder / 'inbox.db'}")
    office = Office(opened)
    if public:
        ticket = a_ticket(inbox="x", channel="twitter", number_delivered_at=NOW)
        await office.case(replace(a_post(), text="@acme die Leitung ist tot"), ticket=ticket)
    else:
        await office.case(a_mail())
    await opened.close()


async def test_a_ticket_is_taken_put_off_and_answered(shell: Shell) -> None:
    """Each step shows in the next; what was begun survives a stop."""
    await seed(shell)
    shell("agent", "change", "anna", "--skills", "billing")
    assert "anna@acme.example  de,en  knows billing" in shell("agent", "list")
    [waiting] = shell.json("tickets", "--queue")
    assert (waiting["number"], waiting["assignee"]) == (WRITTEN, None)
    assert waiting["waiting_since"]
    assert "you have it now" in shell("next", "--as", "anna")
    assert "nobody waits" in shell("next", "--as", "anna")
    assert "nobody waits" in shell("tickets", "--queue")
    shell("topic", WRITTEN, "billing", "--as", "anna")
    assert "tags: eilig, umzug" in shell("tag", WRITTEN, "umzug", "#eilig", "--as", "anna")
    shell("untag", WRITTEN, "eilig", "--as", "anna")
    shell("draft", WRITTEN, "-", "--as", "anna", given="Guten Tag,\nwir kommen.")
    [row] = shell.json("tickets", "--tag", "umzug")
    assert (row["topic"], row["tags"], row["drafting"], row["looking"]) == ("billing", ["umzug"], ["anna"], [])
    assert "anna writes" in shell("tickets")
    assert "names no time" in shell("snooze", WRITTEN, "soon", "--as", "anna", status=1)
    assert "out of the lists until" in shell("snooze", WRITTEN, "in 2 hours", "--as", "anna")
    assert "no tickets" in shell("tickets")
    assert len(shell.json("tickets", "--snoozed")) == 1
    assert "back in the lists" in shell("snooze", WRITTEN, "--undo", "--as", "anna")
    assert "you are told at" in shell("remind", WRITTEN, "in 3 Tagen", "nachfragen", "--as", "anna")
    shell("note", WRITTEN, "@rieke siehe oben", "--as", "anna")
    assert "nobody is angry" in shell("calm", WRITTEN, "--as", "anna", status=1)
    assert "your text is kept" in shell("reply", WRITTEN, "--draft", "--as", "anna", status=1)
    assert [one["text"] for one in shell.json("drafts", "--as", "anna")] == ["Guten Tag,\nwir kommen."]
    assert "is queued as mail" in shell("reply", WRITTEN, "--draft", "--as", "anna")
    assert "you have begun no answer" in shell("drafts", "--as", "anna")
    assert "has it    anna (anna took the next one)" in shell("show", WRITTEN)


async def test_the_first_post_needs_a_second_person(shell: Shell) -> None:
    """It waits, its writer cannot approve it, a colleague refuses it first and then approves the better one."""
    await seed(shell, public=True)
    text = ("reply", WRITTEN, "--anyway", "--as", "anna", "--text")
    assert "waits for another person's yes" in shell(*text, "Selber schuld.")
    [row] = shell.json("tickets")
    assert (row["waits_for_approval"], row["status"]) == (True, "new")
    assert "by anna: Selber schuld. ^AB" in shell("approve")
    assert "another person" in shell("approve", WRITTEN, "--as", "anna", status=1)
    assert "refused" in shell("approve", WRITTEN, "--refuse", "--as", "rieke")
    assert [one["text"] for one in shell.json("drafts", "--as", "anna")] == ["Selber schuld."]
    shell(*text, "Wir kümmern uns.")
    assert "approved" in shell("approve", WRITTEN, "--as", "rieke")
    assert shell.json("tickets")[0]["status"] == "open"


async def test_why_he_wrote_is_said_before_it_is_resolved(shell: Shell) -> None:
    """The stop names the list; `reason`, `resolve --reason` and `reply --reason` say it, and every view has it."""
    path = shell.folder / "inbox-bot.toml"
    path.write_text(f'[reasons]\nmoving = {{ words = ["Umzug"], de = "Umzug", en = "Moving" }}\n{path.read_text()}')
    await seed(shell)
    assert "--reason NAME (by mail: /reason NAME), one of moving" in shell("resolve", WRITTEN, "--as", "anna", status=1)
    answer = ("reply", WRITTEN, "--text", "Ja.", "--anyway", "--resolve", "--as", "anna")
    assert "has no reason yet" in shell(*answer, status=1)
    assert "is no reason of the configuration" in shell("reason", WRITTEN, "weather", "--as", "anna", status=1)
    assert "reason: moving" in shell("reason", WRITTEN, "moving", "--as", "anna")
    assert "reason: moving" in shell("tickets")
    assert "reason: moving" in shell("show", WRITTEN)
    assert [row["contact_reason"] for row in shell.json("tickets")] == ["moving"]
    assert "reason: not known" in shell("reason", WRITTEN, "none", "--as", "anna")
    assert [row["contact_reason"] for row in shell.json("tickets")] == [None]
    assert "is resolved" in shell("resolve", WRITTEN, "--reason", "moving", "--as", "anna")
    shell("reopen", WRITTEN, "--as", "anna")
    shell("reason", WRITTEN, "none", "--as", "anna")
    assert "(resolved)" in shell(*answer, "--reason", "moving")
