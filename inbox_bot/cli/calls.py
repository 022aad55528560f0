"""The command by which an agent opens a ticket for somebody who called."""

from typing import Annotated

import typer

from inbox_bot.cli.common import As, AsJson, ConfigFile, examples, run_desk
from inbox_bot.cli.writing import report


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "open", epilog=examples('open jana.roth@post.example --text "Line down since Monday" --phone "030 1234"')
    )(open_)


def open_(
    key: Annotated[str, typer.Argument(metavar="ADDRESS|HANDLE", help="Who called.", show_default=False)],
    text: Annotated[
        str,
        typer.Option(
            "--text",
            "-t",
            metavar="T",
            help="What the call was about, as he may read it: it stands in the mail to him.",
        ),
    ],
    note: Annotated[str, typer.Option("--note", metavar="T", help="What only the team reads.")] = "",
    phone: Annotated[str, typer.Option("--phone", metavar="N", help="From which number he called.")] = "",
    subject: Annotated[str, typer.Option("--subject", metavar="S", help="Else the text's first line.")] = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Open a ticket from a telephone call; its number goes out to the customer."""
    from inbox_bot.channels.mime.addresses import in_ascii
    from inbox_bot.flows import calls

    call = calls.Call(key=in_ascii(key.strip()), text=text, note=note, who=who, phone=phone, subject=subject)
    report(run_desk(config, lambda house: calls.open_ticket(house, call)), as_json, config)
