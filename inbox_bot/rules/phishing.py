"""Phishing: decides what in a text of ours would make a careful reader, or his mail program, take it for a fraud."""

import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from urllib.parse import SplitResult, urlsplit

from inbox_bot.rules.passages import lower, phrases
from inbox_bot.rules.phishing_words import LOOKS, Looks

_SCHEME = re.compile(r"(?i)\bhttps?://[^\s<>\"'„“”»«()]+")
_BARE = re.compile(r"(?i)(?<![\w@./-])www\.[^\s<>\"'„“”»«()]+")
_ADDRESS = re.compile(r"(?i)(?<![\w.+-])[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})")
_SENTENCES = re.compile(r"[.!?:]+(?:\s|$)|\n\s*\n")
_NUMERIC = re.compile(r"[\d.]+|\[.*\]")
_SHOWN_HOST = re.compile(r"(?i)(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:[/:?#].*)?")
_OTHER_SCHEME = re.compile(r"(?i)(?!https?:)[a-z][a-z0-9+.-]*:")
_FEW_WORDS = 25
_RUNS = {"script", "iframe", "object", "embed", "form", "input", "button", "meta", "base", "link"}


def suspicious(text: str, html: str, *, own: Collection[str], meant: Collection[str] = ()) -> list[str]:
    """What looks like phishing in a text and its HTML, each in one line with what to do.

    `own`: the company's domains in lower case, their subdomains count too; `meant`: foreign hosts that it may name.
    """
    page = _Page()
    page.feed(html)
    page.close()
    allowed = (*own, *meant)
    found = [fault for link in _links(text) for fault in _of_link(link, allowed)]
    found += [fault for link, _ in page.links for fault in _of_link(link, allowed)]
    found += [fault for link, shown in page.links if (fault := _differing(link, shown))]
    found += [
        f"names the mail address {match[0][:80]} of another company; leave it out"
        for match in _ADDRESS.finditer(
            " ".join([text, *(link for link, _ in page.links if link.startswith("mailto:"))])
        )
        if not _under(match[1].lower(), allowed)
    ]
    found += [f"its HTML has a <{name}>, which mail programs take for a trick; leave it out" for name in page.odd]
    found += _wordings(text)
    return list(dict.fromkeys(found))


def domains(*texts: str) -> frozenset[str]:
    """The domains that stand in addresses, links and lines of ours, without "www."."""
    hosts = re.findall(
        r"(?i)(?<![\w-])(?:[\w-]+\.)+[a-z]{2,}(?![\w-])", " ".join(text.replace("@", " ") for text in texts)
    )
    return frozenset(host.lower().removeprefix("www.") for host in hosts)


def _links(text: str) -> list[str]:
    return [match[0].rstrip(".,;:!?]") for pattern in (_SCHEME, _BARE) for match in pattern.finditer(text)]


def _split(link: str) -> SplitResult | None:
    try:
        return urlsplit(link if "://" in link else f"https://{link}")
    except ValueError:
        return None


def _of_link(link: str, allowed: Collection[str]) -> Iterator[str]:
    parts, shown = _split(link), link[:80]
    if link.startswith(("mailto:", "tel:", "#")):
        return
    host = (parts.hostname or "") if parts and not _OTHER_SCHEME.match(link) else ""
    if parts is None or not host:
        yield f"the link {shown} leads nowhere; mend it"
        return
    if parts.scheme != "https":
        yield f"the link {shown} is not encrypted; write https"
    if parts.username is not None:
        yield f"the link {shown} has a name before its host, as frauds do; leave it out"
    if _NUMERIC.fullmatch(host) or "xn--" in host or not host.isascii():
        yield f"the link {shown} hides where it leads; name the host in plain letters"
    elif not _under(host, allowed):
        yield f'the link {shown} leads to another company; if that is meant, say links = ["{host}"] in the header'


def _under(host: str, domains: Collection[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in domains)


def _differing(link: str, shown: str) -> str:
    """A text that is itself an address and not the one to which the link leads."""
    parts, said = _split(link), _SHOWN_HOST.fullmatch(shown.strip())
    host = (parts.hostname or "") if parts and not link.startswith(("mailto:", "tel:")) else ""
    if not host:
        return ""
    if not said or said[1].lower().removeprefix("www.") == host.removeprefix("www."):
        return ""
    return f"the link that shows {shown.strip()[:60]} leads to {host or link[:60]}; let both be the same"


class _Page(HTMLParser):
    """Collects links with what they show, and elements that have no business in a mail."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.odd: list[str] = []
        self._shown: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens a link; notes what is odd."""
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href"):
            self._shown = []
            self.links.append((values["href"].strip(), ""))
        if tag in _RUNS or (tag == "img" and not values.get("src", "").startswith("cid:")):
            self.odd.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Closes a link."""
        if tag == "a" and self._shown is not None:
            self.links[-1] = (self.links[-1][0], " ".join("".join(self._shown).split()))
            self._shown = None

    def handle_data(self, data: str) -> None:
        """What a link shows."""
        if self._shown is not None:
            self._shown.append(data)


def _wordings(text: str) -> Iterator[str]:
    low = lower(text)
    sentences = [one for one in _SENTENCES.split(low) if one.strip()]
    for looks in LOOKS.values():
        yield from _of_words(low, sentences, looks)


def _of_words(low: str, sentences: list[str], looks: Looks) -> Iterator[str]:
    printing, signing, posting = (phrases(one) for one in (looks.printing, looks.signing, looks.posting))
    easy, paper = phrases(looks.easy), phrases((*looks.printing, *looks.posting))
    if printing.search(low) and (signing.search(low) or posting.search(low)):
        without_paper = any(easy.search(one) and not paper.search(one) for one in sentences)
        if not without_paper:
            yield "asks to print, sign or fax and offers no other way; say how it goes without paper"
    attached = phrases(looks.attached)
    if attached.search(low) and len(low.split()) < _FEW_WORDS:
        yield "says nothing but that something is attached; say in the text what it is and what follows from it"
    secret, give, never = (phrases(one) for one in (looks.secrets, looks.give, looks.never))
    if any(secret.search(one) and give.search(one) and not never.search(one) for one in sentences):
        yield "asks for a password, a PIN or the like; nobody of ours may ask for that"
