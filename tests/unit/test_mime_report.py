"""Bounces and read receipts: who did not get what, and which of our mails it was."""

import base64

import pytest

from inbox_bot.model import Report, ReportLine
from tests.unit.mime_builders import facts, mail, read

HEAD = ["From: MAILER-DAEMON@mx.example", "Return-Path: <>", "Subject: Undelivered Mail"]
STATUS = (
    "Reporting-MTA: dns; mx.example\r\nOriginal-Envelope-Id: q+2B17\r\n\r\n"
    "Final-Recipient: rfc822; eva@neu.example\r\nOriginal-Recipient: rfc822;eva+2Bx@kunde.example\r\n"
    "Action: failed (nothing to be done)\r\nStatus: 5.1.1 (bad mailbox)\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1 unknown\r\n user\r\n\r\n"
    "Final-Recipient: rfc822; <paul@kunde.example>\r\nAction: DELAYED\r\nStatus: 4.4.1\r\n"
)
RETURNED = "Subject: Ihr Ticket\r\nMessage-ID:\r\n <t.sig@acme.example>\r\n"


def report(*parts: str, kind: str = "delivery-status", headers: list[str] | None = None) -> Report | None:
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    content_type = f'Content-Type: multipart/report; report-type={kind}; boundary="b"'
    return facts(mail(*(headers or HEAD), content_type, body=body)).report


LINES = (
    ReportLine(
        action="failed", recipient="eva+x@kunde.example", status="5.1.1", diagnostic="smtp; 550 5.1.1 unknown user"
    ),
    ReportLine(action="delayed", recipient="paul@kunde.example", status="4.4.1"),
)


@pytest.mark.parametrize(
    "returned",
    [
        "Content-Type: text/rfc822-headers\r\n\r\n" + RETURNED,
        "Content-Type: message/rfc822\r\n\r\n" + RETURNED + "\r\nGuten Tag",
        "Content-Type: message/global-headers\r\n\r\n" + RETURNED,
        "Content-Type: text/plain\r\n\r\n>  Message-Id: <t.sig@acme.example>\r\n",
    ],
)
def test_dsn(returned: str) -> None:
    """Each recipient's block is read, our own name for him first, and the id of the mail that came back."""
    found = report("\r\nText", "Content-Type: message/delivery-status\r\n\r\n" + STATUS, returned)
    assert found == Report(kind="dsn", lines=LINES, envelope_id="q+17", original_message_id="<t.sig@acme.example>")


@pytest.mark.parametrize("encoding", ["8bit", "base64"])
def test_international_dsn(encoding: str) -> None:
    """RFC 6533: message/global-delivery-status says the same, also when it is encoded."""
    body = base64.encodebytes(STATUS.encode()).decode() if encoding == "base64" else STATUS
    head = f"Content-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    found = report("\r\nText", head + body)
    assert found is not None
    assert found.lines == LINES


@pytest.mark.parametrize(
    ("block", "action", "status"),
    [
        ("Final-Recipient: rfc822; a@b.example\r\nStatus: 5.0.0", "failed", "5.0.0"),
        ("Final-Recipient: a@b.example\r\nStatus: 4.0.0", "delayed", "4.0.0"),
        ("Final-Recipient: rfc822; a@b.example\r\nAction: delivered\r\nStatus: 2.0.0", "delivered", "2.0.0"),
        ("Final-Recipient: rfc822; a@b.example\r\nAction: relayed", "relayed", ""),
        ("Final-Recipient: rfc822; a@b.example\r\nAction: odd\r\nDiagnostic-Code: x; 550 5.7.1 no", "failed", "5.7.1"),
        ("Final-Recipient: rfc822; a@b.example\r\nAction:", "failed", ""),
    ],
)
def test_incomplete_blocks(block: str, action: str, status: str) -> None:
    """A missing or odd action follows from the status; without either it is a failure."""
    found = report("\r\nText", f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n{block}\r\n")
    assert found is not None
    (line,) = found.lines
    assert (line.action, line.status, line.recipient) == (action, status, "a@b.example")


def test_mdn() -> None:
    """A read receipt says what happened, at which address, to which mail."""
    notification = (
        "Content-Type: message/disposition-notification\r\n\r\nReporting-UA: x\r\n"
        "Final-Recipient: rfc822; eva@kunde.example\r\nOriginal-Message-ID: <t.sig@acme.example>\r\n"
        "Disposition: manual-action/MDN-sent-manually; Displayed/error\r\n"
    )
    found = report(
        "\r\nGelesen", notification, kind="disposition-notification", headers=["From: Eva <eva@kunde.example>"]
    )
    assert found is not None
    (line,) = found.lines
    assert (found.kind, found.original_message_id) == ("mdn", "<t.sig@acme.example>")
    assert (line.action, line.recipient) == ("displayed", "eva@kunde.example")


def test_odd_bounce() -> None:
    """A bounce without any structure is recognised, and the returned id is found in its text."""
    body = (
        "Hi. This is the qmail-send program at mx.example.\r\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n"
        "<eva@kunde.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
        "--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <b@acme.example>\r\n" + RETURNED
    )
    found = read(mail("From: MAILER-DAEMON@mx.example", "Return-Path: <>", "Subject: failure notice", body=body))
    assert found.mail is not None
    assert found.mail.report == Report(
        kind="dsn",
        lines=(ReportLine(action="failed", recipient="eva@kunde.example"),),
        original_message_id="<t.sig@acme.example>",
    )
    assert "Below this line" in found.text


@pytest.mark.parametrize("sender", ["From: Zustellsystem für Post <mailer-daemon@mx.example>", "X-From: none"])
def test_odd_bounce_of_an_odd_sender(sender: str) -> None:
    """Fields on which the detectors crash (8-bit From, no From) do not cost the bounce."""
    body = "This is the qmail-send program at mx.example.\r\n\r\n<eva@kunde.example>:\r\nno mailbox (#5.1.1)\r\n"
    raw = f"{sender}\r\nReturn-Path: <>\r\nSubject: failure notice\r\n\r\nHi. {body}".encode()
    found = facts(raw).report
    assert found is not None
    assert [(line.action, line.recipient) for line in found.lines] == [("failed", "eva@kunde.example")]


@pytest.mark.parametrize(
    "raw",
    [
        mail("Subject: Lieferung nicht zugestellt", body="Mein Paket wurde nicht zugestellt.\r\n"),
        mail("Return-Path: <>", "Subject: Abwesend", "Auto-Submitted: auto-replied", body="Ich bin im Urlaub.\r\n"),
        mail(
            'Content-Type: multipart/mixed; boundary="b"',
            body="--b\r\n\r\nDas kam zurück\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
            "From: MAILER-DAEMON@mx.example\r\nContent-Type: message/delivery-status\r\n\r\n"
            + STATUS
            + "\r\n--b--\r\n",
        ),
    ],
)
def test_no_report(raw: bytes) -> None:
    """A customer who writes about deliveries, a vacation notice and a forwarded bounce are no bounces."""
    assert facts(raw).report is None


def test_empty_report() -> None:
    """A report that says nothing is none."""
    assert report("\r\nText", "Content-Type: message/delivery-status\r\n\r\n") is None
    assert report("\r\nText", "Content-Type: message/disposition-notification\r\n\r\nX: y\r\n") is None
