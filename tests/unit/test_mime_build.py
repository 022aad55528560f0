"""Mails as they go out: exactly the intended fields, in a form that every mailer reads back."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.channels.mime.build import build
from inbox_bot.errors import Unsendable
from inbox_bot.model import Address, Attachment, Channel, Kind
from inbox_bot.outgoing import Original
from tests.unit.mime_builders import EVA, SENDER, a_draft, built, read

INJECTIONS = [
    "x\r\nBcc: evil@x.example",
    "x\nBcc: evil@x.example\n\nbody",
    "x\rBcc: evil@x.example",
    "x\x00y",
    "=?utf-8?q?Hello=0D=0ABcc:_evil=40x.example=0D=0A=0D=0A?=",
    "Re: =?utf-8?q?x=0D=0ABcc:_e@x.example?=",
    "=?utf-8?b?eA0KQmNjOiBlQHg=?=",
    "ä =?utf-8?q?x=0D=0ABcc:_e@x.example?=",
    "x\u2028Bcc: e@x.example\x85Cc: f",
    "==?=?utf-8?q?=0D=0ABcc:_e?=",
]


def stdlib(raw: bytes) -> EmailMessage:
    """The mail as Python's own strict reader sees it; ours are free of its crashes."""
    found = message_from_bytes(raw, policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


def names(raw: bytes) -> list[str]:
    return [name for name, _ in message_from_bytes(raw).raw_items()]


PLAIN = ["From", "To", "Subject", "Date", "Message-ID"]
TAIL = ["X-Inbox-Bot", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]


def test_plain() -> None:
    """An acknowledgement: fields in order, machine-made marks, text with the footer as a signature."""
    raw = built(footer="Acme GmbH\nKöln", reply_to="hilfe+t.x@acme.example", in_reply_to="<1@k.example>")
    assert names(raw) == [
        *PLAIN, "Reply-To", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress", *TAIL,
    ]  # fmt: skip
    found = stdlib(raw)
    assert found["From"] == "Acme Hilfe <hilfe@acme.example>"
    assert found["To"].addresses[0].display_name == "Eva Müller"
    assert found["Subject"] == "Störung [#427-918-355]"
    assert found["Date"].datetime == datetime(2026, 3, 9, 12, tzinfo=UTC)
    assert found["Message-ID"] == "<abc.sig@acme.example>"
    assert found["Auto-Submitted"] == "auto-replied"
    assert found["X-Auto-Response-Suppress"] == "All"
    text = found.get_content()
    assert text == "Guten Tag,\r\n\r\nwir haben Ihre Nachricht erhalten.\r\n\r\n-- \r\nAcme GmbH\r\nKöln\r\n"
    assert raw == built(footer="Acme GmbH\nKöln", reply_to="hilfe+t.x@acme.example", in_reply_to="<1@k.example>")


def test_wire_form() -> None:
    """CRLF only, ASCII only, no line above 998 octets, whatever the text."""
    for text in ("ü" * 5000, "x" * 5000, "a\r\nb\rc\nd", ".\n..\nFrom x\n", "\ud800\x00\x1b[2J"):
        raw = built(text=text, html=f"<p>{text}</p>", subject=text)
        assert raw.isascii()
        assert b"\r" not in raw.replace(b"\r\n", b"")
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"automatic": True, "in_reply_to": "<1@k.example>"}, "auto-replied"),
        ({"automatic": True}, "auto-generated"),
        ({"kind": Kind.NOTICE, "automatic": True, "in_reply_to": "<1@k.example>"}, "auto-generated"),
        ({"kind": Kind.REPLY, "automatic": False}, None),
    ],
)
def test_automatic(fields: dict[str, Any], word: str | None) -> None:
    """RFC 3834: answers by machines say auto-replied, other machine mail auto-generated, people's nothing."""
    assert stdlib(built(**fields))["Auto-Submitted"] == word


