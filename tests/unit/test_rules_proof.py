"""Proof: only our own server's word, or a signature of From's own domain, shows who wrote; nothing a sender can write
does."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.channels.mime.parse import parse
from inbox_bot.model import Incoming
from inbox_bot.rules.proof import Proof, Standing, judge, servers, worth_checking
from tests.unit.mime_builders import NOW, facts, mail, read
from tests.unit.rules_builders import a_post

OURS = "mx.acme.example"
FROM = "From: Eva <eva@post.example>"
BORDER = (
    "Received: from mail.post.example (mail.post.example [192.0.2.1])\r\n\tby mx.acme.example (Postfix) with ESMTPS"
    " id 4\r\n\tfor <hilfe@acme.example>; Mon, 9 Mar 2026 12:00:00 +0000 (UTC)"
)
LMTP = (
    "Received: from mx.acme.example ([127.0.0.1])\r\n\tby imap.acme.example with LMTP id abc\r\n\t(envelope-from <e@p>)"
    "\r\n\tfor <hilfe@acme.example>; Mon, 9 Mar 2026 12:00:01 +0000"
)
PASS = "dmarc=pass header.from=post.example"
IN_WORD = PASS.replace("=", "=3D").replace(" ", "_")


def verdict(text: str) -> str:
    return f"Authentication-Results: {text}"


def proof(*headers: str, own: str = OURS, form: bool = False) -> Proof:
    """Of a mail with these lines, topmost first."""
    return judge(read(mail(*headers)), authserv_id=own, form=form)


def above(*texts: str, sender: str = FROM, own: str = OURS) -> Proof:
    """Of a mail with these verdicts above the border."""
    return proof(*map(verdict, texts), BORDER, sender, own=own)


@pytest.mark.parametrize(
    ("text", "by"),
    [
        (f"{OURS}; {PASS}", "dmarc"),
        (f"{OURS} 1; {PASS}", "dmarc"),
        ("MX.Acme.Example; DMARC=Pass (p=none dis=none) header.from=POST.example", "dmarc"),
        (f"{OURS} (a (nested) comment); dmarc=pass (p=NONE) header.from=eva@post.example", "dmarc"),
        (f'{OURS}; spf=fail smtp.mailfrom="a) dmarc=fail (b"@evil.example; {PASS}', "dmarc"),
        (f"{OURS};\r\n dkim=fail header.d=list.example;\r\n dkim=pass header.d=post.example", "dkim post.example"),
        (f"{OURS}; dkim=pass header.i=@post.example", "dkim post.example"),
        (f"{OURS}; dkim=fail header.d=post.example; spf=pass smtp.mailfrom=eva@post.example", "spf post.example"),
        (f"{OURS}; dmarc=none header.from=post.example; spf=pass smtp.mailfrom=post.example", "spf post.example"),
    ],
)
def test_what_our_own_server_found_counts(text: str, by: str) -> None:
    """A DMARC pass for From's domain, or an aligned pass; whatever the spelling that RFC 8601 allows."""
    found = above(text)
    assert (found.by, found.standing) == (by, Standing.PROVEN)


@pytest.mark.parametrize(
    "texts",
    [
        (f"evil.example; {PASS}",),
        (f"mx.acme.example.evil.example; {PASS}",),
        (f'"mx.acme.example"; {PASS}',),
        (f"mx.acme.example 2; {PASS}",),
        (f"({OURS}; {PASS}",),
        (f"{OURS} {PASS}",),
        (f"{OURS}; {PASS} trailing rubbish (",),
        ("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=post.example; dmarc=pass header.from=post.example",),
        (f'{OURS}; spf=pass smtp.mailfrom="a) {PASS} (b"@evil.example',),
        (f'{OURS}; spf=pass smtp.mailfrom="a; {PASS}; b"@evil.example',),
        (f"{OURS}; spf=pass (comment (nested ; {PASS}) ; {PASS}) smtp.mailfrom=evil.example",),
        (f"{OURS}; spf=pass smtp.mailfrom==?utf-8?q?x=3B_{IN_WORD}=3B_a=3Db_smtp.z=3D?=@evil.example",),
        (f"{OURS}; dmarc=pass header.from=evil.example",),
        (f"{OURS}; dmarc=pass",),
        (f"{OURS}; dmarc=pass header.from=post.example.evil.example",),
        (f"{OURS}; dmarc=fail header.from=post.example; dkim=pass header.d=post.example",),
        (f"{OURS}; {PASS}; dmarc=fail header.from=post.example",),
        (f"{OURS}; {PASS}", f"{OURS}; dmarc=fail header.from=post.example"),
        (f"{OURS}; dkim=pass header.d=post.example; dkim=fail header.d=post.example",),
        (f"{OURS}; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example",),
        (f"{OURS}; dkim=pass header.d=example",),
        (f"{OURS}; dkim=pass header.d=news.post.example",),
        (f"{OURS}; spf=pass smtp.helo=post.example",),
        (f"{OURS}; none",),
        (f"{OURS}; dkim=none; none",),
        ("",),
    ],
)
def test_what_others_wrote_or_nobody_found_does_not(texts: tuple[str, ...]) -> None:
    """Another server's word, what cannot be read to its end, a contradiction, somebody else's domain: not proven."""
    found = above(*texts)
    assert (found.by, found.standing) == ("", Standing.DOUBTFUL), found


