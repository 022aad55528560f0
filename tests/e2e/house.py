"""Runs the real `inbox-bot` as a subprocess on a configuration made for one test."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import forked

if TYPE_CHECKING:  # the mailbox tests load nothing of the sandbox
    from inbox_bot.sandbox.x import World

_SECONDS = 180  # far above what any run here takes; a hang fails the test instead of stopping the suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A finished command."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """Its output, read."""
        return json.loads(self.out)


@dataclass(slots=True, kw_only=True)
class Running:
    """A daemon under way; `err` grows while it runs."""

    process: asyncio.subprocess.Process
    err: list[str] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, words: str, seconds: float = 60) -> None:
        """Wait until a line of its log holds these words."""
        async with asyncio.timeout(seconds):
            while not any(words in line for line in self.err):
                self._changed.clear()
                await self._changed.wait()

    async def stop(self, how: int = signal.SIGTERM, seconds: float = 30) -> int:
        """Send a signal; gives the exit status."""
        self.process.send_signal(how)
        try:
            async with asyncio.timeout(seconds):
                return await self.process.wait()
        except TimeoutError:
            self.process.send_signal(signal.SIGABRT)  # with PYTHONFAULTHANDLER it says where it hangs
            await self.process.wait()
            raise AssertionError("\n".join(["the daemon does not end", *self.err])) from None

    async def read(self) -> None:
        """Collect the log until it ends."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.err.append(line.decode(errors="replace").rstrip("\n"))
            self._changed.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A folder with a configuration; commands run there."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "inbox-bot.toml"

    async def run(self, *arguments: str, given: str = "") -> Ran:
        """Run one command to its end; `given` is its standard input."""
        ran = await asyncio.to_thread(
            forked.run, arguments, folder=self.folder, environment=self._environment(),
            given=given.encode(), seconds=_SECONDS,
        )  # fmt: skip
        return Ran(status=ran.status, out=ran.out.decode(), err=ran.err.decode(errors="replace"))

    async def started(self, *arguments: str) -> Ran:
        """As `run`, in a process really started: what its environment says counts from its first moment."""
        process = await self._start(*arguments)
        async with asyncio.timeout(_SECONDS):
            out, err = await process.communicate()
        assert process.returncode is not None
        return Ran(status=process.returncode, out=out.decode(), err=err.decode(errors="replace"))

    async def json(self, *arguments: str) -> Any:
        """Run a command with --json and read what it prints; it may say 1 where something is not in order."""
        ran = await self.run(*arguments, "--json")
        assert ran.status in (0, 1), ran.err
        assert not ran.err, ran.err
        return ran.json()

    def _environment(self) -> dict[str, str]:
        config = {"INBOX_BOT_CONFIG": str(self.config)}
        return {**os.environ, **config, "PYTHONFAULTHANDLER": "1", **self.environment}

    async def _start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "inbox_bot", *arguments,
            cwd=self.folder, env=self._environment(), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    @asynccontextmanager
    async def daemon(self, *arguments: str) -> AsyncIterator[Running]:
        """`inbox-bot run` while the block lasts; killed at its end where it still runs."""
        running = Running(process=await self._start("run", *arguments))
        reading = asyncio.create_task(running.read(), name="log of the daemon")
        try:
            yield running
        finally:
            if running.process.returncode is None:
                running.process.kill()
            await running.process.wait()
            await reading
            # The transport's pipes close with the process; waiting for the reader leaves none behind.


def write_config(
    folder: Path,
    *,
    imap: tuple[int, str, str] | None = None,
    smtp_port: int = 0,
    x: "tuple[str, World] | None" = None,
    database: str = "",
    start: str = "all",
    coalesce_seconds: float = 1,
    hold_seconds: float = 1,
    max_age_hours: float = 72,
    poll_seconds: float = 60,
    more: str = "",
    environment: Mapping[str, str] | None = None,
) -> House:
    """Write the configuration. `imap`: (port, user, password); `x`: (base URL, world)."""
    text = f"""
[brand]
name = "Acme"
language = "de"
timezone = "Europe/Berlin"

[database]
url = "{database or "sqlite:///inbox.db"}"

[security]
key_file = "{folder / "keys"}"

[acknowledge]
public_per_hour = 1000
max_age_hours = {max_age_hours}
coalesce_seconds = {coalesce_seconds}
"""
    if x is not None:
        url, world = x
        text += f"""
[[inbox]]
name = "x"
channel = "twitter"
start = "{start}"
base_url = "{url}"
consumer_key = "{world.account.consumer_key}"
consumer_secret = "{world.account.consumer_secret}"
access_token = "{world.account.access_token}"
access_token_secret = "{world.account.access_token_secret}"
poll_seconds = {poll_seconds}
dm_poll_seconds = {poll_seconds}
hold_seconds = {hold_seconds}
spend_limit_usd = 100000
"""
    if imap is not None:
        text += email_inbox("mail", "hilfe@acme.example", imap, smtp_port, start=start, poll_seconds=poll_seconds)
    path = folder / "inbox-bot.toml"
    path.touch(0o600)
    path.write_text(text + more)
    return House(folder=folder, environment=environment or {})


def email_inbox(
    name: str,
    address: str,
    imap: tuple[int, str, str],
    smtp_port: int,
    *,
    start: str = "all",
    poll_seconds: float = 60,
) -> str:
    """The section of one mailbox."""
    port, user, password = imap
    return f"""
[[inbox]]
name = "{name}"
channel = "email"
start = "{start}"
address = "{address}"
form_senders = ["formular@acme.example"]

[inbox.imap]
host = "127.0.0.1"
port = {port}
security = "none"
user = "{user}"
password = "{password}"
poll_seconds = {poll_seconds}

[inbox.smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
"""
