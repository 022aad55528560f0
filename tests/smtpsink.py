"""A minimal fast ESMTP server on a free loopback port: takes every mail and keeps it; no DSN."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_EHLO = b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 50000000\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One accepted transaction."""

    mail_from: str
    rcpts: tuple[str, ...]
    data: bytes


@dataclass(slots=True, kw_only=True)
class Sink:
    """A running sink. `connections` counts those ever made. `told` is called with each moment of a transaction:
    `smtp.mail`, `smtp.rcpt`, `smtp.data` before their answers, `smtp.dot` when the mail is kept and the 250 has not
    gone, `smtp.answered` when it has."""

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    connections: int = 0
    told: Callable[[str], None] = lambda moment: None


@asynccontextmanager
async def smtp_sink() -> AsyncIterator[Sink]:
    """A sink as long as the block lasts."""
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(lambda: _Session(sink), sink.host, 0)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()


class _Session(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = bytearray()
        self._in_data = False
        self._mail_from = ""
        self._rcpts: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._sink.connections += 1
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._content() if self._in_data else self._command():
            pass

    def _content(self) -> bool:
        end = 0 if self._buffer.startswith(b".\r\n") else self._buffer.find(b"\r\n.\r\n") + 2
        if end == 1:
            return False
        body = bytes(self._buffer[:end])
        del self._buffer[: end + 3]
        self._in_data = False
        if body.startswith(b"."):
            body = body[1:]
        body = body.replace(b"\r\n..", b"\r\n.")
        self._sink.mails.append(Mail(mail_from=self._mail_from, rcpts=tuple(self._rcpts), data=body))
        self._sink.told("smtp.dot")
        self._transport.write(b"250 2.0.0 Ok: queued as %d\r\n" % len(self._sink.mails))
        self._sink.told("smtp.answered")
        return True

    def _command(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        verb = line[:4].upper()
        answer = b"250 2.0.0 Ok\r\n"
        if verb == b"EHLO":
            answer = _EHLO
        elif verb == b"MAIL":
            self._mail_from, self._rcpts = _address(line), []
        elif verb == b"RCPT":
            self._rcpts.append(_address(line))
        elif verb == b"DATA":
            self._in_data = True
            answer = b"354 Go ahead\r\n"
        elif verb == b"QUIT":
            answer = b"221 2.0.0 Bye\r\n"
        if verb in (b"MAIL", b"RCPT", b"DATA"):
            self._sink.told(f"smtp.{verb.decode().lower()}")
        self._transport.write(answer)
        if verb == b"QUIT":
            self._transport.close()
            return False
        return True


def _address(line: bytes) -> str:
    return line[line.find(b"<") + 1 : line.find(b">")].decode()
