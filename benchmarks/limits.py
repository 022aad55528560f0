"""What this machine allows at all, one step at a time: fetch, parse, commit, submit; each figure is mails a second."""

import asyncio
import email.message
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from statistics import median

import aiosmtplib

from benchmarks.peers import Peers

_LOT = 100  # mails a FETCH, as the daemon does it


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Mails a second of each step, and of all four in a row."""

    fetch: float
    parse: float
    commit: float
    submit: float

    @property
    def together(self) -> float:
        """One mail takes all four steps."""
        return 1 / (1 / self.fetch + 1 / self.parse + 1 / self.commit + 1 / self.submit)


def measure(peers: Peers, mails: Sequence[bytes], answer: bytes, rounds: int) -> Limits:
    """Medians of `rounds` runs over these mails; `answer` is a typical mail of ours."""
    user = peers.mailbox(mails)
    path = peers.folder / "commits.db"

    def submit() -> None:
        asyncio.run(_submit(peers.sink.port, answer, len(mails)))
        peers.sink.clear()

    return Limits(
        fetch=_rate(lambda: _fetch(peers, user), len(mails), rounds),
        parse=_rate(lambda: _parse(mails), len(mails), rounds),
        commit=_rate(lambda: _commit(path, mails), len(mails), rounds),
        submit=_rate(submit, len(mails), rounds),
    )


def _rate(act: Callable[[], None], count: int, rounds: int) -> float:
    rates = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        rates.append(count / (time.perf_counter() - begun))
    return median(rates)


def _fetch(peers: Peers, user: str) -> None:
    with peers.dovecot.connect(user) as client:
        client.select_folder("INBOX", readonly=True)
        uids = client.search(["ALL"])
        for start in range(0, len(uids), _LOT):
            found = client.fetch(uids[start : start + _LOT], ["BODY.PEEK[]", "INTERNALDATE"])
            assert all(item[b"BODY[]"] for item in found.values())


def _parse(mails: Sequence[bytes]) -> None:
    for raw in mails:
        mail = message_from_bytes(raw, policy=default)
        assert isinstance(mail, email.message.EmailMessage)
        for name in ("From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Date"):
            str(mail[name])
        body = mail.get_body(("plain", "html"))
        assert body is not None
        body.get_content()
        for part in mail.iter_attachments():
            part.get_payload(decode=True)


def _commit(path: Path, mails: Sequence[bytes]) -> None:
    """One insert a commit, WAL, synchronous FULL: an fsync each."""
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path, isolation_level=None)
    try:
        assert database.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE mails (id INTEGER PRIMARY KEY, name TEXT UNIQUE, text BLOB)")
        for place, raw in enumerate(mails):
            database.execute("INSERT INTO mails (name, text) VALUES (?, ?)", (f"<{place}@post.example>", raw[:2000]))
    finally:
        database.close()
    for left in path.parent.glob(path.name + "*"):
        left.unlink()


async def _submit(port: int, answer: bytes, count: int) -> None:
    """One connection, one mail after the other."""
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False) as client:
        for place in range(count):
            await client.sendmail("hilfe@acme.example", [f"kunde{place}@post.example"], answer)
