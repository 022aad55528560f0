"""Reads X's refusals, in all three forms they come in, and says what each one means."""

import json
from dataclasses import dataclass

from inbox_bot.channels.twitter.wire import object_of, objects_of, text_of
from inbox_bot.errors import Unsendable

_WORDS_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """`kind` is the last segment of the problem's type (its prefix has two hosts); `codes` are v1 error codes;
    `parameters` are those of the request that X names."""

    status: int
    words: str
    kind: str = ""
    codes: frozenset[int] = frozenset()
    parameters: frozenset[str] = frozenset()

    @property
    def duplicate(self) -> bool:
        return self.status == 403 and (187 in self.codes or "duplicate content" in self.words.lower())

    @property
    def target_gone(self) -> bool:
        return 385 in self.codes or "deleted or not visible" in self.words.lower()

    @property
    def not_enrolled(self) -> bool:
        return self.kind == "client-forbidden" or 453 in self.codes or "client-not-enrolled" in self.words.lower()

    @property
    def usage_capped(self) -> bool:
        return self.kind == "usage-capped" or "usagecapexceeded" in self.words.replace(" ", "").lower()


class Refused(Unsendable):
    """X answered 4xx and meant it; the sender branches on the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"X refuses ({refusal.status}): {refusal.words}")
        self.refusal = refusal


def read_refusal(status: int, raw: bytes, reason: str) -> Refusal:
    """From an error answer's body: problem (RFC 7807), v1 `errors`, or anything else (HTML, text, nothing)."""
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return Refusal(status=status, words=_short(raw.decode("utf-8", "replace")) or reason)
    errors = objects_of(body, "errors")
    said = [text_of(body, "detail"), *(text_of(one, "message", "detail") for one in errors), text_of(body, "title")]
    said += [text_of(body, "reason")]
    kinds = [text_of(one, "type").rsplit("/", 1)[-1] for one in (body, *errors)]
    codes = frozenset(code for one in errors if isinstance(code := one.get("code"), int))
    return Refusal(
        status=status,
        words=_short(" / ".join(dict.fromkeys(one for one in said if one))) or reason,
        kind=next((kind for kind in kinds if kind and kind != "about:blank"), ""),
        codes=codes,
        parameters=frozenset(name for one in errors for name in object_of(one, "parameters")),
    )


def explain(refusal: Refusal, *, direct: bool) -> str:
    """One line for the team: why X did not take a post (`direct`: a DM), with X's own words."""
    words = refusal.words.lower()
    if refusal.duplicate:
        why = "X says that it has this text already, and it is not found in our timeline: answer in other words"
    elif refusal.target_gone:
        why = "the post it answers is deleted or not visible to us"
    elif 433 in refusal.codes or "restricted who can reply" in words:
        why = "the author has restricted who can reply"
    elif direct and refusal.status == 403:
        why = "X allows no DM to this person (they must write one first, and accept ours)"
    elif refusal.status == 403:
        why = "X does not permit this reply (the author must mention or quote us)"
    elif refusal.status == 404:
        why = "X does not know the recipient or the post any more"
    else:
        why = "X does not accept this text"
    return f"{why}; X said: {refusal.words} ({refusal.status})"


def _short(text: str) -> str:
    return " ".join(text.split())[:_WORDS_MAX]
