"""Draws mails: sound ones, reports, and such as no mailer writes, down to the bytes (hypothesis strategies)."""

import base64
import quopri
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

_ODD = "<>@\"\\()[],;:=?*%'. \t\r\n\x00\x1b\x07\x7f\x85\x9b\u200b\u202e\u2028\u2066\ufeff\ufffeäß€語\U0001f600"
CHARACTERS = st.characters(codec="utf-8", max_codepoint=0x2FF) | st.sampled_from(_ODD)
WORDS = st.sampled_from(
    [
        *("Guten Tag,", "der Anschluss geht nicht.", "Am Mo., 2. März schrieb Acme:", "> alt", "-- ", "427-918-355"),
        *("[#427-918-355]", "<b>fett</b>", "<script>x()</script>", "\x1b]0;x\x07", "\x1b[2J", "\u202egpj.exe", "\n"),
    ]
)
TEXTS = st.lists(WORDS | st.text(CHARACTERS, max_size=30), max_size=6).map(" ".join)
CHARSETS = st.sampled_from(
    [
        *("utf-8", "us-ascii", "iso-8859-1", "windows-1252", "iso-8859-15", "koi8-r", "shift_jis", "iso-2022-jp"),
        *("utf-7", "utf-16", "utf-16le", "utf-32", "gb2312", "big5", "hz", "unicode_escape", "idna", "punycode"),
        *("rot13", "zip", "undefined", "x-unknown", "\x00", "utf-8\x00", '"', "utf-8" * 60, ""),
    ]
)
PIECES = st.sampled_from(
    [
        *("<", ">", "@", '"', "\\", ",", ";", ":", "(", ")", "=", "*", "%", "\x00", "\udcff", "\r\n ", "\n\t", " "),
        *("a", "b.example", "a@b.example", "Eva <eva@post.example>", "undisclosed-recipients:;", "..", "[1.2.3.4]"),
        *("=?utf-8?q?", "=?utf-8?b?", "?=", "=0D=0ABcc:", "=00", "=?utf-8?q?=ED=A0=BD?=", "=?x?b?/?="),
        *("<a@b>", "<" * 9, "filename=", "filename*0*=", "utf-8''%", "name=", "charset=", "boundary=", "../../etc/x"),
    ]
)
MESSES = st.lists(PIECES | st.text(CHARACTERS, max_size=8), max_size=8).map("".join)
ENCODED = st.builds(
    lambda charset, text, q: (
        f"=?{charset[:20]}?q?{quopri.encodestring(text.encode(), header=True).decode()}?="
        if q
        else f"=?{charset[:20]}?b?{base64.b64encode(text.encode()).decode()}?="
    ),
    CHARSETS,
    st.text(CHARACTERS, max_size=30),
    st.booleans(),
)
ADDRESSES = st.sampled_from(
    [
        *("Eva Winter <eva@post.example>", "eva@post.example", '"Winter, Eva" <eva@post.example>', "<>", "", "a@b@c"),
        *("eva@bücher.example", "MAILER-DAEMON <>", "noreply@post.example", "hilfe@acme.example", "a <b@c.example"),
        *("Eva <eva@post.example>, Bo <bo@post.example>", "=?utf-8?q?hilfe=40acme.example?= <x@evil.example>"),
    ]
)
VALUES = ENCODED | MESSES | ADDRESSES | TEXTS
_NAMES = (
    "From From Sender Reply-To To Cc Subject Subject Date Message-ID In-Reply-To References Return-Path "
    "Auto-Submitted Precedence List-Id Received Authentication-Results DKIM-Signature X-Inbox-Bot Content-Type "
    "Content-Transfer-Encoding Content-Disposition Disposition-Notification-To Delivered-To MIME-Version X-Any"
)
NAMES = st.sampled_from(_NAMES.split())
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=6)
# Sound ones mostly, so that intake gets to the end of its ways; the odd ones beside or instead of them.
SOUND = st.fixed_dictionaries(
    {},
    optional={
        "Return-Path": st.sampled_from(["<>", "<eva@post.example>"]),
        "From": ADDRESSES,
        "To": st.just("hilfe@acme.example"),
        "Subject": TEXTS.map(lambda text: " ".join(text.split())) | ENCODED,
        "Message-ID": st.integers(0, 10**9).map(lambda number: f"<{number}@post.example>"),
        "In-Reply-To": st.integers(0, 99).map(lambda number: f"<{number}@post.example>"),
        "Auto-Submitted": st.sampled_from(["no", "auto-replied", "auto-generated; x"]),
    },
)


@dataclass(frozen=True, slots=True)
class Entity:
    """A MIME entity: its own header lines and its body."""

    lines: tuple[str, ...]
    body: bytes

    def bytes(self, *before: str) -> bytes:
        """On the wire, after these header lines."""
        return b"\r\n".join(
            [*(line.encode("utf-8", "surrogateescape") for line in (*before, *self.lines)), b"", self.body]
        )


def _coded(text: str, charset: str, encoding: str) -> bytes:
    try:
        data = text.encode(charset, "replace")
    except (LookupError, ValueError, UnicodeError, AttributeError):
        data = text.encode("utf-8", "replace")
    if not isinstance(data, bytes):
        data = text.encode("utf-8", "replace")
    match encoding:
        case "base64":
            return base64.encodebytes(data)
        case "quoted-printable":
            return quopri.encodestring(data)
        case _:
            return data


