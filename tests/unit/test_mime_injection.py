"""Header injection: whatever stands in a draft, the mail's fields are those intended, and no other."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, compat32
from email.utils import getaddresses

from hypothesis import example, given, settings
from hypothesis import strategies as st

from inbox_bot.channels.mime.build import build
from inbox_bot.errors import Unsendable
from inbox_bot.model import Address, Attachment, Channel, Kind
from inbox_bot.outgoing import Draft, Original
from tests.unit.mime_builders import NOW, a_draft

EVIL = "evil@x.example"
ATTACKS = st.sampled_from(
    [
        *(
            f"x\r\nBcc: {EVIL}",
            f"x\nBcc: {EVIL}\n\nbody",
            f"x\rBcc: {EVIL}",
            f"x\r\n\tBcc: {EVIL}",
            "x\x00y",
            "\r\n\r\n",
        ),
        *("=?utf-8?q?x=0D=0ABcc:_evil=40x.example=0D=0A=0D=0A?=", "=?utf-8?b?eA0KQmNjOiBldmlsQHguZXhhbXBsZQ==?="),
        *("==?=?utf-8?q?=0D=0ABcc:_evil=40x.example?=", "=?utf-8?q?=0ABcc:?= =?utf-8?q?_evil?=", "=?x\r\n?q?=0A?="),
        *(f"x\u2028Bcc: {EVIL}", f"x\x85Bcc: {EVIL}", f"x\x0b\x0cBcc: {EVIL}", f'", {EVIL}, "', f"a <{EVIL}>,", "\\"),
        *(f"<1@k.example>\r\nBcc: {EVIL}", '"; filename="a.exe', "x\r\n\r\n--=_", "\ud800\udc00", "\udc0d\udc0aBcc: x"),
    ]
)
LETTERS = st.characters(exclude_categories=()) | st.sampled_from('\r\n\t =?:<>",;\\@ü€\x00\x85\u2028')
VALUES = st.lists(ATTACKS | st.text(LETTERS, max_size=30), max_size=4).map("".join)
IDS = st.sampled_from(["<1@k.example>", "<2@k.example>"]) | VALUES | VALUES.map(lambda text: f"<{text}@k.example>")
ADDRESSES = st.sampled_from(["eva@kunde.example", "eva@bücher.example", "evä@kunde.example"]) | st.one_of(
    VALUES, VALUES.map(lambda text: f"{text}@kunde.example"), VALUES.map(lambda text: f"eva@{text}.example")
)
GOOD = st.just("eva@kunde.example")
FILES = st.builds(
    lambda name, media_type: Attachment(name=name, media_type=media_type, size=1, content=b"x"),
    VALUES,
    st.sampled_from(["text/plain", "message/rfc822", 'text/html"\r\nBcc: x', "x"]) | VALUES,
)
DRAFTS = st.builds(
    lambda address, name, cc, **fields: a_draft(
        to=Address(channel=Channel.EMAIL, address=address, name=name), cc=tuple(cc), **fields
    ),
    address=GOOD | ADDRESSES,
    name=VALUES,
    cc=st.lists(GOOD, max_size=2) | st.lists(ADDRESSES, max_size=2),
    subject=VALUES,
    in_reply_to=st.just("") | IDS,
    references=st.lists(IDS, max_size=3).map(tuple),
    reply_to=st.just("") | GOOD | ADDRESSES,
    message_id=st.just("<abc.sig@acme.example>") | IDS,
    text=VALUES,
    html=VALUES,
    attachments=st.lists(FILES, max_size=2).map(tuple),
    automatic=st.booleans(),
    kind=st.sampled_from([Kind.ACKNOWLEDGEMENT, Kind.REPLY, Kind.NOTICE]),
)
SENDERS = VALUES.map(lambda name: Address(channel=Channel.EMAIL, address="hilfe@acme.example", name=name))
ALLOWED = (
    *("From", "To", "Cc", "Subject", "Date", "Message-ID", "Reply-To", "In-Reply-To", "References", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "X-Inbox-Bot", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
)


@settings(max_examples=300, deadline=None)
@given(DRAFTS, SENDERS, VALUES)
@example(
    a_draft(subject="=?utf-8?q?x=0D=0ABcc:_evil=40x.example?="),
    Address(channel=Channel.EMAIL, address="a@b.example"),
    "",
)
def test_only_intended_fields(draft: Draft, sender: Address, footer: str) -> None:
    """Every reader finds the same fields, each once; nobody is addressed but who was meant; else it does not go out."""
    try:
        raw = build(draft, sender=sender, footer=footer, host="acme.example")
    except Unsendable:
        return
    names = [name for name, _ in message_from_bytes(raw, policy=compat32).raw_items()]
    assert names == [name for name in ALLOWED if name in names]
    assert set(names) >= {"From", "To", "Subject", "Date", "Message-ID", "X-Inbox-Bot", "MIME-Version", "Content-Type"}
    assert ("Cc" in names, "Reply-To" in names) == (bool(draft.cc), bool(draft.reply_to))
    head = raw.partition(b"\r\n\r\n")[0]
    # Line by line, as a program reads that knows nothing of e-mail.
    assert [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"] == names
    assert all(len(line) <= 998 and not set(line) & {10, 13, 0} for line in raw.split(b"\r\n"))
    _addressed(raw, draft)
    _decoded(raw)


def _addressed(raw: bytes, draft: Draft) -> None:
    """The stdlib's two readers find exactly the addresses that were meant."""
    plain = message_from_bytes(raw, policy=compat32)
    for name, count in (("From", 1), ("To", 1), ("Cc", len(draft.cc)), ("Reply-To", int(bool(draft.reply_to)))):
        found = [address for _, address in getaddresses([str(value) for value in plain.get_all(name, [])])]
        assert len(found) == count, (name, found)
        assert all(
            "@" in one and EVIL not in one.split("@")[0] + one for one in found if "evil" not in draft.to.address
        )


