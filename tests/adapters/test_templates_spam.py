"""Every shipped mail as customers get it: no spam to SpamAssassin, and a strict parser reads it as it was meant.

Offline: local tests only, no network, no look-up, no database of what was learnt.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path

import pytest

from inbox_bot.channels.mime.build import build
from inbox_bot.model import Address, Channel, Kind, Visibility
from inbox_bot.outgoing import Draft, Original
from inbox_bot.ports import Rendered
from inbox_bot.template import Template
from inbox_bot.texts import BrandFacts, Templates, shipped
from inbox_bot.texts.preview import facts_for_preview

STRICT: "EmailPolicy[EmailMessage]" = policy.strict.clone(linesep="\r\n", max_line_length=998)
SPAMASSASSIN = shutil.which("spamassassin")
MOST = 2.0  # SpamAssassin calls it spam from 5.0 on
AT = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
OWN = "hilfe@acme.example"
FOOTER = "Acme Netz GmbH, Lindenweg 4, 99084 Erfurt\nGeschäftsführung: Wiebke Thorn"
TEXTS = Templates(
    [shipped()],
    BrandFacts(
        name="Acme Netz", language="de", timezone="Europe/Berlin", footer=FOOTER, mail_address=OWN,
        privacy_url="https://acme.example/privat",
    ),
)  # fmt: skip
MAILS = [one for one in TEXTS.templates() if one.channel is Channel.EMAIL]
ALL = pytest.mark.parametrize("template", [pytest.param(one, id=f"{one.language}-{one.name}") for one in MAILS])
RECEIVED = (
    b"Return-Path: <hilfe+b.7h2k9@acme.example>\r\n"
    b"Received: from mx.acme.example (mx.acme.example [203.0.113.7])\r\n"
    b"\tby mail.post.example (Postfix) with ESMTPS id 4XyZ12\r\n"
    b"\tfor <rike.amsel@post.example>; Tue, 24 Nov 2026 13:05:02 +0000 (UTC)\r\n"
)
"""What the customer's server writes above it."""
KINDS = {
    "acknowledgement": Kind.ACKNOWLEDGEMENT, "further": Kind.ACKNOWLEDGEMENT, "confirmation": Kind.CONFIRMATION,
    "opening": Kind.OPENING, "mdn": Kind.MDN, "status": Kind.STATUS, "survey": Kind.SURVEY,
}  # fmt: skip


def written(template: Template) -> Rendered:
    """Its words in the frame in which they go out."""
    facts: Mapping[str, object] = facts_for_preview(template.language)
    filled = TEXTS.render(template.name, template.channel, template.language, facts)
    if filled.subject:
        return filled
    return TEXTS.render("reply", template.channel, template.language, {**facts, "text": filled.text})


def mail(template: Template, footer: str = FOOTER) -> bytes:
    """The bytes that the relay gets."""
    rendered, kind = written(template), KINDS.get(template.name, Kind.REPLY)
    notice = template.name.startswith(("notice-", "agent-"))
    parent = "<5f1c2a@post.example>"
    draft = Draft(
        kind=Kind.NOTICE if notice else kind,
        to=Address(channel=Channel.EMAIL, address="rike.amsel@post.example", name="Rike Amsel"),
        visibility=Visibility.PRIVATE,
        text=rendered.text,
        html=rendered.html,
        subject=rendered.subject,
        token=name_of(template),
        at=AT,
        message_id=f"<{name_of(template)}.7h2k9@acme.example>",
        return_path="hilfe+b.7h2k9@acme.example",
        reply_to="" if notice else "hilfe+t.427918355@acme.example",
        in_reply_to="" if notice or kind is Kind.OPENING else parent,
        automatic=template.automatic,
        original=Original(message_id=parent, recipient=OWN, subject="Umzug", at=AT) if kind is Kind.MDN else None,
    )
    sender = Address(channel=Channel.EMAIL, address=OWN, name="Acme Netz")
    return build(draft, sender=sender, footer=footer, host="mx.acme.example")


