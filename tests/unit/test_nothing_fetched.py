"""SSRF: the bot looks up and fetches nothing that a customer names, while it reads, files, answers or shows."""

import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from inbox_bot.channels.mime import html
from inbox_bot.channels.mime.build import build
from inbox_bot.channels.mime.parse import parse
from inbox_bot.cli.clean import clean
from inbox_bot.model import Incoming
from inbox_bot.store.database import open_store
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, post
from tests.unit.mime_builders import SENDER

_SEEN: list[tuple[str, str]] = []
_WATCHED = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request")
_switch = {"on": False, "hooked": False}


def _watch(
    event: str,
    arguments: tuple[object, ...],
    switch: dict[str, bool] = _switch,  # a module's names are gone before its hook is
    seen: list[tuple[str, str]] = _SEEN,
    watched: tuple[str, ...] = _WATCHED,
) -> None:
    if switch["on"] and event in watched:
        seen.append((event, repr(arguments[1:] if event.startswith("socket.connect") else arguments)))


@pytest.fixture
def network() -> Iterator[list[tuple[str, str]]]:
    """What the process asks of the network during the test, by Python's own audit events (which cannot be unhooked)."""
    if not _switch["hooked"]:
        sys.addaudithook(_watch)
        _switch["hooked"] = True
    _SEEN.clear()
    _switch["on"] = True
    yield _SEEN
    _switch["on"] = False


def baited(port: int) -> bytes:
    """A mail that names an address of ours in every place where some reader fetches from."""
    url = f"http://127.0.0.1:{port}"
    page = (
        f'<!DOCTYPE html SYSTEM "{url}/dtd"><html><head><base href="{url}/"><meta http-equiv=refresh content="0;{url}">'
        f'<link rel=stylesheet href="{url}/c"><style>@import "{url}/i"; p {{background: url({url}/b)}}</style></head>'
        f'<body background="{url}/g"><img src="{url}/p.gif" srcset="{url}/s 2x"><video poster="{url}/v"></video>'
        f'<iframe src="{url}/f"></iframe><object data="{url}/o"></object><svg><image href="{url}/x"/></svg>'
        f'<p style="background:url({url}/y)">Bitte <a href="{url}/z" ping="{url}/q">hier</a></p></body></html>'
    )
    lines = [
        "Return-Path: <eva@post.example>",
        "From: Eva <eva@post.example>",
        "To: hilfe@acme.example",
        f"Subject: {url}/subject",
        "Message-ID: <bait@post.example>",
        f"X-Unsubscribe: {url}/u",
        f"Disposition-Notification-To: <eva@[127.0.0.1:{port}]>",
        f"Content-Location: {url}/l",
        f"X-Face-URL: {url}/face",
        f"Face: {url}",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "Content-Type: text/html; charset=utf-8",
        "",
        page,
        "--b",
        f'Content-Type: message/external-body; access-type=URL; URL="{url}/external"',
        "",
        "Content-Type: text/plain",
        "",
        "--b",
        f'Content-Type: text/xml; schema="{url}/schema"',
        "",
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{url}/entity">]><x>&e;</x>',
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


@pytest.fixture
async def day(tmp_path: Path) -> AsyncIterator[Day]:
    """An empty house; on SQLite, whose driver needs no network of its own."""
    store = open_store(f"sqlite:///{tmp_path / 'inbox.db'}")
    yield Day(store=store)
    await store.close()


async def test_nothing_that_a_customer_names_is_fetched(day: Day) -> None:
    """A listener on the address that mail and post name sees no connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        await _handled(day, listener)
        with pytest.raises(BlockingIOError):
            listener.accept()


async def test_no_name_is_looked_up(day: Day, network: list[tuple[str, str]]) -> None:
    """Nor is anything resolved or connected to; the watch itself sees a connection where there is one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        await _handled(day, listener)
        assert network == []
        socket.create_connection(listener.getsockname()).close()
        assert [event for event, _ in network if event == "socket.connect"]


async def _handled(day: Day, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    mail = parse(baited(port), key="7:1", at=NOW)
    assert isinstance(mail, Incoming)
    page = html.clean(mail.html)
    for word in ("src", "import", "style", "poster", "ping", "iframe", "object", "base", "meta"):
        assert word not in page
    assert f"http://127.0.0.1:{port}/z" in html.to_text(mail.html)
    assert "hier" in clean(mail.text)
    await day.takes(mail)
    await day.takes(post(f"@acme http://127.0.0.1:{port}/post geht nicht"))
    await day.sends()
    assert [line for _, line in await day.outcomes()] == ["filed", "filed"]
    assert day.mail.drafts
    for draft in day.mail.drafts:
        build(draft, sender=SENDER, host="acme.example")
