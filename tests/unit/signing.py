"""Mails signed with keys of the tests' own, and a DNS that knows those keys and notes what it was asked."""

import asyncio
import base64
import subprocess
from dataclasses import dataclass, field
from functools import cache

import dkim  # type: ignore[import-untyped]  # ships no types
from nacl.encoding import Base64Encoder
from nacl.signing import SigningKey

DOMAIN = "post.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A private key as dkimpy takes it, and its public half as DNS has it."""

    private: bytes
    record: bytes
    algorithm: bytes


@cache
def rsa(bits: int = 2048) -> Pair:
    """An RSA key by OpenSSL's program."""
    private = _openssl(b"", "genrsa", "-traditional", str(bits))
    public = base64.b64encode(_openssl(private, "rsa", "-pubout", "-outform", "DER"))
    return Pair(private=private, record=b"v=DKIM1; k=rsa; p=" + public, algorithm=b"rsa-sha256")


@cache
def ed25519() -> Pair:
    """An Ed25519 key (RFC 8463)."""
    key = SigningKey.generate()
    public = key.verify_key.encode(encoder=Base64Encoder)
    private = key.encode(encoder=Base64Encoder)
    return Pair(private=private, record=b"v=DKIM1; k=ed25519; p=" + public, algorithm=b"ed25519-sha256")


def _openssl(given: bytes, *arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, check=True, capture_output=True).stdout


def sign(
    raw: bytes,
    pair: Pair,
    *,
    domain: str = DOMAIN,
    selector: str = "s1",
    canonical: str = "relaxed/relaxed",
    headers: list[str] | None = None,
    length: bool = False,
    identity: str = "",
) -> bytes:
    """The mail with a DKIM-Signature on top."""
    signature: bytes = dkim.DKIM(raw).sign(
        selector.encode(),
        domain.encode(),
        pair.private,
        signature_algorithm=pair.algorithm,
        identity=identity.encode() or None,
        canonicalize=tuple(part.encode() for part in canonical.split("/")),
        include_headers=headers,
        length=length,
    )
    return signature + raw


@dataclass(slots=True)
class Dns:
    """Answers from a dict; `silent`: never answers. `asked`: all questions."""

    records: dict[str, bytes] = field(default_factory=dict)
    silent: bool = False
    asked: list[str] = field(default_factory=list)

    async def __call__(self, name: str) -> bytes | None:
        self.asked.append(name)
        if self.silent:
            await asyncio.Event().wait()
        return self.records.get(name)


def dns(pair: Pair, *, selector: str = "s1", domain: str = DOMAIN) -> Dns:
    """A DNS that has this key."""
    return Dns({f"{selector}._domainkey.{domain}": pair.record})