def _decoded(raw: bytes) -> None:
    """Also where a reader decodes the encoded words, no value holds a line of its own."""
    for policy in (SMTP, SMTPUTF8):
        message = message_from_bytes(raw, policy=policy)
        assert isinstance(message, EmailMessage)
        for name in ("Subject", "From", "To"):
            assert not set(str(message[name])) & set("\r\n\0")
    plain = message_from_bytes(raw, policy=compat32)
    subject = str(make_header(decode_header(str(plain["Subject"]).replace("\r\n", ""))))
    assert not set(subject) & set("\r\n\0\x85\u2028\u2029")
    again = message_from_bytes(raw, policy=SMTP).as_bytes()  # what an older Python writes anew (CVE-2024-6923)
    assert sorted(name for name, _ in message_from_bytes(again).raw_items()) == sorted(
        name for name, _ in plain.raw_items()
    )


@settings(max_examples=100, deadline=None)
@given(VALUES, IDS, ADDRESSES, VALUES)
def test_receipts(host: str, id: str, recipient: str, text: str) -> None:
    """A read receipt's own fields are four at most, whatever the mail that asked for it holds."""
    original = Original(message_id=id, recipient=recipient, subject=text, at=NOW)
    draft = a_draft(kind=Kind.MDN, original=original, text=text, in_reply_to=id)
    sender = Address(channel=Channel.EMAIL, address="hilfe@acme.example")
    try:
        raw = build(draft, sender=sender, host=host)
    except Unsendable:
        return
    part = raw.partition(b"message/disposition-notification\r\n\r\n")[2].partition(b"\r\n--")[0]
    names = [line.partition(b":")[0].decode() for line in part.split(b"\r\n") if line and line[:1] not in b" \t"]
    meant = ["Reporting-UA", "Final-Recipient", "Original-Message-ID", "Disposition"]
    assert names == [name for name in meant if name in names]
    assert {"Reporting-UA", "Final-Recipient", "Disposition"} <= set(names)