@pytest.mark.parametrize("value", INJECTIONS)
def test_no_injection(value: str) -> None:
    """A stranger's text in subject, names, files or ids never makes a field, a body or an encoded word of its own."""
    raw = built(
        subject=value,
        to=Address(channel=Channel.EMAIL, address="eva@kunde.example", name=value),
        references=(value, "<ok@x.example>"),
        attachments=(Attachment(name=value, media_type=value, size=1, content=b"x"),),
    )
    assert names(raw) == [
        *PLAIN,
        "References",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "X-Inbox-Bot",
        "MIME-Version",
        "Content-Type",
    ]
    for part in message_from_bytes(raw).walk():
        assert {name for name, _ in part.raw_items()} <= {
            *names(raw), "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
        }  # fmt: skip
    subject = read(raw).subject
    assert "Bcc" not in subject or "\n" not in subject
    # An answer that quotes the subject we read stays harmless too.
    assert names(built(subject="Re: " + subject)) == [*PLAIN, "Auto-Submitted", "X-Auto-Response-Suppress", *TAIL]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b.example",
        "a b@c.example",
        "a\r\nRCPT TO:<x@y.example>@c.example",
        "a%b@c.example",
        "-a@c.example",
        '"a b"@c.example',
        "a@b..example",
        "a@-b.example",
        "a@[127.0.0.1]",
        "a..b@c.example",
        "a@b.example, c@d.example",
        "a" * 65 + "@b.example",
        "a@" + "b" * 64 + ".example",
        "<a@b.example>",
    ],
)
def test_addresses_are_strict(address: str) -> None:
    """Only a plain dot-atom address gets into a mail; every other is refused when the mail is written."""
    with pytest.raises(Unsendable):
        built(to=Address(channel=Channel.EMAIL, address=address))
    with pytest.raises(Unsendable):
        built(cc=(address,)) if address else built(reply_to=" ")


def test_idn() -> None:
    """A domain with umlauts goes out as A-labels."""
    to = Address(channel=Channel.EMAIL, address="eva@bücher.example")
    assert stdlib(built(to=to))["To"] == "eva@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "name", ["Eva, Müller", 'Eva "E" M', "Eva\\", "a@b.example", "ü" * 150, "x" * 150, "Müller (Eva)", ""]
)
def test_display_names(name: str) -> None:
    """Any name is read back as it was."""
    found = stdlib(built(to=Address(channel=Channel.EMAIL, address="eva@kunde.example", name=name)))["To"]
    (one,) = found.addresses
    assert one.addr_spec == "eva@kunde.example"
    # The stdlib's reader puts a space between the encoded words of a phrase; RFC 2047 6.2 and ours do not.
    assert one.display_name.replace(" ", "") == name.replace(" ", "")
    assert not found.defects


def test_references() -> None:
    """RFC 5322 3.6.4: the given chain in its order, then the mail that is answered; raw ids, each once."""
    outlook = "<" + "A" * 110 + "@PROD.OUTLOOK.EXAMPLE>"
    raw = built(in_reply_to="<3@x.example>", references=("<1@x.example>", outlook, "<3@x.example>"))
    assert stdlib(raw)["References"].split() == ["<1@x.example>", outlook, "<3@x.example>"]
    assert stdlib(raw)["In-Reply-To"] == "<3@x.example>"
    assert b"=?" not in raw.partition(b"References:")[2].partition(b"Auto-")[0]


def test_many_references() -> None:
    """A long chain loses its middle: the field stays within 998 octets, with its root and its end."""
    chain = tuple(f"<{number}.{'x' * 40}@x.example>" for number in range(100))
    field = str(stdlib(built(in_reply_to="<end@x.example>", references=chain))["References"])
    assert field.split()[0] == chain[0]
    assert field.split()[-2:] == [chain[-1], "<end@x.example>"]
    assert len(field) + len("References: ") <= 998


