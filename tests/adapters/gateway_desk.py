"""The gateway's listener with somebody behind it, and what speaks to it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import aiosmtplib

from inbox_bot.channels.gateway import Listener, Place
from tests.certificate import Certificate

OURS = "hilfe+r-good@acme.example"


OTHER = "hilfe+r-other@acme.example"


MAIL = b"From: anna@acme.example\r\nSubject: x\r\n\r\nJa.\r\n"


PLACE = Place(host="127.0.0.1", port=0, hostname="desk.acme.example", max_bytes=100_000)


@dataclass(slots=True)
class Desk:
    """Takes what is handed over, refuses it, or fails."""

    port: int = 0
    answer: bool | Exception = True
    taken: list[tuple[bytes, str, bool]] = field(default_factory=list)
    relayed: list[bool] = field(default_factory=list)

    async def hand_over(self, raw: bytes, to: str, *, vouched: bool, relayed: bool) -> bool:
        """Keep it."""
        if isinstance(self.answer, Exception):
            raise self.answer
        self.taken.append((raw, to, vouched))
        self.relayed.append(relayed)
        return self.answer


@asynccontextmanager
async def listening(place: Place = PLACE) -> AsyncIterator[Desk]:
    """A listener that knows two addresses."""
    desk = Desk()
    listener = Listener(place, {OURS, OTHER}.__contains__, desk.hand_over)
    desk.port = await listener.start()
    try:
        yield desk
    finally:
        await listener.close()


def client(desk: Desk, **options: object) -> aiosmtplib.SMTP:
    """A mail server of the company."""
    return aiosmtplib.SMTP(hostname="127.0.0.1", port=desk.port, start_tls=False, timeout=10, **options)  # type: ignore[arg-type]  # whatever the test wants


def with_certificate(place: Place, made: Certificate) -> Place:
    """The same with STARTTLS."""
    return replace(place, certificate=str(made.certificate), key=str(made.key))


def trusting(made: Certificate) -> ssl.SSLContext:
    """What a client needs to trust it."""
    return ssl.create_default_context(cafile=str(made.certificate))


async def conversation(desk: Desk, said: bytes) -> list[str]:
    """Say it all at once; gives the answers' codes until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    writer.write(said)
    async with asyncio.timeout(20):
        heard = await reader.read()
    writer.close()
    return [line[:3] for line in heard.decode("ascii", "replace").splitlines() if line[3:4] != "-"]


DATA = b"EHLO mx\r\nMAIL FROM:<a@acme.example>\r\nRCPT TO:<%b>\r\nDATA\r\n" % OURS.encode()


async def answered(reader: asyncio.StreamReader, code: bytes) -> None:
    """Read up to that answer."""
    async with asyncio.timeout(10):
        while not (await reader.readuntil(b"\r\n")).startswith(code):
            continue
