"""A token server on a free loopback port: a token desk over HTTP, with introspection for Dovecot, failing at will."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from inbox_bot.sandbox.token_desk import TokenDesk

_PAGE = b"<!DOCTYPE html><html><body>Sign in</body></html>"
_FAULTS: Mapping[str, tuple[int, str, bytes]] = {
    "500": (500, "text/html", b"Internal Server Error"),
    "html": (200, "text/html", _PAGE),
    "garbage": (200, "application/json", b'{"access_token": '),
    "list": (200, "application/json", b"[1, 2]"),
    "odd": (200, "application/json", b'{"access_token": "a\\u0001b", "token_type": "bearer"}'),
    "mac": (200, "application/json", b'{"access_token": "abc", "token_type": "mac"}'),
    "huge": (200, "application/json", b'{"access_token": "' + b"a" * 200_000 + b'"}'),
    "busy": (503, "application/json", b'{"error": "temporarily_unavailable"}'),
    "limited": (429, "application/json", b'{"error": "slow_down"}'),
    "redirect": (302, "text/html", b""),
    "404": (404, "text/html", _PAGE),
    "scope": (400, "application/json", b'{"error": "invalid_scope"}'),
    "consent": (400, "application/json", b'{"error": "interaction_required", "error_description": "AADSTS50076: x"}'),
}


@dataclass(slots=True, kw_only=True)
class TokenServer:
    """A running server. `faults` are what the next calls get instead of tokens: a name above, `slow` (no answer),
    `drop` (the connection ends at once), `lost` (tokens are granted, then the connection ends) or `held` (tokens are
    granted, and told once `release` is set)."""

    desk: TokenDesk
    url: str = ""
    introspection: str = ""
    faults: list[str] = field(default_factory=list)
    calls: int = 0
    elsewhere: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def token_server(desk: TokenDesk, *, port: int = 0) -> AsyncIterator[TokenServer]:
    """A server as long as the block lasts."""
    running = TokenServer(desk=desk)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await _request(reader):
                if not await _serve(running, *request, writer):
                    break
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", port)
    there = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    running.url, running.introspection = f"{there}/token", f"{there}/introspect"
    try:
        yield running
    finally:
        running._stopped.set()
        running.release.set()
        server.close()


async def _request(reader: asyncio.StreamReader) -> tuple[str, Mapping[str, str], dict[str, str]] | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return lines[0].split(" ")[1], headers, dict(parse_qsl(body.decode()))


async def _serve(
    server: TokenServer, path: str, headers: Mapping[str, str], form: dict[str, str], writer: asyncio.StreamWriter
) -> bool:
    """Answer; whether the connection goes on."""
    if path == "/introspect":
        user = server.desk.user_of(form.get("token", ""))
        _say(writer, 200, "application/json", json.dumps({"active": bool(user), "username": user}).encode())
        return True
    if path != "/token":
        server.elsewhere += 1
        _say(writer, 404, "text/html", _PAGE)
        return True
    server.calls += 1
    fault = server.faults.pop(0) if server.faults else ""
    if fault == "slow":
        await server._stopped.wait()
    if fault in ("slow", "drop"):
        return False
    if fault and fault not in ("lost", "held"):
        _say(writer, *_FAULTS[fault])
        return True
    status, body = server.desk.answer(form, headers.get("authorization", ""))
    if fault == "lost":
        return False
    if fault == "held":
        await server.release.wait()
    _say(writer, status, "application/json", json.dumps(body).encode())
    return True


def _say(writer: asyncio.StreamWriter, status: int, media_type: str, body: bytes) -> None:
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
    head += "Location: /elsewhere\r\n" if status == 302 else "Retry-After: 120\r\n" if status == 429 else ""
    writer.write(f"{head}\r\n".encode() + body)