def test_an_address_as_its_own_name_is_no_defect() -> None:
    """Clumsy, and seen often: it can be read in one way only."""
    assert above(f"{OURS}; {PASS}", sender="From: eva@post.example <eva@post.example>").by == "dmarc"


def test_the_domain_above_froms_own_may_sign_for_it() -> None:
    """Who holds post.example holds news.post.example; not the other way round."""
    sender = "From: Eva <eva@news.post.example>"
    assert above(f"{OURS}; dkim=pass header.d=post.example", sender=sender).by == "dkim news.post.example"


@pytest.mark.parametrize(
    ("headers", "by"),
    [
        ((verdict(f"{OURS}; {PASS}"), BORDER, FROM), "dmarc"),
        ((LMTP, verdict(f"{OURS}; {PASS}"), BORDER, FROM), "dmarc"),
        ((verdict(f"{OURS}; {PASS}"), LMTP, BORDER, FROM), "dmarc"),
        ((BORDER, verdict(f"{OURS}; {PASS}"), FROM), ""),
        ((LMTP, BORDER, verdict(f"{OURS}; {PASS}"), BORDER, FROM), ""),
        ((BORDER, LMTP, verdict(f"{OURS}; {PASS}"), BORDER, FROM), ""),
        ((LMTP, LMTP, verdict(f"{OURS}; {PASS}"), FROM), ""),
        ((verdict(f"{OURS}; {PASS}"), FROM), ""),
        ((f"X-{verdict(f'{OURS}; {PASS}')}", BORDER, FROM), ""),
        ((f"ARC-{verdict(f'i=1; {OURS}; {PASS}')}", BORDER, FROM), ""),
    ],
)
def test_only_above_the_border(headers: tuple[str, ...], by: str) -> None:
    """What stands below the Received of the server that took the mail from outside may be the sender's; a handover by
    LMTP is within the house, and without any Received nothing tells whose words are whose."""
    assert proof(*headers).by == by


@pytest.mark.parametrize(
    "helo",
    [
        "a by b with LMTP",
        "a by b with LMTP id 1;",
        "a by b with LMTP id 1; Mon, 9 Mar 2026 12:00:01 +0000",
        "a by b with LMTP id 1 (",
        "a by b with LMTP id 1 ((",
        "a by b with LMTP id 1 ) (",
        'a by b with LMTP id 1 "',
        "a by b with LMTP id 1 \\",
    ],
)
def test_a_helo_cannot_look_like_a_handover(helo: str) -> None:
    """Postfix writes down all words of an EHLO: they must not move the border below the sender's own lines."""
    border = (
        f"Received: from {helo} (unknown [203.0.113.9]) by mx.acme.example (Postfix) with ESMTPS id 4"
        " for <hilfe@acme.example>; Mon, 9 Mar 2026 12:00:00 +0000 (UTC)"
    )
    assert proof(border, verdict(f"{OURS}; {PASS}"), BORDER, FROM).by == ""


@pytest.mark.parametrize(
    "sender",
    [
        "From: Eva <eva@post.example>, Max <max@evil.example>",
        "From: Eva <eva@post.example>\r\nFrom: Max <max@evil.example>",
        "From: friends: Eva <eva@post.example>;",
        "From: eva@post.example <max@evil.example>",
        "From: Eva <eva@post.example> trailing",
        "From: Eva <eva@pöst.example>",
        "From: Eva <еva@post.example>",
        "From: Eva <@relay.example:eva@post.example>",
        "From-X: nobody\r\nSender: Eva <eva@post.example>",
    ],
)
def test_a_defective_from_is_never_proven_nor_believed(sender: str) -> None:
    """Two readers might take it for two people: also where no server of ours judges."""
    assert above(f"{OURS}; {PASS}", sender=sender).standing is Standing.DOUBTFUL
    assert above(f"{OURS}; {PASS}", sender=sender, own="").standing is Standing.DOUBTFUL


