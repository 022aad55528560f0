"""What an agent reads: dossiers by every key, files, bytes."""

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.flows import answering, reading
from inbox_bot.store.database import Database
from tests.unit.desk_house import HANDLE, MAIL, NUMBER, WRITTEN, Office, a_mail, a_post, files
from tests.unit.said import informed


@pytest.fixture
async def office(store: Database) -> Office:
    office = Office(store)
    await office.agent()
    return office


@pytest.mark.parametrize("key", [WRITTEN, MAIL, f"@{HANDLE}", "1001"])
async def test_a_dossier_is_found_by_every_key(office: Office, key: str) -> None:
    """By number, address, handle or X user id it is the same customer, with both identities."""
    await office.case(a_mail(), a_post())
    found = await reading.dossier(office.house, key)
    assert found.ticket is not None
    assert found.ticket.number == NUMBER
    assert {one.address for one in found.identities} == {MAIL, "1001"}
    assert [entry.message.external_id for entry in found.entries] == ["9001", "<1@post.example>"]


async def test_a_customers_dossier_has_what_is_in_no_ticket(office: Office) -> None:
    """By address all of his messages come; by number those of the ticket."""
    await office.case(a_mail(), a_mail(id=-7, ticket=None, external_id="<v@post.example>", automatic=True))
    assert len((await reading.dossier(office.house, MAIL)).entries) == 2
    assert len((await reading.dossier(office.house, WRITTEN)).entries) == 1


@pytest.mark.parametrize(("key", "why"), [("427-918-355", "check digit"), ("100000006", "no ticket"), ("x", "nothing")])
async def test_an_unknown_key_is_said_to_be_unknown(office: Office, key: str, why: str) -> None:
    """One line says what could be asked for."""
    with pytest.raises(UsageError, match=why):
        await reading.dossier(office.house, key)


async def test_files_and_bytes(office: Office) -> None:
    """Files come with their content; the bytes of what we wrote were never received."""
    await office.case(a_mail())
    [entry] = (await reading.dossier(office.house, NUMBER)).entries
    await office.save(*files(["a.txt", "b.txt"], entry.message.id))
    assert [(m, f.name, f.content) for m, f in await reading.files(office.house, WRITTEN)] == [
        (entry.message.id, "a.txt", b"ab"),
        (entry.message.id, "b.txt", b"ab"),
    ]
    queued = await answering.reply(office.house, informed(number=WRITTEN, who="", text="Ja."))
    with pytest.raises(UsageError, match="no raw bytes"):
        await reading.raw(office.house, f"m{queued.message}")
    with pytest.raises(UsageError, match="no bytes are kept"):
        await reading.raw(office.house, "1:55")
