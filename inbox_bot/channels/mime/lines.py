"""Writes header fields: nothing in a value can start a new line, a new field, or an encoded word of its own."""

import re
from email.charset import QP, Charset
from email.header import Header

from inbox_bot.channels.mime.charsets import clean_line
from inbox_bot.domains import ascii_domain
from inbox_bot.errors import Unsendable
from inbox_bot.model import Address

MAX_LINE = 998  # RFC 5322 2.1.1, without CRLF
_WISH = 78
_MAX_VALUE = 800

_UTF8 = Charset("utf-8")
_UTF8.header_encoding = QP
_LOCAL = re.compile(r"[A-Za-z0-9!#$&'*+/=?^_`{|}~][A-Za-z0-9!#$&'*+/=?^_`{|}~-]*(?:\.[A-Za-z0-9!#$&'*+/=?^_`{|}~-]+)*")
_WIDE_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")  # RFC 6531 3.3, no leading dash
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_ID = re.compile(r"<[!-;=?-~]{3,900}>")
_ENCODED = re.compile(r"=(?=\?)")


def unstructured(name: str, value: str) -> bytes:
    """A field of free text: ASCII as it is, folded at spaces; anything else as RFC 2047 words."""
    value = defused(value)
    if value.isascii():
        return _folded(name, value)
    return f"{name}: {_words(value, len(name) + 2)}\r\n".encode("ascii")


def plain(name: str, value: str) -> bytes:
    """A field whose value this program made; printable ASCII or Unsendable."""
    if not (value.isascii() and value.isprintable()) or len(name) + 2 + len(value) > MAX_LINE:
        raise Unsendable(f"{name} holds characters that may not stand in a header, or is too long")
    return f"{name}: {value}\r\n".encode("ascii")


def mailboxes(name: str, entries: list[Address], *, international: bool = False) -> bytes:
    """An address field, one mailbox to a line. Raises Unsendable for an address that SMTP would not take.

    `international`: local parts may hold other than ASCII letters, and stand there as UTF-8 (RFC 6532 3.2).
    """
    written = ",\r\n ".join(_mailbox(one, international) for one in entries)
    return f"{name}: {written}\r\n".encode()


def message_ids(name: str, ids: tuple[str, ...]) -> bytes:
    """Message-IDs as they are, never RFC 2047 (RFC 2047 5), one to a line; unusable ones are left out.

    The whole field stays within MAX_LINE octets: the first id (the thread's root) and the last ones are kept.
    """
    usable = list(dict.fromkeys(one for one in ids if _ID.fullmatch(one)))
    room = MAX_LINE - len(name) - 2
    kept: list[str] = []
    if len(usable) > 1 and sum(len(one) + 3 for one in usable) > room:
        root = usable.pop(0)
        if len(root) + len(usable[-1]) + 6 <= room:
            kept, room = [root], room - len(root) - 3
    last: list[str] = []
    for one in reversed(usable):
        room -= len(one) + 3
        if room < 0:
            break
        last.append(one)
    kept += reversed(last)
    folded = "\r\n ".join(kept)
    return f"{name}: {folded}\r\n".encode("ascii") if kept else b""


def address(value: str, *, international: bool = False) -> str:
    """An address as it may stand in an envelope: own strict dot-atom grammar, domain as A-labels, RFC 5321 lengths.

    Raises Unsendable: quoted and percent-routed local parts, encoded words, and other than ASCII letters unless
    `international` (RFC 6531; letters only, no control, space or mark that cannot be seen).
    """
    local, _, domain = value.strip().rpartition("@")
    if not local.isascii() and not international:
        raise Unsendable(
            f"the address {clean_line(value)[:100]} has letters before the @ that need SMTPUTF8; leave it out"
        )
    domain = ascii_domain(domain)
    grammar = _LOCAL if local.isascii() else _WIDE_LOCAL
    sound = grammar.fullmatch(local) and local.isprintable() and not local.startswith("-") and "=?" not in local
    if not sound or len(local.encode()) > 64 or not _DOMAIN.fullmatch(domain) or len(domain) > 253:
        raise Unsendable("the address is not one that mail can be sent to")
    return f"{local}@{domain}"


def defused(value: str) -> str:
    """One clean line of bounded length in which `=?` no longer begins an encoded word.

    Python 3.11.7 and 3.12.1 decode such words when a header is set, line ends included (CVE-2024-6923).
    """
    value = clean_line(value)[:_MAX_VALUE]
    return _ENCODED.sub("= ", value) if "=?" in value else value


def _mailbox(entry: Address, international: bool) -> str:
    spec, name = address(entry.address, international=international), defused(entry.name)[:200].strip()
    if not name:
        return spec
    if not name.isascii():
        return f"{_words(name, 0)}\r\n <{spec}>" if len(name) > 25 else f"{_words(name, 0)} <{spec}>"
    if not _PHRASE.fullmatch(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{spec}>"


def _words(value: str, used: int) -> str:
    return Header(value, _UTF8, maxlinelen=75, header_name="x" * max(0, used - 2)).encode(linesep="\r\n")


def _folded(name: str, value: str) -> bytes:
    line, out = f"{name}:", []
    for word in value.split(" "):
        if len(line) + 1 + len(word) > _WISH and line.strip() and not line.endswith(":") and word:
            out.append(line)
            line = ""
        line += " " + word
    text = "\r\n".join([*out, line])
    if max(len(one) for one in text.split("\r\n")) > MAX_LINE:
        raise Unsendable(f"{name} holds a word that is too long for a header")
    return f"{text}\r\n".encode("ascii")
