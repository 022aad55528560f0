"""An SMTP server that takes a mail and then keeps its answer back, as a relay does just before the line breaks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.smtpsink import Mail


@dataclass(slots=True, kw_only=True)
class Stubborn:
    """`mails`: all that came with its final dot, answered or not. `answering` set: it answers, also what waits."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    answering: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def stubborn_sink() -> AsyncIterator[Stubborn]:
    """A server as long as the block lasts; it keeps quiet at first."""
    sink = Stubborn()
    open_now: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            await _session(sink, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side was killed
        finally:
            open_now.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        for task in open_now:
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)


async def _session(sink: Stubborn, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    sender, recipients = "", list[str]()
    writer.write(b"220 stubborn.example ESMTP\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"EHLO":
            writer.write(b"250-stubborn.example\r\n250 8BITMIME\r\n")
        elif verb == b"DATA":
            writer.write(b"354 go\r\n")
            data = await reader.readuntil(b"\r\n.\r\n")
            sink.mails.append(Mail(mail_from=sender, rcpts=tuple(recipients), data=data[:-3]))
            await sink.answering.wait()
            writer.write(b"250 2.0.0 Ok\r\n")
        elif verb == b"QUIT":
            writer.write(b"221 bye\r\n")
            return
        else:
            address = line[line.find(b"<") + 1 : line.find(b">")].decode()
            if verb == b"MAIL":
                sender, recipients = address, []
            elif verb == b"RCPT":
                recipients.append(address)
            writer.write(b"250 ok\r\n")
