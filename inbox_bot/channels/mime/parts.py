"""Walks a parsed MIME tree and decides what is the letter, what is its HTML and what is an attachment."""

import binascii
import re
from dataclasses import dataclass, field, replace
from email.errors import MessageError
from email.generator import BytesGenerator
from email.message import Message
from email.policy import compat32
from io import BytesIO
from typing import TypeAlias

from inbox_bot.channels.mime import filenames, html
from inbox_bot.channels.mime.charsets import clean_line, clean_text, decode
from inbox_bot.channels.mime.fields import unfold, words
from inbox_bot.channels.mime.flowed import unflowed
from inbox_bot.model import Attachment

MAX_PARTS = 500
MAX_DEPTH = 50
MAX_TEXT = 1_000_000
MAX_HTML = 1_000_000

Part: TypeAlias = "Message[str, str]"

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_WIRE = compat32.clone(linesep="\r\n")
_MEDIA_TYPE = re.compile(r"[ \t]*([!#$&^_.+\-\w]+/[!#$&^_.+\-\w]+)[ \t]*(?:;|$)")
_CHARSET = re.compile(r"(?i);[ \t]*charset[ \t]*=[ \t]*\"?([\w.:+-]+)\"?[ \t]*(?:;|$)")
_LETTERS = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A part that holds no others (a message/* part counts as one). `fields`: first raw body by lower-case name."""

    part: Part
    media_type: str
    fields: dict[str, str]

    def field(self, name: str) -> str:
        """An unfolded field body, "" where there is none."""
        return unfold(self.fields.get(name, ""))


@dataclass(slots=True, kw_only=True)
class Content:
    """What a mail carries. `pieces` of the letter: (multipart/alternative it is in, or 0; is HTML; text)."""

    pieces: list[tuple[int, bool, str]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)

    def html(self) -> str:
        """The first HTML part as it came, "" where there is none."""
        return next((text for _, is_html, text in self.pieces if is_html), "")

    def text(self) -> str:
        """The letter as text: plain parts; HTML where an alternative has no other, or where it says something else."""
        plain = [(group, text) for group, is_html, text in self.pieces if not is_html]
        answered = {group for group, _ in plain if group}
        said = {_beginning(text) for _, text in plain}
        out: list[str] = []
        for group, is_html, text in self.pieces:
            shown = text
            if is_html:
                if group in answered:
                    continue
                shown = html.to_text(text)
                if _beginning(shown) in said:
                    continue
            out.append(shown.strip("\n"))
        return "\n\n".join(out)[:MAX_TEXT]

    def named(self) -> tuple[Attachment, ...]:
        """The attachments, each under a name of its own."""
        names = filenames.numbered([one.name for one in self.attachments])
        return tuple(replace(one, name=name) for one, name in zip(self.attachments, names, strict=True))


def _beginning(text: str) -> str:
    return "".join(_LETTERS.findall(text[:400])[:80])


def read(root: Part, max_attachment: int) -> Content:
    """Walk the tree with a stack of its own; beyond MAX_PARTS or MAX_DEPTH a note stands for what is left out."""
    content = Content()
    stack: list[tuple[Part, int, int]] = [(root, 0, 0)]  # part, depth, number of the alternative it is in
    seen = 0
    while stack:
        part, depth, group = stack.pop()
        seen += 1
        if seen > MAX_PARTS:
            content.attachments.append(_left_out(f"more than {MAX_PARTS} parts"))
            break
        if depth > MAX_DEPTH:
            content.attachments.append(_left_out(f"nested deeper than {MAX_DEPTH}"))
            continue
        leaf = _leaf(part)
        if part.is_multipart() and not leaf.media_type.startswith("message/"):
            group = group or (seen if leaf.media_type == "multipart/alternative" else 0)
            stack += [(child, depth + 1, group) for child in reversed(children(part))]
        else:
            content.leaves.append(leaf)
            _sort(leaf, group, content, max_attachment)
    return content


def _leaf(part: Part) -> Leaf:
    fields: dict[str, str] = {}
    for name, value in part.raw_items():
        fields.setdefault(name.lower(), value)
    declared = _MEDIA_TYPE.match(unfold(fields.get("content-type", "")))
    # RFC 2045 5.2: what cannot be read is text/plain; inside multipart/digest message/rfc822.
    media_type = declared[1].lower() if declared else part.get_default_type()
    if media_type.startswith("multipart/") and not part.is_multipart():
        media_type = "text/plain"  # no boundary was found: what stands there is shown rather than lost
    return Leaf(part=part, media_type=media_type, fields=fields)


def _left_out(reason: str) -> Attachment:
    return Attachment(name="left-out", media_type="application/octet-stream", size=0, reason=reason)


def _sort(leaf: Leaf, group: int, content: Content, max_attachment: int) -> None:
    """Letter or attachment: unnamed text that is not declared an attachment is the letter."""
    name = filename(leaf)
    declared = leaf.field("content-disposition").partition(";")[0].strip().lower()
    if leaf.media_type in ("text/plain", "text/html") and declared != "attachment" and not name:
        is_html = leaf.media_type == "text/html"
        text = clean_text(decode(payload(leaf), charset(leaf)))
        if not is_html and _parameter(leaf, "format", "content-type").lower() == "flowed":
            text = unflowed(text, delsp=_parameter(leaf, "delsp", "content-type").lower() == "yes")
        if text.strip():
            content.pieces.append((group, is_html, text[: MAX_HTML if is_html else MAX_TEXT]))
    else:
        content.attachments.append(_attachment(leaf, name, max_attachment))


def _attachment(leaf: Leaf, name: str, max_attachment: int) -> Attachment:
    embedded = children(leaf.part)
    data = _serialised(embedded) if embedded else payload(leaf)
    size, reason = len(data or b""), ""
    if data is None:
        reason = "the embedded message cannot be written out; see the raw mail"
    elif size > max_attachment:
        data, reason = None, f"larger than {max_attachment} bytes"
    if not name and embedded and leaf.media_type.startswith("message/"):
        name = words(_leaf(embedded[0]).field("subject")).replace("/", "-").replace("\\", "-")
    return Attachment(
        name=filenames.safe(name, leaf.media_type),
        media_type=leaf.media_type,
        size=size,
        content=data,
        reason=reason,
        content_id=clean_line(leaf.field("content-id")).strip("<> \t"),
    )


def _serialised(embedded: list[Part]) -> bytes | None:
    """The bytes inside a message/* part; None where the stdlib's generator gives up on broken headers."""
    out = BytesIO()
    try:
        for inner in embedded:
            BytesGenerator(out, mangle_from_=False, maxheaderlen=0, policy=_WIRE).flatten(inner)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return out.getvalue()


def children(part: Part) -> list[Part]:
    """The parts inside a multipart or message/* part."""
    inner = part.get_payload() if part.is_multipart() else None
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def payload(leaf: Leaf) -> bytes:
    """The decoded bytes of a leaf; damaged Base64 and quoted-printable give what can be read."""
    declared = leaf.fields.get("content-transfer-encoding", "")
    encoding = unfold(declared).partition(";")[0].strip(" \t\"'").lower()
    if encoding == "base64" and (letters := _written(leaf.part)).isascii():
        return transferred(letters.encode("ascii"), encoding)
    try:
        data = leaf.part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    if not isinstance(data, bytes):
        return b""
    # The stdlib decodes only what is spelt exactly; else it hands out the bytes as they came.
    return data if declared.lower() == encoding else transferred(data, encoding)


def _written(part: Part) -> str:
    """The text of a leaf as it stands in the mail, as far as it is ASCII."""
    try:
        text = part.get_payload()
    except (ValueError, LookupError):  # the stdlib looks up the charset where bytes are not ASCII
        return "\ufffd"
    return text if isinstance(text, str) else ""


def transferred(data: bytes, encoding: str) -> bytes:
    """Undo a content transfer encoding (RFC 2045 6), forgiving what is not in its alphabet."""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding == "base64":
        letters = _NOT_BASE64.sub(b"", data)
        if (len(data) - data.count(b"\n") - data.count(b"\r") - data.count(b"=") - len(letters)) * 16 > len(data):
            return data  # words and full stops: it only claims to be Base64
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    return data


def charset(leaf: Leaf) -> str:
    """The declared charset as written, "" where none is given or readable."""
    if found := _CHARSET.search(leaf.field("content-type")):
        return found[1]
    return clean_line(_parameter(leaf, "charset", "content-type"))


def filename(leaf: Leaf) -> str:
    """The declared file name, decoded (RFC 2231, and RFC 2047 where a sender used it wrongly), not yet safe."""
    name = _parameter(leaf, "filename", "content-disposition") or _parameter(leaf, "name", "content-type")
    return words(unfold(name))


def _parameter(leaf: Leaf, name: str, header: str) -> str:
    if name not in leaf.field(header).lower():
        return ""
    holder: Part = Message()  # the stdlib hides undeclared 8-bit characters of the part's own fields
    holder[header] = leaf.field(header)
    try:
        found = holder.get_param(name, "", header)
        return found if isinstance(found, str) else decode(found[2].encode("latin-1"), found[0] or "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
