"""Listens for monitoring: answers GET and HEAD of a few fixed paths over HTTP/1.1, one request a connection."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import urlsplit

from inbox_bot.errors import Paused

log = logging.getLogger(__name__)

_NAME = "inbox-bot"
_LONGEST_HEAD = 8192  # bytes of request line and fields
_MOST_CLIENTS = 16  # at the same time: monitoring needs one or two
_PROBE = 5.0  # seconds to answer a probe
_END = b"\r\n\r\n"
_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP/(1\.[01])")  # RFC 9112 3
_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*")
_PLAIN = "text/plain; charset=utf-8"


Answer = tuple[HTTPStatus, str, bytes]
"""Status, content type, body."""
Page = Callable[[], Awaitable[Answer]]
"""Makes the answer of a path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds for a client to ask and to take its answer, and for a page to be made."""

    client: float = 5.0
    page: float = 15.0


class Listener:
    """A listener at one place, from `start` to `close`; whatever a client does ends with its connection."""

    def __init__(self, host: str, port: int, pages: Mapping[str, Page], patience: Patience = Patience()) -> None:
        self._host, self._port, self._pages, self._patience = host, port, pages, patience
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        """Begin; gives the port. Raises `Paused` where the place is taken or not to be had."""
        try:
            self._server = await asyncio.start_server(self._met, self._host, self._port, limit=_LONGEST_HEAD)
        except OSError as exc:
            words = f"cannot listen at {self._host}:{self._port} ({exc.strerror or exc}); see [metrics] listen"
            raise Paused(words, alarm=True) from exc
        return int(self._server.sockets[0].getsockname()[1])

    async def probe(self) -> str:
        """Say how it stands with the place, in a line. Raises `Paused` where it cannot be had, or is another's."""
        where = f"{self._host}:{self._port}"
        try:
            async with asyncio.timeout(_PROBE):
                reader, writer = await asyncio.open_connection(self._host, self._port)
                try:
                    writer.write(b"HEAD / HTTP/1.0\r\n\r\n")
                    head = await reader.read(_LONGEST_HEAD)
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            await self.start()
            await self.close()
            return f"{where} is free; inbox-bot run listens there"
        if f"\r\nServer: {_NAME}\r\n".encode() not in head:
            raise Paused(f"another program answers at {where}; see [metrics] listen", alarm=True)
        return f"listens at {where}"

    async def close(self) -> None:
        """Hang up on everybody: a scrape that is cut off comes again."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A task of our own: the one that asyncio would make complains in the log when it is cancelled."""
        if len(self._clients) >= _MOST_CLIENTS:
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve(reader, writer), name="metrics:client")
        self._clients.add(task)
        task.add_done_callback(self._clients.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer, method = await self._answered(reader)
            if answer is not None:
                async with asyncio.timeout(self._patience.client):
                    writer.write(_written(answer, method))
                    await writer.drain()
                    writer.close()
                    await writer.wait_closed()
        except (OSError, TimeoutError):
            pass  # it hung up, or does not take its answer
        except Exception:
            # A bug in this must not disturb what serves customers.
            log.exception("metrics_broken")
        finally:
            writer.transport.abort()  # nothing, where it is closed

    async def _answered(self, reader: asyncio.StreamReader) -> tuple[Answer | None, bytes]:
        """(answer, method); no answer to who says nothing."""
        try:
            async with asyncio.timeout(self._patience.client):
                head = await reader.readuntil(_END)
        except asyncio.IncompleteReadError as error:
            return (_refusal(HTTPStatus.BAD_REQUEST) if error.partial else None), b""
        except asyncio.LimitOverrunError:
            return _refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE), b""
        except TimeoutError:
            return _refusal(HTTPStatus.REQUEST_TIMEOUT), b""
        method, path = _asked(head)
        if method not in {b"GET", b"HEAD"}:
            return _refusal(HTTPStatus.METHOD_NOT_ALLOWED if method else HTTPStatus.BAD_REQUEST), b""
        page = self._pages.get(path)
        if page is None:
            return _refusal(HTTPStatus.NOT_FOUND), method
        try:
            async with asyncio.timeout(self._patience.page):
                return await page(), method
        except TimeoutError:
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE), method
        except Exception:
            log.exception("metrics_broken")
            return _refusal(HTTPStatus.INTERNAL_SERVER_ERROR), method


def _asked(head: bytes) -> tuple[bytes, str]:
    """(method, path without its query) of a request; method b"" where it is none (RFC 9112 3, 3.2)."""
    line, *fields = head[: -len(_END)].split(b"\r\n")
    found = _LINE.fullmatch(line)
    if found is None or not all(_FIELD.fullmatch(field) for field in fields):
        return b"", ""
    hosts = sum(field.lower().startswith(b"host:") for field in fields)
    if hosts > 1 or (found[3] == b"1.1" and not hosts):
        return b"", ""
    try:
        return found[1], urlsplit(found[2].decode("ascii")).path
    except ValueError:
        return b"", ""


def _refusal(status: HTTPStatus) -> Answer:
    return status, _PLAIN, f"{status.phrase}\n".encode()


def _written(answer: Answer, method: bytes) -> bytes:
    status, content_type, body = answer
    fields = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Server: {_NAME}",
        f"Date: {formatdate(usegmt=True)}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        *(["Allow: GET, HEAD"] if status is HTTPStatus.METHOD_NOT_ALLOWED else []),
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    ]
    return "\r\n".join(fields).encode("ascii") + _END + (b"" if method == b"HEAD" else body)
