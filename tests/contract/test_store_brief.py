"""The store of short commands: the same queries, the same file, the same errors."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_bot.errors import StoreError
from inbox_bot.records import Agent
from inbox_bot.store.brief import open_brief
from inbox_bot.store.database import open_store

ANNA = Agent(
    id=-1, name="anna", initials="AB", address="anna@acme.example", created_at=datetime(2026, 3, 9, tzinfo=UTC)
)


async def test_what_a_command_writes_the_daemon_reads(tmp_path: Path) -> None:
    """Both work on one file, made with mode 0600 by whoever comes first."""
    path = tmp_path / "inbox.db"
    brief, whole = open_brief(f"sqlite:///{path}"), open_store(f"sqlite:///{path}")
    async with brief.write() as tx:
        await tx.save_agent(ANNA)
    async with whole.read() as tx:
        assert [agent.name for agent in await tx.agents()] == ["anna"]
    assert path.stat().st_mode & 0o777 == 0o600
    await brief.close()
    await whole.close()


async def test_a_block_that_fails_changes_nothing(tmp_path: Path) -> None:
    """An error rolls the transaction back."""
    store = open_brief(f"sqlite:///{tmp_path / 'inbox.db'}")

    async def fails() -> None:
        async with store.write() as tx:
            await tx.save_agent(ANNA)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    async with store.read() as tx:
        assert await tx.agents() == []
    await store.close()


async def test_reading_cannot_write(tmp_path: Path) -> None:
    """A transaction that only reads refuses a write in one line."""
    store = open_brief(f"sqlite:///{tmp_path / 'inbox.db'}")
    with pytest.raises(StoreError, match="cannot be written"):
        async with store.read() as tx:
            await tx.save_agent(ANNA)
    await store.close()


async def test_a_missing_file_is_not_made_unasked(tmp_path: Path) -> None:
    """`create` False says that there is no database."""
    with pytest.raises(StoreError, match="there is no database"):
        open_brief(f"sqlite:///{tmp_path / 'none.db'}", create=False)
