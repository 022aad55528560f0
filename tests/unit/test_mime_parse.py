"""Mails as they come: what is the letter, what are the files, and which two are one."""

import base64
import hashlib

import pytest

from inbox_bot.channels.mime.parse import parse
from inbox_bot.model import Incoming, Unreadable
from tests.unit.mime_builders import NOW, facts, mail, read

MIXED = 'Content-Type: multipart/mixed; boundary="b"'


def multipart(*parts: str, boundary: str = "b") -> str:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"


def test_plain() -> None:
    """The simplest mail: everything that it says is found, and the raw bytes are kept as they came."""
    raw = mail(
        "Subject: =?utf-8?q?St=C3=B6rung?= am\r\n Anschluss",
        "Message-ID: <1@kunde.example>",
        "In-Reply-To: <c@acme.example>",
        "References: <a@acme.example>\r\n <b@acme.example> <c@acme.example>",
        "Reply-To: Eva privat <eva@privat.example>",
        "Disposition-Notification-To: eva@kunde.example",
        body="Guten Tag\r\n",
    )
    found = read(raw)
    assert found.subject == "Störung am Anschluss"
    assert found.external_id == "<1@kunde.example>"
    assert found.references == ("<c@acme.example>", "<b@acme.example>", "<a@acme.example>")
    assert found.text == "Guten Tag"
    assert found.raw == raw
    assert (found.key, found.at, found.language) == ("7:1", NOW, "")
    assert found.mail is not None
    assert [one.address for one in found.mail.reply_to] == ["eva@privat.example"]
    assert found.mail.mdn_to == ("eva@kunde.example",)
    assert found.mail.header("subject") == "Störung am Anschluss"
    assert found.mail.report is None


def test_folder_flags_are_kept() -> None:
    """IMAP flags are passed on."""
    found = parse(mail(), key="1:1", at=NOW, folder_flags=("$Junk",))
    assert isinstance(found, Incoming)
    assert found.mail is not None
    assert found.mail.folder_flags == ("$Junk",)


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"  \n"])
def test_empty(raw: bytes) -> None:
    """An empty file is unreadable, with the reason."""
    found = parse(raw, key="1:1", at=NOW)
    assert isinstance(found, Unreadable)
    assert "empty" in found.reason


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf-8", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", b"Gr\xfc\xdfe \x80", "Grüße €"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("x-unknown", b"Gr\xfc\xdfe", "Grüße"),
        ("utf-8 euao6", "Grüße".encode(), "Grüße"),
        ("cp-850", "Grüße".encode("cp850"), "Grüße"),
        ("x-gbk", "你好".encode("gbk"), "你好"),
        ("gb2312", "镕".encode("gb18030"), "镕"),
        ("iso-2022-jp", "こんにちは".encode("iso2022_jp"), "こんにちは"),
        ("ansi_x3.110-1983", b"caf\xe9", "café"),
        ("unicode_escape", b"a\\u0041", "a\\u0041"),
        ("punycode", b"bcher-kva", "bcher-kva"),
        ("idna", b"xn--bcher-kva", "xn--bcher-kva"),
        ("rot13", b"abc", "abc"),
        ("undefined", b"abc", "abc"),
        ("utf-7", b"a +AD4- b +2AA-", "a > b \ufffd"),
        ("utf-8", "Grüße aus Köln, viele schöne".encode() + b"\xc3", "Grüße aus Köln, viele schöne\ufffd"),
        ("iso-8859-8-i", "שלום".encode("iso8859-8"), "שלום"),
        ("windows-1252\x00x", b"\x80", "€"),
    ],
)
def test_charsets(charset: str, data: bytes, text: str) -> None:
    """Declared, aliased, wrong, unknown and dangerous charsets all give the text that was meant."""
    raw = mail(f'Content-Type: text/plain; charset="{charset}"', body=data)
    assert read(raw).text == text


