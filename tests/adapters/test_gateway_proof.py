"""Who speaks to the gateway's listener: TLS, logins, certificates and relays, and what it believes them."""

import asyncio
from dataclasses import replace
from pathlib import Path

import aiosmtplib
import pytest

from tests.adapters.gateway_desk import (
    MAIL,
    OURS,
    PLACE,
    client,
    listening,
    trusting,
    with_certificate,
)
from tests.certificate import Certificate, make


async def test_what_stands_before_starttls_is_forgotten(certificate: Certificate) -> None:
    """Commands smuggled in before TLS begins are not run in it (CVE-2024-34083)."""
    async with listening(with_certificate(PLACE, certificate)) as desk:
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
        await reader.readuntil(b"\r\n")
        writer.write(b"EHLO mx\r\n")
        while not (await reader.readuntil(b"\r\n")).startswith(b"250 "):
            continue
        writer.write(b"STARTTLS\r\nMAIL FROM:<x@far.example>\r\n")
        assert (await reader.readuntil(b"\r\n")).startswith(b"220")
        await writer.start_tls(trusting(certificate), server_hostname="localhost")
        writer.write(b"EHLO mx\r\nRCPT TO:<%b>\r\n" % OURS.encode())
        while not (await reader.readuntil(b"\r\n")).startswith(b"250 "):
            continue
        assert (await reader.readuntil(b"\r\n")).startswith(b"503")
        writer.close()


async def test_starttls_and_login(certificate: Certificate) -> None:
    """Who logs in with TLS has vouched; a wrong password has not, and without TLS there is no login."""
    place = with_certificate(replace(PLACE, user="relay", password="Zq-Geheimnis"), certificate)
    async with listening(place) as desk, client(desk) as smtp:
        with pytest.raises(aiosmtplib.SMTPException):
            await smtp.login("relay", "Zq-Geheimnis")
        await smtp.starttls(tls_context=trusting(certificate), server_hostname="localhost")
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await smtp.login("relay", "falsch")
        await smtp.sendmail("anna@acme.example", OURS, MAIL)
        await smtp.login("relay", "Zq-Geheimnis")
        await smtp.sendmail("anna@acme.example", OURS, MAIL)
    assert [vouched for _, _, vouched in desk.taken] == [False, True]


async def test_login_on_this_machine_needs_no_tls() -> None:
    """Where no certificate is configured, only this machine can speak to it."""
    async with listening(replace(PLACE, user="relay", password="Zq-Geheimnis")) as desk, client(desk) as smtp:
        await smtp.login("relay", "Zq-Geheimnis")
        await smtp.sendmail("anna@acme.example", OURS, MAIL)
    assert [vouched for _, _, vouched in desk.taken] == [True]


async def test_no_login_is_offered_where_none_is_configured() -> None:
    """An empty user is no user."""
    async with listening() as desk, client(desk) as smtp:
        await smtp.ehlo()
        assert not smtp.supports_extension("auth")
        answer = await smtp.execute_command(b"AUTH", b"PLAIN", b"AAA=")
        assert answer.code >= 500


async def test_required_tls(certificate: Certificate) -> None:
    """Nothing is taken in clear text."""
    async with listening(with_certificate(replace(PLACE, require_tls=True), certificate)) as desk:
        async with client(desk) as smtp:
            with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
                await smtp.sendmail("anna@acme.example", OURS, MAIL)
            assert refused.value.code == 530
        async with client(desk) as smtp:
            await smtp.starttls(tls_context=trusting(certificate), server_hostname="localhost")
            await smtp.sendmail("anna@acme.example", OURS, MAIL)
    assert len(desk.taken) == 1


async def test_client_certificate(certificate: Certificate, tmp_path: Path) -> None:
    """A certificate of the configured authority vouches; none does not, and a foreign one gets no connection."""
    foreign = make(tmp_path)
    place = replace(with_certificate(PLACE, certificate), client_ca=str(certificate.certificate))
    async with listening(place) as desk:
        for shown in (certificate, None):
            context = trusting(certificate)
            if shown is not None:
                context.load_cert_chain(shown.certificate, shown.key)
            async with client(desk) as smtp:
                await smtp.starttls(tls_context=context, server_hostname="localhost")
                await smtp.sendmail("anna@acme.example", OURS, MAIL)
        context = trusting(certificate)
        context.load_cert_chain(foreign.certificate, foreign.key)

        async def shows_a_foreign_one() -> None:
            async with client(desk) as smtp:
                await smtp.starttls(tls_context=context, server_hostname="localhost")
                await smtp.sendmail("anna@acme.example", OURS, MAIL)

        with pytest.raises(aiosmtplib.SMTPException):
            await shows_a_foreign_one()
    assert [vouched for _, _, vouched in desk.taken] == [True, False]


@pytest.mark.parametrize(
    ("relays", "relayed"),
    [
        ((), False),
        (("10.0.0.5", "192.0.2.0/24", "::1"), False),
        (("127.0.0.1",), True),
        (("10.0.0.5", "127.0.0.0/8"), True),
        (("::ffff:127.0.0.1",), True),
    ],
)
async def test_who_is_a_relay(relays: tuple[str, ...], relayed: bool) -> None:
    """By the address that it comes from, and by nothing that it says."""
    async with listening(replace(PLACE, relays=relays)) as desk, client(desk) as smtp:
        await smtp.sendmail("anna@acme.example", OURS, MAIL)
    assert desk.relayed == [relayed]
    assert [vouched for _, _, vouched in desk.taken] == [False]
