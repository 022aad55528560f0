"""Enclosures: decides which files of an agent's mail go to the customer, and which hold a mail or what we sent him."""

import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from inbox_bot.errors import UsageError
from inbox_bot.model import Attachment, Incoming
from inbox_bot.rules.courtesies import is_courtesy
from inbox_bot.rules.nearly import Nearly
from inbox_bot.rules.repeats import Sent, words

# Signatures of mail programs and people, which say nothing to a customer.
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
# Whole mails, whatever they are called.
_MAILS = {"application/ms-tnef", "application/vnd.ms-tnef", "application/vnd.ms-outlook", "application/mbox"}
_MAIL_NAME = re.compile(r".*\.(?:eml|emlx|msg|oft|mht|mhtml|mbox)|winmail.{0,9}\.dat", re.IGNORECASE | re.DOTALL)
_TNEF = b"\x78\x9f\x3e\x22"
_TEXT_NAME = re.compile(r".*\.(?:txt|text|html?|xhtml|rtf|md|csv|log|xml)", re.IGNORECASE | re.DOTALL)
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_LONGEST = 1_000_000  # bytes of a text that is compared
_SHORT = 2  # words of a line of ours that may stand in any text

_BREAKS = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h\d|hr|/?pre|/?blockquote)\b[^<>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")

_MAIL_ATTACHED = "a mail is attached, in which internal things may stand; attach files only"
_TOO_LARGE = "is too large to be sent on; send a smaller file"
_TOO_LONG = "is too long a text to be compared with our mails; send it packed, or as PDF"
_QUOTES_US = "holds lines of the mail that we sent you; leave it out"


def sorted_out(item: Incoming, *, sent: Sequence[str]) -> tuple[list[Attachment], list[str]]:
    """The files of a mail that go to the customer, and the names of those that do not: signatures, and the pictures
    that stand in the text. Raises `UsageError` for what must not or cannot go on. `sent`: the texts of our mails."""
    files: list[Attachment] = []
    left: list[str] = []
    ours = _Ours(sent)
    for one in item.attachments:
        media_type = one.media_type.lower()
        if media_type in _SIGNATURES or (media_type.startswith("image/") and _stands_in(item, one.content_id)):
            left.append(one.name)
        elif media_type.startswith("message/") or media_type in _MAILS or _MAIL_NAME.fullmatch(one.name):
            raise UsageError(_MAIL_ATTACHED)
        elif one.content is None:
            raise UsageError(f"{one.name} {_TOO_LARGE}")
        elif one.content.startswith(_TNEF):
            raise UsageError(_MAIL_ATTACHED)
        else:
            if _is_text(one, one.content):
                _compare(one.name, one.content, ours)
            files.append(one)
    return files, left


def _stands_in(item: Incoming, content_id: str) -> bool:
    """Whether the text shows this picture, as HTML does or as Outlook does in plain text."""
    if not content_id:
        return False
    named = {f"cid:{one}".casefold() for one in (content_id, quote(content_id), html.escape(content_id))}
    raw = item.raw.decode("latin-1").casefold()
    return any(_names(text, one) for one in named for text in (item.html.casefold(), item.text.casefold(), raw))


def _names(text: str, reference: str) -> bool:
    return re.search(rf"{re.escape(reference)}(?![\w.@%-])", text) is not None


def _is_text(one: Attachment, content: bytes) -> bool:
    """Whether it is a text that may repeat ours: by its type, its name, or by what it holds."""
    if one.media_type.lower().startswith("text/") or _TEXT_NAME.fullmatch(one.name):
        return True
    if len(content) > _LONGEST or b"\0" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _compare(name: str, content: bytes, ours: "_Ours") -> None:
    if len(content) > _LONGEST:
        raise UsageError(f"{name} {_TOO_LONG}")
    if any(map(ours.stand_in, _readings(content))):
        raise UsageError(f"{name} {_QUOTES_US}")


def _readings(content: bytes) -> Iterable[str]:
    """What it says in any likely charset, without marks of HTML."""
    marked = _MARKS.get(content[:2])
    for charset in [marked] if marked else ["utf-8-sig", "cp1252"]:
        text = content.decode(charset, "replace").replace("\r\n", "\n").replace("\r", "\n")
        yield text
        yield html.unescape(_TAGS.sub("", _BREAKS.sub("\n", " ".join(text.split("\n")) if "<" in text else text)))


class _Ours:
    """What we sent him."""

    def __init__(self, sent: Sequence[str]) -> None:
        self._sent = Sent(sent)
        lines = [line for text in sent for line in text.split("\n") if not _may_be_anybodys(line)]
        self._nearly = Nearly(lines)

    def stand_in(self, text: str) -> bool:
        """Whether lines of ours, or six words of ours in a row, stand in this text."""
        lines = text.split("\n")
        said = [words(line) for line in lines]
        if any(self._sent.repeated(said)):
            return True
        telling = [line for line in lines if not _may_be_anybodys(line)]
        return any(self._sent.is_line(line) or self._nearly.is_line(line.strip("> \t")) for line in telling)


def _may_be_anybodys(line: str) -> bool:
    said = words(line)
    return len(said) <= _SHORT or is_courtesy(line, said)
