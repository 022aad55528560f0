"""Our mail adapters against the sandbox's peers: a mail in, an answer out, its report back in."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from inbox_bot.channels.imap import ImapSource
from inbox_bot.channels.smtp import SmtpSender
from inbox_bot.errors import Paused
from inbox_bot.model import Address, Channel, Incoming, Kind, Settled, Visibility
from inbox_bot.outgoing import Parcel
from inbox_bot.sandbox.mail import MailPeers, mail_peers

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KIM = "kim@kunde.example"
MAIL = b"From: Kim <kim@kunde.example>\r\nTo: hilfe@acme.example\r\nSubject: Anschluss\r\n\r\nKein Internet.\r\n"


@pytest.fixture
async def peers() -> AsyncIterator[MailPeers]:
    """pymap and the relay."""
    async with mail_peers("hilfe@acme.example", archive_folder="Erledigt") as running:
        yield running


@pytest.fixture
async def source(peers: MailPeers) -> AsyncIterator[ImapSource]:
    """Ours, from the first mail on, archiving."""
    made = ImapSource(
        inbox="mail",
        host=peers.imap.host,
        port=peers.imap.port,
        security="none",
        user=peers.user,
        password=peers.password,
        archive_folder="Erledigt",
        start="all",
    )
    yield made
    await made.close()


@pytest.fixture
async def sender(peers: MailPeers) -> AsyncIterator[SmtpSender]:
    """Ours."""
    made = SmtpSender(
        inbox="mail",
        address=peers.address,
        name="Acme",
        host=peers.relay.host,
        port=peers.relay.port,
        security="none",
        user=peers.user,
        password=peers.password,
        hostname="bot.acme.example",
    )
    yield made
    await made.close()


async def everything(keys: Sequence[str]) -> set[str]:
    """A ledger that knows nothing."""
    return set(keys)


async def test_pymap_is_read_archived_and_idled_on_like_any_server(peers: MailPeers, source: ImapSource) -> None:
    """First poll, settle, IDLE until the next mail comes."""
    await peers.write(KIM, MAIL)
    first = await source.poll(None, everything, NOW)
    (item,) = first.items
    assert isinstance(item, Incoming)
    assert (item.subject, item.text) == ("Anschluss", "Kein Internet.")
    await source.settle([Settled(key=item.key, mdn=True)])
    waiting = asyncio.create_task(source.wait(300))
    await asyncio.sleep(0.05)
    await peers.write(KIM, MAIL.replace(b"Anschluss", b"Nachtrag"))
    async with asyncio.timeout(10):
        await waiting
    second = await source.poll(first.cursor, everything, NOW)
    assert [one.subject for one in second.items if isinstance(one, Incoming)] == ["Nachtrag"]


async def test_probe_of_pymap_says_what_it_lacks(source: ImapSource) -> None:
    """It keeps no keywords."""
    assert (
        await source.probe() == "0 messages in INBOX; not offered: keyword $MDNSent; archive folder Erledigt is there"
    )


async def test_a_wrong_password_is_an_alarm_here_too(peers: MailPeers) -> None:
    """pymap answers in another way than Dovecot."""
    source = ImapSource(
        inbox="mail", host=peers.imap.host, port=peers.imap.port, security="none", user="hilfe", password="falsch"
    )
    with pytest.raises(Paused, match="refused the login") as raised:
        await source.poll(None, everything, NOW)
    assert raised.value.alarm
    await source.close()


@pytest.mark.parametrize(("bounces", "action"), [(False, "delivered"), (True, "failed")])
async def test_the_report_on_our_mail_is_read_as_one(
    peers: MailPeers, source: ImapSource, sender: SmtpSender, bounces: bool, action: str
) -> None:
    """The DSN reaches our own plus-address and names the envelope id that we gave."""
    if bounces:
        peers.relay.unknown.add(KIM)
    payload = b"From: Acme <hilfe@acme.example>\r\nMessage-ID: <t1@acme.example>\r\nSubject: x\r\n\r\nGuten Tag\r\n"
    await sender.send(
        Parcel(
            id=1,
            token="tok+1",
            inbox="mail",
            kind=Kind.ACKNOWLEDGEMENT,
            to=Address(channel=Channel.EMAIL, address=KIM),
            visibility=Visibility.PRIVATE,
            payload=payload,
            recipients=(KIM,),
            return_path="hilfe+b.tok@acme.example",
            external_id="<t1@acme.example>",
            attempts=1,
            looks=0,
            created_at=NOW,
            started_at=NOW,
            ticket=1,
            carries_number=True,
        )
    )
    await peers.relay.quiet()
    batch = await source.poll(None, everything, NOW)
    (item,) = batch.items
    assert isinstance(item, Incoming)
    assert item.mail is not None
    assert item.mail.return_path == ""
    assert "hilfe+b.tok@acme.example" in item.mail.recipients
    report = item.mail.report
    assert report is not None
    assert (report.envelope_id, report.original_message_id) == ("tok+1", "<t1@acme.example>")
    assert [(line.action, line.recipient) for line in report.lines] == [(action, KIM)]
