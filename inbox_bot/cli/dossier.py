"""The command `dossier`: a customer's or ticket's page as a file to hand on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.common import As, ConfigFile, desk_of, examples, load, say
from inbox_bot.cli.files import put
from inbox_bot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from inbox_bot.config import Config
    from inbox_bot.flows.house import House
    from inbox_bot.flows.reading import Dossier

_FORMS = (".html", ".txt", ".pdf", ".json")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples(
            "dossier 427-918-354 --out move.html", "dossier @eva_w --out eva.pdf --language en",
            "dossier 427-918-354 --out - --form txt",
        )
    )(dossier)  # fmt: skip


def dossier(
    key: Annotated[str, typer.Argument(metavar="KEY", help="As for show.", show_default=False)],
    out: Annotated[str, typer.Option("--out", metavar="FILE", help=".html, .txt, .pdf or .json; - = to the screen.")],
    form: Annotated[str, typer.Option("--form", metavar="FORM", help="html, txt, pdf, json; else by the name.")] = "",
    language: Annotated[str, typer.Option("--language", metavar="de|en", help="Else the brand's.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    who: As = "",
    config: ConfigFile = None,
) -> None:
    """Write all about a ticket or customer into one file: what is open first, then what he told, was promised, is done.

    That you handed it on stands in the ticket's log."""
    from inbox_bot.flows import handing

    settings = load(config)
    kind = f".{form.lower()}" if form else Path(out).suffix.lower()
    spoken = language or (settings.brand.language if settings.brand.language in ("de", "en") else "en")
    if kind not in _FORMS:
        raise UsageError("name the file with .html, .txt, .pdf or .json, or say --form")
    if spoken not in ("de", "en"):
        raise UsageError('the page is written in "de" or "en"')
    if out != "-" and Path(out).exists() and not force:
        raise UsageError(f"{out} is there already; --force replaces it")

    def make(found: "Dossier", titles: dict[str, str]) -> bytes:
        made = _written(settings, found, titles, kind, spoken)
        if out != "-":
            put(Path(out), made)
        return made

    found, content = desk_of(settings, lambda house: _handed(house, key, who, Path(out).name, spoken, make))
    if out == "-":
        typer.echo(content, nl=False)
        return
    number = handing.named(found)
    say(f"{out} has {number}: {len(found.entries)} messages, {len(content)} bytes")


async def _handed(
    house: "House", key: str, who: str, name: str, language: str, make: "Callable[[Dossier, dict[str, str]], bytes]"
) -> "tuple[Dossier, bytes]":
    from inbox_bot.flows import handing
    from inbox_bot.rules import reasons

    titles = reasons.titles(house.reasons, language, house.brand.language)
    return await handing.handed_on(house, key, who, name, lambda found: make(found, titles))


def _written(settings: "Config", found: "Dossier", titles: dict[str, str], kind: str, language: str) -> bytes:
    if kind == ".json":
        import json

        from inbox_bot.cli.shape import shape

        return (json.dumps(shape(found), ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")
    from zoneinfo import ZoneInfo

    from inbox_bot.app import clock
    from inbox_bot.pages.outline import outline

    page = outline(found, titles, language, ZoneInfo(settings.brand.timezone), settings.brand.name, clock())
    if kind == ".html":
        from inbox_bot.pages.html import html

        return html(page).encode("utf-8", "replace")
    if kind == ".txt":
        from inbox_bot.cli.clean import clean
        from inbox_bot.pages.plain import plain

        return clean(plain(page)).encode("utf-8", "replace")
    from inbox_bot.pages.pdf import pdf

    return pdf(page)
