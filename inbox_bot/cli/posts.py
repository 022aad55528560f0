"""The command `posts`: looks on X whether customers have deleted what they posted."""

import asyncio
from typing import Annotated

import typer

from inbox_bot.cli.common import AsJson, ConfigFile, emit, examples, load, say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=examples("posts 427-918-354", "posts"))(posts)


def posts(
    number: Annotated[str, typer.Argument(metavar="[NUMBER]", help="Of this ticket; else those due for a look.")] = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Look on X whether posts were deleted; what is gone there is deleted here. The daemon does it once a day."""
    from inbox_bot.app import open_app
    from inbox_bot.flows import gone

    async def look() -> int:
        async with open_app(load(config)) as app:
            return await gone.look(app.house, number)

    found = asyncio.run(look())
    if as_json:
        emit({"gone": found})
    else:
        say(f"{found} {'post is' if found == 1 else 'posts are'} gone" if found else "none is gone")
