"""ImapSource against a real Dovecot: what it leaves behind in the mailbox."""

import pytest

from inbox_bot.errors import Paused
from inbox_bot.model import Settled
from tests.adapters.imap_box import LATER, NOW, Box, Ledger, titles
from tests.certificate import Certificate
from tests.dovecot import own_dovecot

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
