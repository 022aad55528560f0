"""The console script: calls a command and turns expected errors into one line and an exit code."""

import gc
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from inbox_bot import __version__
from inbox_bot.cli.clean import clean
from inbox_bot.cli.commands import Commands
from inbox_bot.errors import ConfigError, InboxBotError

app = typer.Typer(
    name="inbox-bot",
    cls=Commands,
    help="A support inbox for X and e-mail in which no customer is lost.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help loads nothing and reads the same everywhere
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"inbox-bot {__version__}")
        raise typer.Exit


@app.callback()
def everywhere(
    config: Annotated[
        Path | None, typer.Option("--config", "-c", metavar="FILE", help="Configuration for any command.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A support inbox for X and e-mail in which no customer is lost."""
    if config is not None:
        os.environ["INBOX_BOT_CONFIG"] = str(config)  # a command's own --config still wins


def main() -> None:
    """Run one command. Exit codes: 0 well, 1 something is wrong or not found, 2 wrong usage."""
    gc.disable()  # a command ends before cycles matter, and imports are a sixth faster; `run` switches it on again
    logging.getLogger("inbox_bot").addHandler(logging.NullHandler())  # a command says it itself; `run` shows the log
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a Latin-1 terminal shows ? instead of a traceback
    try:
        app()
    except ConfigError as error:
        for fault in error.faults:
            print(f"inbox-bot: {clean(fault)}", file=sys.stderr)
    except InboxBotError as error:
        print(f"inbox-bot: {' '.join(clean(str(error)).split())}", file=sys.stderr)
    finally:
        gc.freeze()  # nor is anything gone through once more at the end: that took an eighth of a command's time
    sys.exit(1)