def test_headers_are_clean() -> None:
    """Encoded line ends, NUL, escapes and split characters come out as one clean line (cpython#121650)."""
    smile = base64.b64encode("😀".encode()).decode()
    found = facts(
        mail(
            "Subject: =?utf-8?q?Hello=0D=0ABcc:_evil=40x.example=0D=0A=0D=0A?=",
            "X-Nul: a\x00b\x1b[2Jc",
            "X-Raw: Gr\udcfc\udcdfe",
            "X-Split: =?utf-8?q?=F0=9F=98?= =?utf-8?q?=80?=",
            f"X-B: =?UTF-8*de?B?{smile}?= =?bogus",
            "X-Bad: =?utf-8?b?%%%?= C:\\users\\x",
        )
    )
    assert found.header("subject") == "Hello  Bcc: evil@x.example"
    assert found.header("x-nul") == "a b [2Jc"
    assert found.header("x-raw") == "Grüße"
    assert found.header("x-split") == "😀"
    assert found.header("x-b") == "😀 =?bogus"
    assert found.header("x-bad") == "C:\\users\\x"
    for _, value in found.headers:
        assert not set(value) & set("\r\n\x00\x1b")


def test_alternative_and_attachments() -> None:
    """The plain alternative is the letter, its HTML is kept, files keep their bytes."""
    inner = multipart(
        "Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße",
        "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Gr&uuml;&szlig;e</p>",
        boundary="i",
    )
    raw = mail(
        MIXED,
        body=multipart(
            'Content-Type: multipart/alternative; boundary="i"\r\n\r\n' + inner,
            "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC",
            "Content-Type: text/plain\r\nContent-Disposition: attachment; filename*=utf-8''%C3%BC.txt\r\n\r\nx",
        ),
    )
    found = read(raw)
    assert found.text == "Grüße"
    assert found.html == "<p>Gr&uuml;&szlig;e</p>"
    assert [(one.name, one.media_type, one.content) for one in found.attachments] == [
        ("a.pdf", "application/pdf", b"\x00\x01\x02"),
        ("ü.txt", "text/plain", b"x"),
    ]


def test_html_letter_above_a_list_footer() -> None:
    """A letter in HTML is not hidden by a plain footer that a list server appended; both are read."""
    raw = mail(MIXED, body=multipart("Content-Type: text/html\r\n\r\n<p>Hallo</p>", "\r\n___\r\nlist footer"))
    assert read(raw).text.startswith("Hallo\n\n")
    twice = mail(
        MIXED, body=multipart("\r\nDasselbe zweimal", "Content-Type: text/html\r\n\r\n<b>Dasselbe</b> zweimal")
    )
    assert read(twice).text == "Dasselbe zweimal"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.exe", "a.exe"),
        ("/tmp/whoa", "whoa"),
        (".bashrc", "bashrc"),
        ("", "attachment.pdf"),
        ("...", "attachment.pdf"),
        ("con.txt", "_con.txt"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("=?utf-8?q?R=C3=A9sum=C3=A9?=.pdf", "Résumé.pdf"),
        ("a=0D=0Ab.pdf", "a=0D=0Ab.pdf"),
        ("ä" * 200 + ".pdf", "ä" * 58 + ".pdf"),
    ],
)
def test_attachment_names(given: str, shown: str) -> None:
    """A name is never a path, has no control or bidi character, and at most 120 bytes with its extension."""
    raw = mail(f'Content-Type: application/pdf; name="{given}"'.replace("\\", "\\\\"), body="x")
    (file,) = read(raw).attachments
    assert file.name == shown
    assert len(file.name.encode()) <= 120


def test_double_names_are_numbered() -> None:
    """Each file has a name of its own, also where a numbered one was there before."""
    part = "Content-Type: image/png; name={}\r\n\r\nx"
    raw = mail(MIXED, body=multipart(*[part.format(name) for name in ("a.png", "a.png", '"a (2).png"', "A.png")]))
    names = [one.name for one in read(raw).attachments]
    assert names == ["a.png", "a (2).png", "a (2) (2).png", "A (3).png"]


def test_embedded_message() -> None:
    """A forwarded mail is a file named by its subject; its own headers and text are not the mail's."""
    inner = "From: a@b.example\r\nSubject: Alte Rechnung\r\nMessage-ID: <old@b.example>\r\n\r\ninnen\r\n"
    found = read(mail(MIXED, body=multipart("\r\naussen", f"Content-Type: message/rfc822\r\n\r\n{inner}")))
    assert found.text == "aussen"
    (file,) = found.attachments
    assert file.name == "Alte Rechnung.eml"
    assert file.content is not None
    assert file.content.rstrip() == inner.rstrip().encode()


