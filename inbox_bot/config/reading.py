"""Takes typed values out of a TOML table and notes every fault with the key's path instead of raising."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeVar, cast

from inbox_bot.config.shape import Start
from inbox_bot.domains import ascii_domain

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x1f]+@[^\s@<>()\[\],;:\"\\\x00-\x1f]+")
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
_Word = TypeVar("_Word", bound=str)
_Default = TypeVar("_Default", bound=str)

_KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: 'a text in "quotation marks"',
    list: "a list",
    dict: "a section",
}


def folded(address: str) -> str:
    """A mail address with its domain in lower case and ASCII (IDNA 2008), as records keep it."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def is_address(text: str) -> bool:
    """Whether this can be a bare mail address."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def is_file(path: Path) -> bool:
    """Whether there is a file that this user can reach; never raises."""
    try:
        return path.is_file()
    except OSError:  # a folder without rights, a name too long
        return False


class Table:
    """One TOML table. A getter gives the default (or a neutral value) where it notes a fault.

    `faults` is shared by all tables of a file; a line reads `<path>.<key>: what is wrong and what to do`.
    """

    def __init__(self, values: Mapping[str, object], path: str, faults: list[str]) -> None:
        self._values = values
        self._known: set[str] = set()
        self.path = path
        self.faults = faults

    def at(self, key: str) -> str:
        """The key's full path."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, what: str) -> None:
        """Note what is wrong with a key."""
        self.faults.append(f"{self.at(key)}: {what}")

    def given(self, key: str) -> object | None:
        """The raw value; the key counts as known from now on."""
        self._known.add(key)
        return self._values.get(key)

    def text(self, key: str, default: str = "", *, needed: str = "") -> str:
        """A text without control characters. `needed` is said where it is missing or empty."""
        value = self._typed(key, str)
        text = default if value is None else cast("str", value).strip()
        if needed and not text:
            self.fault(key, f"missing; {needed}")
        if key != "footer" and any(ord(char) < 32 or ord(char) == 127 for char in text):
            self.fault(key, "holds a line break or control character; write it on one line")
            return default
        return text

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        value = self._typed(key, bool)
        return default if value is None else cast("bool", value)

    def whole(self, key: str, default: int, *, least: int, most: int) -> int:
        """A whole number between the two, both included."""
        value = self._typed(key, int)
        if value is None:
            return default
        number = cast("int", value)
        if not least <= number <= most:
            self.fault(key, f"{number} is out of range; give a whole number from {least} to {most}")
            return default
        return number

    def number(self, key: str, default: float, *, least: float) -> float:
        """A finite number that is not below `least`."""
        value = self._typed(key, float)
        if value is None:
            return default
        number = float(cast("float", value))
        if not least <= number < float("inf"):
            self.fault(key, f"{number:g} is out of range; give a number from {least:g} up")
            return default
        return number

    def url(self, key: str, default: str = "") -> str:
        """A web address, or nothing."""
        text = self.text(key, default)
        if text and not _WEB_ADDRESS.fullmatch(text):
            self.fault(key, f'"{text}" is not a web address; begin it with https://')
            return default
        return text

    def api(self, key: str, default: str) -> str:
        """The address of a service that gets our tokens: encrypted, or on this machine."""
        text = self.url(key, default).rstrip("/")
        if text.startswith("http://") and not is_loopback(text.removeprefix("http://").partition("/")[0]):
            self.fault(key, f'"{text}" would send our tokens in clear text; begin it with https://')
        return text

    def choice(self, key: str, default: _Default, words: Sequence[_Word]) -> _Word | _Default:
        """One of the words; `default` where the key is missing, which is a fault if it is none of them."""
        before = len(self.faults)
        text = self.text(key, default)
        for word in words:
            if text == word:
                return word
        listed = " or ".join(f'"{word}"' for word in words)
        wrong = f'"{text}" is unknown{closest(text, words)}' if text else "missing"
        if len(self.faults) == before:
            self.fault(key, f"{wrong}; write {listed}")
        return default

    def path_to(self, key: str, folder: Path) -> Path | None:
        """A path, relative ones from `folder`; None where the key is missing or empty."""
        text = self.text(key)
        return folder / Path(text).expanduser() if text else None

    def readable(self, key: str, folder: Path) -> Path | None:
        """A path to an existing file."""
        path = self.path_to(key, folder)
        if path and not is_file(path):
            self.fault(key, f"there is no readable file {path}; correct the path or leave the key out")
        return path

    def address(self, key: str, *, needed: str) -> str:
        """A mail address, its domain in lower case."""
        text = self.text(key, needed=needed)
        if text and not is_address(text):
            self.fault(key, f'"{text}" is not a mail address; write it as name@domain')
            return ""
        return folded(text) if text else ""

    def place(self, key: str, default: str, *, example: str, instead: str = "") -> tuple[str, int | None]:
        """(host, port) to listen at; port None where the text is empty. `instead`: a text from elsewhere that wins."""
        own = self.text(key, default)
        written = instead or own
        host, _, port = written.rpartition(":")
        if not written:
            return "", None
        if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
            self.fault(key, f'"{written}" is no place to listen at; write "{example}", or "" for none')
            return "127.0.0.1", int(example.rpartition(":")[2])
        return host.strip("[]"), int(port)

    def items(self, key: str) -> list[object]:
        """A list of anything; an empty one where it is missing."""
        return cast("list[object]", self._typed(key, list) or [])

    def addresses(self, key: str) -> tuple[str, ...]:
        """A list of mail addresses."""
        good = []
        for place, item in enumerate(self.items(key)):
            if isinstance(item, str) and is_address(item.strip()):
                good.append(folded(item.strip()))
            else:
                self.fault(f"{key}[{place}]", f"{item!r} is not a mail address; write it as name@domain")
        return tuple(good)

    def start(self, key: str) -> Start:
        """ "now", "all" or a date, as a text or as TOML's own date."""
        value = self.given(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        words: tuple[Literal["now"], Literal["all"]] = ("now", "all")
        if value is None:
            return "now"
        for word in words:
            if value == word:
                return word
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            self.fault(key, f'{value!s} is none of "now", "all" or a day such as "2026-11-24"')
            return "now"

    def section(self, key: str) -> "Table":
        """A table inside this one; an empty one where it is missing."""
        value = self._typed(key, dict)
        return Table(cast("Mapping[str, object]", value or {}), self.at(key), self.faults)

    def sections(self, key: str) -> list["Table"]:
        """An array of tables."""
        tables = []
        for place, item in enumerate(self.items(key)):
            if isinstance(item, dict):
                tables.append(Table(item, f"{self.at(key)}[{place}]", self.faults))
            else:
                self.fault(f"{key}[{place}]", f"must be a section; begin it with [[{key}]]")
        return tables

    def finish(self) -> None:
        """Note every key that nothing asked for."""
        for key in self._values:
            if key not in self._known:
                self.fault(key, f"unknown key{closest(key, sorted(self._known))}; correct or remove it")

    def _typed(self, key: str, kind: type) -> object | None:
        value = self.given(key)
        if value is None:
            return None
        fits = isinstance(value, (int, float) if kind is float else kind)
        if fits and (kind is bool or not isinstance(value, bool)):  # bool is an int to Python, not to a person
            return value
        self.fault(key, f"must be {_KINDS[kind]}, not {_said(value)}")
        return None


def closest(word: str, known: Sequence[str]) -> str:
    """` (did you mean "…"?)`, or nothing where no known word is near."""
    import difflib  # only needed where something is wrong

    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f' (did you mean "{near[0]}"?)' if near else ""


def _said(value: object) -> str:
    for kind, words in _KINDS.items():
        if isinstance(value, kind):
            return words
    return f"a {type(value).__name__}"


def is_loopback(host: str) -> bool:
    """Whether a host, with or without its port, is this machine itself."""
    return host in _LOOPBACK or host.rpartition(":")[0] in _LOOPBACK
