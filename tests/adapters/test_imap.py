"""ImapSource against a real Dovecot: what it takes, what it leaves alone, and what it says when it cannot."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from inbox_bot.channels.imap import ImapSource
from inbox_bot.channels.imap_connection import Connection
from inbox_bot.channels.imap_login import Account
from inbox_bot.errors import Paused
from inbox_bot.model import Batch, Incoming, Settled, Unreadable
from tests.certificate import Certificate
from tests.dovecot import Dovecot, own_dovecot, running

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)


class Ledger:
    """What intake keeps: the keys on record and the cursor, both written only if the transaction holds."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.cursor: str | None = None

    async def unknown(self, keys: Sequence[str]) -> set[str]:
        return set(keys) - self.known

    def commit(self, batch: Batch) -> None:
        keys = [item.key for item in batch.items]
        assert not self.known & set(keys), "a key on record came again"
        assert len(keys) == len(set(keys))
        self.known.update(keys)
        self.cursor = batch.cursor

    async def take(self, source: ImapSource, now: datetime = NOW) -> list[Incoming | Unreadable]:
        """Poll and commit until there is no more."""
        items: list[Incoming | Unreadable] = []
        more = True
        while more:
            batch = await source.poll(self.cursor, self.unknown, now)
            self.commit(batch)
            items += batch.items
            more = batch.more
        return items


class Box:
    """One user's mailbox on Dovecot, with sources that are closed at the end."""

    def __init__(self, server: Dovecot) -> None:
        self.server = server
        self.user = server.new_user()
        self.sources: list[ImapSource] = []
        self.count = 0

    def source(self, **options: object) -> ImapSource:
        settings: dict[str, object] = {
            "inbox": "mail",
            "host": self.server.host,
            "port": self.server.port,
            "security": "none",
            "user": self.user,
            "password": self.server.password,
            "start": "all",
        }
        self.sources.append(ImapSource(**(settings | options)))  # type: ignore[arg-type]  # named where they matter
        return self.sources[-1]

    def deliver(
        self, count: int = 1, at: datetime | None = None, folder: str = "INBOX", *, size: int = 20
    ) -> list[str]:
        """Put mails there; gives their subjects, which are unique."""
        subjects = [f"Nummer {self.count + index}" for index in range(count)]
        self.count += count
        mails = [
            f"From: Kim <kim@kunde.example>\r\nSubject: {subject}\r\n\r\n{'x' * size}\r\n".encode()
            for subject in subjects
        ]
        self.server.append(self.user, mails, at, folder)
        return subjects

    @contextmanager
    def client(self, folder: str = "INBOX", *, write: bool = False) -> Iterator[Any]:
        """A second client in the mailbox."""
        client = self.server.connect(self.user)
        try:
            client.select_folder(folder, readonly=not write)
            yield client
        finally:
            client.logout()

    def subjects(self, folder: str = "INBOX") -> list[str]:
        """What lies in a folder."""
        with self.client(folder) as client:
            found = client.fetch(client.search("ALL"), ["BODY.PEEK[HEADER.FIELDS (SUBJECT)]"])
        return [
            next(value for key, value in item.items() if key.startswith(b"BODY")).decode()[9:].strip()
            for _, item in sorted(found.items())
        ]

    def flags(self) -> dict[int, tuple[bytes, ...]]:
        """All flags in the INBOX, and \\Recent, by UID."""
        with self.client() as client:
            return {uid: item[b"FLAGS"] for uid, item in client.fetch(client.search("ALL"), ["FLAGS"]).items()}

    def create(self, folder: str) -> None:
        """Make a folder."""
        with self.client() as client:
            client.create_folder(folder)


@pytest.fixture
async def box(dovecot: Dovecot) -> AsyncIterator[Box]:
    """An empty mailbox."""
    made = Box(dovecot)
    yield made
    for source in made.sources:
        await source.close()


@pytest.fixture
def ledger() -> Ledger:
    """Nothing on record."""
    return Ledger()


def titles(items: Sequence[Incoming | Unreadable]) -> list[str]:
    """The subjects of what was taken."""
    return [item.subject for item in items if isinstance(item, Incoming)]


