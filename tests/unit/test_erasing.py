"""A customer who is erased leaves no trace: planted words are looked for in every column and in the file's bytes."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, Text, select, update

from inbox_bot.cli.data_protection import archive
from inbox_bot.errors import StoreError, UsageError
from inbox_bot.flows import authorising, desk, drafting, erasing, exporting, merging, reading
from inbox_bot.flows.answering import reply
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.flows.writing import References, queue_internal
from inbox_bot.model import DeliveryState
from inbox_bot.ports import Rendered
from inbox_bot.store import sqlite_file
from inbox_bot.store.columns import Prose
from inbox_bot.store.database import Database, open_store
from inbox_bot.store.tables import metadata
from inbox_bot.writes import Filing
from tests.unit.flow_house import Day, dm, mail

PLANTED = ("Zwetschge", "quittenbaum", "4711998", "holunder_x")
MAIL = "quittenbaum@post.example"
EVA = f"Zwetschge Winter <{MAIL}>"
FREE = {
    "agents", "alembic_version", "cursors", "health", "credentials", "newcomers", "spend", "leases", "search",
}  # fmt: skip
"""Tables that hold nothing of a customer; `newcomers` counts mail domains."""


@pytest.fixture
def day(store: Database) -> Day:
    """One with an empty store."""
    return Day(store=store)


async def lived(day: Day) -> str:
    """He has written by mail and DM, was answered, promised, noted, merged; Ida is another. His number."""
    await day.agent()
    await day.takes(mail("Zwetschge: Kundennummer 4711998.", id=1, sender=EVA, subject="Zwetschge"))
    await day.takes(mail("Meine Leitung.", id=2, sender="Ida Sommer <ida@post.example>", subject="Leitung"))
    day.later(days=4)
    await day.takes(mail("Zwetschge zwei.", id=3, sender=EVA, subject="Zwetschge zwei", at=day.now))
    await day.sends()
    async with day.store.read() as tx:
        rows = await tx.tickets(states=(), customer=None, limit=9)
    first, other, second = (row[0] for row in rows)
    assert other.subject == "Leitung"
    await merging.merge(day.house, first.number, second.number, "anna", "Zwetschge")
    await desk.note(day.house, second.number, "Er heißt Zwetschge.", "anna")
    await drafting.keep(day.house, second.number, "Lieber Zwetschge", "anna")
    grant = authorising.Grant(key=second.number, person="Frau Zwetschge", evidence="Zwetschge sagt es", who="anna")
    await authorising.grant(day.house, grant)
    answer = Answer(number=second.number, who="anna", text="Hallo Herr Zwetschge, wir sehen nach.", anyway=True)
    await reply(day.house, answer)
    await desk.block(day.house, MAIL, "anna", undo=True)
    await day.sends()
    return second.number


async def columns(day: Day) -> dict[str, set[str]]:
    """By table.column: the planted words that stand there."""
    found: dict[str, set[str]] = {}

    def look(db: object) -> list[object]:
        for table in metadata.tables.values():
            for column in table.columns:
                if table.name == "search" or not isinstance(column.type, Prose | Text | LargeBinary):
                    kept = getattr(column.type, "impl", None)
                    if table.name == "search" or not isinstance(kept, Text):
                        continue
                for (value,) in db.execute(select(column)):  # type: ignore[attr-defined]  # a connection
                    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    words = {one for one in PLANTED if one.lower() in text.lower()}
                    if words:
                        found.setdefault(f"{table.name}.{column.name}", set()).update(words)
        return []

    async with day.store.read() as tx:
        await tx._run(look)  # type: ignore[attr-defined]  # beneath the port
    return found


async def test_nothing_is_left_of_him(day: Day) -> None:
    """In no column of any table; the other customer keeps all of hers, the ledger balances, the audit is quiet."""
    number = await lived(day)
    before = await columns(day)
    assert {"messages.text", "identities.address", "drafts.text", "authorisations.evidence"} <= set(before)
    with pytest.raises(UsageError, match="nothing is known"):
        await erasing.erase(day.house, "Niemand", "anna", "")
    would = await erasing.erase(day.house, number, "anna", "", dry=True)
    assert await columns(day) == before
    done = await erasing.erase(day.house, number, "anna", "asked for it")
    assert done == would
    assert await columns(day) == {}
    assert await day.outcomes()
    assert {one.kind for one in await day.findings()} == {"unanswered"}  # Ida waits
    assert (await reading.dossier(day.house, "ida@post.example")).entries
    with pytest.raises(UsageError, match="nothing is known"):
        await reading.dossier(day.house, MAIL)
    again = await erasing.erase(day.house, f"#{done.customer}", "anna", "")
    assert again.counts["messages"] == done.counts["messages"]
    assert [one.customer for one in await erasing.erasures(day.house)] == [done.customer] * 2


async def test_every_column_that_can_hold_words_is_emptied(day: Day) -> None:
    """Also one that nobody fills today: what stands in a row of his is gone, or its table is declared free of him."""
    number = await lived(day)
    skipped = {
        "id", "number", "inbox", "stream", "key", "channel", "state", "kind", "direction", "visibility", "outcome",
        "token", "sha256", "content_hash", "priority", "form", "grouping", "what", "guess", "raw",
        "contact_reason",  # one of the configuration's names
    }  # fmt: skip

    def plant(db: object) -> list[object]:
        for table in metadata.tables.values():
            if table.name in FREE | {
                "raws",
                "regroupings",
                "moves",
                "alarms",
                "erasures",
                "log",
                "notices",
                "agent_mails",
            }:
                continue
            for column in table.columns:
                if isinstance(column.type, Prose) and column.name not in skipped and not column.unique:
                    unique = column.name in ("address", "external_id", "value", "tag")
                    if not unique:
                        db.execute(update(table).values({column.name: "Zwetschge"}))  # type: ignore[attr-defined]
        return []

    async with day.store.write() as tx:
        await tx._run(plant)  # type: ignore[attr-defined]  # beneath the port
    await erasing.erase(day.house, number, "anna", "")
    await erasing.erase(day.house, "ida@post.example", "anna", "")
    assert await columns(day) == {}


def held(folder: Path) -> bytes:
    """All bytes of all files there, in small letters."""
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()).lower()


async def test_the_file_forgets_too(tmp_path: Path) -> None:
    """SQLite's own pages, its journal and the full text: no planted word in the bytes on the disk."""
    store = open_store(f"sqlite:///{tmp_path / 'inbox.db'}")
    day = Day(store=store)
    number = await lived(day)
    await erasing.erase(day.house, number, "anna", "")
    await store.close()
    assert b"leitung" in held(tmp_path)
    for word in PLANTED:
        assert word.lower().encode() not in held(tmp_path), word


