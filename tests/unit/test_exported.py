"""What is exported is all that is on record of a customer: also what the team noted for itself, and what he was in."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_bot.cli.data_protection import archive
from inbox_bot.errors import UsageError
from inbox_bot.flows import authorising, drafting, erasing, exporting, later, marking, reading
from inbox_bot.flows.authorising import Grant
from inbox_bot.incidents import Works
from inbox_bot.model import Attachment
from inbox_bot.store.database import Database
from tests.unit.flow_house import mail, post
from tests.unit.incident_day import Broken

IDA = "Ida Sommer <ida@post.example>"


@pytest.fixture
def day(store: Database) -> Broken:
    """One with an empty store."""
    return Broken(store=store)


async def test_incidents_reminders_drafts_and_tags_are_in_it(day: Broken) -> None:
    """His own, also of an incident that is over; nothing of Ida's, who was in the same one."""
    await day.agent()
    incident = await day.breaks()
    await day.takes(mail("Keine Mail mehr.", id=1), mail("Auch keine Mail.", id=2, sender=IDA))
    await day.tells(incident)
    await day.tells(incident, "Läuft wieder.", closes=True)
    async with day.store.write() as tx:
        await tx.said_works(incident, 1, Works.YES)  # so that nothing of it is open any more
    for ticket, name in zip(await day.tickets(), ("Eva", "Ida"), strict=True):
        await drafting.keep(day.house, ticket.number, f"Entwurf {name}", "anna")
        await later.remind(day.house, ticket.number, "tomorrow", f"Anruf {name}", "anna")
        await marking.tag(day.house, ticket.number, [f"akte-{name}"], "anna")
    pieces = dict([piece async for piece in exporting.export(day.house, "eva.winter@post.example", "anna")])
    data = pieces["data.json"]
    assert isinstance(data, dict)
    text = json.dumps(data, ensure_ascii=False)
    for word in ("Entwurf Eva", "Anruf Eva", "akte-eva", "Mailserver gestört"):
        assert word in text
    assert not any(word in text for word in ("Entwurf Ida", "Anruf Ida", "akte-ida", "ida@post.example"))
    assert len(data["incidents"]) == 1


@pytest.mark.parametrize("key", ["eva.winter@post.example", "030 1234567", "Auch keine", "#99", "434-567-894"])
async def test_who_is_only_mentioned_is_neither_given_away_nor_erased(day: Broken, key: str) -> None:
    """Ida's text names Eva's address, a telephone number, words: `show` finds her by them, these two do not, whatever
    has become of Eva."""
    await day.agent()
    await day.takes(mail(id=1))
    await day.takes(mail("Auch keine Mail bei eva.winter@post.example, Ruf 030 1234567.", id=2, sender=IDA))
    await erasing.erase(day.house, "eva.winter@post.example", "anna", "")
    with pytest.raises(UsageError):
        await erasing.erase(day.house, key, "anna", "")
    with pytest.raises(UsageError):
        [piece async for piece in exporting.export(day.house, key, "anna")]
    assert len([piece async for piece in exporting.export(day.house, "#2", "anna")]) == 2
    assert (await reading.dossier(day.house, "Auch keine")).customer.name == "Ida Sommer"


def a_file(name: str) -> Attachment:
    """With its name as its content."""
    return Attachment(name=name, media_type="image/png", size=len(name), content=name.encode())


async def test_all_that_is_his_is_in_it_wherever_it_lies(day: Broken) -> None:
    """Pictures of a post that opened no ticket, a reminder that is over, for whom he acts, what became of each thing;
    why Ida has authorised him is hers."""
    await day.agent()
    await day.takes(post("@shop @acme so sieht es aus", id=9001, implicit=True, reply_to_author="77"))
    touching = post("@shop @acme und so", id=9002, implicit=True, reply_to_author="77")
    await day.takes(replace(touching, attachments=(a_file("bild.png"),), raw=b'{"id": "9002"}'))
    await day.takes(mail("Hallo.", id=2, sender=IDA))
    await day.takes(post("@acme nichts geht", id=9003))
    [ida, eva] = await day.tickets()
    await later.remind(day.house, eva.number, "tomorrow", "call the fitter", "anna")
    day.later(days=3)
    await later.wake(day.house)
    grant = Grant(key=ida.number, person="Eva Winter", identity="1001", evidence="Ida is ill", who="anna")
    await authorising.grant(day.house, grant)
    pieces = dict([piece async for piece in exporting.export(day.house, eva.number, "anna")])
    assert [content for name, content in pieces.items() if name.startswith("files/")] == [b"bild.png"]
    assert b'{"id": "9002"}' in [content for name, content in pieces.items() if name.endswith(".json")]
    data = pieces["data.json"]
    assert isinstance(data, dict)
    assert [one["text"] for one in data["reminders"]] == ["call the fitter"]
    assert [one["person"] for one in data["acts_for"]] == ["Eva Winter"]
    assert {one["key"] for one in data["ledger"]} == {"post:9001", "post:9002", "post:9003"}
    assert "Ida is ill" not in json.dumps(data)


async def test_a_files_name_leads_nowhere_else(day: Broken, tmp_path: Path) -> None:
    """However its sender has called it, whoever unpacks the archive gets it into its folder."""
    await day.agent()
    names = ("../../.bashrc", "a/b.txt", "..\\..\\x.exe", "/etc/passwd", "..", "")
    await day.takes(replace(mail(id=1), attachments=tuple(a_file(name) for name in names)))
    out = tmp_path / "eva.zip"
    await archive(day.house, "eva.winter@post.example", "anna", out)
    with zipfile.ZipFile(out) as pieces:
        found = [name.split("/") for name in pieces.namelist() if name.startswith("files/")]
    assert len(found) == len(names)
    assert all(len(parts) == 3 and parts[2].strip(".") and "\\" not in parts[2] for parts in found)
