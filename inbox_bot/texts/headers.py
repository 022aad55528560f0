"""Reads the header of a template file: TOML between two +++ lines, every key and word checked, all faults at once."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from inbox_bot.model import Act, TicketState, Visibility
from inbox_bot.template import UNSETTLED, Tier

FRONT = re.compile(r"\+\+\+[ \t]*\n(?P<toml>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

_KEYS = (
    "title", "visibility", "automatic", "subject", "tier", "topic", "states", "needs", "refuses", "asks", "says",
    "promises", "links",
)  # fmt: skip
_FORMER = {"claims": "says", "unless": "refuses", "fits": "states"}  # what earlier versions put up with
_FACT = re.compile(r"[a-z][a-z0-9_]*(?::[a-z0-9][a-z0-9_-]*)?")
_TOPIC = re.compile(r"[a-z0-9][a-z0-9-]*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")

_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What stands between the +++ lines; see `template.Template`. `subject` is a template itself."""

    title: str = ""
    visibility: Visibility = Visibility.PRIVATE
    automatic: bool = False
    subject: str = ""
    tier: Tier = Tier.PUBLIC
    topic: str = ""
    states: frozenset[TicketState] = UNSETTLED
    needs: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    says: tuple[Act, ...] = ()
    promises: bool = False
    links: tuple[str, ...] = ()


def read(text: str) -> tuple[Header | None, list[str]]:
    """The header of a template's text with all its faults, one line each; None where nothing of it can be read."""
    match = FRONT.match(text)
    if not match:
        return None, ["no header; begin the file with title and visibility between two +++ lines"]
    try:
        values = tomllib.loads(match["toml"])
    except tomllib.TOMLDecodeError as exc:
        return None, [f"the header is not valid TOML: {exc}"]
    reader = _Reader(values)
    header = Header(
        title=reader.text("title"),
        visibility=reader.visibility(),
        automatic=reader.flag("automatic"),
        subject=reader.text("subject"),
        tier=reader.one("tier", Tier, Tier.PUBLIC),
        topic=reader.text("topic", _TOPIC, "a word in small letters, such as line-move"),
        states=frozenset(reader.words("states", TicketState)) or UNSETTLED,
        needs=reader.texts("needs", _FACT, "a fact, such as answered or action:cancelled"),
        refuses=reader.texts("refuses", _FACT, "a fact, such as resolved or authorised"),
        asks=reader.texts("asks", _FACT, "a fact, such as customer_number"),
        says=reader.words("says", Act),
        promises=reader.flag("promises"),
        links=reader.texts("links", _HOST, "a host, such as parcels.example"),
    )
    return header, reader.faults


@dataclass(slots=True)
class _Reader:
    """Takes keys out of the header's values and notes what is wrong with them."""

    values: Mapping[str, object]
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for key in self.values:
            if key not in _KEYS:
                near = _FORMER.get(key) or nearest(key, _KEYS)
                self.faults.append(f"unknown key {key} in the header; " + (f"is it {near}?" if near else "remove it"))

    def visibility(self) -> Visibility:
        """Who may read it; always given."""
        if self.values.get("visibility") not in ("public", "private"):
            self.faults.append('visibility must be "public" or "private"')
            return Visibility.PRIVATE
        return Visibility(str(self.values["visibility"]))

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.faults.append(f"{key} must be true or false")
        return value is True

    def text(self, key: str, form: re.Pattern[str] | None = None, meaning: str = "a text") -> str:
        """One text."""
        value = self.values.get(key, "")
        if not isinstance(value, str) or (value and form and not form.fullmatch(value)):
            self.faults.append(f"{key} must be {meaning}")
            return ""
        return value

    def texts(self, key: str, form: re.Pattern[str], meaning: str) -> tuple[str, ...]:
        """A list of names of that form."""
        return self._list(key, lambda word: word if form.fullmatch(word) else None, lambda _: f"must be {meaning}")

    def words(self, key: str, kind: type[_Word]) -> tuple[_Word, ...]:
        """A list of words of a closed set."""
        known = {one.value: one for one in kind}
        return self._list(key, known.get, lambda word: _among(word, tuple(known)))

    def one(self, key: str, kind: type[_Word], default: _Word) -> _Word:
        """One word of a closed set."""
        value = self.values.get(key, default.value)
        known = {one.value: one for one in kind}
        if not isinstance(value, str) or value not in known:
            self.faults.append(f"{key} {value!r}: {_among(str(value), tuple(known))}")
            return default
        return known[value]

    def _list(
        self, key: str, taken: Callable[[str], "_Taken | None"], wrong: Callable[[str], str]
    ) -> "tuple[_Taken, ...]":
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.faults.append(f'{key} must be a list of texts, such as {key} = ["…"]')
            return ()
        found: list[_Taken] = []
        for word in dict.fromkeys(value):
            one = taken(word)
            if one is None:
                self.faults.append(f'{key} "{word[:60]}": {wrong(word)}')
            else:
                found.append(one)
        return tuple(found)


_Taken = TypeVar("_Taken")


def _among(word: str, known: Sequence[str]) -> str:
    near = nearest(word, known)
    return f"is it {near}?" if near else f"must be one of {', '.join(known)}"


def nearest(word: str, known: Sequence[str]) -> str:
    """The one that was probably meant, "" for none."""
    return next(iter(get_close_matches(word.lower(), known, n=1)), "")
