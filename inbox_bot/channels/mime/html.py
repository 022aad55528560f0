"""Turns HTML from strangers into readable text, and into HTML that is safe to show."""

import html as entities
import re
from collections import Counter

import nh3

MAX_HTML = 512 * 1024
_MAX_DEPTH = 400

_STRUCTURE = set(
    "a blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table td th tr ul".split()  # noqa: SIM905 - readable
)
_SILENT = {"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "select", "textarea"}
_SHOWN = _STRUCTURE | {
    "b",
    "em",
    "i",
    "u",
    "s",
    "strong",
    "sub",
    "sup",
    "code",
    "small",
    "span",
    "tbody",
    "thead",
    "tfoot",
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_SKELETON = nh3.Cleaner(
    tags=_STRUCTURE, clean_content_tags=_SILENT, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel=None
)
_HARMLESS = nh3.Cleaner(
    tags=_SHOWN,
    clean_content_tags=_SILENT,
    attributes={"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    url_schemes=_SCHEMES,
    link_rel="noopener noreferrer nofollow",
)
_BLOCKS = _STRUCTURE - {"a", "td", "th", "li", "br", "hr"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^\"<>]|\"[^\"]*\")*)>")
_HREF = re.compile(r"href=\"([^\"]*)\"")
_OPEN = re.compile(r"<(/?)([a-zA-Z])")
_ANY_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MANY_LINES = re.compile(r"\n{3,}")
# Elements without content, and those that the next of their kind closes: they do not nest by themselves.
_FLAT = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td tr th dd dt option".split()  # noqa: SIM905 - readable
)
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def to_text(html: str) -> str:
    """The text a reader would see: paragraphs as lines, `text (target)` for links, `> ` before quotes.

    At most MAX_HTML characters are read; linear. HTML nested too deeply loses its structure, never its text.
    """
    html = html[:MAX_HTML]
    if _too_deep(html):
        return _tidy(entities.unescape(_ANY_TAG.sub(" ", html)))
    return _tidy(_written(_SKELETON.clean(html)))


def clean(html: str) -> str:
    """HTML that may be shown to the team: no script, style, form, remote or embedded content; links say noreferrer.

    HTML nested too deeply comes back as escaped text.
    """
    html = html[:MAX_HTML]
    if _too_deep(html):
        return f"<pre>{entities.escape(to_text(html))}</pre>"
    return _HARMLESS.clean(html)


def _too_deep(html: str) -> bool:
    """Whether elements nest deeper than a tree of them should be built: nh3 takes quadratic time for these."""
    depth, opened = 0, Counter[str]()
    for closing, tag in _NAME.findall(html):
        name = tag.lower()
        if name in _FLAT:
            continue
        if not closing:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > _MAX_DEPTH:
            return True
    return False


class _Writer:
    """Text written so far, the line in the making, and how deep in quotes it stands."""

    __slots__ = ("depth", "line", "lines", "pre")

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0
        self.pre = 0

    def add(self, text: str) -> None:
        if self.pre:
            *whole, last = text.split("\n")
            for one in whole:
                self.line.append(one)
                self.end()
            self.line.append(last)
        else:
            self.line.append(_SPACE.sub(" ", text))

    def end(self, *, blank: bool = False) -> None:
        """Finish the line; `blank`: and leave an empty one after it."""
        if not (self.line or self.pre or blank):
            return
        text = "".join(self.line)
        text = text.rstrip() if self.pre else _SPACE.sub(" ", text).strip(" ")
        self.line = []
        prefix = "> " * min(self.depth, 9)
        if text or self.pre:
            self.lines.append((prefix + text).rstrip())
        if blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(prefix.rstrip())


def _written(safe: str) -> str:
    out, at = _Writer(), 0
    href, link_from = "", 0
    for tag in _TAG.finditer(safe):
        if at < tag.start():
            out.add(entities.unescape(safe[at : tag.start()]))
        at = tag.end()
        closing, name = bool(tag[1]), tag[2].lower()
        if name == "a":
            if closing:
                _target(out, href, link_from)
                href = ""
            else:
                found = _HREF.search(tag[3])
                href, link_from = entities.unescape(found[1]) if found else "", len(out.line)
            continue
        _block(out, name, closing=closing)
        if href:
            link_from = min(link_from, len(out.line))
    out.add(entities.unescape(safe[at:]))
    out.end()
    return "\n".join(out.lines)


def _block(out: _Writer, name: str, *, closing: bool) -> None:
    if name == "br":
        if not "".join(out.line).strip() and not out.pre:
            out.line = []
            out.lines.append(("> " * min(out.depth, 9)).rstrip())
        else:
            out.end()
    elif name in ("td", "th"):
        out.line.append(" ")
    elif name == "li":
        out.end()
        if not closing:
            out.line.append("- ")
    elif name == "hr":
        out.end()
    elif name in _BLOCKS:
        out.end(blank=name in ("p", "blockquote", "h1", "h2", "h3", "ul", "ol", "table", "pre") and closing)
        if name == "blockquote":
            out.depth = max(0, out.depth + (-1 if closing else 1))
        elif name == "pre":
            out.pre = max(0, out.pre + (-1 if closing else 1))


def _target(out: _Writer, href: str, link_from: int) -> None:
    """Say where a link goes unless its text does."""
    shown = "".join(out.line[link_from:]).strip()
    plain = (
        href.removeprefix("mailto:").removeprefix("tel:").removeprefix("https://").removeprefix("http://").rstrip("/")
    )
    if href and plain.lower() not in shown.lower().rstrip("/"):
        out.line.append(f" ({href})" if shown else f"({href})")


def _tidy(text: str) -> str:
    text = (
        text.replace("\xa0", " ").replace("\u200c", "").replace("\u200b", "").replace("\xad", "").replace("\u034f", "")
    )
    return _MANY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip("\n")
