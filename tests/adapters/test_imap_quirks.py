"""ImapSource against servers that lack what most have, or do it in their own way."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from inbox_bot.channels.imap import ImapSource
from inbox_bot.errors import Paused
from inbox_bot.model import Settled
from inbox_bot.sandbox.mail import mailboxes
from tests.adapters.imap_box import LATER, NOW, Box, Ledger, titles
from tests.certificate import Certificate
from tests.dovecot import Dovecot, own_dovecot
from tests.imapfilter import Rewrite, imap_filter

# --- extensions


@pytest.fixture(scope="module")
def bare(certificate: Certificate) -> Iterator[Dovecot]:
    """A Dovecot that offers nothing beyond RFC 3501."""
    with own_dovecot(certificate, settings="protocol imap {\n imap_capability = IMAP4rev1\n}") as server:
        yield server


@pytest.fixture
async def bare_box(bare: Dovecot) -> AsyncIterator[Box]:
    """An empty mailbox there."""
    made = Box(bare)
    yield made
    for source in made.sources:
        await source.close()


@pytest.mark.slow
async def test_a_server_without_any_extension(bare_box: Box, ledger: Ledger) -> None:
    """No IDLE, MOVE, UIDPLUS, NAMESPACE, ENABLE: mail is taken, receipts marked, and `check` says what is missing."""
    source = bare_box.source()
    expected = bare_box.deliver(2)
    items = await ledger.take(source)
    assert titles(items) == expected
    await source.settle([Settled(key=item.key, mdn=True) for item in items])
    assert all(b"$MDNSent" in flags for flags in bare_box.flags().values())
    await source.wait(0.05)  # returns by itself: there is nothing to wait on
    expected = bare_box.deliver()
    assert titles(await ledger.take(source)) == expected
    assert "not offered: IDLE, UIDPLUS, MOVE" in await source.probe()


# --- what SELECT does not say


def without(pattern: bytes, instead: bytes = b"") -> Rewrite:
    """Replaces each server line that has the pattern."""
    found = re.compile(pattern)
    return lambda line: instead if found.search(line) else line


async def test_without_uidnext_the_first_run_still_begins_now(box: Box, ledger: Ledger) -> None:
    """RFC 3501 made it optional: what was there stays untouched, what comes is taken; also in an empty folder."""
    empty = Box(box.server)
    box.deliver(2)
    async with imap_filter(box.server.port, without(rb"UIDNEXT")) as port:
        for one, known in ((box, ledger), (empty, Ledger())):
            source = one.source(port=port, start="now")
            assert await known.take(source) == []
            expected = one.deliver()
            assert titles(await known.take(source)) == expected
            await source.close()


async def test_without_uidvalidity_nothing_is_guessed(box: Box, ledger: Ledger) -> None:
    """Without it no UID means anything for long: an alarm that says so, no crash."""
    box.deliver()
    async with imap_filter(box.server.port, without(rb"UIDVALIDITY")) as port:
        source = box.source(port=port)
        with pytest.raises(Paused, match="UIDVALIDITY") as stopped:
            await ledger.take(source)
        assert stopped.value.alarm
        await source.close()


@pytest.mark.parametrize("said", [b"", b"* OK [PERMANENTFLAGS (\\Seen \\Deleted)] Limited\r\n"])
async def test_a_server_that_keeps_no_keywords(box: Box, ledger: Ledger, said: bytes) -> None:
    """No `\\*` in PERMANENTFLAGS, or none at all: the keyword is not set, and nothing is taken again for that."""
    box.deliver()
    async with imap_filter(box.server.port, without(rb"PERMANENTFLAGS", said)) as port:
        source = box.source(port=port)
        items = await ledger.take(source)
        await source.settle([Settled(key=item.key, mdn=True) for item in items])
        assert await ledger.take(source, LATER) == []
        assert "keyword $MDNSent" in await source.probe()
        await source.close()
    assert not any(b"$MDNSent" in flags for flags in box.flags().values())


@pytest.mark.parametrize(
    ("written", "at"),
    [
        (b'"01-Jan-1970 00:00:00 +0000"', datetime(1970, 1, 1, tzinfo=UTC)),
        (b'"01-Jan-2099 12:00:00 +0200"', datetime(2099, 1, 1, 10, tzinfo=UTC)),
        (b'"31-Dec-9999 23:59:59 -1200"', NOW),
        (b'"99-Foo-2026 12:00:00 +0000"', NOW),
        (b"NIL", NOW),
    ],
)
async def test_any_internaldate_is_taken(box: Box, ledger: Ledger, written: bytes, at: datetime) -> None:
    """A date that no calendar has stops no inbox: then the message came now. (Intake sets a future one right.)"""

    def rewrite(line: bytes) -> bytes:
        return re.sub(rb'(INTERNALDATE )"[^"]*"', rb"\1" + written, line)

    box.deliver()
    async with imap_filter(box.server.port, rewrite) as port:
        source = box.source(port=port)
        (item,) = await ledger.take(source)
        assert item.at == at
        await source.close()


# --- folders


@pytest.mark.parametrize("folder", ["Störung & Café", "Kunden/日本", "a&b", '100 % "neu"', "Tab\\ und mehr"])
async def test_folders_of_any_name(box: Box, ledger: Ledger, folder: str) -> None:
    """Modified UTF-7 (RFC 3501 5.1.3) for folder and archive, `&`, quotes and backslashes included."""
    archive = f"{folder} ✓"
    for name in (folder, archive):
        box.create(name)
    with box.client(folder) as client:
        client.append(folder, b"From: kim@kunde.example\r\nSubject: Nummer 0\r\n\r\nHallo\r\n")
    source = box.source(folder=folder, archive_folder=archive)
    assert "archive folder" in await source.probe()
    items = await ledger.take(source)
    assert titles(items) == ["Nummer 0"]
    await source.settle([Settled(key=item.key) for item in items])
    assert (box.subjects(folder), box.subjects(archive)) == ([], ["Nummer 0"])


@pytest.mark.slow
async def test_another_separator_and_a_prefix(certificate: Certificate, ledger: Ledger) -> None:
    """Names are the server's own; one that it does not have is answered with those that it has."""
    settings = "namespace inbox {\n separator = .\n prefix = INBOX.\n}"
    with own_dovecot(certificate, settings=settings) as server:
        box = Box(server)
        box.create("INBOX.Erledigt")
        expected = box.deliver()
        wrong = box.source(archive_folder="Erledigt")
        with pytest.raises(Paused, match=r"'INBOX\.Erledigt'"):
            await wrong.probe()
        missing = box.source(folder="Kunden/Neu")
        with pytest.raises(Paused, match=r"'INBOX\.Erledigt'.*separator '\.'"):
            await ledger.take(missing)
        source = box.source(archive_folder="INBOX.Erledigt")
        items = await ledger.take(source)
        assert titles(items) == expected
        await source.settle([Settled(key=item.key) for item in items])
        assert box.subjects("INBOX.Erledigt") == expected
        for one in box.sources:
            await one.close()


