"""Commands about incidents: incident open, update, close, link, unlink, stop, resume; `outages` has list and show."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli import outages
from inbox_bot.cli.common import (
    As,
    AsJson,
    ConfigFile,
    desk_of,
    emit,
    examples,
    load,
    run_desk,
    say,
)

if TYPE_CHECKING:
    from inbox_bot.flows.incidents import News, Plan
    from inbox_bot.model import Channel

Also = Annotated[
    list[str] | None,
    typer.Option("--also", metavar="LANGUAGE=TEXT", help='In another language: en="Mail server down".'),
]
Next = Annotated[
    str, typer.Option("--next-update", metavar="TIME", help='When they hear again: "11:00", "Friday 9:00".')
]
Post = Annotated[bool, typer.Option("--post", help="Also as one public post of ours on X.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Only show who would be told, the cost and how long it takes.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Not = Annotated[
    str, typer.Option("--not-by", metavar="email|x", help="The channel that is broken: used as a last resort.")
]
Numbers = Annotated[list[str], typer.Argument(metavar="NUMBER…", help="Tickets.", show_default=False)]
Text = Annotated[str, typer.Argument(metavar="TEXT", help="What all of them are told.", show_default=False)]


app = typer.Typer(help="What is broken for many, and what all of them are told.", no_args_is_help=True)
outages.register(app)


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="incident")


@app.command(
    "open",
    epilog=examples(
        'incident open "Mailserver gestört" --also en="Mail server down" --match "mail|imap|posteingang" --since 08:00'
    ),
)
def open_(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What is broken, in few words.", show_default=False)],
    match: Annotated[str, typer.Option("--match", metavar="WORDS", help='Such as "mail|imap|#outage".')] = "",
    area: Annotated[str, typer.Option("--area", metavar="WORD", help="What is broken: mail, telephone.")] = "",
    topic: Annotated[str, typer.Option("--topic", metavar="TOPIC", help="Tickets of this topic are in it.")] = "",
    since: Annotated[str, typer.Option("--since", metavar="TIME", help='When it began: "08:00". [now]')] = "",
    next_update: Next = "",
    also: Also = None,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Something is broken for many: from now on who writes of it is told so, and belongs to it."""
    from inbox_bot.flows import incidents

    report = incidents.Report(
        title=title,
        who=who,
        words=match,
        area=area,
        since=since,
        next_update=next_update,
        titles=_others(also),
        topic=topic,
    )
    incident, count = run_desk(config, lambda house: incidents.begin(house, report))
    if as_json:
        return emit({"incident": incident.id, "tickets": count})
    say(f"incident {incident.id} is open; {count} {'ticket is' if count == 1 else 'tickets are'} in it")
    if incident.next_update_at is None:
        say('nobody is told when he hears again; say so with: incident update … --next-update "11:00"')
    return None


