"""Commands about the texts: template list, show, preview, check."""

from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean, clean_line
from inbox_bot.cli.common import As, AsJson, ConfigFile, emit, examples, load, run_desk, say
from inbox_bot.errors import UsageError
from inbox_bot.model import Channel

if TYPE_CHECKING:
    from inbox_bot.rules.routes import Way
    from inbox_bot.template import Template

app = typer.Typer(help="The texts that go out.", no_args_is_help=True, rich_markup_mode=None)


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="template")


Name = Annotated[str, typer.Argument(metavar="NAME", help='As "template list" shows it.', show_default=False)]
On = Annotated[Channel | None, typer.Option("--channel", help="Only for this channel.")]
Language = Annotated[str, typer.Option("--language", metavar="de|en", help="Only in this language.")]
OfTicket = Annotated[str, typer.Option("--ticket", metavar="NUMBER", help="For an answer in this ticket.")]
ByDm = Annotated[bool, typer.Option("--dm", help="With --ticket: by X direct message.")]
InPublic = Annotated[bool, typer.Option("--public", help="With --ticket: as a public reply on X.")]


@app.command("list", epilog=examples("template list", "template list --ticket 427-918-354", "template list --json"))
def list_(
    ticket: OfTicket = "",
    dm: ByDm = False,
    public: InPublic = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show which texts there are; with --ticket which fit its next answer, and why the others do not."""
    way = _way(ticket, dm=dm, public=public)
    if ticket:
        return _offers(config, ticket, way, as_json)
    from inbox_bot.app import texts

    found = texts(load(config)).templates()
    if as_json:
        return emit([_row(one) for one in found])
    for one in found:
        kind = "automatic" if one.automatic else clean_line(one.topic)
        title = clean_line(one.title)
        say(f"{one.name:26} {one.channel.value:8} {one.language}  {one.visibility.value:8} {kind:10} {title}")
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


@app.command(
    epilog=examples(
        "template preview acknowledgement", "template preview thanks --ticket 427-918-354",
        "template preview reply --language en --json",
    )
)  # fmt: skip
def preview(
    name: Name,
    ticket: OfTicket = "",
    channel: On = None,
    language: Language = "",
    who: As = "",
    dm: ByDm = False,
    public: InPublic = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Print a text as a customer would get it, with invented facts or a ticket's own; sends nothing."""
    way = _way(ticket, dm=dm, public=public)
    if ticket:
        if channel or language:
            raise typer.BadParameter("with --ticket channel and language are the ticket's own")
        return _filled(config, name, ticket, who, way, as_json)
    from inbox_bot.app import texts
    from inbox_bot.texts.preview import facts_for_preview

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
    return emit(rows) if as_json else None


@app.command(epilog=examples("template check", "template check --json"))
def check(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Read all texts closely, your own first: a line for each fault; 1 = something must be mended."""
    from inbox_bot.app import clock
    from inbox_bot.proofreading import proofread

    remarks, count = proofread(load(config), clock())
    wrong = sum(one.grave for one in remarks)
    if as_json:
        rows = [
            {"file": one.file, "own": one.own, "level": "error" if one.grave else "hint", "line": one.line}
            for one in remarks
        ]
        emit({"templates": count, "errors": wrong, "remarks": rows})
    else:
        for one in remarks:
            mark = typer.style("WRONG", fg="red") if one.grave else typer.style("hint ", fg="yellow")
            shipped = "" if one.own else " (shipped)"
            typer.echo(f"{mark}  {clean_line(one.file)}{shipped}: {clean_line(one.line)}")
        say(f"{count} templates, {wrong} faults, {len(remarks) - wrong} hints")
    raise typer.Exit(1 if wrong else 0)


def _offers(config: ConfigFile, ticket: str, way: "Way", as_json: bool) -> None:
    from inbox_bot.flows import offering

    found = run_desk(config, lambda house: offering.offered(house, ticket, way))
    if as_json:
        return emit([{**_row(one.template), "fits": not one.reasons, "reasons": list(one.reasons)} for one in found])
    for one in found:
        if one.reasons:
            say(f"no   {one.template.name:24} {clean_line('; '.join(one.reasons))}")
        else:
            say(f"fits {one.template.name:24} {clean_line(one.template.title)}")
    return None


def _filled(config: ConfigFile, name: str, ticket: str, who: str, way: "Way", as_json: bool) -> None:
    from inbox_bot.flows import offering

    filled = run_desk(config, lambda house: offering.filled(house, ticket, name, who, way))
    if as_json:
        row = {"to": filled.to, "subject": filled.subject, "text": filled.text, "length": filled.length}
        row |= {"limit": filled.limit or None, "fits": not filled.reasons, "reasons": list(filled.reasons)}
        return emit({**_row(filled.template), **row})
    say(f"--- {name} ({filled.template.language}) to {clean_line(filled.to)}")
    if filled.subject:
        say(f"Subject: {clean_line(filled.subject)}\n")
    say(clean(filled.text))
    counted = f"{filled.length} of {filled.limit}" if filled.limit else str(filled.length)
    say(f"--- {counted} characters; {clean_line('; '.join(filled.reasons)) or 'it fits'}; nothing was sent")
    return None


def _way(ticket: str, *, dm: bool, public: bool) -> "Way":
    from inbox_bot.rules.routes import Way

    if (dm or public) and not ticket:
        raise typer.BadParameter("--dm and --public go with --ticket")
    if dm and public:
        raise typer.BadParameter("give --dm or --public, not both")
    return Way.DM if dm else Way.PUBLIC if public else Way.LAST


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
        "tier": one.tier.value,
        "topic": one.topic,
        "states": sorted(one.states),
        "needs": list(one.needs),
        "refuses": list(one.refuses),
        "asks": list(one.asks),
        "says": list(one.says),
        "promises": one.promises,
        "links": list(one.links),
        "own": one.own,
    }
