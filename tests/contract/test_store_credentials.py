"""Sealed tokens in the store: the newest is read by every process."""

from pathlib import Path

from sqlalchemy import select

from inbox_bot.store.database import Database, open_store
from inbox_bot.store.schema import credentials
from inbox_bot.store.scratch import copy
from tests.contract.store_builders import MINUTE, NOW


async def test_the_newest_is_kept(store: Database, store_url: str) -> None:
    """By inbox and purpose; what comes later replaces it; another process reads the same bytes."""
    async with store.read() as tx:
        assert await tx.credential("mail", "imap") is None
    async with store.write() as tx:
        await tx.keep_credential("mail", "imap", b"\x00\xff1", NOW)
        await tx.keep_credential("mail", "smtp", b"other", NOW)
    async with store.write() as tx:
        await tx.keep_credential("mail", "imap", b"\x00\xff2", NOW + MINUTE)
    other = open_store(store_url)
    async with other.read() as tx:
        assert await tx.credential("mail", "imap") == b"\x00\xff2"
        assert await tx.credential("mail", "smtp") == b"other"
        assert await tx.credential("x", "imap") is None
    async with other.reader.connect() as connection:
        times = (await connection.execute(select(credentials.c.changed_at).order_by(credentials.c.purpose))).scalars()
        assert list(times) == [NOW + MINUTE, NOW]
    await other.close()


async def test_a_rehearsal_gets_no_tokens(store: Database, store_url: str, tmp_path: Path) -> None:
    """A scratch copy lies in a temporary folder and has no use for them."""
    async with store.write() as tx:
        await tx.keep_credential("mail", "imap", b"sealed", NOW)
    target = f"sqlite:///{tmp_path / 'scratch.db'}"
    await copy(store_url, target)
    scratch = open_store(target)
    async with scratch.read() as tx:
        assert await tx.credential("mail", "imap") is None
    await scratch.close()
