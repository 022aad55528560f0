"""Implements the port `Texts`: picks a template by name, channel and language, and fills in the facts it may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from inbox_bot.errors import UsageError
from inbox_bot.model import Channel, Visibility
from inbox_bot.ports import Rendered, Spoken
from inbox_bot.template import Template
from inbox_bot.texts import files, words
from inbox_bot.texts.facts import OPTIONAL, PUBLIC, BrandFacts

if TYPE_CHECKING:
    import jinja2

    from inbox_bot.texts.inspection import Inspected
    from inbox_bot.texts.sandbox import Room


@dataclass(frozen=True, slots=True, kw_only=True)
class _PublicBrand:
    name: str
    x_handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _PublicAgent:
    initials: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    path: Path
    language: str
    visibility: Visibility
    text: "jinja2.Template"
    subject: "jinja2.Template | None"
    html: "jinja2.Template | None"


class Templates:
    """The templates of some folders, first folder first; each file is read once, when it is first asked for."""

    def __init__(self, folders: Sequence[Path], brand: BrandFacts) -> None:
        self._folders = tuple(folders)
        self._brand = brand
        self._zone = ZoneInfo(brand.timezone)
        self._rooms: dict[str, Room] = {}
        self._all: list[Template] | None = None
        self._loaded: dict[tuple[str, Channel, str], _Loaded] = {}

    def render(self, name: str, channel: Channel, language: str, facts: Mapping[str, object]) -> Rendered:
        """Fill in a template; see `ports.Texts.render`. Public ones see nothing that is private."""
        loaded = self._loaded.get((name, channel, language)) or self._load(name, channel, language)
        known = self._known(facts, loaded)
        from inbox_bot.texts.sandbox import fill

        subject = fill(loaded.subject, known, loaded.path) if loaded.subject else ""
        return Rendered(
            text=_tidy(fill(loaded.text, known, loaded.path)),
            subject=words.line(subject, 250),
            html=fill(loaded.html, known, loaded.path).strip() if loaded.html else "",
        )

    def template(self, name: str, channel: Channel, language: str) -> Template:
        """See `ports.Texts.template`."""
        key, path, spoken = self._find(name, channel, language)
        return files.template_at(files.Place(name=name, channel=channel, language=spoken, key=key, path=path))

    def templates(self) -> list[Template]:
        """All templates by name, channel, language, read once. Raises `UsageError`."""
        if self._all is None:
            self._all = [files.template_at(place) for place in files.places(self._folders)]
        return self._all

    def inspected(self) -> "list[Inspected]":
        """All of them, looked at closely, the company's own first; see `inspection`."""
        from inbox_bot.texts.inspection import inspect

        return inspect(self._folders, self._brand, self.room_of, self.render)

    def room_of(self, language: str) -> "Room":
        """Where templates of that language are read and filled in."""
        if language not in self._rooms:
            from inbox_bot.texts import sandbox  # Jinja2 takes 50 ms to import

            self._rooms[language] = sandbox.room(self._folders, language, self._zone)
        return self._rooms[language]

    def _known(self, facts: Mapping[str, object], loaded: _Loaded) -> dict[str, object]:
        number = facts.get("number")
        agent = facts.get("agent")
        known: dict[str, object] = {"mail_address": self._brand.mail_address, **OPTIONAL, **facts}
        known["brand"] = self._brand
        for name, value in known.items():
            if isinstance(value, Spoken):
                known[name] = value.words.get(loaded.language, "")
        if number:
            known["tag"] = f"[#{words.number(number)}]"
        if loaded.visibility is not Visibility.PUBLIC:
            return known
        known = {key: value for key, value in known.items() if key in PUBLIC}
        known["brand"] = _PublicBrand(name=self._brand.name, x_handle=self._brand.x_handle)
        known["agent"] = _PublicAgent(initials=str(getattr(agent, "initials", ""))) if agent else None
        return known

    def _load(self, name: str, channel: Channel, language: str) -> _Loaded:
        from inbox_bot.texts import sandbox

        key, path, spoken = self._find(name, channel, language)
        room = self.room_of(spoken)
        header = files.header_of(files.text_of(path), path)
        html_key = key.removesuffix(".j2") + ".html.j2"
        html = path.with_name(html_key.rpartition("/")[2])  # beside the text: a company's text has its own HTML
        loaded = _Loaded(
            path=path,
            language=spoken,
            visibility=header.visibility,
            text=sandbox.load(room, key, path),
            subject=sandbox.compile_line(room, header.subject, path) if header.subject else None,
            html=sandbox.load(room, html_key, html) if html.is_file() else None,
        )
        self._loaded[name, channel, language] = loaded
        return loaded

    def _find(self, name: str, channel: Channel, language: str) -> tuple[str, Path, str]:
        for spoken in (language, self._brand.language):
            key = files.key_of(name, channel, spoken)
            path = files.find(self._folders, key) if key else None
            if key and path:
                return key, path, spoken
        raise UsageError(f"there is no template {name} for {channel}; `inbox-bot template list` shows all")


def _tidy(text: str) -> str:
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()