def test_size_limit() -> None:
    """A file above the limit keeps its name and size and says why its content is missing."""
    raw = mail("Content-Type: application/pdf; name=a.pdf", body="x" * 2000)
    found = parse(raw, key="1:1", at=NOW, max_attachment=1000)
    assert isinstance(found, Incoming)
    (file,) = found.attachments
    assert (file.content, file.size) == (None, 2000)
    assert "1000" in file.reason


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        (["Content-Transfer-Encoding: base64"], "R3LDvMOfZQ", "Grüße"),
        (["Content-Transfer-Encoding: BASE64 "], "R3LDvM=\r\nOfZQ==x", "Grüße"),
        (
            ["Content-Transfer-Encoding: base64"],
            "Guten Tag, das ist kein Base64, oder?",
            "Guten Tag, das ist kein Base64, oder?",
        ),
        (["Content-Transfer-Encoding: quoted-printable"], "Gr=C3=BC=C3=9Fe =ZZ =", "Grüße =ZZ"),
        (["Content-Transfer-Encoding: x-what"], "Grüße", "Grüße"),
        (["Content-Transfer-Encoding: x-uuencode"], "begin 644 a\n#86)C\n`\nend\n", "abc"),
        (["Content-Type: multipart/mixed"], "ohne Grenze", "ohne Grenze"),
        (["Content-Type: kaputt"], "x", "x"),
        (["Content-Type: text/plain; x*"], "x", "x"),
        (["Content-Type: text/plain; charset*0*=; charset*1=x"], "x", "x"),
        (["Content-Type: text/html"], "<p>a</p><script>b</script>", "a"),
    ],
)
def test_broken_structure(headers: list[str], body: str, text: str) -> None:
    """Damaged encodings and types never cost the letter."""
    assert read(mail(*headers, body=body)).text == text


def test_no_message_id() -> None:
    """Without a usable id one is made from the content, the same for the same content; odd ids are cleaned."""
    first, second = read(mail("Message-ID: ")), read(mail("Message-ID: <>"))
    assert first.external_id == f"<{first.content_hash}@unknown.invalid>"
    assert first.external_id != second.external_id
    assert read(mail("Message-ID: ")).external_id == first.external_id
    assert read(mail("Message-Id: 1@x.example")).external_id == "<1@x.example>"
    assert read(mail("Message-ID: <[1@x.example]>")).external_id == "<[1@x.example]>"
    assert read(mail("Message-ID:\r\n <1@x.example> (c)")).external_id == "<1@x.example>"


def test_references_are_capped_and_unique() -> None:
    """At most a hundred ids, nearest first, each once."""
    chain = " ".join(f"<{number}@x.example>" for number in range(300))
    found = read(mail("In-Reply-To: Eva's mail of Monday <299@x.example>", f"References: {chain}")).references
    assert len(found) == 100
    assert found[:2] == ("<299@x.example>", "<298@x.example>")


def test_two_ways_one_content() -> None:
    """Copies that came by different ways have one hash; another text has another."""
    plain = mail("Subject: x", "Message-ID: <1@x.example>")
    way = (
        b"Return-Path: <a@b.example>\r\nReceived: from a\r\n\tby b; date\r\nX-Spam-Status: No,\r\n score=1\r\n"
        b"Delivered-To: x@y.example\r\nAuthentication-Results: mx; dmarc=pass\r\nDKIM-Signature: v=1;\r\n b=abc\r\n"
    )
    copies = [plain, way + plain, way + way + plain, plain.replace(b"\r\n", b"\n"), plain + b"\r\n"]
    assert len({read(copy).content_hash for copy in copies}) == 1
    assert read(plain.replace(b"Hallo", b"hallo")).content_hash != read(plain).content_hash
    assert len(read(plain).content_hash) == len(hashlib.sha256().hexdigest())


@pytest.mark.parametrize(
    ("written", "meant"),
    [("<>", ""), ("", ""), (" < > ", ""), ("hermes", None), ("<eva@post.example>", "eva@post.example")],
)
def test_only_an_empty_return_path_is_the_null_path(written: str, meant: str | None) -> None:
    """A path without a domain, as old relays write it, does not make a person's mail a bounce."""
    raw = f"Return-Path: {written}\r\nFrom: eva@post.example\r\n\r\nHallo\r\n".encode()
    parsed = parse(raw, key="1:1", at=NOW)
    assert isinstance(parsed, Incoming)
    assert parsed.mail is not None
    assert parsed.mail.return_path == meant
