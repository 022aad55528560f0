"""Builds what a relay writes by itself: trace headers and delivery status notifications (RFC 3464)."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One RCPT with its RFC 3461 parameters; `notify` is empty and `orcpt` "" where they were not given."""

    address: str
    notify: frozenset[str] = frozenset()
    orcpt: str = ""

    def wants(self, event: Literal["SUCCESS", "FAILURE", "DELAY"]) -> bool:
        """Whether to report it; without NOTIFY only failures are (RFC 3461 4.1)."""
        return event in (self.notify or {"FAILURE", "DELAY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One transaction that got its 250. `mail_from` is "" for the null path; `ret`, `envid` as given, still xtext."""

    mail_from: str
    recipients: tuple[Recipient, ...]
    data: bytes
    ret: str = ""
    envid: str = ""
    options: tuple[str, ...] = field(default=())


def delivered_copy(mail: Accepted, recipient: str, relay: str, number: int, now: datetime) -> bytes:
    """The mail as it lies in a mailbox: with Return-Path, Delivered-To and Received (RFC 5321 4.4)."""
    trace = (
        f"Return-Path: <{mail.mail_from}>\r\n"
        f"Delivered-To: {recipient}\r\n"
        f"Received: from client.example by {relay} with ESMTP id {number:x}\r\n"
        f"\tfor <{recipient}>; {format_datetime(now)}\r\n"
    )
    return trace.encode() + mail.data


def status_report(
    mail: Accepted,
    recipient: Recipient,
    relay: str,
    number: int,
    now: datetime,
    *,
    action: Literal["delivered", "failed", "delayed"],
    status: str,
    diagnostic: str,
) -> Accepted:
    """The DSN about one recipient, on its way to the envelope sender with the null path."""
    boundary = f"dsn-{number:x}"
    fields = [f"Reporting-MTA: dns; {relay}"]
    if mail.envid:
        fields.append(f"Original-Envelope-Id: {from_xtext(mail.envid)}")
    fields += ["", f"Final-Recipient: rfc822; {recipient.address}"]
    if recipient.orcpt:
        kind, _, address = recipient.orcpt.partition(";")
        fields.insert(-1, f"Original-Recipient: {kind}; {from_xtext(address)}")
    fields += [f"Action: {action}", f"Status: {status}", f"Diagnostic-Code: smtp; {diagnostic}", ""]
    whole = mail.ret.upper() == "FULL" and action == "failed"
    head = mail.data.partition(b"\r\n\r\n")[0] + b"\r\n"
    words = {"delivered": "was delivered to", "failed": "could not be delivered to", "delayed": "is late for"}[action]
    lines = [
        f"From: Mail Delivery System <MAILER-DAEMON@{relay}>",
        f"To: <{mail.mail_from}>",
        f"Subject: Delivery Status Notification ({action})",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <dsn.{number:x}@{relay}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
        "",
        f"--{boundary}",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        f"Your message {words} {recipient.address}.",
        diagnostic,
        "",
        f"--{boundary}",
        "Content-Type: message/delivery-status",
        "",
        *fields,
        f"--{boundary}",
        "Content-Type: message/rfc822" if whole else "Content-Type: text/rfc822-headers",
        "",
        "",
    ]
    data = "\r\n".join(lines).encode() + (mail.data if whole else head) + f"\r\n--{boundary}--\r\n".encode()
    return Accepted(
        mail_from="", recipients=(Recipient(address=mail.mail_from, notify=frozenset({"NEVER"})),), data=data
    )


def from_xtext(text: str) -> str:
    """Undo RFC 3461 4's xtext."""
    return re.sub(r"\+([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), text)
