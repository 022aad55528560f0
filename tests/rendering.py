"""Judges what people get to see of a stranger's mail: the text, the page, the terminal; without the product's rules."""

import re
from html.parser import HTMLParser

from inbox_bot.channels.mime import html
from inbox_bot.cli.clean import clean, clean_line
from inbox_bot.model import Incoming

_ELEMENTS = (
    "a b blockquote br code dd div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong sub sup table "
    "tbody td tfoot th thead tr u ul"
)
_TAGS = set(_ELEMENTS.split())
_ATTRIBUTES = {"href", "lang", "title", "rel", "colspan", "rowspan"}
_SCHEMES = ("http:", "https:", "mailto:", "tel:")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")  # WHATWG URL 4.4; anything else before a colon is a path
_REORDERING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class _Page(HTMLParser):
    """Fails on anything in a page that could run, load or post."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Only plain elements, and attributes that do nothing by themselves."""
        assert tag in _TAGS, tag
        for name, value in attrs:
            assert name in _ATTRIBUTES, (tag, name)
            if name == "href":
                target = "".join(character for character in (value or "").lower() if character > " ")
                assert not _SCHEME.match(target) or target.startswith(_SCHEMES), value
            assert name not in ("rel",) or "noreferrer" in (value or "")

    def handle_decl(self, decl: str) -> None:
        """No document type, no marked section."""
        raise AssertionError(decl)

    def unknown_decl(self, data: str) -> None:
        """Likewise."""
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        """No instruction to a program."""
        raise AssertionError(data)


def valid(text: str) -> None:
    """UTF-8 can carry it; no NUL, C0 (but tab and line feed), DEL, C1 or lone surrogate."""
    text.encode()
    bad = [one for one in text if (one < " " and one not in "\t\n") or "\x7f" <= one <= "\x9f"]
    assert not bad, bad


def harmless(page: str) -> None:
    """A browser that shows this page runs nothing, loads nothing and posts nothing."""
    reader = _Page()
    reader.feed(page)
    reader.close()


def shown_safely(mail: Incoming) -> None:
    """All of a mail that people see: as text, as a page, and on a terminal."""
    lines = [mail.subject, mail.external_id, *mail.references, *(file.name for file in mail.attachments)]
    if mail.author:
        lines += [mail.author.address, mail.author.name]
    if mail.mail:
        lines += [text for pair in mail.mail.headers for text in pair]
        if mail.mail.report:
            lines += [
                text for line in mail.mail.report.lines for text in (line.action, line.recipient, line.diagnostic)
            ]
    for line in lines:
        assert "\n" not in line
        assert "\t" not in line
        valid(line)
        _printed(clean_line(line))
    for text in (mail.text, mail.quoted, html.to_text(mail.html)):
        valid(text)
        _printed(clean(text))
    harmless(html.clean(mail.html))
    for file in mail.attachments:
        assert len(file.name.encode()) <= 120
        assert not set(file.name) & set('/\\\0"')
        assert not file.name.startswith((".", "-")), file.name


def _printed(text: str) -> None:
    valid(text)
    assert not set(text) & set(_REORDERING)
