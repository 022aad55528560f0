"""Writes a text as X shows it: links shortened to t.co, `& < >` escaped, entities with their places."""

import hashlib
import html
import re
from dataclasses import dataclass

from inbox_bot.sandbox.x.world import World

_HANDLE = re.compile(r"(?<![\w@])@(\w{1,15})")
_SHOWN = 280


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`entities` as X names them; `lead` is where the displayed part begins. `cut`: the short form of a long post."""

    text: str
    entities: dict[str, list[dict[str, object]]]
    lead: int
    cut: str = ""


def shorten(url: str) -> str:
    """The same t.co address for the same link."""
    return f"https://t.co/{hashlib.sha256(url.encode()).hexdigest()[:10]}"


def show(world: World, text: str, prefix: int = 0) -> Shown:
    """`prefix` is the length of the handles that X put before the text. Places are code points of the result."""
    from twitter_text import parse_tweet  # type: ignore[import-untyped]  # slow to load; ships no types
    from twitter_text.extract_urls import extract_urls_with_indices  # type: ignore[import-untyped]  # likewise

    marks: list[tuple[int, int, str]] = [(*one["indices"], "url") for one in extract_urls_with_indices(text)]
    taken = [range(start, end) for start, end, _ in marks]
    for found in _HANDLE.finditer(text):
        if not any(found.start() in one for one in taken):
            marks.append((found.start(), found.end(), "mention"))
    shown, at = "", 0
    entities: dict[str, list[dict[str, object]]] = {}
    for start, end, kind in sorted(marks):
        shown += html.escape(text[at:start], quote=False)
        at, piece = end, text[start:end]
        place = len(shown)
        if kind == "url":
            expanded = piece if "://" in piece else f"http://{piece}"
            shown += shorten(piece)
            about: dict[str, object] = {"url": shorten(piece), "expanded_url": expanded, "display_url": piece}
            entities.setdefault("urls", []).append({"start": place, "end": len(shown), **about})
        else:
            shown += piece
            user = world.find_user(piece)
            if user is not None:
                about = {"username": user.handle, "id": str(user.id)}
                entities.setdefault("mentions", []).append({"start": place, "end": len(shown), **about})
    shown += html.escape(text[at:], quote=False)
    long = parse_tweet(text[prefix:]).weightedLength > _SHOWN
    return Shown(text=shown, entities=entities, lead=prefix, cut=f"{shown[: prefix + 270]}…" if long else "")