# --- the first run


async def test_start_all_takes_what_is_there_in_order_and_lots(box: Box, ledger: Ledger) -> None:
    """Oldest first, at most a lot at a time, `more` while there is more."""
    subjects = box.deliver(7)
    source = box.source(batch=3)
    lots = []
    for _ in range(4):
        batch = await source.poll(ledger.cursor, ledger.unknown, NOW)
        ledger.commit(batch)
        lots.append((titles(batch.items), batch.more))
    assert lots == [(subjects[:3], True), (subjects[3:6], True), (subjects[6:], True), ([], False)]


async def test_start_now_takes_only_what_comes_from_here_on(box: Box, ledger: Ledger) -> None:
    """Also after another start of the daemon and after full comparisons."""
    box.deliver(3)
    source = box.source(start="now")
    assert await ledger.take(source) == []
    new = box.deliver(2)
    assert titles(await ledger.take(source)) == new
    again = box.source(start="now")
    assert await ledger.take(again, LATER) == []
    assert titles(await ledger.take(again, LATER)) == []


async def test_start_now_in_an_empty_mailbox(box: Box, ledger: Ledger) -> None:
    """The first mail ever is taken."""
    source = box.source(start="now")
    assert await ledger.take(source) == []
    new = box.deliver(1)
    assert titles(await ledger.take(source)) == new


@pytest.mark.parametrize("start", ["2026-02-10", "2026-02-10T01:00:00+01:00"])
async def test_start_date_goes_by_internaldate_to_the_second(box: Box, ledger: Ledger, start: str) -> None:
    """Whatever the order of the UIDs; what comes later is taken whatever its date."""
    box.deliver(1, datetime(2026, 2, 9, 23, 59, 59, tzinfo=UTC))
    exact = box.deliver(1, datetime(2026, 2, 10, tzinfo=UTC))
    box.deliver(1, datetime(2020, 1, 1, tzinfo=UTC))
    young = box.deliver(1, datetime(2026, 3, 1, tzinfo=UTC))
    source = box.source(start=start, batch=1)
    assert titles(await ledger.take(source)) == exact + young
    late = box.deliver(1, datetime(2019, 1, 1, tzinfo=UTC))
    assert titles(await ledger.take(source)) == late
    assert await ledger.take(source, LATER) == []


# --- what is new


async def test_incremental_by_uid_alone(box: Box, ledger: Ledger) -> None:
    """Neither \\Seen nor a date in the past hides a new mail."""
    source = box.source()
    await ledger.take(source)
    new = box.deliver(1, datetime(2001, 1, 1, tzinfo=UTC))
    with box.client(write=True) as client:
        client.add_flags(client.search("ALL"), ["\\Seen"])
    assert titles(await ledger.take(source)) == new


async def test_arrival_is_internaldate_in_utc_and_flags_come_along(box: Box, ledger: Ledger) -> None:
    """INTERNALDATE of another zone is the same instant; keywords are handed on."""
    at = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    with box.client(write=True) as client:
        client.append("INBOX", b"Subject: Urlaub\r\n\r\nHallo\r\n", ["$Junk", "\\Flagged"], at)
    (item,) = await ledger.take(box.source())
    assert isinstance(item, Incoming)
    assert item.at == at
    assert item.at.utcoffset() == timedelta(0)
    assert item.mail is not None
    assert {"$Junk", "\\Flagged"} <= set(item.mail.folder_flags)


async def test_a_sweep_finds_what_lies_below_the_cursor(box: Box, ledger: Ledger) -> None:
    """Every ten minutes, and after each connect, the whole folder is compared with the ledger."""
    subjects = box.deliver(3)
    source = box.source()
    items = await ledger.take(source)
    ledger.known.remove(items[0].key)
    assert await ledger.take(source, NOW + timedelta(minutes=9)) == []
    assert titles(await ledger.take(source, LATER)) == subjects[:1]
    ledger.known.remove(items[1].key)
    assert titles(await ledger.take(box.source(), LATER)) == subjects[1:2]


