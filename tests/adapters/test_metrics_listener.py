"""The listener for monitoring, over real connections: what it answers, and that nothing a client does troubles it."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest

from inbox_bot.errors import Paused
from inbox_bot.metrics.listener import Answer, Listener, Patience
from tests.dovecot import free_port

SHORT = Patience(client=0.3, page=0.3)


async def page() -> Answer:
    """What monitoring wants."""
    return HTTPStatus.OK, "text/plain; version=0.0.4", "ähm 1\n".encode()


async def broken() -> Answer:
    """A bug."""
    raise ZeroDivisionError


async def endless() -> Answer:
    """A database that hangs."""
    await asyncio.sleep(60)
    return await page()


@asynccontextmanager
async def listening(patience: Patience = SHORT) -> AsyncIterator[int]:
    """A listener with a page that works, one that does not and one that hangs; gives its port."""
    pages = {"/metrics": page, "/broken": broken, "/endless": endless}
    listener = Listener("127.0.0.1", 0, pages, patience)
    port = await listener.start()
    try:
        yield port
    finally:
        await listener.close()


async def asks(port: int, request: bytes) -> tuple[str, dict[str, str], bytes]:
    """Status line, fields and body of the answer; the listener must hang up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(10):
            writer.write(request)
            await writer.drain()
            answer = await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    line, *fields = head.decode().split("\r\n")
    return line, dict(field.split(": ", 1) for field in fields), body


async def test_a_page() -> None:
    """As any client asks for it, also through a proxy's form of the address, with a query, and by HTTP/1.0."""
    async with listening() as port:
        for request in (
            b"GET /metrics HTTP/1.1\r\nHost: here\r\nAccept: */*\r\n\r\n",
            b"GET /metrics?x=1 HTTP/1.1\r\nhost:here\r\n\r\n",
            b"GET http://here:9464/metrics HTTP/1.1\r\nHost: here:9464\r\n\r\n",
            b"GET /metrics HTTP/1.0\r\n\r\n",
        ):
            line, fields, body = await asks(port, request)
            assert line == "HTTP/1.1 200 OK"
            assert fields["Content-Type"] == "text/plain; version=0.0.4"
            assert fields["Connection"] == "close"
            assert body.decode() == "ähm 1\n"
            assert int(fields["Content-Length"]) == len(body)


async def test_head() -> None:
    """The fields of GET, and nothing else."""
    async with listening() as port:
        line, fields, body = await asks(port, b"HEAD /metrics HTTP/1.1\r\nHost: here\r\n\r\n")
    assert (line, fields["Content-Length"], body) == ("HTTP/1.1 200 OK", "7", b"")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: here\r\n\r\n", 404),
        (b"GET /metrics/ HTTP/1.1\r\nHost: here\r\n\r\n", 404),
        (b"GET /../metrics HTTP/1.1\r\nHost: here\r\n\r\n", 404),
        (b"POST /metrics HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\n\r\nabc", 405),
        (b"OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n", 405),
        (b"GET /metrics HTTP/1.1\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /metrics HTTP/2.0\r\nHost: here\r\n\r\n", 400),
        (b"GET  /metrics HTTP/1.1\r\nHost: here\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1\r\nHost: here\r\n folded: line\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1\r\nHost : here\r\n\r\n", 400),
        (b"GET //[/metrics HTTP/1.1\r\nHost: here\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
        (b"GET /m\xe4trics HTTP/1.1\r\nHost: here\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET /metrics HTTP/1.1\r\nHost: here\r\n", 408),
        (b"GET /endless HTTP/1.1\r\nHost: here\r\n\r\n", 503),
    ],
)
async def test_refusals(request_: bytes, status: int) -> None:
    """Each in its words, and the listener goes on."""
    async with listening() as port:
        line, fields, body = await asks(port, request_)
        assert line.split()[1] == str(status)
        assert body.decode().strip() == HTTPStatus(status).phrase
        assert ("Allow" in fields) == (status == 405)
        assert (await asks(port, b"GET /metrics HTTP/1.0\r\n\r\n"))[0] == "HTTP/1.1 200 OK"


async def test_a_bug_in_a_page_is_told_in_the_log_alone(caplog: pytest.LogCaptureFixture) -> None:
    """The client learns nothing of it, and the next request is served."""
    async with listening() as port:
        line, _, body = await asks(port, b"GET /broken HTTP/1.0\r\n\r\n")
        assert (line, body) == ("HTTP/1.1 500 Internal Server Error", b"Internal Server Error\n")
        assert [one.message for one in caplog.records if one.levelno >= logging.ERROR] == ["metrics_broken"]
        assert (await asks(port, b"GET /metrics HTTP/1.0\r\n\r\n"))[0] == "HTTP/1.1 200 OK"


async def test_clients_that_say_nothing_hold_nobody_up() -> None:
    """Above a number of them connections are refused, and after their time they are gone."""
    async with listening() as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(40)]
        await asyncio.sleep(0.6)
        assert (await asks(port, b"GET /metrics HTTP/1.0\r\n\r\n"))[0] == "HTTP/1.1 200 OK"
        for _, writer in silent:
            writer.close()


async def test_who_hangs_up_or_never_reads_is_let_go(caplog: pytest.LogCaptureFixture) -> None:
    """No word in the log, and closing does not wait for anybody."""
    async with listening(Patience(client=60, page=60)) as port:
        _, half = await asyncio.open_connection("127.0.0.1", port)
        half.write(b"GET /metr")
        half.transport.abort()
        _, hanging = await asyncio.open_connection("127.0.0.1", port)
        hanging.write(b"GET /endless HTTP/1.0\r\n\r\n")
        await asyncio.sleep(0.1)
    hanging.close()
    assert not caplog.records


async def test_a_taken_port_is_told_in_a_line() -> None:
    """For the log of the daemon and for `check`, which tells our own listener from another program."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        listener = Listener("127.0.0.1", other.getsockname()[1], {})
        with pytest.raises(Paused, match=r"cannot listen at 127\.0\.0\.1:\d+ \(.*\); see \[metrics\] listen"):
            await listener.start()
    async with listening() as port:
        assert await Listener("127.0.0.1", port, {}).probe() == f"listens at 127.0.0.1:{port}"
    free = free_port()
    assert "is free" in await Listener("127.0.0.1", free, {}).probe()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 desk ESMTP\r\n")
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as stranger:
        port = stranger.sockets[0].getsockname()[1]
        with pytest.raises(Paused, match="another program answers"):
            await Listener("127.0.0.1", port, {}).probe()
