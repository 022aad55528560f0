"""Decides whether a mail bears a valid DKIM signature of its author's domain that covers what we go by; no I/O.

Stricter than RFC 6376 where a looser reading lets somebody else's words pass under a good signature: no body length
(`l=`), no second copy of a header that has only one, From and Subject signed, no SHA-1, no key in testing.
"""

import logging
import re
from collections.abc import Mapping, Sequence

from inbox_bot.channels.mime import addresses

_ALGORITHMS = (b"rsa-sha256", b"ed25519-sha256")  # RFC 8301 3.1 forbids rsa-sha1
_SINGLE = frozenset(
    b"from sender reply-to to cc subject date message-id in-reply-to references mime-version content-type "
    b"content-transfer-encoding".split()
)  # RFC 5322 3.6, RFC 2045 3
_LONGEST_SIGNATURE = 4096  # octets of the field
_LONGEST_KEY = 1024  # octets of the record: 4096 bits; arithmetic with more takes its time
_MOST_SIGNATURES = 10
_NAME = re.compile(rb"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BARE_CR = re.compile(rb"\r(?!\n)")
_BLANKS = re.compile(rb"[ \t]+")
_BODIES = {b"simple/simple": False, b"relaxed/simple": False, b"simple/relaxed": True, b"relaxed/relaxed": True}

_silent = logging.getLogger(f"{__name__}.dkimpy")
_silent.disabled = True  # dkimpy logs parts of the mails that it checks


def key_name(value: bytes, domain: str) -> str:
    """The DNS name of the key of a DKIM-Signature by this domain; "" where it is another's or could prove nothing."""
    tags = _tags(value) if len(value) <= _LONGEST_SIGNATURE else {}
    signer, selector = tags.get(b"d", b"").lower(), tags.get(b"s", b"").lower()
    if b"l" in tags or tags.get(b"a", b"").lower() not in _ALGORITHMS or signer != domain.encode() or not domain:
        return ""
    # RFC 6376 3.5: the identity may be of a subdomain, whose author this is not
    if tags.get(b"i", signer).lower().rpartition(b"@")[2] != signer:
        return ""
    name = selector + b"._domainkey." + signer
    return name.decode() if _NAME.fullmatch(name) and len(name) <= 253 else ""


def is_signed(raw: bytes, author: str, keys: Mapping[str, bytes]) -> bool:
    """Whether one of the mail's signatures by the domain of `author`, its From, is valid; `keys`: records by name."""
    end = _HEAD_END.search(raw)
    if _BARE_CR.search(raw, 0, end.start() if end else len(raw)):
        return False  # some readers see a line end there, others do not
    try:
        return _is_signed(raw, author, keys)
    except Exception:  # whatever a parser makes of other people's bytes: no proof
        return False


def _is_signed(raw: bytes, author: str, keys: Mapping[str, bytes]) -> bool:
    import dkim  # type: ignore[import-untyped]  # ships no types; 0.2 s, needed only where a signature is checked

    checked = dkim.DKIM(raw, logger=_silent)
    names = [name.lower() for name, _ in checked.headers]
    if any(names.count(name) > 1 for name in _SINGLE) or _author(checked.headers) != author.lower():
        return False
    domain = author.rpartition("@")[2].lower()
    signatures = [value for name, value in checked.headers if name.lower() == b"dkim-signature"][:_MOST_SIGNATURES]
    body = checked.body
    for place, value in enumerate(signatures):
        name = key_name(value, domain)
        record = keys.get(name, b"") if name else b""
        if not record or not _is_usable(record) or not _covers(value, names):
            continue
        checked.body = _prepared(body, relaxed=_BODIES[_tags(value).get(b"c", b"simple/simple")])
        if checked.verify(place, dnsfunc=lambda name, timeout=0, record=record: record):
            return True
    return False


def _author(headers: Sequence[Sequence[bytes]]) -> str:
    """Whom the signed bytes name, by the same reader that told us; "" for several."""
    values = [value.decode("utf-8", "surrogateescape") for name, value in headers if name.lower() == b"from"]
    found = [one for value in values for one in addresses.mailboxes(value)]
    sound = addresses.sound_single(values, found)
    return addresses.canonical(found[0]).address.lower() if sound else ""


def _covers(signature: bytes, names: Sequence[bytes]) -> bool:
    """Whether From and, where there is one, Subject (it may hold a ticket's number) are signed."""
    tags = _tags(signature)
    signed = {part.strip().lower() for part in tags.get(b"h", b"").split(b":")}
    known = tags.get(b"c", b"simple/simple") in _BODIES
    return known and b"from" in signed and (b"subject" not in names or b"subject" in signed)


def _is_usable(record: bytes) -> bool:
    """RFC 6376 3.6.1: a key for mail and SHA-256, neither withdrawn nor only being tried."""
    tags = _tags(record) if len(record) <= _LONGEST_KEY else {}
    services = {part.strip() for part in tags.get(b"s", b"*").split(b":")}
    hashes = {part.strip() for part in tags.get(b"h", b"sha256").split(b":")}
    flags = {part.strip() for part in tags.get(b"t", b"").split(b":")}
    return bool(tags.get(b"p")) and bool(services & {b"*", b"email"}) and b"sha256" in hashes and b"y" not in flags


def _prepared(body: bytes, *, relaxed: bool) -> bytes:
    """What canonicalization (RFC 6376 3.4.3, 3.4.4) would drop is gone: dkimpy's own way takes minutes for a body of
    blanks, and seconds for one of empty lines."""
    lines = (_BLANKS.sub(b" ", body) if relaxed else body).split(b"\r\n")
    if relaxed:
        lines = [line.rstrip(b" ") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return b"\r\n".join(lines)


def _tags(value: bytes) -> dict[bytes, bytes]:
    """A tag list (RFC 6376 3.2); nothing where it is broken or names a tag twice."""
    from dkim.util import InvalidTagValueList, parse_tag_value  # type: ignore[import-untyped]

    try:
        found: dict[bytes, bytes] = parse_tag_value(value)
    except InvalidTagValueList:
        return {}
    return found
