"""Decides whether what is kept holds certain words, however they are encoded, wrapped or quoted, and takes them out."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from html import escape, unescape

REDACTED = "[…]"
_BETWEEN = r"[\s>|\u00ad\u200b-\u200d\u2060\ufeff]"
"""What stands between two words where a mail program has wrapped and quoted them, and what nobody sees."""
_NOTHING = re.compile(_BETWEEN)
_TAG = re.compile(r"<[^<>]{0,2000}>")


def within(data: bytes, words: str) -> bool:
    """Whether a mail, or X's JSON, says these words anywhere."""
    return bool(_bare(words)) and any(says(text, words) for text in _texts(data))


def says(text: str, words: str) -> bool:
    """The same of a text."""
    wanted = _bare(words)
    return bool(wanted) and wanted in _bare(text)


def without(text: str, phrase: str) -> str:
    """A text without the phrase, also where it goes on in the next line of a quote."""
    return re.sub(f"{_BETWEEN}+".join(map(re.escape, phrase.split())), REDACTED, text)


def without_in_html(html: str, phrase: str) -> str:
    """The same of HTML, in which tags may stand between the words; "" where it is spelt in yet another way."""
    gap = rf"(?:{_BETWEEN}|&nbsp;|&#160;|&gt;|<[^<>]{{0,300}}>)+"
    words = (f"(?:{re.escape(word)}|{re.escape(escape(word, quote=False))})" for word in phrase.split())
    left = re.sub(gap.join(words), REDACTED, html)
    return "" if _bare(phrase) in _bare(unescape(_TAG.sub("", left))) else left


def _bare(text: str) -> str:
    return _NOTHING.sub("", text)


def _texts(data: bytes) -> Iterator[str]:
    plain = data.decode("utf-8", "replace")
    yield plain
    if plain.startswith(("{", "[", '"')):
        with suppress(ValueError):
            yield json.dumps(json.loads(plain), ensure_ascii=False)
        return
    for part in message_from_bytes(data).walk():
        yield from _said_by(part)


def _said_by(part: Message) -> Iterator[str]:
    """A part's headers and its own content."""
    for _, value in part.items():
        try:
            yield str(make_header(decode_header(str(value))))
        except (HeaderParseError, LookupError, UnicodeError, ValueError):
            yield str(value)
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return
    for charset in dict.fromkeys((part.get_content_charset() or "utf-8", "utf-8")):
        try:
            text = content.decode(charset, "replace")
        except (LookupError, ValueError):
            continue
        yield text
        if part.get_content_subtype() == "html":
            yield unescape(_TAG.sub("", text))
