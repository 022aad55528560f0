"""TLS is verified always: whoever stands between us and a server gets no login and no mail."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from inbox_bot.channels.imap import ImapSource
from inbox_bot.channels.smtp import SmtpSender
from inbox_bot.errors import Deferred, Paused
from tests.adapters.test_smtp import parcel
from tests.certificate import Certificate, make
from tests.dovecot import own_dovecot

PASSWORD = "Zq-Geheimnis"

KINDS: dict[str, Callable[[Path], Certificate]] = {
    "for another name": lambda folder: make(folder, names="DNS:imap.evil.example"),
    "expired": lambda folder: make(folder, days=-1),
    "nobody's": make,
}


def imap(port: int, security: str, ca_file: str | None = None) -> ImapSource:
    """A source on this machine."""
    return ImapSource(
        inbox="mail", host="localhost", port=port, security=security, user="hilfe", password=PASSWORD,  # type: ignore[arg-type]  # a parameter
        ca_file=ca_file,
    )  # fmt: skip


def smtp(port: int, security: str, ca_file: str | None = None) -> SmtpSender:
    """A sender on this machine."""
    return SmtpSender(
        inbox="mail", address="hilfe@acme.example", name="Acme", host="localhost", port=port, security=security,  # type: ignore[arg-type]  # a parameter
        user="hilfe", password=PASSWORD, ca_file=ca_file,
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_a_wrong_certificate_gets_nothing(tmp_path: Path, kind: str) -> None:
    """Another host's, an expired or an unknown one: no login by IMAP or SMTP, with TLS from the start or STARTTLS."""
    made = KINDS[kind](tmp_path)
    trusted = None if kind == "nobody's" else str(made.certificate)
    with own_dovecot(made, settings="auth_verbose = yes\nauth_verbose_passwords = plain") as server:
        for port, security in ((server.tls_port, "tls"), (server.port, "starttls")):
            source = imap(port, security, trusted)
            with pytest.raises(Paused, match="certificate") as raised:
                await source.probe()
            assert raised.value.alarm
            await source.close()
        assert PASSWORD not in (server.home / "log").read_text()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.certificate, made.key)
    for security in ("tls", "starttls"):
        async with script(b"220 test ESMTP\r\n", OFFERED, security=security, context=context) as (port, heard):
            sender = smtp(port, security, trusted)
            with pytest.raises(Paused, match="certificate") as raised:
                await sender.send(parcel())
            assert raised.value.alarm
            await sender.close()
            assert b"AUTH" not in heard
            assert b"MAIL" not in heard


@asynccontextmanager
async def script(
    greeting: bytes, answers: dict[bytes, bytes], *, security: str = "none", context: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[int, bytearray]]:
    """A peer that answers lines by the word in them (`%s` is an IMAP tag); its port and all it heard."""
    heard = bytearray()

    def serve() -> None:
        with suppress(OSError), listener.accept()[0] as plain:  # the other side is to break this off
            plain.settimeout(30)
            talk(context.wrap_socket(plain, server_side=True) if security == "tls" and context else plain)

    def talk(peer: socket.socket) -> None:
        peer.sendall(greeting)
        with peer, peer.makefile("rb") as lines:
            while line := lines.readline():
                heard.extend(line)
                found = next((answer for word, answer in answers.items() if word in line.upper()), b"")
                peer.sendall(found.replace(b"%s", line.split()[0]))
                if b"STARTTLS" in line.upper():
                    if security == "starttls" and context:
                        context.wrap_socket(peer, server_side=True).close()
                    peer.recv(1)  # a handshake, or the end
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        thread = threading.Thread(target=serve, name="peer")
        thread.start()
        try:
            yield listener.getsockname()[1], heard
        finally:
            await asyncio.to_thread(thread.join, 40)


OFFERED = {b"EHLO": b"250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", b"STARTTLS": b"220 go ahead\r\n"}
CAPABLE = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK\r\n"
IMAP_STRIPPED = {
    "not offered": {b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n%s OK\r\n"},
    "refused": {b"CAPABILITY": CAPABLE, b"STARTTLS": b"%s NO not now\r\n"},
    "answered in clear text": {
        b"CAPABILITY": CAPABLE,
        b"STARTTLS": b"%s OK\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
        b"LOGIN": b"%s OK\r\n",
    },
}


@pytest.mark.parametrize("case", IMAP_STRIPPED)
async def test_imap_never_falls_back(case: str, certificate: Certificate) -> None:
    """Where STARTTLS is taken away, whatever way, the password stays here."""
    async with script(b"* OK ready\r\n", IMAP_STRIPPED[case]) as (port, heard):
        source = imap(port, "starttls", str(certificate.certificate))
        with pytest.raises(Paused):
            async with asyncio.timeout(30):
                await source.probe()
        await source.close()
        assert b"CAPABILITY" in heard.upper()
        assert PASSWORD.encode() not in heard
        assert b"LOGIN" not in heard.upper()


SMTP_STRIPPED = {
    "not offered": {b"EHLO": b"250-evil.example\r\n250 AUTH PLAIN LOGIN\r\n"},
    "refused": {b"EHLO": b"250-evil.example\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", b"STARTTLS": b"454 not now\r\n"},
    "answered in clear text": {
        b"EHLO": b"250-evil.example\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n",
        b"STARTTLS": b"220 go ahead\r\n250-evil.example\r\n250 AUTH PLAIN\r\n235 ok\r\n",
    },
}


@pytest.mark.parametrize("case", SMTP_STRIPPED)
async def test_smtp_never_falls_back(case: str, certificate: Certificate) -> None:
    """Likewise at the relay: no login, no mail."""
    async with script(b"220 evil.example ESMTP\r\n", SMTP_STRIPPED[case]) as (port, heard):
        sender = smtp(port, "starttls", str(certificate.certificate))
        with pytest.raises((Paused, Deferred)):
            async with asyncio.timeout(30):
                await sender.send(parcel())
        await sender.close()
        assert b"EHLO" in heard.upper()
        assert b"AUTH" not in heard.upper()
        assert b"MAIL FROM" not in heard.upper()
