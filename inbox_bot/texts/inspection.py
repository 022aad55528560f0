"""Looks at template files closely: header, syntax, every name that they use; and fills each in for cases far apart."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jinja2 import TemplateError, meta, nodes

from inbox_bot.errors import UsageError
from inbox_bot.model import Channel, Visibility
from inbox_bot.ports import Rendered
from inbox_bot.template import Template
from inbox_bot.texts import files, headers, preview
from inbox_bot.texts.facts import BrandFacts

if TYPE_CHECKING:
    from inbox_bot.texts.sandbox import Room

_STRAY = "no template is called so; name it <language>/<name>.email.j2 or .twitter.j2, in small letters"
_MOST_PARTS = 50  # files that one template includes


class Render(Protocol):
    """`ports.Texts.render`."""

    def __call__(self, name: str, channel: Channel, language: str, facts: Mapping[str, object]) -> Rendered: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """A template file by its path below its folder. `template` is None where its header cannot be read; `faults`, one
    line each; `filled`: as customers would get it, () where it cannot be filled in."""

    key: str
    own: bool
    template: Template | None = None
    faults: tuple[str, ...] = ()
    filled: tuple[Rendered, ...] = ()


def inspect(
    folders: Sequence[Path], brand: BrandFacts, room_of: Callable[[str], "Room"], render: Render
) -> list[Inspected]:
    """All templates of some folders, the company's own first; nothing that stands in one raises."""
    found = [_inspected(place, folders, brand, room_of, render) for place in files.places(folders)]
    found += [
        Inspected(key=key, own=True, faults=(_STRAY,))
        for folder in folders
        if folder != files.shipped()
        for key in files.strays(folder)
    ]
    return sorted(found, key=lambda one: not one.own)


def _inspected(
    place: files.Place, folders: Sequence[Path], brand: BrandFacts, room_of: Callable[[str], "Room"], render: Render
) -> Inspected:
    try:
        source = files.text_of(place.path)
    except UsageError as error:
        return Inspected(key=place.key, own=place.own, faults=(_without_path(error, place.path),))
    header, faults = headers.read(source)
    if header is None:
        return Inspected(key=place.key, own=place.own, faults=tuple(faults))
    template = files.template_of(place, source, header)
    faults += _names(place, header, folders, room_of(place.language))
    filled: list[Rendered] = []
    if not faults:
        for facts in preview.extremes(place.name, place.language, brand.mail_address, brand.links):
            try:
                filled.append(render(place.name, place.channel, place.language, facts))
            except UsageError as error:
                faults.append(_without_path(error, place.path))
    return Inspected(
        key=place.key,
        own=place.own,
        template=template,
        faults=tuple(dict.fromkeys(faults)),
        filled=() if faults else tuple(dict.fromkeys(filled)),
    )


def _without_path(error: UsageError, path: Path) -> str:
    return str(error).removeprefix(f"template {path}").lstrip(":, ")


def _names(place: files.Place, header: headers.Header, folders: Sequence[Path], room: "Room") -> list[str]:
    """What is wrong with the syntax, and with the facts that the file, its HTML and its parts name."""
    known = preview.given(place.name, header.visibility, automatic=header.automatic) | {"brand"}
    beside = place.key.removesuffix(".j2") + ".html.j2"
    html = place.path.with_name(beside.rpartition("/")[2])
    waiting = [(place.key, place.path, "")] + ([(beside, html, "")] if html.is_file() else [])
    faults: list[str] = []
    done: set[str] = set()
    if header.subject:
        faults += _of_source(header.subject, "subject: ", room, known, header.visibility)[0]
    while waiting and len(done) < _MOST_PARTS:
        key, path, via = waiting.pop()
        done.add(key)
        try:
            source = files.body_of(files.text_of(path))
        except UsageError as error:
            faults.append(_without_path(error, path))
            continue
        found, parts = _of_source(source, via, room, known, header.visibility)
        faults += found
        for part in parts:
            inner = room.join_path(part, key)
            there = files.find(folders, inner) if ".." not in inner else None
            if there is None:
                faults.append(f"{via}there is no file {inner}")
            elif inner not in done:
                waiting.append((inner, there, f"{part}: "))
    return faults


def _of_source(
    source: str, via: str, room: "Room", known: frozenset[str], visibility: Visibility
) -> tuple[list[str], list[str]]:
    """(faults, the parts that it includes)."""
    read = _read(source, room)
    faults = [f"{via}{line}{_unknown(name, visibility)}" for name, line in read.names if name not in known]
    return faults + [f"{via}{one}" for one in read.faults], list(read.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A source: what it names ("line 3: " before each), what is wrong with it wherever it stands, what it includes."""

    names: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@lru_cache(maxsize=256)  # parts stand in most templates
def _read(source: str, room: "Room") -> _Read:
    try:
        tree = room.parse(source)
        used = meta.find_undeclared_variables(tree)
    except TemplateError as exc:
        line = getattr(exc, "lineno", None)
        return _Read(faults=(f"{f'line {line}: ' if line else ''}{' '.join(str(exc).split())}",))
    except (RecursionError, MemoryError):
        return _Read(faults=("nests too deeply",))
    lines: dict[str, str] = {}
    for one in tree.find_all(nodes.Name):
        lines.setdefault(one.name, f"line {one.lineno}: ")
    return _Read(
        names=tuple((name, lines.get(name, "")) for name in sorted(used)),
        faults=tuple(_fields(tree)),
        parts=tuple(part for part in meta.find_referenced_templates(tree) if part is not None),
    )


def _unknown(name: str, visibility: Visibility) -> str:
    known = {*preview.facts_for_preview(""), "brand", "tag"}
    if name in known and visibility is Visibility.PUBLIC:
        return f"{name} is private, and a public text cannot name it"
    if name in known:
        return f"{name} is not given to this template"
    near = headers.nearest(name, sorted(known))
    return f"there is no fact {name}; " + (f"is it {near}?" if near else f"there are {', '.join(sorted(known))}")


def _fields(tree: nodes.Template) -> Iterator[str]:
    """Fields of facts that those do not have, also where a condition hides them from being filled in."""

    kinds = _kinds()
    for one in tree.find_all(nodes.Getattr):
        kind = kinds.get(one.node.name) if isinstance(one.node, nodes.Name) else None
        if isinstance(one.node, nodes.Name) and kind is not None:
            names = [field.name for field in fields(kind)]
            if one.attr not in names:
                yield f"line {one.lineno}: {one.node.name} has no {one.attr}; it has {', '.join(names)}"


@cache
def _kinds() -> Mapping[str, type]:
    """The facts that have fields, by name."""
    kinds: dict[str, type] = {"brand": BrandFacts}
    for name, value in preview.facts_for_preview("").items():
        if is_dataclass(value) and not isinstance(value, type):
            kinds[name] = type(value)
    return kinds
