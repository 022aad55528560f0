"""Writes the customers' mails of the demo and reads what came back, as a mail program would."""

import email
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import formataddr, formatdate, parseaddr

from inbox_bot.sandbox.cast import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail in a customer's mailbox. `receipt_for`: the Message-ID that this read receipt is about, "" = none."""

    subject: str
    text: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    reply_to: str
    return_path: str
    receipt_for: str
    disposition: str

    @property
    def all_text(self) -> str:
        """All that a reader sees."""
        return f"{self.subject}\n{self.text}"


def write(
    author: Person,
    *,
    to: str,
    subject: str,
    text: str,
    message_id: str,
    answers: Letter | None = None,
    receipt: bool = False,
    attachment: tuple[str, bytes] | None = None,
) -> bytes:
    """A mail as an ordinary program writes it. `answers`: the mail it replies to; `receipt`: wants a read receipt."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((author.name, author.address))
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = formatdate()
    mail["Message-ID"] = message_id
    if answers is not None:
        mail["In-Reply-To"] = answers.message_id
        mail["References"] = " ".join((*answers.references, answers.message_id))
        text += "\n\n" + "\n".join(f"> {line}".rstrip() for line in answers.text.splitlines())
    if receipt:
        mail["Disposition-Notification-To"] = author.address
    mail.set_content(text)
    if attachment is not None:
        name, content = attachment
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes()


def vacation(author: Person, about: Letter, *, message_id: str) -> bytes:
    """What a mailbox answers by itself while its owner is away (RFC 3834)."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((author.name, author.address))
    mail["To"] = about.return_path
    mail["Subject"] = f"Automatische Antwort: {about.subject}"
    mail["Date"] = formatdate()
    mail["Message-ID"] = message_id
    mail["In-Reply-To"] = about.message_id
    mail["References"] = about.message_id
    mail["Auto-Submitted"] = "auto-replied (vacation)"
    mail.set_content("Ich bin bis Mittag unterwegs und lese E-Mails erst danach.")
    return mail.as_bytes()


def read(raw: bytes) -> Letter:
    """The mail as its reader has it."""
    mail = email.message_from_bytes(raw, policy=default)
    body = mail.get_body(("plain",))
    text = ""
    receipt_for, disposition = "", ""
    if body is not None:
        text = body.get_content().replace("\r\n", "\n").strip()
    for part in mail.walk():
        if part.get_content_type() == "message/disposition-notification":
            fields = part.get_payload(0)
            assert isinstance(fields, EmailMessage)
            receipt_for = str(fields.get("Original-Message-ID", ""))
            disposition = str(fields.get("Disposition", ""))
        elif mail.get_content_type() == "multipart/report" and part.get_content_type() == "text/plain" and not text:
            text = str(part.get_content()).replace("\r\n", "\n").strip()
    return Letter(
        subject=str(mail.get("Subject", "")).strip(),
        text=text,
        message_id=str(mail.get("Message-ID", "")).strip(),
        in_reply_to=str(mail.get("In-Reply-To", "")).strip(),
        references=tuple(str(mail.get("References", "")).split()),
        reply_to=str(mail.get("Reply-To", "")),
        return_path=str(mail.get("Return-Path", "")).strip("<> "),
        receipt_for=receipt_for.strip(),
        disposition=disposition.strip(),
    )


def address(field: str) -> str:
    """The bare address in a header field."""
    return parseaddr(field)[1]


def without_footer(text: str) -> str:
    """Without the company's particulars, which stand under every mail."""
    return text.partition("\n-- \n")[0].strip()