async def test_nothing_is_lost_when_the_transaction_after_a_poll_fails(box: Box, ledger: Ledger) -> None:
    """The same messages come again, under the same keys."""
    subjects = box.deliver(5)
    source = box.source(batch=2)
    first = await source.poll(None, ledger.unknown, NOW)
    again = await source.poll(None, ledger.unknown, NOW)
    assert [item.key for item in first.items] == [item.key for item in again.items]
    ledger.commit(again)
    lost = await source.poll(ledger.cursor, ledger.unknown, NOW)
    assert titles(lost.items) == subjects[2:4]
    assert titles(await ledger.take(source)) == subjects[2:]


async def test_what_somebody_expunged_meanwhile_is_skipped(box: Box, ledger: Ledger) -> None:
    """It was found by the search, then gone: no item, no error, no other message in its place."""
    subjects = box.deliver(6)
    source = box.source(batch=2)
    batch = await source.poll(None, ledger.unknown, NOW)
    ledger.commit(batch)
    with box.client(write=True) as client:
        client.delete_messages(client.search("ALL")[1:4])
        client.expunge()
    assert titles(await ledger.take(source)) == subjects[4:]


async def test_a_lot_keeps_to_its_budget_of_bytes(box: Box, ledger: Ledger) -> None:
    """At least one message, however large, but not more than the budget together."""
    box.deliver(4, size=1000)
    box.deliver(1, size=9000)
    box.deliver(1)
    source = box.source(batch_bytes=2500)
    sizes: list[int] = []
    for _ in range(5):
        batch = await source.poll(ledger.cursor, ledger.unknown, NOW)
        ledger.commit(batch)
        sizes.append(len(batch.items))
    assert (sizes, batch.more) == ([2, 2, 1, 1, 0], False)


async def test_a_message_above_the_limit_is_not_downloaded(box: Box, ledger: Ledger) -> None:
    """It is on record as unreadable with its header and its size, once; its neighbours come as always."""
    before, large, after = box.deliver(1), box.deliver(1, size=50_000), box.deliver(1)
    source = box.source(max_message=10_000)
    items = await ledger.take(source)
    assert titles(items) == before + after
    (stub,) = [item for item in items if isinstance(item, Unreadable)]
    assert large[0].encode() in stub.raw
    assert len(stub.raw) < 1000
    assert stub.reason.startswith("too large: 50")
    assert await ledger.take(source, LATER) == []


async def test_a_new_uidvalidity_is_a_new_folder(box: Box, ledger: Ledger) -> None:
    """Deleted and made again between two polls: everything comes under new keys, nothing is left out."""
    box.create("Support")
    old = box.deliver(2, folder="Support")
    source = box.source(folder="Support", start="2026-01-01")
    assert titles(await ledger.take(source)) == old
    with box.client() as client:
        client.delete_folder("Support")
        client.create_folder("Support")
    new = box.deliver(3, folder="Support")
    items = await ledger.take(source)
    assert titles(items) == new
    assert len({item.key.partition(":")[0] for item in items}) == 1
    assert await ledger.take(source, LATER) == []


async def test_a_new_uidvalidity_does_not_bring_back_what_was_never_ours(box: Box, ledger: Ledger) -> None:
    """With start = "now", the mails from before the first run are known by their dates."""
    box.create("Support")
    box.deliver(3, datetime(2025, 1, 1, tzinfo=UTC), folder="Support")
    source = box.source(folder="Support", start="now")
    assert await ledger.take(source) == []
    with box.client() as client:
        client.delete_folder("Support")
        client.create_folder("Support")
    box.deliver(3, datetime(2024, 12, 31, tzinfo=UTC), folder="Support")
    new = box.deliver(1, datetime(2025, 1, 2, tzinfo=UTC), folder="Support")
    assert titles(await ledger.take(source)) == new


async def test_huge_folders_are_searched_in_ranges(box: Box) -> None:
    """The answer to one SEARCH must fit imaplib's line: ranges give the same UIDs as one search."""
    box.deliver(35)
    account = Account(
        host=box.server.host,
        port=box.server.port,
        security="none",
        user=box.user,
        password=box.server.password,
        folder="INBOX",
        archive_folder="",
        ca_file=None,
    )
    for limit in (10, 7, 35, 36):
        connection = Connection(account, search_limit=limit)
        connection.select(write=False)
        assert connection.uids(0) == list(range(1, 36))
        assert connection.uids(33) == [34, 35]
        assert connection.uids(35) == []
        connection.logout()