async def test_what_waits_for_him_does_not_go(day: Day) -> None:
    """What is queued is withdrawn; while something is on the wire nothing is erased."""
    number = await lived(day)
    await reply(day.house, Answer(number=number, who="anna", text="Noch etwas.", anyway=True))
    busy = [delivery for _, delivery in await day.deliveries() if delivery.state is DeliveryState.QUEUED]
    async with day.store.write() as tx:
        await tx.save(Filing(deliveries=[replace(busy[0], state=DeliveryState.SENDING)]))
    with pytest.raises(UsageError, match="on their way"):
        await erasing.erase(day.house, number, "anna", "")
    async with day.store.write() as tx:
        await tx.save(Filing(deliveries=[replace(busy[0], state=DeliveryState.QUEUED)]))
    await erasing.erase(day.house, number, "anna", "")
    sent = len(day.mail.parcels)
    await day.sends()
    assert len(day.mail.parcels) == sent


async def test_who_writes_again_is_new(day: Day) -> None:
    """Nothing connects him with what was."""
    number = await lived(day)
    await erasing.erase(day.house, number, "anna", "")
    day.later(days=1)
    await day.takes(mail("Ich wieder.", id=9, sender=EVA, subject="Neu", at=day.now))
    found = await reading.dossier(day.house, MAIL)
    assert [entry.message.subject for entry in found.entries if entry.message.direction == "incoming"] == ["Neu"]


