"""One mailbox on a real Dovecot, and what intake would remember of it, for the tests of ImapSource."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox_bot.channels.imap import ImapSource
from inbox_bot.model import Batch, Incoming, Unreadable
from tests.dovecot import Dovecot

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)


__all__ = ["LATER", "NOW", "Box", "Ledger", "box", "ledger", "titles"]


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
