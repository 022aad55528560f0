"""What is exported is all that is on record of a customer: also what the team noted for itself, and what he was in."""

import json

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.flows import drafting, erasing, exporting, later, marking, reading
from inbox_bot.incidents import Works
from inbox_bot.store.database import Database
from tests.unit.flow_house import mail
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