async def test_a_part_is_taken_out_of_a_message_and_of_its_quotes(day: Day) -> None:
    """The words are gone from text, search, details and what we sent; the rest stays."""
    await day.agent()
    await day.takes(dm("Meine IBAN: DE89 3704 0044 0532 0130 00, bitte."))
    async with day.store.read() as tx:
        number = (await tx.tickets(states=(), customer=None, limit=9))[0][0].number
    found = await reading.dossier(day.house, number)
    first = found.entries[0].message.id
    await reply(day.house, Answer(number=number, who="anna", text="Danke: DE89 3704 0044 0532 0130 00.", anyway=True))
    await day.sends()
    assert await erasing.redact(day.house, first, "DE89 3704 0044 0532 0130 00", "", "anna", "asked for it") == 2
    found = await reading.dossier(day.house, number)
    assert "IBAN: […], bitte." in found.entries[0].message.text
    assert found.entries[0].message.redacted_at == day.now
    assert found.details == []
    assert not any("3704" in str(value) for value in (await columns(day)).values())
    assert await reading.search(day.house, ["3704"], 10) == []
    with pytest.raises(UsageError, match="does not hold it"):
        await erasing.redact(day.house, first, "DE89 3704", "", "anna", "")
    with pytest.raises(UsageError, match="say what"):
        await erasing.redact(day.house, first, "", "", "anna", "")


async def test_he_gets_all_that_is_his_and_nothing_of_others(day: Day, tmp_path: Path) -> None:
    """Data, mails as they came, attachments; that it was given is on record."""
    number = await lived(day)
    out = tmp_path / "eva.zip"
    assert await archive(day.house, number, "anna", out) >= 1
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as pieces:
        names = pieces.namelist()
        data = json.loads(pieces.read("data.json"))
    assert names[0] == "data.json"
    text = json.dumps(data)
    assert "Zwetschge" in text
    assert "ida@post.example" not in text
    assert {"customer", "identities", "tickets", "messages", "promises", "authorisations", "log"} <= set(data)
    async for name, _ in exporting.export(day.house, number, "anna"):
        assert name == "data.json" or name.startswith(("mails/", "files/"))


async def test_who_reads_keeps_the_journal(tmp_path: Path) -> None:
    """As long as somebody reads what was there before, the file cannot forget it: that is said, and works later."""
    path = tmp_path / "inbox.db"
    store = open_store(f"sqlite:///{path}")
    day = Day(store=store)
    number = await lived(day)
    async with store.read() as tx:
        await tx.agents()
        async with store.write() as writing:
            await writing.erase_customer((await writing.find_customers(MAIL))[0].id, day.now)
        with pytest.raises(StoreError, match="keeps reading"):
            sqlite_file.forget(path, 0.1)
    assert number
    assert b"quittenbaum" in held(tmp_path)
    await store.forget()
    assert b"quittenbaum" not in held(tmp_path)
    await store.close()


async def test_nothing_goes_out_empty(day: Day) -> None:
    """What has not gone out is taken back first, or waited for: emptied in line it would reach him as an empty mail. A
    mail to the team about what was taken out does not go at all."""
    await day.agent()
    await day.takes(mail("Meine Kundennummer ist 4711998."))
    await day.sends()
    async with day.store.read() as tx:
        [(ticket, _, _)] = await tx.tickets(states=[], customer=None, limit=9)
    answered = await reply(day.house, Answer(number=ticket.number, who="anna", text="Zwetschge", anyway=True))
    with pytest.raises(UsageError, match="would still go out"):
        await erasing.redact(day.house, answered.message, "Zwetschge", "", "anna", "")
    await day.sends()
    assert await erasing.redact(day.house, answered.message, "Zwetschge", "", "anna", "") == 1
    assert all(one.payload for one in day.mail.parcels)
    filing, first = Filing(), (await day.deliveries())[0][0].id - 1
    told = Rendered(text="4711998", subject="")
    queue_internal(day.house, filing, References(), rendered=told, at=day.now, to="anna@acme.example", message=first)
    async with day.store.write() as tx:
        await tx.save(filing)
    count = len(day.mail.parcels)
    assert await erasing.redact(day.house, first, "4711998", "", "anna", "") == 1
    await day.sends()
    assert len(day.mail.parcels) == count