@app.command(epilog=examples('incident update 3 "Die Technik tauscht ein Netzteil." --next-update 13:00 --dry-run'))
def update(
    incident: outages.Id,
    text: Text,
    next_update: Next = "",
    also: Also = None,
    post: Post = False,
    not_by: Not = "",
    dry_run: Dry = False,
    yes: Yes = False,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Tell all who are affected, each once, where he can be reached."""
    from inbox_bot.flows.incidents import News

    news = News(
        incident=incident, text=text, who=who, next_update=next_update, texts=_others(also), post=post,
        avoided=_channel(not_by),
    )  # fmt: skip
    return _give(news, config, dry=dry_run, yes=yes, as_json=as_json)


@app.command(epilog=examples('incident close 3 "Der Mailserver läuft wieder."'))
def close(
    incident: outages.Id,
    text: Text,
    also: Also = None,
    post: Post = False,
    not_by: Not = "",
    dry_run: Dry = False,
    yes: Yes = False,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """It is over: all who are affected are told, and asked whether it works for them. "No" puts a ticket at the top."""
    from inbox_bot.flows.incidents import News

    news = News(
        incident=incident, text=text, who=who, texts=_others(also), post=post, closes=True, avoided=_channel(not_by)
    )
    return _give(news, config, dry=dry_run, yes=yes, as_json=as_json)


def _give(news: "News", config: ConfigFile, *, dry: bool, yes: bool, as_json: bool) -> None:
    from inbox_bot.flows import incidents

    if as_json and not (dry or yes):
        raise typer.BadParameter("it would send to everybody: say --yes, or --dry-run", param_hint="--json")
    settings = load(config)
    planned = desk_of(settings, lambda house: incidents.plan(house, news))
    if dry:
        return emit(_planned(planned)) if as_json else _told(planned)
    if not yes:
        _told(planned)
        typer.confirm("Send it?", abort=True)
    done, planned = desk_of(settings, lambda house: incidents.give(house, news))
    if as_json:
        return emit({"incident": done.id, **_planned(planned)})
    if done.closed_at is None and done.next_update_at is None:
        say('nobody is told when he hears again; the next time say --next-update "13:00"')
    return say(f"in line for {sum(planned.counts.values())}; to watch: inbox-bot incident show {done.id} --watch")


def _planned(plan: "Plan") -> dict[str, object]:
    return {
        "recipients": {channel.value: count for channel, count in plan.counts.items()},
        "unreachable": plan.nobody,
        "post": plan.post,
        "cost_usd": _cost(plan) / 1_000_000,
        "seconds": round(plan.duration.total_seconds()),
    }


def _cost(plan: "Plan") -> int:
    """Micro-dollars: what X takes for our direct messages and the post."""
    from inbox_bot.channels.twitter import prices
    from inbox_bot.model import Channel

    return plan.counts.get(Channel.TWITTER, 0) * prices.DM + plan.post * prices.POST


def _told(plan: "Plan") -> None:
    from inbox_bot.model import Channel

    mails, dms = plan.counts.get(Channel.EMAIL, 0), plan.counts.get(Channel.TWITTER, 0)
    say(f"by mail: {mails}, by direct message: {dms}, public posts: {int(plan.post)}")
    if plan.nobody:
        say(f"no private way is open to {plan.nobody}: they see the public post alone (--post)")
    about = timedelta(seconds=round(plan.duration.total_seconds()))
    say(f"cost on X: about {_cost(plan) / 1_000_000:.2f} USD; the last one is told after about {about}")


@app.command(epilog=examples("incident link 3 427-918-354 613-204-872"))
def link(
    incident: outages.Id, numbers: Numbers, who: As = "", config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Say that tickets belong to it."""
    from inbox_bot.flows import incidents

    count = run_desk(config, lambda house: incidents.link(house, incident, numbers, who))
    return (
        emit({"changed": count})
        if as_json
        else say(f"{count} put into incident {incident}" if count else "they were in it already")
    )


@app.command(epilog=examples("incident unlink 3 427-918-354"))
def unlink(
    incident: outages.Id, numbers: Numbers, who: As = "", config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Say that tickets do not belong to it: their customers hear no more of it."""
    from inbox_bot.flows import incidents

    count = run_desk(config, lambda house: incidents.link(house, incident, numbers, who, undo=True))
    return (
        emit({"changed": count})
        if as_json
        else say(f"{count} taken out of incident {incident}" if count else "none of them was in it")
    )


@app.command(epilog=examples("incident stop 3"))
def stop(incident: outages.Id, who: As = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """At once: whose message has not left is not told. `incident resume` goes on with exactly those."""
    from inbox_bot.flows import incidents

    count = run_desk(config, lambda house: incidents.stop(house, incident, who))
    return emit({"changed": count}) if as_json else say("stopped" if count else "nothing was under way")


@app.command(epilog=examples("incident resume 3"))
def resume(incident: outages.Id, who: As = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Go on with what was stopped: nobody is told twice."""
    from inbox_bot.flows import incidents

    count = run_desk(config, lambda house: incidents.stop(house, incident, who, go_on=True))
    return emit({"changed": count}) if as_json else say("it goes on" if count else "nothing was stopped")


def _others(also: list[str] | None) -> dict[str, str]:
    found = {}
    for one in also or ():
        language, given, text = one.partition("=")
        if not given or len(language) != 2:
            raise typer.BadParameter(f'"{one}" names no language; write en="…"', param_hint="--also")
        found[language.lower()] = text
    return found


def _channel(text: str) -> "Channel | None":
    from inbox_bot.model import Channel

    ways = {"": None, "email": Channel.EMAIL, "mail": Channel.EMAIL, "x": Channel.TWITTER}
    if text.lower() not in ways:
        raise typer.BadParameter('say "email" or "x"', param_hint="--not-by")
    return ways[text.lower()]
