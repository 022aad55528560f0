"""Commands about the texts: template list, show, preview."""

from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean, clean_line
from inbox_bot.cli.common import AsJson, ConfigFile, emit, examples, load, say
from inbox_bot.errors import UsageError
from inbox_bot.model import Channel

if TYPE_CHECKING:
    from inbox_bot.ports import Template

app = typer.Typer(help="The texts that go out.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME", help='As "template list" shows it.', show_default=False)]
On = Annotated[Channel | None, typer.Option("--channel", help="Only for this channel.")]
Language = Annotated[str, typer.Option("--language", metavar="de|en", help="Only in this language.")]


@app.command("list", epilog=examples("template list", "template list --json"))
def list_(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show which texts there are and where each fits."""
    from inbox_bot.app import texts

    found = texts(load(config)).templates()
    if as_json:
        return emit([_row(one) for one in found])
    for one in found:
        kind = "automatic" if one.automatic else ""
        say(f"{one.name:26} {one.channel.value:8} {one.language}  {one.visibility.value:8} {kind:10} {one.title}")
    return None


@app.command(epilog=examples("template show reply --channel email --language de"))
def show(
    name: Name, channel: On = None, language: Language = "", config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Print a text's source with its header."""
    found = _chosen(config, name, channel, language)
    if as_json:
        return emit([{**_row(one), "source": one.source} for one in found])
    for one in found:
        say(f"--- {one.name}.{one.channel.value} ({one.language})")
        say(clean(one.source))
    return None


@app.command(epilog=examples("template preview acknowledgement", "template preview reply --language en --json"))
def preview(
    name: Name, channel: On = None, language: Language = "", config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Print a text filled in with invented facts, as a customer would get it."""
    from inbox_bot.app import texts
    from inbox_bot.texts import facts_for_preview

    rows = []
    filled = texts(load(config))
    for one in _chosen(config, name, channel, language):
        rendered = filled.render(one.name, one.channel, one.language, facts_for_preview(one.language))
        rows.append({**_row(one), "subject": rendered.subject, "text": rendered.text, "html": rendered.html})
        if not as_json:
            say(f"--- {one.name}.{one.channel.value} ({one.language})")
            if rendered.subject:
                say(f"Subject: {clean_line(rendered.subject)}\n")
            say(clean(rendered.text) + "\n")
    if as_json:
        emit(rows)


def _chosen(config: ConfigFile, name: str, channel: Channel | None, language: str) -> "list[Template]":
    from inbox_bot.app import texts

    found = [
        one
        for one in texts(load(config)).templates()
        if one.name == name and channel in {None, one.channel} and language in {"", one.language}
    ]
    if not found:
        raise UsageError(f'there is no such template "{name}": "inbox-bot template list" shows all')
    return found


def _row(one: "Template") -> dict[str, object]:
    return {
        "name": one.name,
        "channel": one.channel.value,
        "language": one.language,
        "visibility": one.visibility.value,
        "automatic": one.automatic,
        "title": one.title,
    }