def test_html_and_files() -> None:
    """Text first, then HTML, then the files, whose bytes and names arrive whole; the footer stands in both texts."""
    files = (
        Attachment(name="Rechnung März.pdf", media_type="application/pdf", size=3, content=b"\x00\r\n"),
        Attachment(name="a.eml", media_type="message/rfc822", size=3, content=b"abc"),
        Attachment(name='b"c.txt', media_type="x\r\ny", size=0, content=b""),
    )
    raw = built(footer="Köln <&>", html="<html><body><p>Grüße</p></body></html>", attachments=files)
    found = stdlib(raw)
    assert found.get_content_type() == "multipart/mixed"
    body = found.get_body(preferencelist=("html",))
    assert body is not None
    assert "Köln &lt;&amp;&gt;</p>\r\n</body>" in body.get_content()
    assert [part.get_content_type() for part in found.walk()][:4] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    sent = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in found.iter_attachments()
    ]
    assert sent == [
        ("Rechnung März.pdf", "application/pdf", b"\x00\r\n"),
        ("a.eml", "application/octet-stream", b"abc"),
        ("bc.txt", "application/octet-stream", b""),
    ]


def test_file_without_content() -> None:
    """A file of which only the size is known cannot be sent."""
    with pytest.raises(Unsendable):
        built(attachments=(Attachment(name="a", media_type="text/plain", size=1),))


@pytest.mark.parametrize(
    "fields", [{"message_id": ""}, {"message_id": "no id"}, {"subject": "x", "message_id": "<a b@c>"}]
)
def test_no_message_id(fields: dict[str, Any]) -> None:
    """Without a Message-ID of ours nothing goes out."""
    with pytest.raises(Unsendable):
        built(**fields)


def test_mdn() -> None:
    """RFC 8098 3: two parts, honest disposition, no request for a receipt of its own; we read it as one."""
    original = Original(message_id="<1@kunde.example>", recipient="hilfe@acme.example", subject="x", at=a_draft().at)
    raw = built(
        kind=Kind.MDN, original=original, text="Ihre Nachricht ist angekommen.", in_reply_to="<1@kunde.example>"
    )
    found = message_from_bytes(raw)
    assert found.get_content_type() == "multipart/report"
    assert found.get_param("report-type") == "disposition-notification"
    assert found["Auto-Submitted"] == "auto-replied"
    assert found["Disposition-Notification-To"] is None
    assert [part.get_content_type() for part in found.walk()][1:3] == ["text/plain", "message/disposition-notification"]
    notification = raw.partition(b"message/disposition-notification\r\n\r\n")[2].partition(b"\r\n--")[0].decode()
    assert notification.split("\r\n") == [
        "Reporting-UA: acme.example; inbox-bot",
        "Final-Recipient: rfc822;hilfe@acme.example",
        "Original-Message-ID: <1@kunde.example>",
        "Disposition: automatic-action/MDN-sent-automatically; processed",
        "",
    ]
    mail = read(raw).mail
    assert mail is not None
    assert mail.report is not None
    assert (mail.report.kind, mail.report.original_message_id) == ("mdn", "<1@kunde.example>")
    assert mail.report.lines[0].action == "processed"
    with pytest.raises(Unsendable):
        built(kind=Kind.MDN)


SOME_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]) | st.sampled_from("\n äöü€=?-"), max_size=200
)


@settings(max_examples=80, deadline=None)
@given(text=SOME_TEXT, subject=SOME_TEXT, name=SOME_TEXT, html=st.booleans())
def test_round_trip(text: str, subject: str, name: str, html: bool) -> None:
    """What is built is read back: the letter word for word, the subject and name on one line."""
    draft = a_draft(text=text, subject=subject, html="<p>x</p>" if html else "", in_reply_to="<1@k.example>")
    sender = Address(channel=Channel.EMAIL, address=SENDER.address, name=name)
    found = read(build(draft, sender=sender, footer="", host="acme.example"))
    if text.strip():
        assert sorted("".join((found.text + found.quoted).split())) == sorted("".join(text.split()))
    assert found.external_id == draft.message_id
    assert found.references == ("<1@k.example>",)
    assert found.mail is not None
    assert found.mail.from_sound
    assert found.mail.recipients == (EVA.address,)
    assert "\n" not in found.subject
    if "=?" not in subject:
        assert found.subject.split() == " ".join(subject.splitlines()).split()