async def test_mail_that_comes_during_a_lot_is_not_left_to_the_next_interval(box: Box, ledger: Ledger) -> None:
    """The server tells of it while we are busy; polling until there is no more takes it."""
    source = box.source(batch=2)
    first = box.deliver(2)
    batch = await source.poll(None, ledger.unknown, NOW)
    ledger.commit(batch)
    second = box.deliver(1)
    await source.settle([Settled(key=item.key, mdn=True) for item in batch.items])
    assert (titles(batch.items), batch.more) == (first, True)
    assert titles(await ledger.take(source)) == second


# --- what is left behind


async def test_the_mailbox_is_left_as_it_was_found(box: Box, ledger: Ledger) -> None:
    """No flag, not even \\Recent, and nothing moved, by polling and settling."""
    box.deliver(4)
    with box.client(write=True) as client:
        client.add_flags([1], ["\\Seen"])
        client.add_flags([2], ["\\Deleted", "Wichtig"])
    box.deliver(2)
    before = box.flags()
    assert sum(b"\\Recent" in flags for flags in before.values()) == 2
    source = box.source()
    items = await ledger.take(source)
    await source.settle([Settled(key=item.key) for item in items])
    await ledger.take(source, LATER)
    assert box.flags() == before


async def test_mdn_sent_is_marked_and_nothing_else(box: Box, ledger: Ledger) -> None:
    """RFC 8098 2.1; repeatable."""
    box.deliver(2)
    source = box.source()
    first, second = await ledger.take(source)
    for _ in range(2):
        await source.settle([Settled(key=first.key, mdn=True), Settled(key=second.key)])
    with box.client() as client:
        assert client.search("KEYWORD $MDNSent") == [1]


async def test_archiving_moves_after_the_commit(box: Box, ledger: Ledger) -> None:
    """To the named folder, with $MDNSent; what comes later too; settling twice does no harm."""
    box.create("Erledigt")
    subjects = box.deliver(3)
    source = box.source(archive_folder="Erledigt")
    items = await ledger.take(source)
    assert box.subjects() == subjects
    for _ in range(2):
        await source.settle([Settled(key=item.key, mdn=index == 0) for index, item in enumerate(items)])
    assert (box.subjects(), box.subjects("Erledigt")) == ([], subjects)
    with box.client("Erledigt") as client:
        assert len(client.search("KEYWORD $MDNSent")) == 1
    new = box.deliver(1)
    await source.settle([Settled(key=item.key) for item in await ledger.take(source)])
    assert box.subjects("Erledigt") == subjects + new


async def test_a_sweep_archives_what_a_crash_left(box: Box, ledger: Ledger) -> None:
    """On record but still in the folder: moved at the next full comparison; what was never ours stays."""
    box.create("Erledigt")
    foreign = box.deliver(1)
    await ledger.take(box.source(start="now", archive_folder="Erledigt"))
    ours = box.deliver(2)
    assert titles(await ledger.take(box.source(archive_folder="Erledigt"))) == ours
    new = box.deliver(1)
    assert titles(await ledger.take(box.source(archive_folder="Erledigt"), LATER)) == new
    assert box.subjects() == foreign + new
    assert box.subjects("Erledigt") == ours


async def test_keys_of_an_old_uidvalidity_touch_nothing(box: Box, ledger: Ledger) -> None:
    """The same UID means another message there (RFC 9051 2.3.1.1)."""
    for folder in ("Support", "Erledigt"):
        box.create(folder)
    box.deliver(1, folder="Support")
    source = box.source(folder="Support", archive_folder="Erledigt")
    (old,) = await ledger.take(source)
    with box.client() as client:
        client.delete_folder("Support")
        client.create_folder("Support")
    new = box.deliver(1, folder="Support")
    await ledger.take(source)
    await source.settle([Settled(key=old.key, mdn=True)])
    assert (box.subjects("Support"), box.subjects("Erledigt")) == (new, [])


