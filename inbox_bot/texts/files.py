"""Finds template files in several folders, the first folder wins."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from inbox_bot.errors import UsageError
from inbox_bot.model import Channel
from inbox_bot.template import Template
from inbox_bot.texts.headers import FRONT, Header, read

_MOST = 256 * 1024  # characters
_FILE = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)\.(?P<channel>email|twitter)\.j2")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A template file. `key` is its path below the folder, with forward slashes."""

    name: str
    channel: Channel
    language: str
    key: str
    path: Path

    @property
    def own(self) -> bool:
        """Whether it is the company's."""
        return not self.path.is_relative_to(shipped())


def shipped() -> Path:
    """The folder of the shipped templates: inside the package (wheel), else beside it (checkout)."""
    package = Path(__file__).parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def key_of(name: str, channel: Channel, language: str) -> str | None:
    """`replies/<language>/<name>.<channel>.j2`; None for words that can name no file."""
    if not _NAME.fullmatch(name) or not _LANGUAGE.fullmatch(language):
        return None
    return f"replies/{language}/{name}.{channel}.j2"


def find(folders: Sequence[Path], key: str) -> Path | None:
    """The file of a key in the first folder that has it."""
    return next((path for folder in folders if (path := folder / key).is_file()), None)


def places(folders: Sequence[Path]) -> Iterator[Place]:
    """All templates by name, channel, language; a company's own file hides the shipped one."""
    found: dict[tuple[str, str, str], Place] = {}
    for folder in folders:
        for path in (folder / "replies").glob("*/*.j2"):
            match = _FILE.fullmatch(path.name)
            language = path.parent.name
            if match and _LANGUAGE.fullmatch(language):
                name, channel = match["name"], Channel(match["channel"])
                key = f"replies/{language}/{path.name}"
                place = Place(name=name, channel=channel, language=language, key=key, path=path)
                found.setdefault((name, channel, language), place)
    yield from (found[one] for one in sorted(found))


def strays(folder: Path) -> Iterator[str]:
    """Files in a folder of templates that are none and no part of one: nobody will ever get them."""
    for path in sorted((folder / "replies").glob("**/*")):
        key = path.relative_to(folder).as_posix()
        parts = path.relative_to(folder / "replies").parts
        named = _FILE.fullmatch(path.name.replace(".html.j2", ".j2")) and _LANGUAGE.fullmatch(parts[0])
        part = path.name.startswith("_") and path.name.endswith(".j2")
        if path.is_file() and not path.name.startswith(".") and not (len(parts) == 2 and (named or part)):
            yield key


def text_of(path: Path) -> str:
    """The file's text; raises `UsageError` where it cannot be read."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_MOST + 1)
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"template {path}: cannot be read ({exc.__class__.__name__}); save it as UTF-8") from exc
    if len(text) > _MOST:
        raise UsageError(f"template {path}: larger than {_MOST // 1024} KiB; shorten it")
    return text


def header_of(text: str, path: Path) -> Header:
    """The header of a template's text; raises `UsageError` naming the file and all that is wrong."""
    header, faults = read(text)
    if header is None or faults:
        raise UsageError(f"template {path}: {'; '.join(faults)}")
    return header


def body_of(text: str) -> str:
    """The text with its header as a comment, so that line numbers stay true."""
    match = FRONT.match(text)
    if not match:
        return text
    return "{#" + "\n" * match[0].count("\n") + "-#}" + text[match.end() :]


def template_at(place: Place) -> Template:
    """What stands at that place; raises `UsageError`."""
    source = text_of(place.path)
    return template_of(place, source, header_of(source, place.path))


def template_of(place: Place, source: str, header: Header) -> Template:
    """The same of a file that has been read."""
    return Template(
        name=place.name,
        channel=place.channel,
        language=place.language,
        title=header.title or place.path.name,
        visibility=header.visibility,
        automatic=header.automatic,
        source=source,
        tier=header.tier,
        topic=header.topic,
        states=header.states,
        needs=header.needs,
        refuses=header.refuses,
        asks=header.asks,
        says=header.says,
        promises=header.promises,
        links=header.links,
        own=place.own,
    )
