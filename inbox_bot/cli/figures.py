"""Commands that count the team's work: stats, report."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.common import AsJson, ConfigFile, clock_of, desk_of, emit, examples, load, say
from inbox_bot.errors import UsageError
from inbox_bot.work.figures import By

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from inbox_bot.config import Config
    from inbox_bot.flows.figures import Stats
    from inbox_bot.flows.house import House

Since = Annotated[
    str, typer.Option("--since", metavar="SPAN|DAY", help="How far back: 24h, 30d, 4w, or a day: 2026-11-01.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog=examples("stats", "stats --since 7d --by agent", "stats --since 2026-11-01 --by day --csv > days.csv")
    )(stats)
    app.command(epilog=examples("report --out november.html --since 2026-11-01", "report --out w.html --language en"))(
        report
    )


def stats(
    since: Since = "30d",
    by: Annotated[str, typer.Option("--by", metavar="WHAT", help="channel, agent, reason, day or week.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV: a line for each group.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Count messages, tickets, how long answers took, promises, deliveries, spend. Each time counts where it ended."""
    from inbox_bot.cli import figure_rows
    from inbox_bot.flows import figures

    if by not in {part.value for part in By}:
        raise UsageError(f'figures are parted by channel, agent, reason, day or week, not by "{by}"')
    if as_csv and as_json:
        raise typer.BadParameter("--csv or --json, not both")
    settings = load(config)

    async def look(house: "House") -> "Stats":
        return await figures.stats(house, _since(since, house, settings), By(by))

    found = desk_of(settings, look)
    if as_json:
        return emit(figure_rows.as_json(found))
    if as_csv:
        sys.stdout.write(figure_rows.as_csv(found))
        return None
    return figure_rows.show(found, clock_of(settings))


def _since(written: str, house: "House", settings: "Config") -> "datetime":
    from zoneinfo import ZoneInfo

    now = house.now()
    begins = began(written, now, ZoneInfo(settings.brand.timezone))
    if begins >= now:
        raise UsageError("--since lies in the future")
    return begins


def began(written: str, now: "datetime", zone: "tzinfo") -> "datetime":
    """The moment that a span before now, or a day, begins. Raises `UsageError`."""
    from inbox_bot.cli.promises import span
    from inbox_bot.rules.authorisations import day

    try:
        return now - span(written)
    except UsageError as error:
        try:
            return day(written, now, zone)
        except UsageError:
            raise UsageError(f"{error}, or a day as 2026-11-01") from None


def report(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="An .html file.")],
    since: Since = "30d",
    language: Annotated[str, typer.Option("--language", metavar="de|en", help="Else the brand's.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    config: ConfigFile = None,
) -> None:
    """Write the figures as one page of charts, in plain words, that loads nothing from elsewhere."""
    from concurrent.futures import ThreadPoolExecutor
    from zoneinfo import ZoneInfo

    from inbox_bot.cli.files import put
    from inbox_bot.flows import figures
    from inbox_bot.pages import pictures
    from inbox_bot.pages import report as outline
    from inbox_bot.pages.report_html import written
    from inbox_bot.rules import reasons

    settings = load(config)
    spoken = language or (settings.brand.language if settings.brand.language in ("de", "en") else "en")
    if spoken not in ("de", "en"):
        raise UsageError('the report is written in "de" or "en"')
    if out.suffix.lower() not in (".html", ".htm"):
        raise UsageError("name the file with .html")
    if out.exists() and not force:
        raise UsageError(f"{out} is there already; --force replaces it")

    async def look(house: "House") -> "tuple[list[Stats], dict[str, str]]":
        begins = _since(since, house, settings)
        asked = [By.NOTHING, outline.steps(begins, house.now()), By.REASON]
        called = reasons.titles(house.reasons, spoken, settings.brand.language)
        return await figures.several(house, begins, asked), called

    with ThreadPoolExecutor(1) as beside:  # both take a second or two
        loaded = beside.submit(pictures.ready)
        found, called = desk_of(settings, look)
        loaded.result()
    zone = ZoneInfo(settings.brand.timezone)
    content = written(outline.report(*found, titles=called, language=spoken, zone=zone, brand=settings.brand.name))
    put(out, content)
    say(f"{out}: {len(content)} bytes, readable by you alone")
