"""The command that prints what a customer who asks how his ticket stands would be told, for the telephone."""

from typing import Annotated

import typer

from inbox_bot.cli.clean import clean
from inbox_bot.cli.common import AsJson, ConfigFile, Number, emit, examples, run_desk, say
from inbox_bot.model import Channel


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples("status 427-918-354", "status 427-918-354 --by email --language en", "status 427918354 --json")
    )(status)


def status(
    number: Number,
    by: Annotated[
        Channel | None, typer.Option("--by", help="As it would go out there; else by the ticket's own channel.")
    ] = None,
    language: Annotated[str, typer.Option("--language", metavar="L", help="de or en; else the customer's.")] = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Print the very text that the customer would get now if he asked how it stands; nothing is sent."""
    from inbox_bot.flows import status as flow

    rendered = run_desk(config, lambda house: flow.preview(house, number, by, language))
    if as_json:
        emit({"subject": rendered.subject, "text": rendered.text})
    else:
        say(clean(rendered.text))
