"""Walks a parsed MIME tree and decides what is the letter, what is its HTML and what is an attachment."""

import binascii
import re
from dataclasses import dataclass, field
from email.generator import BytesGenerator
from email.message import Message
from email.policy import compat32
from io import BytesIO
from typing import TypeAlias

from inbox_bot.channels.mime import filenames
from inbox_bot.channels.mime.charsets import clean_line, clean_text, decode
from inbox_bot.channels.mime.fields import unfold, words
from inbox_bot.model import Attachment

MAX_PARTS = 500
MAX_DEPTH = 50
MAX_TEXT = 1_000_000
MAX_HTML = 1_000_000

Part: TypeAlias = "Message[str, str]"

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_WIRE = compat32.clone(linesep="\r\n")
_BODY_TYPES = ("text/plain", "text/html")


@dataclass(slots=True, kw_only=True)
class Content:
    """What a mail carries. `texts`, `html`: the letter; `leaves`: all parts that hold no others, in order."""

    texts: list[str] = field(default_factory=list)
    html: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    leaves: list[Part] = field(default_factory=list)

    def named(self) -> tuple[Attachment, ...]:
        """The attachments, each under a name of its own."""
        names = filenames.numbered([one.name for one in self.attachments])
        return tuple(
            one if one.name == name else _renamed(one, name) for one, name in zip(self.attachments, names, strict=True)
        )


def read(root: Part, max_attachment: int) -> Content:
    """Walk the tree with a stack of its own; beyond MAX_PARTS or MAX_DEPTH a note stands for what is left out."""
    content = Content()
    # (part, depth, inside multipart/alternative after its text was found)
    stack: list[tuple[Part, int]] = [(root, 0)]
    seen = 0
    while stack:
        part, depth = stack.pop()
        seen += 1
        if seen > MAX_PARTS or depth > MAX_DEPTH:
            reason = f"more than {MAX_PARTS} parts" if seen > MAX_PARTS else f"nested deeper than {MAX_DEPTH}"
            content.attachments.append(
                Attachment(name="left-out", media_type="application/octet-stream", size=0, reason=reason)
            )
            if seen > MAX_PARTS:
                break
            continue
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            children = part.get_payload()
            stack += [(child, depth + 1) for child in reversed(children) if isinstance(child, Message)]
            continue
        content.leaves.append(part)
        _leaf(part, content, max_attachment)
    return content


def _leaf(part: Part, content: Content, max_attachment: int) -> None:
    media_type = part.get_content_type()
    disposition = raw_field(part, "content-disposition").partition(";")[0].strip().lower()
    name = filename(part)
    if media_type in _BODY_TYPES and disposition != "attachment" and not name:
        text = clean_text(decode(payload(part), charset(part)))
        if media_type == "text/html":
            if not content.html:
                content.html = text[:MAX_HTML]
                return
        elif text.strip():
            content.texts.append(text[:MAX_TEXT])
            return
        else:
            return
    content.attachments.append(_attachment(part, media_type, name, max_attachment))


def _attachment(part: Part, media_type: str, name: str, max_attachment: int) -> Attachment:
    data: bytes | None
    reason = ""
    if part.is_multipart():
        data = _serialised(part)
        if data is None:
            reason = "the embedded message cannot be written out; see the raw mail"
    else:
        data = payload(part)
    size = len(data or b"")
    if size > max_attachment:
        data, reason = None, f"larger than {max_attachment} bytes"
    if not name and media_type.startswith("message/") and part.is_multipart():
        inner = part.get_payload(0)
        name = words(unfold(raw_field(inner, "subject"))) if isinstance(inner, Message) else ""
        name = name.replace("/", "-").replace("\\", "-")
    return Attachment(
        name=filenames.safe(name, media_type), media_type=media_type, size=size, content=data, reason=reason
    )


def _serialised(part: Part) -> bytes | None:
    """The bytes inside a message/* part; None where the stdlib's generator gives up on broken headers."""
    out = BytesIO()
    try:
        for inner in part.get_payload():
            BytesGenerator(out, mangle_from_=False, maxheaderlen=0, policy=_WIRE).flatten(inner)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return out.getvalue()


def _renamed(attachment: Attachment, name: str) -> Attachment:
    return Attachment(
        name=name,
        media_type=attachment.media_type,
        size=attachment.size,
        content=attachment.content,
        reason=attachment.reason,
    )


def raw_field(part: Part, name: str) -> str:
    """The first raw body of a field, unfolded; "" where there is none."""
    return next((unfold(value) for key, value in part.raw_items() if key.lower() == name), "")


def payload(part: Part) -> bytes:
    """The decoded bytes of a leaf; damaged Base64 and quoted-printable give what can be read."""
    text = part.get_payload()
    if not isinstance(text, str):
        return b""
    encoding = raw_field(part, "content-transfer-encoding").partition(";")[0].strip().lower().strip("\"'")
    data = text.encode("utf-8", "surrogateescape")
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding == "base64":
        data = _NOT_BASE64.sub(b"", data)
        data = data[: len(data) - (len(data) % 4 == 1)]
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        try:
            decoded = part.get_payload(decode=True)
        except (ValueError, LookupError):
            return data
        return decoded if isinstance(decoded, bytes) else data
    return data


def charset(part: Part) -> str:
    """The declared charset as written, "" where none is given or readable."""
    return clean_line(_parameter(part, "charset", "content-type"))


def filename(part: Part) -> str:
    """The declared file name, decoded (RFC 2231, and RFC 2047 where a sender used it wrongly), not yet safe."""
    name = _parameter(part, "filename", "content-disposition") or _parameter(part, "name", "content-type")
    return words(unfold(name))


def _parameter(part: Part, name: str, header: str) -> str:
    value = raw_field(part, header)
    if name not in value.lower():
        return ""
    try:
        found = part.get_param(name, "", header)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    if isinstance(found, tuple):
        return decode(found[2].encode("latin-1", "replace"), found[0] or "")
    return found if isinstance(found, str) else ""
