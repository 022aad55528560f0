"""What a token server may say, over HTTP: what the house makes of it, and what it never repeats."""

import asyncio
import logging
import ssl
from datetime import UTC, datetime

import pytest

from inbox_bot.channels.issuer import TokenServer
from inbox_bot.errors import Paused, Revoked
from inbox_bot.sandbox.token_desk import TokenDesk
from tests.adapters.access_builders import Clock, provider
from tests.certificate import Certificate
from tests.tokenserver import token_server


def client(url: str, **options: object) -> TokenServer:
    """A client of the app "app"."""
    given: dict[str, object] = {"client_secret": "app-secret-zzz", "now": Clock().now} | options
    return TokenServer(url=url, client_id="app", **given)  # type: ignore[arg-type]  # named where they matter


@pytest.mark.parametrize(
    ("fault", "alarm", "words"),
    [
        ("500", False, "gives no token now"),
        ("busy", False, "temporarily_unavailable"),
        ("limited", False, "slow_down"),
        ("html", False, "no usable answer"),
        ("garbage", False, "no usable answer"),
        ("list", False, "no usable answer"),
        ("odd", False, "no usable answer"),
        ("mac", False, "no usable answer"),
        ("huge", False, "no usable answer"),
        ("drop", False, "cannot be reached"),
        ("lost", False, "cannot be reached"),
        ("slow", False, "cannot be reached"),
        ("redirect", True, "redirects us.*`oauth2_token_url`"),
        ("404", True, "HTTP 404.*`oauth2_token_url`"),
        ("scope", True, "`oauth2_scope`"),
        ("consent", True, "interaction_required AADSTS50076.*authorise again"),
    ],
)
async def test_what_goes_wrong(fault: str, alarm: bool, words: str) -> None:
    """A line that says what to do; an alarm only where waiting does not help. No redirect is followed."""
    async with provider() as given:
        given.server.faults = [fault]
        with pytest.raises(Paused, match=words) as caught:
            await client(given.server.url, seconds=0.5).renew(given.consent)
        assert caught.value.alarm is alarm
        assert "\n" not in str(caught.value)
        assert given.server.elsewhere == 0


async def test_nobody_there() -> None:
    """Not an alarm: it may be our own line that is down."""
    with pytest.raises(Paused, match="cannot be reached") as caught:
        await client("http://127.0.0.1:9/token").renew("r")
    assert not caught.value.alarm


async def test_a_wrong_client_is_told_from_a_dead_refresh_token() -> None:
    """The first wants other keys in the configuration, the second a new consent."""
    async with provider() as given:
        with pytest.raises(Paused, match=r"invalid_client.*`oauth2_client_id` and `oauth2_client_secret`") as caught:
            await client(given.server.url, client_secret="wrong").renew(given.consent)
        assert not isinstance(caught.value, Revoked)
        assert caught.value.alarm
        with pytest.raises(Revoked, match=r"invalid_grant.*authorise again"):
            await client(given.server.url).renew("refresh-of-nobody")


@pytest.mark.parametrize(("secret", "basic"), [("", False), ("", True), ("s:e/c+ret ü", False), ("s:e/c+ret ü", True)])
async def test_each_way_to_say_who_we_are(secret: str, basic: bool) -> None:
    """Public client, secret in the form, secret in the header (RFC 6749 2.3.1, percent-encoded)."""
    async with provider(secret=secret, basic=basic) as given:
        got = await client(given.server.url, client_secret=secret, basic=basic).renew(given.consent)
        assert given.desk.user_of(got.access) == "hilfe"
        assert (got.refresh, got.seconds) == ("", 3600)


async def test_an_unknown_certificate_is_refused(certificate: Certificate) -> None:
    """Whoever stands between us and the provider gets no refresh token; the one line says it is the certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate, certificate.key)
    heard = bytearray()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(1000))
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/token"
    with pytest.raises(Paused, match="certificate") as caught:
        await client(url).renew("refresh-secret")
    assert caught.value.alarm
    assert not heard
    server.close()
    await server.wait_closed()


async def test_nothing_of_the_exchange_is_repeated(caplog: pytest.LogCaptureFixture) -> None:
    """A server that puts our refresh token into its words, and a log at DEBUG: it shows nowhere."""
    caplog.set_level(logging.DEBUG)
    desk = TokenDesk(client_id="app", secret="app-secret-zzz", clock=datetime.now(UTC).timestamp)  # noqa: TID251
    async with token_server(desk) as server:
        mine = client(server.url)
        with pytest.raises(Revoked) as caught:
            await mine.renew("refresh-secret")
        got = await mine.renew(desk.consent("hilfe"))
        said = repr(caught.value) + repr(caught.value.__cause__) + repr(mine) + repr(got) + caplog.text
    for secret in ("refresh-", "app-secret-zzz", got.access):
        assert secret not in said