async def test_a_missing_archive_folder_is_said_and_stops_no_intake(box: Box, ledger: Ledger) -> None:
    """No folder is made silently."""
    subjects = box.deliver(1)
    source = box.source(archive_folder="Erledigt")
    items = await ledger.take(source)
    with pytest.raises(Paused, match="'Erledigt' does not exist") as raised:
        await source.settle([Settled(key=item.key) for item in items])
    assert raised.value.alarm
    assert box.subjects() == subjects
    new = box.deliver(1)
    assert titles(await ledger.take(source, LATER)) == new


async def test_read_only_changes_nothing(box: Box, ledger: Ledger) -> None:
    """A dry run reads; it neither marks nor moves."""
    box.create("Erledigt")
    box.deliver(2)
    before = box.flags()
    source = box.source(archive_folder="Erledigt", read_only=True)
    items = await ledger.take(source)
    await source.settle([Settled(key=item.key, mdn=True) for item in items])
    assert box.flags() == before


@pytest.mark.slow
@pytest.mark.parametrize(("extensions", "left"), [("UIDPLUS", ["Nummer 1"]), ("", ["Nummer 0", "Nummer 1"])])
async def test_archiving_without_move(
    certificate: Certificate, ledger: Ledger, extensions: str, left: list[str]
) -> None:
    """UIDPLUS: copied and expunged by UID, what others marked deleted stays. Neither: copied once, left in place."""
    with own_dovecot(
        certificate, settings=f"protocol imap {{\n imap_capability = IMAP4rev1 {extensions}\n}}"
    ) as server:
        box = Box(server)
        box.create("Erledigt")
        box.deliver(2)
        with box.client(write=True) as client:
            client.add_flags([2], ["\\Deleted"])
        source = box.source(archive_folder="Erledigt", batch=1)
        batch = await source.poll(None, ledger.unknown, NOW)
        await source.settle([Settled(key=item.key) for item in batch.items])
        await source.close()
        ledger.commit(batch)
        again = box.source(archive_folder="Erledigt")
        await again.poll(ledger.cursor, ledger.unknown, LATER)
        await again.close()
        assert (box.subjects(), box.subjects("Erledigt")) == (left, ["Nummer 0"])


# --- waiting


async def test_idle_wakes_when_mail_comes(box: Box, ledger: Ledger) -> None:
    """Long before the poll interval is over; and again after that."""
    source = box.source()
    await ledger.take(source)
    for _ in range(2):
        waiting = asyncio.create_task(source.wait(300))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        new = box.deliver(1)
        async with asyncio.timeout(10):
            await waiting
        assert titles(await ledger.take(source)) == new


async def test_mail_that_came_before_the_wait_is_not_waited_for(box: Box, ledger: Ledger) -> None:
    """Between the search and IDLE: the wait ends at once."""
    source = box.source()
    await ledger.take(source)
    new = box.deliver(1)
    async with asyncio.timeout(10):
        await source.wait(300)
    assert titles(await ledger.take(source)) == new


async def test_wait_ends_in_time_without_news_and_the_connection_goes_on(box: Box, ledger: Ledger) -> None:
    """IDLE is left properly."""
    source = box.source()
    await ledger.take(source)
    async with asyncio.timeout(10):
        await source.wait(0.1)
    new = box.deliver(1)
    assert titles(await ledger.take(source)) == new


async def test_close_ends_a_wait_at_once(box: Box, ledger: Ledger) -> None:
    """Also where no connection was made yet."""
    source = box.source()
    await ledger.take(source)
    for waiter in (source, box.source()):
        waiting = asyncio.create_task(waiter.wait(300))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            await waiter.close()
            await waiting


async def test_a_cancelled_wait_leaves_a_source_that_works(box: Box, ledger: Ledger) -> None:
    """The connection in IDLE is given up, not reused out of step."""
    source = box.source()
    await ledger.take(source)
    waiting = asyncio.create_task(source.wait(300))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    new = box.deliver(1)
    assert titles(await ledger.take(source)) == new


# --- what goes wrong


