"""What tests of every kind share: the real peers, and the real store on both databases."""

import os
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

pytest_plugins = ["tests.dovecot", "tests.postgres", "tests.crash.summary", "tests.faults.matrix"]


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store; a test that takes it runs on both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'inbox.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Database]:
    """An empty store; a test that takes it runs on both databases."""
    opened = open_store(store_url)
    yield opened
    await opened.close()
