"""Turns a draft into the frozen bytes of a mail: composed by hand for speed, parsed again for safety."""

import base64
import binascii
import hashlib
import html as entities
import re
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import compat32
from email.utils import format_datetime
from urllib.parse import quote

from inbox_bot.channels.mime import filenames, lines
from inbox_bot.channels.mime.addresses import is_international
from inbox_bot.channels.mime.charsets import clean_line, clean_text
from inbox_bot.errors import Unsendable
from inbox_bot.model import Address, Attachment, Channel, Kind
from inbox_bot.outgoing import Draft, Original

_PARSER = BytesParser(policy=compat32)
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
_END = re.compile(r"(?i)</body>")
_MAX_PLAIN_LINE = 990


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entity:
    """A MIME entity: its own header lines (each with CRLF, names beginning with Content-) and its body."""

    head: bytes
    body: bytes


def build(draft: Draft, *, sender: Address, footer: str = "", host: str) -> bytes:
    """The mail (RFC 5322, MIME; CRLF) for a draft; equal drafts give equal bytes.

    `sender` stands in From; `footer` goes under text and HTML as a signature; `host` names us in an MDN.
    `draft.references` are oldest first, as in the field, with or without `in_reply_to`. Raises Unsendable.
    """
    if not draft.message_id or not draft.to.address:
        raise Unsendable("a mail needs a Message-ID and a recipient")
    head = _header(draft, sender)
    entity = _notification(draft, host) if draft.kind is Kind.MDN else _content(draft, footer)
    mail = b"".join((head, b"MIME-Version: 1.0\r\n", entity.head, b"\r\n", entity.body))
    _verify(mail, draft)
    return mail


def _header(draft: Draft, sender: Address) -> bytes:
    fields = [lines.mailboxes("From", [sender]), lines.mailboxes("To", [draft.to], international=True)]
    if draft.cc:
        fields.append(lines.mailboxes("Cc", [Address(channel=Channel.EMAIL, address=one) for one in draft.cc]))
    fields.append(lines.unstructured("Subject", draft.subject))
    fields.append(lines.plain("Date", format_datetime(draft.at)))
    message_id = lines.message_ids("Message-ID", (draft.message_id,))
    if not message_id:
        raise Unsendable("the Message-ID is not one")
    fields.append(message_id)
    if draft.reply_to:
        fields.append(lines.plain("Reply-To", lines.address(draft.reply_to)))
    if draft.in_reply_to:
        fields.append(lines.message_ids("In-Reply-To", (draft.in_reply_to,)))
    fields.append(lines.message_ids("References", _chain(draft)))
    if word := _automatic(draft):
        fields.append(lines.plain("Auto-Submitted", word))
        fields.append(b"X-Auto-Response-Suppress: All\r\n")
    # Forwarders and lists give a mail a new Message-ID and a new From; this stays, and shows that it is ours. Not
    # X-Loop, which `formail -r` copies into a person's answer.
    fields.append(message_id.replace(b"Message-ID:", b"X-Inbox-Bot:", 1))
    return b"".join(fields)


def _chain(draft: Draft) -> tuple[str, ...]:
    """RFC 5322 3.6.4: the parent's References, oldest first, then the parent."""
    older = tuple(one for one in draft.references if one != draft.in_reply_to)
    return (*older, draft.in_reply_to) if draft.in_reply_to else older


def _automatic(draft: Draft) -> str:
    """The keyword of RFC 3834 5: auto-replied answers one message, auto-generated answers none; "" for a person's."""
    if draft.kind is Kind.MDN:
        return "auto-replied"
    if draft.kind is Kind.NOTICE:
        return "auto-generated"
    if not draft.automatic:
        return ""
    return "auto-replied" if draft.in_reply_to else "auto-generated"


def _content(draft: Draft, footer: str) -> _Entity:
    footer = clean_text(footer).strip()
    text = clean_text(draft.text).rstrip("\n") + "\n"
    if footer:
        text += f"\n-- \n{footer}\n"
    entity = _text("plain", text)
    if draft.html:
        page = clean_text(draft.html)
        if footer:
            signature = "<p>-- <br>\n" + entities.escape(footer).replace("\n", "<br>\n") + "</p>\n"
            end = _END.search(page)
            page = page[: end.start()] + signature + page[end.start() :] if end else page + "\n" + signature
        entity = _multipart("alternative", draft, [entity, _text("html", page)])
    if draft.attachments:
        names = filenames.numbered([filenames.safe(one.name, one.media_type) for one in draft.attachments])
        files = [_file(one, name) for one, name in zip(draft.attachments, names, strict=True)]
        entity = _multipart("mixed", draft, [entity, *files])
    return entity


