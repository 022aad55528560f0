"""Reads header fields: unfolding, RFC 2047 words, Message-IDs, and the hash by which two copies are one mail."""

import binascii
import hashlib
import re
from email.message import Message

from inbox_bot.channels.mime.charsets import clean_line, decode

MAX_FIELDS = 1000
MAX_HEADER = 256 * 1024
MAX_REFERENCES = 100

_WORD = re.compile(r"=\?([^?*\s]*)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_FOLD = re.compile(r"[\r\n]+")
_ID = re.compile(r"<([^<>\s]{1,900})>")
_BARE_ID = re.compile(r"[^<>\s,;()\"]{1,400}@[^<>\s,;()\"]{1,400}")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")

# What the way of a copy adds or changes (RFC 5321 4.4, RFC 8601, RFC 6376, RFC 8617, filters, mbox stores): no part of
# the mail itself. Names ending in "-" are prefixes.
_TRACE = (
    b"return-path received received-spf x-received delivered-to x-original-to x-delivered-to envelope-to x-envelope-to "
    b"x-envelope-from x-rcpt-to x-forwarded-to x-forwarded-for x-resolved-to x-sieve delivery-date "
    b"authentication-results x-authentication-results dkim-signature domainkey-signature x-google-dkim-signature "
    b"dkim-filter arc-seal arc-message-signature arc-authentication-results "
    b"status x-status x-keywords x-uid x-uidl x-imap x-imapbase content-length lines x-gm-message-state x-gm-features "
    b"x-google-smtp-source x-evolution-source x-virus-scanned x-virus-status x-antivirus x-antivirus-status x-greylist "
    b"x-policyd-weight x-bogosity x-dspam-result"
).split()
_TRACE_PREFIX = tuple(
    b"x-spam- x-spamd- x-mozilla- x-ms-exchange- x-microsoft-antispam x-forefront- x-rspamd- x-barracuda- "
    b"x-proofpoint- x-amavis- x-mimecast- x-ironport- x-cm- x-ham- x-gmx- x-ui- x-zohomail-".split()
)
_TRACES = frozenset(_TRACE)
# What servers write about a mail: no encoded word stands in them (RFC 2047 5), and the name of an envelope sender may
# look like one: `=?utf-8?q?x=3B_dmarc=3Dpass?=@evil.example`, decoded, would add a verdict of the sender's own.
_VERBATIM = frozenset({"authentication-results", "received", "dkim-signature"})
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*")


def unfold(value: str) -> str:
    """A raw field body on one line; undeclared 8-bit bytes (surrogates) are read as UTF-8, else windows-1252."""
    if "\n" in value or "\r" in value:
        value = _FOLD.sub("", value)
    if not value.isascii():
        value = decode(value.encode("utf-8", "surrogateescape"))
    return value


def words(value: str) -> str:
    """Decode RFC 2047 words in an unfolded field body; what cannot be decoded stays as it is.

    `email.header.decode_header` is not used: it raises on bad Base64 and rewrites backslashes beside words.
    """
    if "=?" not in value:
        return value
    out: list[str] = []
    pending, charset, end = b"", "", 0
    for found in _WORD.finditer(value):
        between = value[end : found.start()]
        data = _word_bytes(found[2], found[3])
        if data is None:
            continue
        if between.strip(" \t") or not end or charset != found[1].lower():
            # Characters may be split over adjacent words of one charset: those are joined before decoding.
            out.append(decode(pending, charset))
            pending = b""
            if between.strip(" \t") or not end:
                out.append(between)
        pending, charset, end = pending + data, found[1].lower(), found.end()
    out += [decode(pending, charset), value[end:]]
    return "".join(out)


def _word_bytes(encoding: str, text: str) -> bytes | None:
    try:
        if encoding in "bB":
            text = _NOT_BASE64.sub("", text)
            text = text[: len(text) - (len(text) % 4 == 1)]
            return binascii.a2b_base64(text + "=" * (-len(text) % 4))
        raw = text.replace("_", " ").encode("utf-8", "surrogatepass")
        return _HEX.sub(lambda digits: bytes((int(digits[1], 16),)), raw)
    except ValueError:
        return None


def text_of(value: str) -> str:
    """The readable text of a raw field body: one clean line."""
    return clean_line(words(unfold(value)))


def decoded(message: "Message[str, str]") -> tuple[tuple[str, str], ...]:
    """All fields as (lower-case name, readable value), in order; those of `_VERBATIM` as they stand. Raises ValueError
    above the limits."""
    fields = list(message.raw_items())
    if len(fields) > MAX_FIELDS:
        raise ValueError(f"more than {MAX_FIELDS} header fields")
    if sum(len(value) for _, value in fields) > MAX_HEADER:
        raise ValueError(f"header larger than {MAX_HEADER // 1024} KiB")
    named = ((clean_line(name).lower(), value) for name, value in fields)
    return tuple((name, clean_line(unfold(value)) if name in _VERBATIM else text_of(value)) for name, value in named)


def ids(value: str) -> list[str]:
    """All Message-IDs in an unfolded field body, with angle brackets; bare ones get them (seen from old mailers)."""
    found = [f"<{match}>" for match in _ID.findall(value)] if "<" in value else []
    found = found or [f"<{match}>" for match in _BARE_ID.findall(value[:4000])]
    return [one for one in found if one.isascii() and one.isprintable()]


def references(in_reply_to: str, chain: str) -> tuple[str, ...]:
    """What a mail answers, nearest first, each once, at most MAX_REFERENCES."""
    return tuple(dict.fromkeys(ids(in_reply_to) + ids(chain)[::-1]))[:MAX_REFERENCES]


def content_hash(raw: bytes) -> str:
    """SHA-256 (hex) of the mail without trace fields, LF line ends, no blank lines at the end."""
    data = raw.replace(b"\r\n", b"\n")
    if data.startswith((b"From ", b">From ")):
        data = data[data.find(b"\n") + 1 :]
    digest, at = hashlib.sha256(), 0
    while found := _FIELD.match(data, at):
        name = found[1].lower()
        if name not in _TRACES and not name.startswith(_TRACE_PREFIX):
            digest.update(found[0])
        at = found.end()
    digest.update(b"\n" + data[at:].strip(b"\n"))
    return digest.hexdigest()
