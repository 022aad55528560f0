"""Judges a text before it is sent to X, and compares a text that was sent with what X shows of it."""

import html
import re
import unicodedata

from inbox_bot.errors import Unsendable

POST_MAX = 280  # weighted, twitter-text v3
DM_MAX = 10_000  # plain characters

_LEADING = re.compile(r"^(?:@\w{1,15}\s+)+")
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")


def check_post(text: str, *, automatic: bool) -> None:
    """Raises `Unsendable` with what to change. `automatic` posts carry no link: it would raise their price to $0.20."""
    from twitter_text import (  # type: ignore[import-untyped]  # no types; slow to load
        parse_tweet,
    )

    if not text.strip():
        raise Unsendable("A post needs a text.")
    parsed = parse_tweet(text)
    if parsed.weightedLength > POST_MAX:
        over = parsed.weightedLength - POST_MAX
        raise Unsendable(f"This post is {over} too long: X counts {parsed.weightedLength} of {POST_MAX}. Shorten it.")
    if not parsed.valid:
        raise Unsendable("X does not take this text: it has invalid characters. Type it anew as plain text.")
    if len(_CASHTAG.findall(text)) > 1:
        raise Unsendable("X allows one cashtag ($NAME) in a post. Remove the others.")
    if automatic and links(text):
        raise Unsendable(f"An automatic public post has no link (X: $0.20). Remove {links(text)[0]!r}.")


def check_dm(text: str) -> None:
    """Raises `Unsendable` with what to change."""
    if not text.strip():
        raise Unsendable("A direct message needs a text.")
    if len(text) > DM_MAX:
        raise Unsendable(f"This direct message has {len(text)} characters, X allows {DM_MAX}. Shorten it.")


def links(text: str) -> list[str]:
    """What X would turn into links, bare domains too ("acme.support")."""
    return [url for url, _, _ in _found_links(text)]


def canonical(text: str) -> str:
    """Equal for a text that was sent and for what X shows of it: unescaped, links as one mark, without the handles
    that X puts before a reply, NFC, spaces collapsed."""
    plain, before = text, ""
    while plain != before:  # X escapes once; what our text itself escapes must fall alike on both sides
        plain, before = html.unescape(plain), plain
    plain = unicodedata.normalize("NFC", plain)
    for _, start, end in reversed(_found_links(plain)):
        plain = f"{plain[:start]}\N{LINK SYMBOL}{plain[end:]}"
    return " ".join(_LEADING.sub("", plain.lstrip()).split())


def _found_links(text: str) -> list[tuple[str, int, int]]:
    from twitter_text.extract_urls import (  # type: ignore[import-untyped]  # no types; slow to load
        extract_urls_with_indices,
    )

    found = extract_urls_with_indices(text)
    return [(str(one["url"]), int(one["indices"][0]), int(one["indices"][1])) for one in found]
