"""What other people and the server do to the mailbox meanwhile, and how much of it there may be at once."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from tests.dovecot import Dovecot
from tests.e2e.house import email_inbox, write_config
from tests.e2e.mixed import Person
from tests.e2e.mixed_mail import compose
from tests.e2e.seen import letters_by_person
from tests.e2e.waiting import until
from tests.faults.matrix import Matrix
from tests.faults.proxy import Word
from tests.faults.serving import serving
from tests.faults.whole import Whole
from tests.smtpsink import smtp_sink

MANY = 10_000
MIB = 1024 * 1024


@contextmanager
def just_before(verb: bytes, act: Callable[[], None]) -> Iterator[Callable[[bytes], Word | None]]:
    """Somebody else does this once, just before the server gets our command."""
    done: list[bytes] = []

    def interfere(said: bytes) -> Word | None:
        if verb in said.upper() and not done:
            done.append(said)
            act()
        return None

    yield interfere
    assert done, f"nobody said {verb.decode()}"


async def test_a_new_uidvalidity_in_the_middle(tmp_path: Path, dovecot: Dovecot, matrix: Matrix) -> None:
    """The folder is made anew with the same mails and one more: nobody is answered twice, nobody forgotten."""
    row = matrix("IMAP", "UIDVALIDITY changes")
    async with serving(tmp_path, dovecot, mailbox="Support") as scene:
        with dovecot.visiting(scene.user) as client:
            client.create_folder("Support")
            move_in(scene, "Support", 3)
            await scene.all_answered(30)
            client.select_folder("Support")
            copies = [item[b"BODY[]"] for item in client.fetch(client.search("ALL"), ["BODY.PEEK[]"]).values()]
            client.close_folder()
            client.delete_folder("Support")
            client.create_folder("Support")
            dovecot.append(scene.user, copies, folder="Support")
            move_in(scene, "Support", 1)
            await scene.all_answered(30)
        outcomes = {"filed": 4, "duplicate": 3}
        await until_ledger(scene, outcomes)
        letters = letters_by_person(scene.sink.mails)
        assert all(len(found) == 1 for found in letters.values())
        assert len(letters) == 4
        row.came(f"{outcomes}, four answered once")


def move_in(scene: Whole, folder: str, count: int) -> None:
    """New customers' mails into a folder of the mailbox."""
    for _ in range(count):
        place = len(scene.people) + 1
        person = Person(name=f"Kunde {place}", address=f"kunde{place}@post.example", handle=f"kunde{place}")
        scene.people.append(person)
        now = datetime.now(UTC)  # noqa: TID251  # a test's own edge: the mails must be young
        scene.dovecot.append(
            scene.user, [compose(person, "Störung", "Tot.\n", now, f"Zx{place}")], folder=folder
        )  # fmt: skip


async def until_ledger(scene: Whole, wanted: dict[str, int]) -> None:
    """Wait for these outcomes and no others."""
    end = time.monotonic() + 20
    while (found := await scene.ledger()) != wanted and time.monotonic() < end:  # noqa: ASYNC110  another process's
        await asyncio.sleep(0.05)
    assert found == wanted


async def test_somebody_expunges_between_search_and_fetch(tmp_path: Path, dovecot: Dovecot, matrix: Matrix) -> None:
    """What is gone is not there to be filed; sequence numbers have moved, and still each mail is who it is."""
    row = matrix("IMAP", "expunge by somebody else meanwhile")
    async with serving(tmp_path, dovecot) as scene:
        scene.write()
        await scene.all_answered(30)

        def expunge() -> None:
            with dovecot.visiting(scene.user) as client:
                client.select_folder("INBOX")
                client.delete_messages([2, 4])
                client.expunge([2, 4])

        with just_before(b"UID FETCH", expunge) as interfere:
            scene.imap.interfere = interfere
            scene.write(4)
            del scene.people[3], scene.people[1]
            await scene.all_answered(30)
        await scene.in_order()
        row.came("the others are filed and answered once, no alarm")


async def test_the_folder_goes_and_comes_back(tmp_path: Path, dovecot: Dovecot, matrix: Matrix) -> None:
    """Renamed by a colleague: the audit names it; once it is back the new mail is answered, the old not again."""
    row = matrix("IMAP", "folder gone")
    async with serving(tmp_path, dovecot, mailbox="Support") as scene:
        with dovecot.visiting(scene.user) as client:
            client.create_folder("Support")
            move_in(scene, "Support", 2)
            await scene.all_answered(30)
            client.rename_folder("Support", "Elsewhere")
            scene.imap.cut()
            detail = await scene.finding("inbox_failing", "folder 'Support'")
            assert "correct `folder`" in detail
            client.rename_folder("Elsewhere", "Support")
            move_in(scene, "Support", 1)
            took = await scene.all_answered(20)
        await scene.in_order()
        row.came(f"audit: inbox_failing (which folder, what to do), all in order {took:.1f} s after")


