"""An IMAP server that lacks or twists what Dovecot has: passes lines through and lets a test rewrite the server's."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Rewrite = Callable[[bytes], bytes]
"""From a line of the server (with CRLF, no literal) to what the client gets; b"" = nothing."""

_LITERAL = re.compile(rb"\{(\d+)\}\r\n$")


@asynccontextmanager
async def imap_filter(port: int, rewrite: Rewrite) -> AsyncIterator[int]:
    """A port on loopback that leads to the server on `port`."""
    talks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        theirs, ours = await asyncio.open_connection("127.0.0.1", port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_forth(reader, ours))
                group.create_task(_back(theirs, writer, rewrite))
        except* OSError:
            pass  # one of the two has hung up
        finally:
            for one in (ours, writer):
                one.close()
            await asyncio.gather(ours.wait_closed(), writer.wait_closed(), return_exceptions=True)
            talks.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


async def _forth(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.write_eof()


async def _back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rewrite: Rewrite) -> None:
    while line := await reader.readline():
        writer.write(rewrite(line))
        if literal := _LITERAL.search(line):
            writer.write(await reader.readexactly(int(literal[1])))
        await writer.drain()
    writer.close()
