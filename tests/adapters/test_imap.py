"""ImapSource against a real Dovecot: what it takes, in which order, and when."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from inbox_bot.channels.imap_connection import Connection
from inbox_bot.channels.imap_login import Account
from inbox_bot.model import Incoming, Settled, Unreadable
from tests.adapters.imap_box import LATER, NOW, Box, Ledger, titles

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
    box.deliver(1, NOW - timedelta(hours=1), folder="Support")
    box.deliver(1, datetime(2024, 1, 1, tzinfo=UTC), folder="Support")  # moved here last
    source = box.source(folder="Support", start="now")
    assert await ledger.take(source) == []
    with box.client() as client:
        client.delete_folder("Support")
        client.create_folder("Support")
    box.deliver(3, datetime(2024, 12, 31, tzinfo=UTC), folder="Support")
    box.deliver(1, NOW - timedelta(hours=1), folder="Support")
    new = box.deliver(1, NOW - timedelta(minutes=59), folder="Support")
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
