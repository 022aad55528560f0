"""A customer is erased beside a running daemon: no planted word in the database's files, its dump, or the log."""

import asyncio
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from inbox_bot.flows import erasing
from inbox_bot.store.database import open_store
from tests.dovecot import Dovecot
from tests.e2e.house import House, write_config
from tests.e2e.mixed import Person
from tests.e2e.mixed_mail import compose
from tests.e2e.seen import letters_by_person
from tests.e2e.waiting import until
from tests.postgres import Postgres
from tests.smtpsink import Sink, smtp_sink
from tests.unit.flow_house import Day
from tests.unit.test_erasing import lived

EVA = Person(name="Zwetschge Winter", address="quittenbaum@post.example", handle="holunder_x")
IDA = Person(name="Ida Sommer", address="ida@post.example", handle="ida")
PLANTED = ("zwetschge", "quittenbaum", "4711998", "holunder", "mirabelle")


def now() -> datetime:
    """A test's own edge: mails must be young."""
    return datetime.now(UTC)  # noqa: TID251  see above


def held(folder: Path) -> bytes:
    """All bytes of the database's files, in small letters."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("inbox.db*"))).lower()


async def written(house: House, dovecot: Dovecot, user: str, sink: Sink) -> None:
    """Both have written and are confirmed; Eva was answered, and there is a note about her."""
    text = "Zwetschge hier. Meine Kundennummer ist 4711998, mein Konto heißt @holunder_x.\n"
    mails = [
        compose(EVA, "Mirabelle kaputt", text, now(), "Zeins"),
        compose(IDA, "Leitung kaputt", "Meine Leitung geht nicht.\n", now(), "Zzwei"),
    ]
    dovecot.append(user, mails)
    await until(lambda: len(letters_by_person(sink.mails).get(EVA.address, [])) == 1)
    await until(lambda: len(letters_by_person(sink.mails).get(IDA.address, [])) == 1)
    number = letters_by_person(sink.mails)[EVA.address][0].number
    noted = await house.run("note", number, "Die Mirabelle ruft an: 4711998.", "--as", "Anna")
    assert noted.status == 0, noted.err
    answer = ("reply", number, "--as", "Anna", "--text", "Guten Tag Frau Zwetschge, wir sehen nach.", "--anyway")
    replied = await house.run(*answer)
    assert replied.status == 0, replied.err
    await until(lambda: len(letters_by_person(sink.mails)[EVA.address]) == 2)


async def test_beside_a_running_daemon(tmp_path: Path, dovecot: Dovecot) -> None:
    """The command returns, and the files on the disk have forgotten her, while the daemon goes on; Ida's is there."""
    user = dovecot.new_user()
    async with smtp_sink() as sink:
        house = write_config(
            tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, max_age_hours=10**6
        )
        added = await house.run("agent", "add", "Anna", "--initials", "AB", "--address", "anna@acme.example")
        assert added.status == 0, added.err
        async with house.daemon() as daemon:
            await written(house, dovecot, user, sink)
            before = held(tmp_path)
            assert all(word.encode() in before for word in PLANTED)
            erased = await house.run("customer", "erase", EVA.address, "--yes", "--as", "Anna")
            assert erased.status == 0, erased.err
            for word in PLANTED:
                assert word.encode() not in held(tmp_path), word
            assert b"ida@post.example" in held(tmp_path)
            again = compose(IDA, "Re: Leitung", "Immer noch nicht.\n", now(), "Zdrei")
            dovecot.append(user, [again])
            await until(lambda: len(letters_by_person(sink.mails)[IDA.address]) == 2)
            assert await daemon.stop() == 0
            log = "\n".join(daemon.err).lower()
        assert "traceback" not in log
        for word in PLANTED:
            assert word not in log, word
            assert word.encode() not in held(tmp_path), word
        assert (await house.json("ledger"))["balanced"] is True


async def test_a_dump_of_postgresql_has_nothing_of_him(postgres: Postgres, postgres_url: str) -> None:
    """Rows, the full text, the ledger, as another program reads them."""
    store = open_store(postgres_url)
    day = Day(store=store)
    number = await lived(day)
    dump = [str(postgres.programs / "pg_dump"), "--dbname", postgres_url, "--inserts"]
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "10"}

    async def dumped() -> str:
        done = await asyncio.to_thread(subprocess.run, dump, capture_output=True, check=True, env=environment)
        return done.stdout.decode().lower()

    before = await dumped()
    assert all(word in before for word in ("zwetschge", "quittenbaum", "4711998"))
    await erasing.erase(day.house, number, "anna", "")
    await store.close()
    left = await dumped()
    assert "leitung" in left
    for word in ("zwetschg", "quittenbaum", "4711998"):
        assert word not in left, word