def _text(subtype: str, text: str) -> _Entity:
    wire = text.replace("\n", "\r\n")
    data = wire.encode("utf-8", "replace")
    if text.isascii() and max(map(len, text.split("\n"))) <= _MAX_PLAIN_LINE:
        head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n"
        return _Entity(head=head.encode("ascii"), body=data)
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    if not data.endswith(b"\r\n"):
        data += b"\r\n"  # b2a_qp takes the kind of its soft line breaks from the first line end
    return _Entity(head=head.encode("ascii"), body=binascii.b2a_qp(data, istext=True))


def _file(attachment: Attachment, name: str) -> _Entity:
    if attachment.content is None:
        raise Unsendable(f"the file {name} has no content to send")
    media_type = attachment.media_type.lower()
    # RFC 2046 5.2.1 and 5.1: message/* and multipart/* may not be Base64, which all files are here.
    if not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(("message/", "multipart/")):
        media_type = "application/octet-stream"
    if name.isascii() and "=?" not in name:
        parameter = f'filename="{name}"'  # a safe name holds neither quotes nor backslashes
    else:
        parameter = f"filename*=UTF-8''{quote(name, safe='')}"  # RFC 2231 4; beside a plain one readers take that
    disposition = f"attachment;\r\n {parameter}"
    head = f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: {disposition}\r\n"
    return _Entity(head=head.encode("ascii"), body=base64.encodebytes(attachment.content).replace(b"\n", b"\r\n"))


def _multipart(subtype: str, draft: Draft, children: list[_Entity], parameters: str = "") -> _Entity:
    """The boundary is made from the Message-ID, so that equal drafts give equal bytes, and occurs in no child."""
    seed = f"{subtype}:{draft.message_id}"
    while True:
        boundary = "=_" + hashlib.sha256(seed.encode()).hexdigest()[:32]
        if not any(boundary.encode() in child.body for child in children):
            break
        seed += "+"
    line = b"--" + boundary.encode("ascii")
    body = b"".join(line + b"\r\n" + child.head + b"\r\n" + child.body + b"\r\n" for child in children)
    head = f'Content-Type: multipart/{subtype}; {parameters}\r\n boundary="{boundary}"\r\n'.replace("; \r\n", ";\r\n")
    return _Entity(head=head.encode("ascii"), body=body + line + b"--\r\n")


def _notification(draft: Draft, host: str) -> _Entity:
    """RFC 8098 3: a text for people and the notification; never the third part (6.4: mail bombing)."""
    original = draft.original
    if original is None:
        raise Unsendable("a read receipt needs the message it is about")
    human = _text("plain", clean_text(draft.text).rstrip("\n") + "\n")
    status = _Entity(head=b"Content-Type: message/disposition-notification\r\n", body=_disposition(original, host))
    return _multipart("report", draft, [human, status], "report-type=disposition-notification;")


def _disposition(original: Original, host: str) -> bytes:
    fields = [
        lines.plain("Reporting-UA", f"{clean_line(host)}; inbox-bot"),
        lines.plain("Final-Recipient", f"rfc822;{lines.address(original.recipient)}"),
        lines.message_ids("Original-Message-ID", (original.message_id,)),
        b"Disposition: automatic-action/MDN-sent-automatically; processed\r\n",
    ]
    return b"".join(fields)


def _verify(mail: bytes, draft: Draft) -> None:
    """Parse the finished bytes: exactly the intended fields, in order, or Unsendable (header injection)."""
    intended = ["From", "To", "Cc" * bool(draft.cc), "Subject", "Date", "Message-ID", "Reply-To" * bool(draft.reply_to)]
    body = mail.find(b"\r\n\r\n") + 2
    found = [name for name, _ in _PARSER.parsebytes(mail[:body], headersonly=True).raw_items()]
    answers = [name for name in ("In-Reply-To", "References") if name in found and _chain(draft)]
    automatic = ["Auto-Submitted", "X-Auto-Response-Suppress"] if _automatic(draft) else []
    intended += [*answers, *automatic, "X-Inbox-Bot", "MIME-Version", "Content-Type"]
    if not (mail[:body].isascii() or is_international(draft.to.address)) or found not in (
        [*filter(None, intended)],
        [*filter(None, intended), "Content-Transfer-Encoding"],
    ):
        raise Unsendable("the mail's header would not be the one intended")
