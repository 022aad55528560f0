"""The peers of a play, each of which tells a trap what moment of its protocol has come: IMAP proxy, X, SMTP sink."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from inbox_bot.sandbox.x import Dm, Post, User, World

Told = Callable[[str], None]


class WatchedWorld(World):
    """X that tells when it has stored something of ours and not yet answered."""

    def __init__(self, clock: Callable[[], float], told: Told) -> None:
        super().__init__(clock=clock)
        self._told = told
        self.elsewhere = False  # the team itself writes now, in X's app

    def post(self, user: User, text: str, **how: object) -> Post:
        made = super().post(user, text, **how)  # type: ignore[arg-type]  # the caller's keywords are World's
        if user is self.me and not self.elsewhere:
            self._told("x.post")
        return made

    def dm(self, user: User, text: str, **how: object) -> Dm:
        made = super().dm(user, text, **how)  # type: ignore[arg-type]  # likewise
        if user is self.me and not self.elsewhere:
            self._told("x.dm")
        return made


@dataclass(slots=True)
class _Talk:
    """One client's connection: the verbs of commands that have no answer yet, by tag."""

    told: Told
    waiting: dict[bytes, str] = field(default_factory=dict)
    unread: bytes = b""
    tail: bytes = b"\r\n"

    def asked(self, data: bytes) -> list[str]:
        """Verbs of the commands that these octets complete."""
        *lines, self.unread = (self.unread + data).split(b"\r\n")
        found = []
        for line in lines:
            tag, *words = line.upper().split(b" ", 3)
            if words[:1] == [b"UID"]:
                del words[0]
            if words:  # else DONE, which ends an IDLE
                verb = {b"EXAMINE": "select"}.get(words[0], words[0].decode("latin-1").lower())
                self.waiting[tag] = verb
                found.append(verb)
        return found

    def answered(self, data: bytes) -> list[str]:
        """Verbs of the commands that these octets end."""
        seen = self.tail + data
        done = [tag for tag in self.waiting if b"\r\n" + tag + b" " in seen.upper()]
        self.tail = seen[-64:]
        return [self.waiting.pop(tag) for tag in done]


@asynccontextmanager
async def imap_proxy(port: int, told: Told) -> AsyncIterator[int]:
    """Passes everything on to the server at `port`; gives its own port."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        talk = _Talk(told)
        # asyncio's own callback trips over a cancelled task of its server
        with suppress(OSError, asyncio.CancelledError):
            upward, downward = await asyncio.open_connection("127.0.0.1", port)
            try:
                up = asyncio.ensure_future(_pass_on(reader, downward, talk.asked, told, "sent"))
                down = asyncio.ensure_future(_pass_on(upward, writer, talk.answered, told, "done"))
                await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
                for one in (up, down):
                    one.cancel()
                await asyncio.gather(up, down, return_exceptions=True)
            finally:
                downward.close()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pass_on(
    source: asyncio.StreamReader,
    target: asyncio.StreamWriter,
    read: Callable[[bytes], list[str]],
    told: Told,
    when: str,
) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            verbs = read(data)
            if when == "done":  # before the client has it
                for verb in verbs:
                    told(f"imap.{verb}.{when}")
            target.write(data)
            await target.drain()
            if when == "sent":  # after the server has it
                for verb in verbs:
                    told(f"imap.{verb}.{when}")