async def test_a_wrong_password_is_an_alarm(box: Box, ledger: Ledger) -> None:
    """The line names server and user and says what to do, not the password."""
    source = box.source(password="falsch")
    with pytest.raises(Paused, match="refused the login of") as raised:
        await ledger.take(source)
    assert raised.value.alarm
    assert box.user in str(raised.value)
    assert "falsch" not in str(raised.value)


async def test_a_missing_folder_is_an_alarm_until_it_is_there(box: Box, ledger: Ledger) -> None:
    """The line names the folder."""
    source = box.source(folder="Beschwerden")
    with pytest.raises(Paused, match="folder 'Beschwerden'") as raised:
        await ledger.take(source)
    assert raised.value.alarm
    box.create("Beschwerden")
    new = box.deliver(1, folder="Beschwerden")
    assert titles(await ledger.take(source)) == new


async def test_nobody_listening_is_no_alarm(box: Box, ledger: Ledger) -> None:
    """Servers restart: the next turn tries again."""
    source = box.source(port=1)
    with pytest.raises(Paused, match="does not work") as raised:
        await ledger.take(source)
    assert not raised.value.alarm
    async with asyncio.timeout(5):
        await source.wait(0.01)


@pytest.mark.slow
async def test_a_restarted_server_loses_nothing(certificate: Certificate, ledger: Ledger) -> None:
    """Gone in the midst of a backlog and of IDLE: Paused meanwhile, then everything that is left, once."""
    home = Path(tempfile.mkdtemp(prefix="dovecot-"))
    with ExitStack() as cleaning, ExitStack() as serving:
        cleaning.callback(shutil.rmtree, home)
        server = serving.enter_context(running(home, certificate))
        box = Box(server)
        subjects = box.deliver(4)
        source = box.source(batch=2)
        ledger.commit(await source.poll(None, ledger.unknown, NOW))
        waiting = asyncio.create_task(source.wait(300))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(serving.close)
        async with asyncio.timeout(10):
            await waiting
        with pytest.raises(Paused) as raised:
            await source.poll(ledger.cursor, ledger.unknown, NOW)
        assert not raised.value.alarm
        serving.enter_context(running(home, certificate, port=server.port))
        assert titles(await ledger.take(source)) == subjects[2:]
        await source.close()


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_tls_is_verified(box: Box, ledger: Ledger, security: str) -> None:
    """With the right issuer it works; without it no password goes out and a person is told."""
    new = box.deliver(1)
    port = box.server.tls_port if security == "tls" else box.server.port
    with pytest.raises(Paused, match="certificate") as raised:
        await ledger.take(box.source(port=port, security=security))
    assert raised.value.alarm
    source = box.source(port=port, security=security, ca_file=box.server.ca_file)
    assert titles(await ledger.take(source)) == new
    waiting = asyncio.create_task(source.wait(300))
    await asyncio.sleep(0.05)
    new = box.deliver(1)
    async with asyncio.timeout(10):
        await waiting
    assert titles(await ledger.take(source)) == new


@pytest.mark.slow
async def test_starttls_is_required_where_it_is_configured(certificate: Certificate, ledger: Ledger) -> None:
    """A server that does not offer it gets no login."""
    with own_dovecot(certificate, settings="ssl = no") as server:
        box = Box(server)
        with pytest.raises(Paused, match="STARTTLS") as raised:
            await ledger.take(box.source(security="starttls", ca_file=server.ca_file))
        assert raised.value.alarm


async def test_probe_says_what_it_finds(box: Box) -> None:
    """One line; a missing archive folder is told by `Paused`."""
    box.deliver(2)
    assert await box.source().probe() == "2 messages in INBOX; IDLE, UIDPLUS, MOVE offered"
    with pytest.raises(Paused, match="Erledigt"):
        await box.source(archive_folder="Erledigt").probe()
    box.create("Erledigt")
    assert (await box.source(archive_folder="Erledigt").probe()).endswith("archive folder Erledigt is there")


async def test_people_are_known_by_their_mail(box: Box) -> None:
    """Nobody is asked."""
    assert await box.source().people(["kim@kunde.example"]) == ({}, 0)
