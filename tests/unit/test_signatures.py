"""Checking signatures: DNS is asked once, within limits, and its silence costs little and proves nothing."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from inbox_bot.channels.mime.parse import parse
from inbox_bot.channels.signatures import LARGEST, DkimSignatures, dns_lookup
from inbox_bot.model import Incoming
from tests.unit.mime_builders import NOW
from tests.unit.signing import Dns, rsa, sign
from tests.unit.signing import dns as dns_with

RAW = b"From: Eva <eva@post.example>\r\nSubject: Anschluss\r\n\r\nHallo\r\n"


def mails(*raws: bytes) -> list[Incoming]:
    """Read, with keys m0, m1, …"""
    found = [parse(raw, key=f"m{place}", at=NOW) for place, raw in enumerate(raws)]
    assert all(isinstance(mail, Incoming) for mail in found)
    return [mail for mail in found if isinstance(mail, Incoming)]


async def test_who_signed_is_found_with_one_question() -> None:
    """The key of a domain is asked for once, for all its mails, now and within the hour."""
    dns = dns_with(rsa())
    signatures = DkimSignatures(lookup=dns)
    signed = sign(RAW, rsa())
    lot = mails(signed, signed + b"more", sign(RAW.replace(b"Hallo", b"Moin"), rsa()))
    assert await signatures.signers(lot) == {"m0": "post.example", "m2": "post.example"}
    assert await signatures.signers(lot[:1]) == {"m0": "post.example"}
    assert dns.asked == ["s1._domainkey.post.example"]


async def test_a_key_is_asked_for_again_in_time() -> None:
    """A key that was withdrawn counts no longer than an hour, one that was added is seen after five minutes."""
    now = [0.0]
    dns = dns_with(rsa())
    signatures = DkimSignatures(lookup=dns, clock=lambda: now[0])
    lot = mails(sign(RAW, rsa()))
    assert await signatures.signers(lot)
    dns.records.clear()
    now[0] = 3599
    assert await signatures.signers(lot)
    now[0] = 3601
    assert not await signatures.signers(lot)
    dns.records |= dns_with(rsa()).records
    now[0] += 299
    assert not await signatures.signers(lot)
    now[0] += 2
    assert await signatures.signers(lot)
    assert len(dns.asked) == 3


async def test_a_silent_dns_costs_a_batch_its_limit_once() -> None:
    """Then it is left alone for a minute; the mails are not proven."""
    now = [0.0]
    dns = Dns(silent=True)
    signatures = DkimSignatures(lookup=dns, seconds=0.2, clock=lambda: now[0])
    lot = mails(*(sign(RAW, rsa(), selector=f"s{place}") for place in range(50)))
    before = time.monotonic()
    assert await signatures.signers(lot) == {}
    assert time.monotonic() - before < 2
    asked = len(dns.asked)
    assert await signatures.signers(lot) == {}
    assert await signatures.signers(mails(sign(RAW, rsa(), selector="other"))) == {}
    assert len(dns.asked) == asked
    now[0] = 61
    dns.silent, dns.records = False, dns_with(rsa()).records
    assert await signatures.signers(mails(sign(RAW, rsa()))) == {"m0": "post.example"}


async def test_one_slow_domain_does_not_stop_the_others() -> None:
    """Its own mails are not proven, theirs are."""
    good = dns_with(rsa())

    async def lookup(name: str) -> bytes | None:
        if name.startswith("slow"):
            await asyncio.Event().wait()
        return await good(name)

    signatures = DkimSignatures(lookup=lookup, seconds=0.2)
    lot = mails(sign(RAW, rsa(), selector="slow"), sign(RAW, rsa()))
    assert await signatures.signers(lot) == {"m1": "post.example"}


async def test_an_error_of_the_resolver_proves_nothing() -> None:
    """Whatever it raises stays inside."""

    async def lookup(name: str) -> bytes | None:
        raise OSError(name)

    assert await DkimSignatures(lookup=lookup).signers(mails(sign(RAW, rsa()))) == {}


async def test_what_could_prove_nothing_is_not_asked_for() -> None:
    """Another's domain, a name that is none, a mail too large; at most three signatures of one mail."""
    dns = Dns()
    signatures = DkimSignatures(lookup=dns)
    odd = b"DKIM-Signature: v=1; a=rsa-sha256; d=post.example; s=%s; h=from; bh=; b=\r\n" + RAW
    [large] = mails(sign(RAW, rsa()))
    lot = mails(sign(RAW, rsa(), domain="list.example"), odd % b"a b", odd % b"../x", odd % (b"x" * 300), odd % b"a..b")
    assert await signatures.signers([*lot, replace(large, raw=large.raw + b"x" * LARGEST)]) == {}
    assert dns.asked == []
    many = b"".join((odd % (b"s%d" % place)).partition(b"\r\n")[0] + b"\r\n" for place in range(30)) + RAW
    assert await signatures.signers(mails(many)) == {}
    assert len(dns.asked) == 3


@dataclass(slots=True)
class _NameServer(asyncio.DatagramProtocol):
    """Answers TXT questions from a dict; fails for "broken", is quiet for "silent"."""

    records: dict[str, list[str]]
    transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self.transport is not None
        asked = dns.message.from_wire(data)
        name = asked.question[0].name
        answer = dns.message.make_response(asked)
        texts = self.records.get(name.to_text().rstrip("."))
        if name.to_text().startswith("silent"):
            return
        if name.to_text().startswith("broken"):
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *texts))
        self.transport.sendto(answer.to_wire(), addr)


@asynccontextmanager
async def name_server(records: dict[str, list[str]]) -> AsyncIterator[tuple[str, int]]:
    """A name server on loopback."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _NameServer(records), local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")
    finally:
        transport.close()


async def test_questions_over_the_wire() -> None:
    """A record in pieces is put together; none, several, and an empty answer are none; silence and failure say so."""
    records = {"a.post.example": ['"v=DKIM1; " "p=x"'], "two.post.example": ['"a"', '"b"'], "empty.post.example": []}
    async with name_server(records) as server:
        lookup = dns_lookup(server, seconds=0.5)
        assert await lookup("a.post.example") == b"v=DKIM1; p=x"
        for name in ("two", "empty", "nothing"):
            assert await lookup(f"{name}.post.example") is None
        for name in ("silent", "broken"):
            with pytest.raises(TimeoutError):
                await lookup(f"{name}.post.example")


async def test_a_signature_checked_over_the_wire() -> None:
    """The real look-up with the real arithmetic."""
    record = rsa().record.decode()
    text = f'"{record[:200]}" "{record[200:]}"'
    async with name_server({"s1._domainkey.post.example": [text]}) as server:
        signatures = DkimSignatures(lookup=dns_lookup(server))
        assert await signatures.signers(mails(sign(RAW, rsa()))) == {"m0": "post.example"}
