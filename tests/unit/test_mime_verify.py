"""DKIM: a signature of From's own domain counts, if it covers what we go by, and nothing else does."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.channels.mime.verify import is_signed
from tests.unit.signing import DOMAIN, Pair, ed25519, rsa, sign

NAME = f"s1._domainkey.{DOMAIN}"
EVA = "eva@post.example"
RAW = (
    b"From: Eva <eva@post.example>\r\nTo: hilfe@acme.example\r\nSubject: Anschluss\r\nMessage-ID: <1@post.example>\r\n"
    b"Date: Mon, 9 Mar 2026 12:00:00 +0100\r\n\r\nMein  Anschluss geht nicht. \t\r\n\r\nEva\r\n\r\n\r\n"
)


def good(raw: bytes, pair: Pair | None = None, author: str = EVA, record: bytes | None = None) -> bool:
    keys = {NAME: record or (pair or rsa()).record}
    return is_signed(raw, author, keys)


@pytest.mark.parametrize("canonical", ["relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"])
@pytest.mark.parametrize("key", [rsa, ed25519])
def test_a_signature_of_froms_domain(key: object, canonical: str) -> None:
    """Both algorithms of RFC 8301 and RFC 8463, all ways of writing the mail down."""
    pair = rsa() if key is rsa else ed25519()
    signed = sign(RAW, pair, canonical=canonical)
    assert good(signed, pair)
    assert good(b"Received: from a by b; Mon, 9 Mar 2026 12:00:00 +0100\r\n" + signed, pair)
    assert not good(signed.replace(b"Anschluss geht", b"Anschluss steht"), pair)
    assert not good(signed, ed25519() if pair is rsa() else rsa())


def test_one_good_signature_of_several_is_enough() -> None:
    """A domain in transition signs with both keys; a list and a provider add theirs."""
    signed = sign(sign(RAW, ed25519(), selector="s2"), rsa())
    signed = sign(signed, rsa(), domain="list.example")
    assert is_signed(signed, EVA, {NAME: rsa().record})
    assert is_signed(signed, EVA, {f"s2._domainkey.{DOMAIN}": ed25519().record})
    assert not is_signed(signed, EVA, {"s1._domainkey.list.example": rsa().record})


@pytest.mark.parametrize(
    ("signed", "why"),
    [
        (lambda: sign(RAW, rsa(), length=True), "a body length lets anything be added"),
        (lambda: sign(RAW, rsa(), headers=["From", "To"]), "the subject may hold a number"),
        (lambda: sign(RAW, rsa(), identity="x@news.post.example"), "another identity"),
        (lambda: sign(RAW, replace(rsa(), algorithm=b"rsa-sha1")), "SHA-1"),
        (lambda: sign(RAW, rsa(), domain="example"), "another domain"),
        (lambda: sign(RAW, rsa(512)), "a key that can be broken"),
        (lambda: b"Subject: Ticket 427-918-354\r\n" + sign(RAW, rsa()), "a second Subject"),
        (lambda: b"From: Max <max@post.example>\r\n" + sign(RAW, rsa()), "a second From"),
        (lambda: b'Content-Type: multipart/mixed; boundary="x"\r\n' * 2 + sign(RAW, rsa()), "a second Content-Type"),
        (lambda: sign(RAW.replace(b"To:", b"X: a\rFrom: b@c\r\nTo:"), rsa()), "a line end that some do not see"),
        (lambda: sign(RAW.replace(b"Eva <eva@post.example>", b"Eva <max@post.example>"), rsa()), "another author"),
        (lambda: sign(RAW.replace(b"<eva@post.example>", b"<eva@post.example>, <b@c.example>"), rsa()), "two authors"),
        (lambda: RAW, "no signature"),
        (lambda: b"", "no mail"),
    ],
)
def test_what_a_good_signature_does_not_cover(signed: object, why: str) -> None:
    """Arithmetic alone is not enough."""
    assert callable(signed)
    assert not good(signed()), why


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.replace(b"k=rsa;", b"k=rsa; t=y;"),
        lambda record: record.replace(b"k=rsa;", b"k=rsa; s=other;"),
        lambda record: record.replace(b"k=rsa;", b"k=rsa; h=sha1;"),
        lambda record: record.replace(b"v=DKIM1", b"v=DKIM2"),
        lambda record: b"v=DKIM1; k=rsa; p=",
        lambda record: b"v=DKIM1; k=rsa; p=%%%",
        lambda record: b"rubbish",
        lambda record: record + b"; n=" + b"x" * 2000,
    ],
)
def test_keys_that_do_not_count(change: object) -> None:
    """Withdrawn, only being tried, for something else, broken, or larger than arithmetic should bear."""
    assert callable(change)
    signed = sign(RAW, rsa())
    assert good(signed)
    assert not good(signed, record=change(rsa().record))


def test_a_key_record_may_name_its_use() -> None:
    """The tags that providers write."""
    record = rsa().record.replace(b"k=rsa;", b"k=rsa; t=s; s=email; h=sha256;")
    assert good(sign(RAW, rsa()), record=record)


@pytest.mark.parametrize(
    "body",
    [b" " * 5_000_000, b"x" + b" " * 3_000_000 + b"x", b"\t \r\n" * 1_000_000, b"\r\n" * 2_000_000, b"\r" * 3_000_000],
)
def test_hostile_bodies_cost_little(body: bytes) -> None:
    """dkimpy's own canonicalization is quadratic in blanks: five megabytes of them took it minutes."""
    signed = sign(RAW, rsa()).partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body
    before = time.process_time()
    assert not good(signed)
    assert time.process_time() - before < 3


@pytest.mark.parametrize("spaces", [b" " * 3900, b" \r\n" * 1200, b"\t" * 3900])
def test_hostile_signatures_cost_little(spaces: bytes) -> None:
    """The field itself is short, and read with patterns that go back and forth."""
    signed = sign(RAW, rsa())
    for tag in (b"b=", b"bh=", b"h=", b"d="):
        before = time.process_time()
        good(signed.replace(tag, tag + spaces, 1))
        assert time.process_time() - before < 3


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 1500), st.binary(min_size=1, max_size=4))
def test_damaged_mails_are_never_signed_by_another(place: int, rubbish: bytes) -> None:
    """Whatever is put into a signed mail: nothing raises, and the signature stands only for what it was made for."""
    signed = sign(RAW, rsa())
    place = min(place, len(signed))
    damaged = signed[:place] + rubbish + signed[place:]
    good(damaged)
    assert not good(damaged, author="max@post.example")
    assert not good(damaged, author="eva@evil.example")


def test_blanks_in_a_relaxed_body_do_not_matter() -> None:
    """RFC 6376 3.4.4: what a relay does to blanks at line ends and between words leaves the signature good."""
    signed = sign(RAW, rsa())
    assert good(signed.replace(b"Mein  Anschluss geht nicht. \t\r\n", b"Mein Anschluss \t geht nicht.\r\n"))
    assert not good(signed.replace(b"Mein  Anschluss", b"MeinAnschluss"))
