"""Runs the real `inbox-bot run --once` over a mailbox and says how fast it was and how much memory it took."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from benchmarks.letters import Known, Post
from benchmarks.peers import Peers
from benchmarks.stored import fill
from tests.e2e.house import House, write_config

_PLACE = re.compile(r"<\d+\.(\d+)@post\.example>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One `run --once`: wall seconds and the highest resident memory in MiB."""

    seconds: float
    memory: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A whole measurement. `rate`: mails a second without the program's start; `answers`: mails at the sink."""

    rate: float
    rate_with_start: float
    memory: float
    answers: int


class Bench:
    """Measures with the same peers; databases that are filled once are copied for each run."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._runs = 0

    def filled(self, messages: int) -> Path | None:
        """A database with so many messages; None for none."""
        if not messages:
            return None
        path = self._peers.folder / f"stored{messages}.db"
        if not path.exists():
            asyncio.run(fill(path, messages, 7, _now()))
        return path

    def run(self, count: int, stored: Path | None, seed: int) -> Run:
        """`count` mails in two rounds, the second one answering what reached the sink in the first."""
        peers, post = self._peers, Post(seed, count)
        peers.sink.clear()
        user = peers.mailbox([])
        house = self._house(user, stored)
        try:
            idle = once(house)
            peers.deliver(user, list(post.mails(post.first, _now(), {})))
            first = once(house)
            known = _acknowledgements(peers.sink.mails(house.folder))
            peers.deliver(user, list(post.mails(post.second, _now(), known)))
            second = once(house)
            wall = first.seconds + second.seconds
            return Run(
                rate=count / (wall - 2 * idle.seconds),
                rate_with_start=count / wall,
                memory=max(first.memory, second.memory),
                answers=peers.sink.count(),
            )
        finally:
            shutil.rmtree(house.folder)

    def _house(self, user: str, stored: Path | None) -> House:
        self._runs += 1
        folder = self._peers.folder / f"run{self._runs}"
        folder.mkdir()
        if stored is not None:
            shutil.copy(stored, folder / "inbox.db")
        return write_config(
            folder,
            imap=(self._peers.dovecot.port, user, self._peers.dovecot.password),
            smtp_port=self._peers.sink.port,
            coalesce_seconds=0,
        )


def once(house: House) -> Pass:
    """Run it to its end; fails where it says that something needs a person."""
    environment = {**os.environ, "INBOX_BOT_CONFIG": str(house.config)}
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "inbox_bot", "run", "--once"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        peak = [0.0]
        watcher = threading.Thread(target=_watch, args=(process, peak), name="memory")
        watcher.start()
        said, _ = process.communicate()
        seconds = time.perf_counter() - begun
        watcher.join()
    if process.returncode:
        sys.exit(f"run --once ended with {process.returncode}:\n{said}")
    return Pass(seconds=seconds, memory=peak[0])


def _watch(process: "subprocess.Popen[str]", peak: list[float]) -> None:
    """The kernel keeps the peak itself (VmHWM); it must be read before the process is gone."""
    path = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        try:
            found = re.search(r"VmHWM:\s+(\d+) kB", path.read_text())
        except OSError:
            return
        if found:
            peak[0] = int(found[1]) / 1024
        time.sleep(0.05)


def _acknowledgements(mails: list[tuple[list[str], bytes]]) -> dict[int, Known]:
    known: dict[int, Known] = {}
    for _, raw in mails:
        mail = message_from_bytes(raw, policy=default)
        if found := _PLACE.match(str(mail["In-Reply-To"])):
            known[int(found[1])] = Known(subject=str(mail["Subject"]), message_id=str(mail["Message-ID"]))
    return known


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # the edge: mails must be young