def test_without_an_authserv_id_a_sound_from_is_believed() -> None:
    """Nothing can be shown there: the header of any server proves nothing, and a known address is taken at its word."""
    found = above(f"{OURS}; {PASS}", own="")
    assert (found.by, found.standing) == ("", Standing.BELIEVED)


def test_a_contact_form_proves_nobody() -> None:
    """The form's own mail may pass every check; whom it names, anybody typed."""
    headers = (verdict(f"{OURS}; {PASS}"), BORDER, FROM)
    assert proof(*headers, form=True).standing is Standing.DOUBTFUL
    assert proof(*headers, form=True, own="").standing is Standing.BELIEVED


def test_x_proves_its_own() -> None:
    """X says who writes, by user id."""
    assert judge(a_post(), authserv_id="") == Proof(standing=Standing.PROVEN, by="x", reason="X says who writes")


def signed(incoming: Incoming, domain: str) -> Incoming:
    assert incoming.mail is not None
    return replace(incoming, mail=replace(incoming.mail, signed_by=domain))


def test_our_own_check_of_a_signature() -> None:
    """From's own domain exactly; never against our server's verdict."""
    plain = read(mail(BORDER, "DKIM-Signature: v=1", FROM))
    assert worth_checking(plain, authserv_id=OURS)
    assert judge(signed(plain, "post.example"), authserv_id="").by == "dkim post.example"
    assert judge(signed(plain, "evil.example"), authserv_id="").by == ""
    for text in ("dmarc=fail header.from=post.example", "dkim=fail header.d=post.example"):
        contrary = read(mail(verdict(f"{OURS}; {text}"), BORDER, "DKIM-Signature: v=1", FROM))
        assert not worth_checking(contrary, authserv_id=OURS)
        assert judge(signed(contrary, "post.example"), authserv_id=OURS).by == ""


def test_nothing_is_checked_that_is_proven_or_cannot_be() -> None:
    """No look-up for a mail without signature, with a defective From, or proven by our server."""
    for headers in (
        (BORDER, FROM),
        (BORDER, "DKIM-Signature: v=1", "From: a@post.example, b@post.example"),
        (verdict(f"{OURS}; {PASS}"), BORDER, "DKIM-Signature: v=1", FROM),
    ):
        assert not worth_checking(read(mail(*headers)), authserv_id=OURS)


def test_the_name_of_our_server_can_be_suggested() -> None:
    """Only what stands above the border is our server's."""
    raw = mail(verdict(f"{OURS}; {PASS}"), verdict("("), BORDER, verdict("evil.example; none"), FROM)
    assert servers(facts(raw)) == [OURS]


ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.sampled_from(
    ["; ", OURS, PASS, "(", ")", '"', "\\", "dmarc=", "pass", "header.from=", "post.example", "\r\n ", "1", "none"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ODD, max_size=12), st.lists(ODD, max_size=6))
def test_nothing_below_the_border_ever_proves(first: list[str], second: list[str]) -> None:
    """Whatever a sender writes into his own headers, our server having said nothing."""
    lines = [verdict(f"{OURS}; {PASS} {''.join(first)}"), verdict("".join(first)), LMTP, verdict(f"{OURS}; {PASS}")]
    raw = mail(BORDER, *lines, f"Received: {''.join(second)}", verdict("".join(second)), FROM)
    found = parse(raw, key="7:1", at=NOW)
    if isinstance(found, Incoming):
        assert judge(found, authserv_id=OURS).by == ""


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=60) | ODD.map(str.encode), max_size=10))
def test_any_bytes_are_judged(pieces: list[bytes]) -> None:
    """No header of any server breaks the rule, and only its grammar read to the end proves."""
    raw = b"Authentication-Results: " + b"".join(pieces) + b"\r\n" + mail(BORDER, FROM)
    found = parse(raw, key="7:1", at=NOW)
    if isinstance(found, Incoming):
        judge(found, authserv_id=OURS)
        judge(found, authserv_id="")


@pytest.mark.parametrize("text", ["(" * 4000, "a " * 2000, "; a=b" * 800, '"' * 4000, "a=b x.y=" * 500])
def test_hostile_verdicts_cost_little(text: str) -> None:
    """Our server may copy a sender's words into its own line: at most two seconds for thirty of them."""
    before = time.process_time()
    above(*[f"{OURS}; {text}"] * 30)
    assert time.process_time() - before < 2
