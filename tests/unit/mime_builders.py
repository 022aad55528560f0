"""Mails and drafts for the tests of the mime package; a test names only what matters to it."""

from dataclasses import replace
from datetime import UTC, datetime

from inbox_bot.channels.mime.build import build
from inbox_bot.channels.mime.parse import parse
from inbox_bot.model import Address, Channel, Incoming, Kind, MailFacts, Visibility
from inbox_bot.outgoing import Draft

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
SENDER = Address(channel=Channel.EMAIL, address="hilfe@acme.example", name="Acme Hilfe")
EVA = Address(channel=Channel.EMAIL, address="eva@kunde.example", name="Eva Müller")


def mail(*headers: str, body: str | bytes = "Hallo\r\n") -> bytes:
    """Bytes of a mail with these header lines (folded ones as they are) under a sound From, unless one is given."""
    lines = list(headers)
    if not any(line.lower().startswith("from") for line in lines):
        lines.insert(0, "From: Eva <eva@kunde.example>")
    head = "\r\n".join(lines).encode("utf-8", "surrogateescape")
    return head + b"\r\n\r\n" + (body.encode() if isinstance(body, str) else body)


def read(raw: bytes) -> Incoming:
    """The mail, which must be readable."""
    found = parse(raw, key="7:1", at=NOW)
    assert isinstance(found, Incoming), found
    return found


def facts(raw: bytes) -> MailFacts:
    """The mail's facts."""
    found = read(raw).mail
    assert found is not None
    return found


def a_draft(**fields: object) -> Draft:
    """An acknowledgement to Eva."""
    draft = Draft(
        kind=Kind.ACKNOWLEDGEMENT,
        to=EVA,
        visibility=Visibility.PRIVATE,
        text="Guten Tag,\n\nwir haben Ihre Nachricht erhalten.\n",
        token="abc",
        at=NOW,
        subject="Störung [#427-918-355]",
        message_id="<abc.sig@acme.example>",
        return_path="b+abc@acme.example",
        automatic=True,
    )
    return replace(draft, **fields)  # type: ignore[arg-type]  # a test names fields of Draft


def built(footer: str = "", **fields: object) -> bytes:
    """The bytes of such a draft."""
    return build(a_draft(**fields), sender=SENDER, footer=footer, host="acme.example")


def with_file(
    *, text: str, name: str, at: datetime, id: int = 1, sender: str = "Eva Winter <eva.winter@post.example>"
) -> Incoming:
    """A customer's mail with one text file in it."""
    lines = [
        f"Return-Path: <{sender.rpartition('<')[2].rstrip('>')}>",
        f"From: {sender}",
        "To: hilfe@acme.example",
        "Subject: Unterlagen",
        f"Message-ID: <m{id}@post.example>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=grenze",
        *["", "--grenze", "Content-Type: text/plain; charset=utf-8", "", text],
        *["--grenze", "Content-Type: text/plain", f'Content-Disposition: attachment; filename="{name}"', "", "Inhalt"],
        *["--grenze--", ""],
    ]
    parsed = parse("\r\n".join(lines).encode(), key=f"7:{id}", at=at)
    assert isinstance(parsed, Incoming), parsed.reason
    return parsed
