"""Replies as the usual mail programs write them, to the mail that was really sent: those of `data/agent_replies`, with
its text in the place of the text that they quote."""

import re
import tomllib
from datetime import datetime
from email import encoders, message_from_bytes
from email.message import EmailMessage
from email.policy import compat32
from email.utils import format_datetime
from html import escape
from pathlib import Path

DATA = Path(__file__).parents[1] / "data" / "agent_replies"
EXPECTED = tomllib.loads((DATA / "expected.toml").read_text(encoding="utf-8"))
PROGRAMS = (
    "gmail-web-de-top", "gmail-web-de-html-only", "outlook-desktop-de-top", "outlook-desktop-de-html-only",
    "outlook-desktop-de-bottom", "outlook-web-de-top", "apple-mail-de-top", "apple-mail-de-html-only",
    "apple-ios-de-top", "thunderbird-de-top", "thunderbird-de-bottom", "thunderbird-de-html-only", "mutt-de-top",
    "mutt-de-flowed-bottom",
)  # fmt: skip
"""Top- and bottom-posted, plain and HTML only, all with German quotes."""

_FIRST = re.compile(r"Neue Nachricht zu Ticket 427-918-354 \(Anschluss gest(?:ö|&ouml;|&#246;)rt\)")
_REPLY_ADDRESS = re.compile(r"hilfe\+r-427918354-3-20549-kq7c2nqz5xj3w4ab@acme\.example")


def text_of(program: str) -> str:
    """What the agent wrote."""
    return str(EXPECTED[program]["text"])


def reply(program: str, to: EmailMessage, *, sender: str, at: datetime, id: str) -> bytes:
    """The program's reply to a mail of ours."""
    mail = message_from_bytes((DATA / f"{program}.eml").read_bytes(), policy=compat32)
    address = str(to["Reply-To"])
    part = to.get_body(("plain",))
    assert part is not None
    lines = str(part.get_content()).rstrip("\n").splitlines()
    told = {
        "From": f"Anna Berg <{sender}>",
        "To": f"Acme <{address}>",
        "Message-ID": f"<{id}>",
        "In-Reply-To": str(to["Message-ID"]),
        "References": str(to["Message-ID"]),
        "Date": format_datetime(at),
    }
    for name, value in told.items():
        del mail[name]
        mail[name] = value
    adapted = 0
    for leaf in mail.walk():
        if leaf.get_content_maintype() != "text":
            continue
        payload = leaf.get_payload(decode=True)
        assert isinstance(payload, bytes)
        charset = leaf.get_content_charset() or "utf-8"
        before = _REPLY_ADDRESS.sub(address, payload.decode(charset))
        after = _quoting(before, [escape(line) for line in lines] if leaf.get_content_subtype() == "html" else lines)
        adapted += after != before
        del leaf["Content-Transfer-Encoding"]
        leaf.set_payload(after.encode(charset, "replace"))
        encoders.encode_base64(leaf)
    assert adapted, program
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _quoting(text: str, lines: list[str]) -> str:
    """The text with these lines in the place of the notice that it quotes, marked and divided as those were."""
    first = _FIRST.search(text)
    if first is None:
        return text
    between = text[first.end() : text.index("Zugewiesen an:", first.end())]
    end = text.rindex("die Kundin.") + len("die Kundin.")
    return text[: first.start()] + between.join(lines) + text[end:]