def peak_rss(pid: int) -> int:
    """The most memory that a process has ever had, in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return psutil.Process(pid).memory_info().rss // MIB


async def test_a_mail_of_fifty_mib(tmp_path: Path, dovecot: Dovecot, matrix: Matrix) -> None:
    """It is not downloaded: quarantined with its header, and the audit says so; the mails around it are answered."""
    row = matrix("IMAP", "a mail of 50 MiB")
    async with smtp_sink() as sink:
        user = dovecot.new_user()
        house = write_config(
            tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, poll_seconds=1
        )  # fmt: skip
        mails = [letter(place) for place in range(3)]
        head, _, body = mails[1].partition(b"\r\n\r\n")
        mails[1] = head + b"\r\n\r\n" + body + (b"x" * 998 + b"\r\n") * (50 * MIB // 1000)
        async with house.daemon() as daemon:
            await daemon.until("started")
            before = peak_rss(daemon.process.pid)
            begun = time.monotonic()
            dovecot.append(user, mails)
            await until(lambda: len(letters_by_person(sink.mails)) == 2, 30)
            took = time.monotonic() - begun
            grown = peak_rss(daemon.process.pid) - before
            found = (await house.json("audit"))["findings"]
            assert [one["kind"] for one in found] == ["quarantined"]
            assert "too large" in found[0]["detail"]
            assert grown < 45
            assert await daemon.stop() == 0
        row.came(f"audit: quarantined (too large); the others answered after {took:.1f} s, {grown} MiB more memory")


def letter(place: int, text: str = "Der Anschluss ist tot.", at: datetime | None = None) -> bytes:
    """A customer's mail."""
    person = Person(name=f"Kunde {place}", address=f"kunde{place}@post.example", handle=f"kunde{place}")
    now = at or datetime.now(UTC)  # noqa: TID251  # a test's own edge: the mails must be young
    return compose(person, "Störung", f"{text} {place}\n", now, f"Zx{place}")


async def test_ten_thousand_mails_at_once(tmp_path: Path, dovecot: Dovecot, matrix: Matrix) -> None:
    """As after a move of a mailbox: filed in lots, in bounded time and memory, none lost or doubled, old ones without
    an answer; a mail in another inbox is answered meanwhile."""
    row = matrix("IMAP", f"{MANY} new mails at once")
    async with smtp_sink() as sink:
        crowded, other = dovecot.new_user(), dovecot.new_user()
        house = write_config(
            tmp_path,
            imap=(dovecot.port, crowded, dovecot.password),
            smtp_port=sink.port,
            poll_seconds=1,
            more=email_inbox(
                "other", "kontakt@acme.example", (dovecot.port, other, dovecot.password), sink.port, poll_seconds=1
            ),
        )
        old = datetime.now(UTC) - timedelta(days=30)  # noqa: TID251  # a test's own edge: older than max_age_hours
        dovecot.append(crowded, [letter(place % 400, f"Nummer {place}", old) for place in range(MANY)], old)
        async with house.daemon() as daemon:
            await daemon.until("taken")
            begun = time.monotonic()
            dovecot.append(other, [letter(MANY)])
            await until(lambda: len(sink.mails) == 1, 20)
            meanwhile = time.monotonic() - begun
            filed = 0
            while filed < MANY + 1 and time.monotonic() < begun + 240:
                await asyncio.sleep(1)
                counts = (await house.json("ledger"))["counts"]
                filed = sum(line["count"] for line in counts if line["outcome"] == "filed")
            took = time.monotonic() - begun
            peak = peak_rss(daemon.process.pid)
            assert await daemon.stop() == 0
            assert not [line for line in daemon.err if "Traceback" in line]
        ledger = await house.json("ledger")
        assert ledger["balanced"] is True
        assert {line["outcome"]: line["count"] for line in ledger["counts"] if line["inbox"] == "mail"} == {
            "filed": MANY
        }
        assert [mail.rcpts for mail in sink.mails] == [(f"kunde{MANY}@post.example",)]
        assert peak < 260
        assert meanwhile < 20
        row.came(
            f"filed in {took:.0f} s ({MANY / took:.0f}/s), peak {peak} MiB; another inbox answered in {meanwhile:.1f} s"
        )