ENCODINGS = st.sampled_from(["7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "x", ""])
FILE_NAMES = st.sampled_from(
    [
        "a.txt",
        "../../etc/passwd",
        ".bashrc",
        "C:\\x\\y.exe",
        "\u202egpj.exe",
        "ü" * 200,
        "a\x00b",
        "",
        "CON",
        "a/b",
        "-rf",
    ]
)
PAGES = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<div>", "<a href='javascript:x()'>", '<a href="https://evil.example">', "</a>", "<b>"),
            *("<script>", "</script>", "<style>", "<!--", "-->", "<img src=x onerror=y()>", "<svg><script>", "<math>"),
            *("<iframe src=//evil.example>", "<table><td>", "<blockquote>", "&lt;script&gt;", "&#0;", "&#xd800;", "<"),
            *("<form action=x><input>", "<noscript><p title='</noscript><img src=x onerror=y()>'>", "<a\x00href=x>"),
        ]
    )
    | TEXTS,
    max_size=10,
).map("".join)


def _leaf(kind: str, text: str, charset: str, encoding: str, name: str | None, odd: str) -> Entity:
    lines = [f"Content-Type: {kind}; charset={charset}" + odd]
    if encoding:
        lines.append(f"Content-Transfer-Encoding: {encoding}")
    if name is not None:
        lines.append(f'Content-Disposition: attachment; filename="{name}"')
    return Entity(tuple(lines), _coded(text, charset, encoding))


LEAVES = st.one_of(
    st.builds(_leaf, st.just("text/plain"), TEXTS, CHARSETS, ENCODINGS, st.none(), st.just("")),
    st.builds(_leaf, st.just("text/html"), PAGES, CHARSETS, ENCODINGS, st.none(), st.just("")),
    st.builds(
        _leaf,
        st.sampled_from(
            ["text/plain", "text/calendar", "image/png", "application/pdf", "message/rfc822", "x", "TEXT/"]
        ),
        TEXTS,
        CHARSETS,
        ENCODINGS,
        FILE_NAMES | MESSES | st.none(),
        MESSES | st.just(""),
    ),
)
_REPORTED = (
    "Reporting-MTA Final-Recipient Original-Recipient Action Status Diagnostic-Code Original-Envelope-Id "
    "Original-Message-ID Disposition"
)
STATUS_FIELDS = st.lists(
    st.tuples(
        st.sampled_from(_REPORTED.split()),
        VALUES
        | st.sampled_from(
            [
                *("rfc822; eva@post.example", "failed", "5.1.1", "delayed", "4.2.2", "smtp; 550 5.1.1 no such user"),
                *("automatic-action/MDN-sent-automatically; displayed", "<1@post.example>", "utf-8; a+40b", "\n"),
            ]
        ),
    ),
    max_size=8,
)
STATUSES = st.builds(
    lambda kind, fields: Entity(
        (f"Content-Type: message/{kind}",),
        "\r\n".join(f"{name}: {value}" for name, value in fields).encode("utf-8", "surrogateescape") + b"\r\n",
    ),
    st.sampled_from(["delivery-status", "global-delivery-status", "disposition-notification", "rfc822", "x"]),
    STATUS_FIELDS,
)


def _multipart(subtype: str, boundary: str, parts: Sequence[Entity], closed: bool) -> Entity:
    line = b"--" + boundary.encode()
    body = b"".join(line + b"\r\n" + part.bytes() + b"\r\n" for part in parts)
    kind = f'multipart/{subtype}; boundary="{boundary}"'
    if subtype == "report":
        kind += "; report-type=delivery-status"
    return Entity((f"Content-Type: {kind}",), body + (line + b"--\r\n" if closed else b""))


def _embedded(inner: Entity) -> Entity:
    return Entity(("Content-Type: message/rfc822",), inner.bytes("Subject: innen", "Message-ID: <i@post.example>"))


TREES = st.recursive(
    LEAVES | STATUSES,
    lambda inner: st.one_of(
        st.builds(
            _multipart,
            st.sampled_from(["mixed", "alternative", "related", "report", "signed", "digest", "x"]),
            st.sampled_from(["b", "c", "b b", "", "=_x", "b'"]),
            st.lists(inner, max_size=3),
            st.booleans(),
        ),
        st.builds(_embedded, inner),
    ),
    max_leaves=5,
)
REPORTS = st.builds(
    lambda human, status, back: _multipart("report", "r", [human, status, _embedded(back)], closed=True),
    LEAVES,
    STATUSES,
    LEAVES,
)


@st.composite
def mails(draw: st.DrawFn, entities: st.SearchStrategy[Entity] = TREES | REPORTS) -> bytes:
    """A whole mail; one in four is damaged: a piece is gone, or other bytes stand in it."""
    sound = [f"{name}: {value}" for name, value in draw(SOUND).items()]
    odd = [f"{name}: {value}" for name, value in draw(FIELDS)]
    entity = draw(entities)
    raw = entity.bytes(*(sound + odd if draw(st.booleans()) else odd + sound))
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(raw)))
        raw = raw[:at] + draw(st.binary(max_size=6)) + raw[at + draw(st.integers(0, 40)) :]
    return raw
