"""Mails that make Python's email package raise, loop or eat memory: each is read, or unreadable with a reason."""

import time
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.channels.mime.parse import parse
from inbox_bot.model import Incoming, Unreadable
from tests.unit.mime_builders import NOW, mail, read

# Header lines on which some supported Python raises from policy.default when they are read.
CRASHES = [
    "To: undisclosed:; (comment)",
    "To: unlisted-recipients:; (no To-header on input)",
    "Cc: =?utf-8?q?=0A?= <a@b.example>",
    "From: John Doe.<a@b.example>",
    "Message-ID: <[id@dom.example]>",
    'To: "',
    "To: \r\n :Joe",
    "To: to@[x",
    "To: r@",
    "To: <",
    "To: ..a@b.example",
    "To: a\x00@b.example",
    "Content-Type: text/plain; x*",
    "Content-Type: text/plain; charset=\x00",
    "Content-Type: text/plain; charset=x-unknown-charset",
    "Content-Type: text/plain; charset*=utf-8'%",
    "Content-Type: appication/x",
    "Content-Type: message/rfc822",
    "Content-Disposition: attachment; filename*0*=x'y'%E",
    "Subject: =?utf-8?q?=ED=A0=BD?= =?utf-8?q?=ED=B8=80?=",
    "Subject: =?unicode_escape?q?=5Cud800?= =?idna?q?xn--?= =?undefined?q?x?=",
    "Date: Mon, 99 Foo 99999 25:61:61 +9999",
    "In-Reply-To: <<>> < > <a b>",
    "X\udcff: y",
    ": leer",
    "ohne Doppelpunkt",
]


@pytest.mark.parametrize("line", CRASHES)
def test_crashes(line: str) -> None:
    """Each line alone, as a field of the mail and of a part: the mail is read and its letter is found."""
    raw = mail(line, "Subject: x", body="Hallo\r\n")
    found = read(raw)
    assert "Hallo" in found.text or found.attachments
    parts = f"--b\r\n\r\nLetter\r\n--b\r\n{line}\r\n\r\nx\r\n--b--\r\n".encode("utf-8", "surrogateescape")
    found = read(mail('Content-Type: multipart/mixed; boundary="b"', body=parts))
    assert found.text.startswith("Letter")
    for text in (found.text, found.subject, *(file.name for file in found.attachments)):
        text.encode()


def nested(depth: int) -> bytes:
    """A letter inside so many multiparts."""
    levels = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return b"From: a@b.example\r\n" + levels.encode() + b"\r\ntief\r\n"


def test_depth() -> None:
    """Fifty levels are read; below them a note stands; what the stdlib cannot even parse is unreadable."""
    assert read(nested(40)).text == "tief"
    deep = read(nested(200))
    assert [file.reason for file in deep.attachments] == ["nested deeper than 50"]
    bottomless = parse(nested(5000), key="1:1", at=NOW)
    assert isinstance(bottomless, Unreadable)
    assert "recursion" in bottomless.reason


def test_parts() -> None:
    """Of thousands of parts the first five hundred are read, and a note says so."""
    found = read(mail("Content-Type: multipart/mixed; boundary=b", body="--b\r\n\r\nx\r\n" * 3000))
    assert found.attachments[-1].reason == "more than 500 parts"
    assert found.text.count("x") == 499


@pytest.mark.parametrize("lines", [["X: y"] * 1001, ["X: " + "y" * 300_000]])
def test_headers(lines: list[str]) -> None:
    """More than 1,000 fields or 256 KiB of them are no mail: quarantined with the reason, bytes kept."""
    raw = mail(*lines)
    found = parse(raw, key="1:1", at=NOW)
    assert isinstance(found, Unreadable)
    assert "header" in found.reason
    assert found.raw == raw


