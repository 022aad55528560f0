"""Mail to addresses with other than ASCII letters, against a relay with SMTPUTF8 and one without."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from inbox_bot.channels.smtp import SmtpSender
from inbox_bot.errors import Unsendable
from inbox_bot.model import Address, Channel, Kind, Visibility
from inbox_bot.outgoing import Draft, Parcel
from inbox_bot.sandbox.mail import mail_relay

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RETURN_PATH = "hilfe+b.t1@acme.example"


def mail(sender: SmtpSender, to: str, *cc: str) -> Parcel:
    """A reply to somebody, composed and claimed."""
    address = Address(channel=Channel.EMAIL, address=to, name="Jürgen Müller")
    draft = Draft(
        kind=Kind.REPLY,
        to=address,
        visibility=Visibility.PRIVATE,
        text="Grüße",
        token="t1",
        at=NOW,
        subject="Störung",
        message_id="<t1@acme.example>",
        return_path=RETURN_PATH,
        cc=cc,
    )
    return Parcel(
        id=1,
        token="t1",
        inbox="mail",
        kind=draft.kind,
        to=address,
        visibility=Visibility.PRIVATE,
        payload=sender.compose(draft),
        recipients=(to, *cc),
        return_path=RETURN_PATH,
        external_id=draft.message_id,
        attempts=1,
        looks=0,
        created_at=NOW,
        started_at=NOW,
        ticket=1,
        carries_number=True,
    )


@asynccontextmanager
async def sender_to(port: int) -> AsyncIterator[SmtpSender]:
    """A sender without TLS and login."""
    sender = SmtpSender(
        inbox="mail",
        address="hilfe@acme.example",
        name="Acme",
        host="127.0.0.1",
        port=port,
        security="none",
        user="",
        password="",
        hostname="bot.acme.example",
    )
    try:
        yield sender
    finally:
        await sender.close()


async def test_with_smtputf8_the_mail_goes_as_it_is() -> None:
    """Envelope and To in UTF-8 (RFC 6531, RFC 6532); what else stands in the header stays RFC 2047."""
    async with mail_relay({}) as relay, sender_to(relay.port) as sender:
        await sender.send(mail(sender, "jürgen@kunde.example"))
    (accepted,) = relay.accepted
    assert [one.address for one in accepted.recipients] == ["jürgen@kunde.example"]
    assert "To: =?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <jürgen@kunde.example>\r\n".encode() in accepted.data
    assert b"=?utf-8?q?=C3=BC" not in accepted.data.partition(b"To:")[2].partition(b"<")[2]


@asynccontextmanager
async def old_relay(commands: list[bytes]) -> AsyncIterator[int]:
    """A relay without any extension; keeps what it was told, and refuses what is not ASCII."""

    served = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 old.example\r\n")
        content = False
        while line := await reader.readline():
            commands.append(line.rstrip())
            if content:
                content = line != b".\r\n"
                answer = b"" if content else b"250 Ok\r\n"
            elif not line.isascii():
                answer = b"501 What is that?\r\n"
            else:
                content = line == b"DATA\r\n"
                answer = b"354 Go\r\n" if content else b"250 old.example\r\n"
            writer.write(answer)
        writer.close()
        await writer.wait_closed()
        served.set()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
        async with asyncio.timeout(5):
            await served.wait()
    finally:
        server.close()


async def test_without_smtputf8_it_is_refused_for_good() -> None:
    """Not sent, not tried again, and in words that the team can act on (RFC 6531 3.2); no MAIL goes out."""
    commands: list[bytes] = []
    async with old_relay(commands) as port, sender_to(port) as sender:
        with pytest.raises(Unsendable, match="other than ASCII letters"):
            await sender.send(mail(sender, "jürgen@kunde.example"))
    assert not any(line.startswith(b"MAIL") for line in commands)


async def test_a_domain_with_umlauts_needs_no_smtputf8() -> None:
    """It goes as A-labels (RFC 5891), in the envelope as in the header, and the mail is ASCII throughout."""
    commands: list[bytes] = []
    async with old_relay(commands) as port, sender_to(port) as sender:
        sent = await sender.send(mail(sender, "kim@bücher.example", "paul@straße.example"))
    assert sent.evidence == "250 Ok"
    assert b"RCPT TO:<kim@xn--bcher-kva.example>" in commands
    assert b"RCPT TO:<paul@xn--strae-oqa.example>" in commands
    content = b"\r\n".join(commands[commands.index(b"DATA") + 1 :])
    assert content.isascii()
    found = message_from_bytes(content, policy=policy.default)
    assert found["To"].addresses[0].addr_spec == "kim@xn--bcher-kva.example"
    assert found["Subject"] == "Störung"
