"""What tests of every kind share: the real peers, and the real store on both databases."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from inbox_bot.store.database import Database, open_store

# The gate draws the same examples each time, and a busy machine is no fault; INBOX_BOT_EXPLORE=1 draws new ones.
settings.register_profile(
    "gate",
    deadline=None,
    derandomize=not os.environ.get("INBOX_BOT_EXPLORE"),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("gate")

pytest_plugins = [
    "tests.dovecot",
    "tests.postgres",
    "tests.first_release",
    "tests.crash.summary",
    "tests.faults.matrix",
]


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store; a test that takes it runs on both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'inbox.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the schema and no rows, to be copied: making the tables takes ten times as long."""

    async def made() -> None:
        store = open_store(f"sqlite:///{path}")
        await store.prepare()
        await store.close()

    path = tmp_path_factory.mktemp("empty") / "inbox.db"
    asyncio.run(made())
    assert [one.name for one in path.parent.iterdir()] == [path.name], "all of it is in this file"
    return path


@pytest.fixture
async def store(store_url: str, empty_sqlite: Path) -> AsyncIterator[Database]:
    """An empty store; a test that takes it runs on both databases."""
    if store_url.startswith("sqlite:///"):
        shutil.copy(empty_sqlite, store_url.removeprefix("sqlite:///"))  # with its mode
    opened = open_store(store_url)
    yield opened
    await opened.close()
