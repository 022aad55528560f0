"""The sandbox's mail peers, seen through foreign clients: what they take, deliver and report."""

import asyncio
import smtplib
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from imapclient import IMAPClient  # type: ignore[import-untyped]  # ships none

from inbox_bot.sandbox.mail import MailPeers, mail_peers

OURS = "hilfe@acme.example"
KIM = "kim@kunde.example"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MAIL = b"From: Kim <kim@kunde.example>\r\nSubject: Anschluss\r\nMessage-ID: <1@kunde.example>\r\n\r\nKein Internet.\r\n"


def submit(peers: MailPeers, mail_from: str, to: str, mail_options: str = "", rcpt_options: str = "") -> None:
    """One transaction by the standard library's client."""
    with smtplib.SMTP(peers.relay.host, peers.relay.port, timeout=10) as client:
        client.login(peers.user, peers.password)
        client.ehlo_or_helo_if_needed()
        assert client.has_extn("dsn")
        assert client.docmd("MAIL", f"FROM:<{mail_from}> {mail_options}")[0] == 250
        assert client.docmd("RCPT", f"TO:<{to}> {rcpt_options}")[0] == 250
        assert client.data(MAIL)[0] == 250


def inbox(peers: MailPeers) -> list[EmailMessage]:
    """What lies in our INBOX, read over IMAP."""
    with IMAPClient(peers.imap.host, peers.imap.port, ssl=False, timeout=10) as client:
        client.login(peers.user, peers.password)
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
        return [message_from_bytes(item[b"BODY[]"], policy=policy.default) for _, item in sorted(found.items())]


def report_fields(mail: EmailMessage) -> dict[str, str]:
    """The fields of a DSN's two blocks together."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    return {name: str(value) for block in part.iter_parts() for name, value in block.items()}


async def test_mail_to_us_and_to_our_plus_addresses_lands_in_the_mailbox() -> None:
    """With the envelope in Return-Path and Delivered-To."""
    async with mail_peers(OURS) as peers:
        await peers.write(KIM, MAIL)
        await peers.write(KIM, MAIL, to="hilfe+t.abc@acme.example")
        first, second = await asyncio.to_thread(inbox, peers)
        assert (first["Return-Path"], first["Delivered-To"]) == (f"<{KIM}>", OURS)
        assert second["Delivered-To"] == "hilfe+t.abc@acme.example"
        assert first.get_content().rstrip() == "Kein Internet."


async def test_a_success_dsn_comes_back_to_the_envelope_sender() -> None:
    """NOTIFY=SUCCESS: our ENVID and ORCPT decoded, null path, in our own mailbox by the plus-address."""
    async with mail_peers(OURS) as peers:
        await asyncio.to_thread(
            submit,
            peers,
            "hilfe+b.1@acme.example",
            KIM,
            "RET=HDRS ENVID=tok+2Ben",
            "NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;kim@kunde.example",
        )
        assert len(await peers.relay.mail_for(KIM)) == 1
        await peers.relay.quiet()
        (report,) = await asyncio.to_thread(inbox, peers)
        assert (report["Return-Path"], report["Delivered-To"]) == ("<>", "hilfe+b.1@acme.example")
        assert report.get_content_type() == "multipart/report"
        fields = report_fields(report)
        assert fields["Original-Envelope-Id"] == "tok+en"
        assert fields["Original-Recipient"] == "rfc822; kim@kunde.example"
        assert (fields["Action"], fields["Status"]) == ("delivered", "2.1.5")
        assert b"Message-ID: <1@kunde.example>" in report.as_bytes()
        assert b"Kein Internet" not in report.as_bytes()


@pytest.mark.parametrize("notify", ["NOTIFY=FAILURE", ""])
async def test_an_unknown_address_bounces_after_acceptance(notify: str) -> None:
    """A failure DSN; also without NOTIFY (RFC 3461 4.1)."""
    async with mail_peers(OURS) as peers:
        peers.relay.unknown.add(KIM)
        await asyncio.to_thread(submit, peers, "hilfe+b.1@acme.example", KIM, "", notify)
        await peers.relay.quiet()
        (report,) = await asyncio.to_thread(inbox, peers)
        assert report_fields(report)["Action"] == "failed"
        assert report_fields(report)["Final-Recipient"] == "rfc822; kim@kunde.example"
        assert KIM not in peers.relay.mailboxes


@pytest.mark.parametrize(
    ("mail_from", "notify"), [("", "NOTIFY=SUCCESS,FAILURE"), ("hilfe@acme.example", "NOTIFY=NEVER")]
)
async def test_no_report_to_the_null_path_nor_where_none_is_wanted(mail_from: str, notify: str) -> None:
    """RFC 5321 6.1; NOTIFY=NEVER."""
    async with mail_peers(OURS) as peers:
        peers.relay.unknown.add(KIM)
        await asyncio.to_thread(submit, peers, mail_from, KIM, "", notify)
        await peers.relay.quiet()
        assert await asyncio.to_thread(inbox, peers) == []


async def test_a_wrong_password_is_refused_by_both_peers() -> None:
    """IMAP and SMTP; and MAIL needs a login."""
    async with mail_peers(OURS) as peers:

        def attempt() -> tuple[int, int]:
            with (
                IMAPClient(peers.imap.host, peers.imap.port, ssl=False, timeout=10) as client,
                pytest.raises(client.Error, match="AUTHENTICATIONFAILED"),
            ):
                client.login(peers.user, "wrong")
            with smtplib.SMTP(peers.relay.host, peers.relay.port, timeout=10) as smtp:
                smtp.ehlo()
                early = smtp.mail(OURS)[0]
                with pytest.raises(smtplib.SMTPAuthenticationError) as raised:
                    smtp.login(peers.user, "wrong")
                return early, raised.value.smtp_code

        assert await asyncio.to_thread(attempt) == (530, 535)


async def test_mail_for_waits_and_gives_up() -> None:
    """TimeoutError names a mail that never came."""
    async with mail_peers(OURS) as peers:
        with pytest.raises(TimeoutError):
            await peers.relay.mail_for(KIM, seconds=0.01)


async def test_append_keeps_date_and_flags() -> None:
    """INTERNALDATE is what was given, whatever the machine's clock and zone."""
    async with mail_peers(OURS) as peers:
        uid = await peers.imap.append(peers.user, MAIL, NOW, "INBOX", "\\Flagged")

        def look() -> dict[bytes, object]:
            with IMAPClient(peers.imap.host, peers.imap.port, ssl=False, timeout=10) as client:
                client.login(peers.user, peers.password)
                client.normalise_times = False
                client.select_folder("INBOX", readonly=True)
                item: dict[bytes, object] = client.fetch([uid], ["INTERNALDATE", "FLAGS"])[uid]
                return item

        found = await asyncio.to_thread(look)
        assert found[b"INTERNALDATE"] == NOW
        assert found[b"FLAGS"] == (b"\\Flagged",)