async def test_an_archive_that_only_holds_folders_is_none(box: Box, ledger: Ledger) -> None:
    """\\Noselect: it is listed, but takes no mail."""
    box.create("Ablage/2026")
    with pytest.raises(Paused, match="does not exist") as stopped:
        await box.source(archive_folder="Ablage").probe()
    assert stopped.value.alarm


@pytest.mark.slow
async def test_a_folder_that_may_only_be_read(certificate: Certificate, ledger: Ledger) -> None:
    """Everything is taken, once; marking is left, archiving is said to be impossible; the connection stays."""
    settings = "mail_plugins = acl\nplugin {\n acl = vfile:%s\n}"
    with own_dovecot(certificate, settings=settings % "/dev/null") as server:
        box = Box(server)
        box.create("Erledigt")
        expected = box.deliver(2)
        rights = server.home / "mail" / box.user / "dovecot-acl"
        rights.write_text("owner lr\n")
        server._own(rights)
        source = box.source()
        items = await ledger.take(source)
        assert titles(items) == expected
        await source.settle([Settled(key=item.key, mdn=True) for item in items])
        assert await ledger.take(source, LATER) == []
        assert source._connection.opened == 1
        archiving = box.source(archive_folder="Erledigt")
        with pytest.raises(Paused, match="read only") as stopped:
            await archiving.probe()
        assert stopped.value.alarm
        assert await ledger.take(archiving, LATER) == []
        with pytest.raises(Paused, match="read only"):
            await archiving.settle([Settled(key=item.key) for item in items])
        for one in box.sources:
            await one.close()


# --- a second server


async def test_pymap_gives_the_same(ledger: Ledger) -> None:
    """Another implementation: it has no keywords and says so; order, marks and archive are as on Dovecot."""
    async with mailboxes({"hilfe": "sesame"}) as server:
        await server.create("hilfe", "Übersicht & Co")
        for number in range(3):
            mail = f"From: kim@kunde.example\r\nSubject: Nummer {number}\r\n\r\nHallo\r\n".encode()
            await server.append("hilfe", mail, NOW)
        source = ImapSource(
            inbox="mail",
            host=server.host,
            port=server.port,
            security="none",
            user="hilfe",
            password="sesame",
            start="all",
            archive_folder="Übersicht & Co",
        )
        items = await ledger.take(source)
        assert titles(items) == ["Nummer 0", "Nummer 1", "Nummer 2"]
        await source.settle([Settled(key=item.key, mdn=True) for item in items])
        assert await ledger.take(source, LATER) == []
        assert "0 messages" in await source.probe()
        await source.close()
