"""What every command shares: its options, the way to an open house, and printing as JSON or for people."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from inbox_bot.cli.clean import clean

if TYPE_CHECKING:
    from rich.console import Console

    from inbox_bot.config import Config
    from inbox_bot.flows.house import House

PIPED_WIDTH = 160  # columns where there is no terminal to ask

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", metavar="FILE", help="Configuration (else $INBOX_BOT_CONFIG, else ./inbox-bot.toml)."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other tools.")]
As = Annotated[
    str, typer.Option("--as", metavar="AGENT", envvar="INBOX_BOT_AGENT", help="Who you are: name or initials.")
]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Ticket number in any spelling.", show_default=False)]
Why = Annotated[str, typer.Option("--reason", metavar="NAME", help="Why the customer wrote: one of [reasons].")]

Clock = Callable[[datetime | None], str]
"""Prints a time in the brand's zone, to the minute; "" for none."""

_Result = TypeVar("_Result")


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  inbox-bot {line}" for line in lines)


def load(path: Path | None) -> "Config":
    """The configuration; raises `ConfigError`."""
    from inbox_bot import config

    return config.load(path, os.environ)


def run_desk(path: Path | None, act: "Callable[[House], Awaitable[_Result]]") -> _Result:
    """Open the house of a configuration, let `act` use it, close it."""
    return desk_of(load(path), act)


def desk_of(config: "Config", act: "Callable[[House], Awaitable[_Result]]") -> _Result:
    """The same, where the configuration is at hand."""
    from inbox_bot.app import desk

    results: list[_Result] = []

    async def session() -> None:  # returns nothing: asyncio.run asks for the repr of what it does, twice
        async with desk(config) as house:
            results.append(await act(house))

    asyncio.run(session())
    return results[0]


def emit(value: object) -> None:
    """Print JSON: texts cleaned, everything but ASCII escaped, so that it is inert on any terminal."""
    json.dump(_inert(value), sys.stdout, indent=2)
    sys.stdout.write("\n")


def _inert(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _inert(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_inert(item) for item in value]
    return value


def iso(at: datetime | None) -> str | None:
    """ISO 8601 in UTC with its offset."""
    return at.astimezone(UTC).isoformat() if at else None


def message_id(text: str) -> int:
    """The id in "m12" or "12", as `show` prints it."""
    digits = text.strip().lower().removeprefix("m")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise typer.BadParameter(f'"{text}" is no message; "show" prints them, such as m12')
    return int(digits)


def say(text: str, *, error: bool = False) -> None:
    """One plain line; data in it must be clean."""
    typer.echo(text, err=error)


def console() -> "Console":
    """Where tables go: as wide as the terminal, plain where there is none. Nothing printed is read as markup."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS") or PIPED_WIDTH)
    return Console(markup=False, highlight=False, emoji=False, width=width)


def clock_of(config: "Config") -> Clock:
    """The clock on the wall of this brand."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(config.brand.timezone)

    def local(at: datetime | None) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""

    return local
