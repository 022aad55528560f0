"""Templates on the command line: which fit a ticket, how one reads with its facts, what is wrong with one's own."""

from pathlib import Path

import pytest

from inbox_bot.records import Customer
from inbox_bot.store.database import open_store
from inbox_bot.writes import Filing
from tests.e2e.test_cli import CONFIG, DANGER, HOSTILE, Shell
from tests.unit.desk_house import NOW, WRITTEN, a_mail, a_ticket, an_identity

OWN = "replies/de/own.email.j2"


@pytest.fixture
async def shell(tmp_path: Path) -> Shell:
    """Eva's mail, an agent, and a folder for the company's own texts."""
    path = tmp_path / "inbox-bot.toml"
    path.touch(0o600)
    brand, _, mail = CONFIG.partition('[[inbox]]\nname = "x"')
    mail = mail[mail.index("[[inbox]]") :]  # `check` would ask X
    path.write_text(brand.replace('name = "Acme"', 'name = "Acme"\ntemplates = "texts"') + mail)
    (tmp_path / "texts" / "replies" / "de").mkdir(parents=True)
    opened = open_store(f"sqlite:///{tmp_path / 'inbox.db'}")
    await opened.prepare(upgrade=True)
    async with opened.write() as tx:
        await tx.save(
            Filing(
                customers=[Customer(id=-100, name="Eva Winter", language="de", created_at=NOW)],
                identities=[an_identity()],
                tickets=[a_ticket()],
                messages=[a_mail()],
            )
        )
    await opened.close()
    shell = Shell(tmp_path)
    shell("agent", "add", "anna", "--initials", "AB", "--address", "anna@acme.example")
    return shell


def own(shell: Shell, text: str) -> None:
    (shell.folder / "texts" / OWN).write_text(text, encoding="utf-8")


def test_the_team_chooses_a_text_that_fits(shell: Shell) -> None:
    """`list` says which fit and why others do not, `preview` shows one as it would go out, `reply` keeps to both."""
    rows = {row["name"]: row for row in shell.json("template", "list", "--ticket", WRITTEN)}
    assert rows["solved"]["fits"] is True
    assert rows["done"]["fits"] is False
    assert rows["done"]["says"] == ["executed"]
    lines = shell("template", "list", "--ticket", WRITTEN).splitlines()
    assert [line for line in lines if line.startswith("no   done")] == [
        "no   done                     " + "; ".join(rows["done"]["reasons"])
    ]
    shown = shell("template", "preview", "solved", "--ticket", WRITTEN)
    assert "Subject: [#427-918-354] Re: Kein Anschluss" in shown
    assert "Guten Tag Eva Winter," in shown
    assert "it fits; nothing was sent" in shown
    assert "no such action is on record; nothing was sent" not in shown
    assert "no such action is on record" in shell("template", "preview", "done", "--ticket", WRITTEN)
    assert "these fit: ask-details" in shell("reply", WRITTEN, "--template", "done", "--anyway", status=1)
    assert shell.json("template", "preview", "solved", "--ticket", WRITTEN)["fits"] is True
    shell("show", WRITTEN, "--as", "anna")
    assert "is queued as mail" in shell("reply", WRITTEN, "--template", "solved", "--as", "anna")
    for wrong in (["list", "--dm"], ["preview", "solved", "--ticket", WRITTEN, "--language", "de"]):
        shell("template", *wrong, status=2)


def test_a_companys_own_texts_are_checked(shell: Shell) -> None:
    """One line for each fault, exit 1; hints alone are no fault; hostile names print harmlessly."""
    assert shell("template", "check").endswith(" templates, 0 faults, 0 hints\n")
    own(shell, '+++\ntitle = "T"\nvisibility = "private"\n+++\nHallo.')
    assert "hint   replies/de/own.email.j2: there is none in" in shell("template", "check")
    own(shell, f'+++\nvisibility = "private"\nteir = "x"\n+++\n{HOSTILE}{{{{ nobody }}}}')
    said = shell("template", "check", status=1)
    assert said.startswith("WRONG  replies/de/own.email.j2: unknown key teir in the header; is it tier?\n")
    assert not any(one in said for one in DANGER)
    found = shell("template", "check", "--json", status=1)
    assert '"errors": 2' in found
    assert "is it tier?" in shell("check", status=1)