@pytest.mark.parametrize(
    "raw",
    [
        mail("Subject: " + "=?" * 30_000),
        mail("Subject: " + "=?x?q?" * 10_000),
        mail("References: " + "<" * 100_000),
        mail("References: " + "a" * 100_000),
        mail("Content-Type: text/plain; " + "a=b;" * 20_000 + "charset=x"),
        mail("Content-Transfer-Encoding: base64", body="A=A=" * 100_000),
        mail("Subject: failure", body="Message-ID: \r\n" * 30_000),
        mail(body="\r\n" * 300_000),
        mail("Content-Type: multipart/mixed; boundary=b", body="--b\r\n\r\n" * 10_000),
    ],
    ids=lambda raw: raw[29:60].decode(),
)
def test_hostile_mails_cost_little(raw: bytes) -> None:
    """No field or body makes reading take quadratic time."""
    begun = time.process_time()
    read(raw)
    assert time.process_time() - begun < 3


NAMES = (
    "From To Subject Message-ID References Reply-To Return-Path Content-Disposition Content-Type Date X-Any "
    "Content-Transfer-Encoding Disposition-Notification-To"
)
FIELD_NAMES = st.sampled_from(NAMES.split(" "))
VALUES = st.text(
    st.sampled_from("<>@\"\\()[],;:=?*%'. \t\x00\x7f\udcff/-") | st.characters(codec="utf-8", max_codepoint=0x24F),
    max_size=60,
)
PIECES = (
    '< > @ " a b.example , ; : ( ) =?utf-8?q? ?= =0A \x00 \udcff multipart/mixed message/rfc822 text/html text/plain '
    "boundary=b charset= name*0*= utf-8''% base64 filename= ../ x-unknown * ="
)
TOKENS = st.lists(st.sampled_from([*PIECES.split(" "), " ", "\r\n "]), max_size=12).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(FIELD_NAMES, TOKENS | VALUES), max_size=6), st.text(max_size=80) | TOKENS)
def test_any_headers(fields: list[tuple[str, str]], body: str) -> None:
    """Whatever the fields hold, a mail is read, and all of it can be stored."""
    lines = [f"{name}: {value}" for name, value in fields] or ["X: y"]
    raw = "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body.encode("utf-8", "surrogateescape")
    found = parse(raw, key="1:1", at=NOW)
    assert isinstance(found, Incoming), found
    check(found)


PARTS = st.recursive(
    st.tuples(st.sampled_from(["text/plain", "text/html", "image/png", "message/delivery-status", "x"]), TOKENS).map(
        lambda part: f"Content-Type: {part[0]}\r\n\r\n{part[1]}\r\n"
    ),
    lambda inner: st.tuples(
        st.sampled_from(["multipart/mixed", "multipart/alternative", "message/rfc822", "multipart/report"]),
        st.sampled_from(["b", "c", "b b", ""]),
        st.lists(inner, max_size=3),
    ).map(
        lambda tree: (
            f'Content-Type: {tree[0]}; boundary="{tree[1]}"\r\n\r\n'
            + "".join(f"--{tree[1]}\r\n{part}" for part in tree[2])
            + f"--{tree[1]}--\r\n"
        )
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(PARTS, st.data())
def test_any_tree(tree: str, data: st.DataObject) -> None:
    """Any MIME tree is read, also with a piece cut out of it."""
    raw = b"From: a@b.example\r\n" + tree.encode("utf-8", "surrogateescape")
    at = data.draw(st.integers(0, len(raw)))
    for one in (raw, raw[:at] + raw[at + 7 :]):
        found = parse(one, key="1:1", at=NOW)
        assert isinstance(found, Incoming), found
        check(found)


def check(found: Incoming) -> None:
    """All that is shown or stored is valid UTF-8; lines are lines."""
    assert found.mail is not None
    lines = [found.subject, found.external_id, *found.references, *(file.name for file in found.attachments)]
    lines += [text for pair in found.mail.headers for text in pair]
    for line in lines:
        assert not any(character < " " or character == "\x7f" for character in line), line
    for text in (*lines, found.text, found.quoted, found.html):
        text.encode()
        assert "\x00" not in text


def test_the_crashes_are_real() -> None:
    """The samples are worth their place: policy.default raises on some of them on this Python."""
    raised = 0
    for line in CRASHES:
        try:
            message = message_from_bytes(mail(line), policy=default)
            dict(message.items())
            message.get_content()
        except Exception:  # any: that is the point
            raised += 1
    assert raised > 3