def name_of(template: Template) -> str:
    return f"{template.language}-{template.name}"


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[float, str]]:
    """What SpamAssassin finds in each of them, by the name in its Message-ID: points and rules. One run for all."""
    if SPAMASSASSIN is None:
        pytest.skip("SpamAssassin is not installed: apt-get install spamassassin")
    folder = tmp_path_factory.mktemp("mails")
    for template in MAILS:
        (folder / f"{name_of(template)}.eml").write_bytes(RECEIVED + mail(template))
    (folder / "zz-spam.eml").write_bytes(spam())
    return judged(folder)


def judged(folder: Path) -> Mapping[str, tuple[float, str]]:
    """By file; nothing is kept or fetched."""
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    prefs = home / "prefs"
    settings = ["use_bayes 0", "use_auto_whitelist 0", "skip_rbl_checks 1", "report_safe 0", "fold_headers 0"]
    settings.append("score RCVD_ILLEGAL_IP 0")  # RFC 5737's addresses, for examples, stand in nobody's mails
    prefs.write_text("\n".join(settings))
    ran = subprocess.run(
        [str(SPAMASSASSIN), "--local", f"--prefspath={prefs}", str(folder)],
        capture_output=True, check=False, timeout=540, env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr.decode()[-2000:]
    found: dict[str, tuple[float, str]] = {}
    # Mails follow each other; each bears its verdict above the Message-ID that we gave it.
    for part in re.split(r"(?m)^(?=X-Spam-Checker-Version: )", ran.stdout.decode("utf-8", "replace"))[1:]:
        status = re.search(r"(?m)^X-Spam-Status: \w+, score=(-?[\d.]+) .*?tests=(\S*)", part)
        named = re.search(r"(?mi)^Message-ID: <([\w-]+)\.", part)
        assert status is not None, part[:500]
        assert named is not None, part[:500]
        found[named[1]] = float(status[1]), status[2]
    return found


def spam() -> bytes:
    """The test line of all such filters, to show that they look at all (GTUBE)."""
    line = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
    head = b"From: a@far.example\r\nTo: b@post.example\r\nSubject: x\r\nDate: Tue, 24 Nov 2026 13:05:00 +0000\r\n"
    return head + b"Message-ID: <spam.1@far.example>\r\n\r\n" + line + b"\r\n"


@pytest.mark.slow
def test_the_filter_looks(scores: Mapping[str, tuple[float, str]]) -> None:
    """Whatever is spam to it gets its points, and it saw every mail of ours."""
    assert scores["spam"][0] > 500
    assert len(scores) == len(MAILS) + 1


@pytest.mark.slow
@ALL
def test_no_filter_takes_it_for_spam(template: Template, scores: Mapping[str, tuple[float, str]]) -> None:
    """Below 2.0 of the 5.0 that make spam."""
    points, rules = scores[name_of(template)]
    assert points < MOST, rules


@ALL
@pytest.mark.parametrize("footer", [FOOTER, ""], ids=["footer", "none"])
def test_a_strict_parser_reads_it_as_it_was_meant(template: Template, footer: str) -> None:
    """No defect anywhere; subject and text come back as they went in. UTF-8 is the one charset."""
    raw, meant = mail(template, footer), written(template)
    parsed = message_from_bytes(raw, policy=STRICT)
    for part in parsed.walk():
        assert part.defects == []
        assert all(value.defects == () for value in part.values())
    assert str(parsed["Subject"]) == meant.subject
    body = parsed.get_body(("plain",))
    assert body is not None
    assert body.get_content_charset() == "utf-8"
    said = body.get_content().replace("\r\n", "\n")
    signed = footer and template.name != "mdn"
    assert said == f"{meant.text}\n" + (f"\n-- \n{footer}\n" if signed else "")
    assert raw.isascii(), "any relay takes it, with or without 8BITMIME"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    written_again = message_from_bytes(parsed.as_bytes(), policy=STRICT).get_body(("plain",))
    assert written_again is not None
    assert written_again.get_content() == body.get_content()


def test_mails_of_both_kinds_are_among_them() -> None:
    """Some are plain ASCII as they stand, some need encoding: both ways of writing a text were read."""
    encodings = {str(message_from_bytes(mail(one, ""), policy=STRICT)["Content-Transfer-Encoding"]) for one in MAILS}
    assert {"7bit", "quoted-printable"} <= encodings
