"""A TCP proxy on loopback that fails as networks do; it understands nothing of what passes, so TLS passes too."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

_CHUNK = 16 * 1024
Lost = Literal["reset", "half", "noise", "silence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What the proxy says itself instead of passing something on; b"" = it swallows it. `hang_up` after it."""

    octets: bytes = b""
    hang_up: bool = False


@dataclass(slots=True, kw_only=True)
class Proxy:
    """What may be set at any time, for connections old and new; `heal` undoes all of it.

    `latency` (seconds) and `bandwidth` (octets a second) hold in both directions. `cut_up`, `cut_down`: reset a
    connection when so many octets went to the server or came from it, the last of them included. `black_hole`: takes
    connections and answers nothing. `half_open`: what the server says is lost, its end too. `garbage`: noise instead
    of what it says. `lose_reply_to`: once a client has said this, the server's next words are lost: what
    the client sees of them is `lost_as`, a reset at once or after half of them, noise, or nothing. `interfere` is asked
    for each piece that a client says. `connections` counts those made.
    """

    port: int = 0
    to_port: int = 0
    connections: int = 0
    latency: float = 0.0
    bandwidth: int = 0
    cut_up: int | None = None
    cut_down: int | None = None
    black_hole: bool = False
    half_open: bool = False
    garbage: bool = False
    lose_reply_to: bytes = b""
    lost_as: Lost = "reset"
    interfere: Callable[[bytes], Word | None] = lambda said: None
    _server: asyncio.Server | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    def heal(self) -> None:
        """Pass everything on again; connections that hang in a fault end."""
        self.latency, self.bandwidth, self.cut_up, self.cut_down = 0.0, 0, None, None
        self.black_hole = self.half_open = self.garbage = False
        self.lose_reply_to, self.lost_as, self.interfere = b"", "reset", lambda said: None
        self.cut()

    def cut(self) -> None:
        """Reset every connection."""
        for task in self._open:
            task.cancel()

    async def up(self) -> None:
        """Take connections; the port stays the same."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Refuse connections and reset those that there are."""
        assert self._server is not None
        self._server.close()
        self.cut()
        if self._open:
            await asyncio.wait(set(self._open))

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._pass(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.black_hole:
            await asyncio.Event().wait()
        there, server = await asyncio.open_connection("127.0.0.1", self.to_port)
        lost = asyncio.Event()
        up = asyncio.create_task(self._up(reader, server, writer, lost), name="to the server")
        down = asyncio.create_task(self._down(there, writer, lost), name="from the server")
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            if self.half_open and down.done():
                await up
        finally:
            for task in (up, down):
                task.cancel()
            server.transport.abort()
            await asyncio.gather(up, down, return_exceptions=True)

    async def _up(
        self,
        reader: asyncio.StreamReader,
        server: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
        lost: asyncio.Event,
    ) -> None:
        passed, tail = 0, b""
        while piece := await reader.read(_CHUNK):
            word = self.interfere(piece)
            if word is not None:
                client.write(word.octets)
                if word.hang_up:
                    with suppress(OSError):
                        await client.drain()
                    client.close()
                    return
                continue
            await self._slowly(len(piece))
            passed += len(piece)
            cut = self.cut_up is not None and passed >= self.cut_up
            server.write(piece[: len(piece) - (passed - (self.cut_up or 0))] if cut else piece)
            if cut:
                return
            tail = (tail + piece)[-_CHUNK:]
            if self.lose_reply_to and self.lose_reply_to in tail:
                lost.set()

    async def _down(self, there: asyncio.StreamReader, client: asyncio.StreamWriter, lost: asyncio.Event) -> None:
        passed = 0
        while piece := await there.read(_CHUNK):
            if self.half_open or (lost.is_set() and self.lost_as == "silence"):
                continue
            if lost.is_set() and self.lost_as != "noise":
                client.write(piece[: len(piece) // 2] if self.lost_as == "half" else b"")
                await client.drain()
                return
            await self._slowly(len(piece))
            passed += len(piece)
            if self.cut_down is not None and passed >= self.cut_down:
                client.write(piece[: len(piece) - (passed - self.cut_down)])
                with suppress(OSError):
                    await client.drain()
                return
            client.write(os.urandom(len(piece)) + b"\r\n" if self.garbage or lost.is_set() else piece)

    async def _slowly(self, octets: int) -> None:
        seconds = self.latency + (octets / self.bandwidth if self.bandwidth else 0.0)
        if seconds:
            await asyncio.sleep(seconds)


@asynccontextmanager
async def proxy(to_port: int) -> AsyncIterator[Proxy]:
    """A proxy before a loopback port as long as the block lasts."""
    between = Proxy(to_port=to_port)
    await between.up()
    try:
        yield between
    finally:
        await between.down()
