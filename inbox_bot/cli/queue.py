"""Commands about what waits: next, snooze, remind, calm, topic, reason, tag, untag, draft, drafts."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import (
    As,
    AsJson,
    ConfigFile,
    Number,
    clock_of,
    desk_of,
    emit,
    examples,
    iso,
    load,
    run_desk,
    say,
)
from inbox_bot.errors import UsageError

if TYPE_CHECKING:
    from inbox_bot.records import Ticket

Tags = Annotated[list[str], typer.Argument(metavar="TAG…", help="One or more words.", show_default=False)]
_SNIPPET = 100  # characters of a draft in a list


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("next", epilog=examples("next", "next --as anna"))(next_)
    app.command(
        epilog=examples('snooze 427-918-354 "tomorrow 9:00"', "snooze 427-918-354 Freitag", "snooze 427-918-354 --undo")
    )(snooze)
    app.command(epilog=examples('remind 427-918-354 "Friday 10:00" "call the fitter"'))(remind)
    app.command(epilog=examples("calm 427-918-354"))(calm)
    app.command(epilog=examples("topic 427-918-354 billing", "topic 427-918-354 none"))(topic)
    app.command(epilog=examples("reason 427-918-354 moving", "reason 427-918-354 none"))(reason)
    app.command(epilog=examples("tag 427-918-354 umzug fitter", "tickets --tag umzug"))(tag)
    app.command(epilog=examples("untag 427-918-354 fitter"))(untag)
    app.command(
        epilog=examples("draft 427-918-354", 'draft 427-918-354 --text "Guten Tag, …"', "reply 427-918-354 --draft")
    )(draft)
    app.command(epilog=examples("drafts", "drafts --as anna --json"))(drafts)


def next_(who: As = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Take the ticket whose customer waits longest, of those that nobody has."""
    from inbox_bot.flows import assigning

    ticket = run_desk(config, lambda house: assigning.take_next(house, who))
    if ticket is not None:
        return _done(ticket, as_json, f"you have it now: {ticket.subject}")
    return emit(None) if as_json else say("nobody waits whom you could answer")


def snooze(
    number: Number,
    until: Annotated[str, typer.Argument(metavar="WHEN", help='Such as "tomorrow 9:00".', show_default=False)] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Bring it back now.")] = False,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Put a ticket out of the lists until a time, or until its customer writes; who has it is told then."""
    from inbox_bot.flows import later

    if bool(until) is undo:
        raise UsageError('until when? e.g.: inbox-bot snooze NUMBER "tomorrow 9:00", or --undo')
    settings = load(config)
    ticket = desk_of(settings, lambda house: later.snooze(house, number, until, who))
    when = clock_of(settings)(ticket.snoozed_until)
    return _done(ticket, as_json, f"out of the lists until {when}" if when else "back in the lists")


def remind(
    number: Number,
    at: Annotated[str, typer.Argument(metavar="WHEN", help='Such as "Friday 10:00".', show_default=False)],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Of what.", show_default=False)],
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Have yourself told of something by mail at a time."""
    from inbox_bot.flows import later

    settings = load(config)
    ticket, reminder = desk_of(settings, lambda house: later.remind(house, number, at, text, who))
    return _done(ticket, as_json, f"you are told at {clock_of(settings)(reminder.due_at)}")


def calm(number: Number, who: As = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """The customer is no longer angry, or never was: automatic messages go out again."""
    from inbox_bot.flows import temper

    return _done(run_desk(config, lambda house: temper.calm(house, number, who)), as_json, "nobody counts as angry")


def topic(
    number: Number,
    name: Annotated[str, typer.Argument(metavar="TOPIC", help='One of [topics], or "none".', show_default=False)],
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what a ticket is about."""
    from inbox_bot.flows import marking

    wanted = "" if name == "none" else name
    ticket = run_desk(config, lambda house: marking.set_topic(house, number, wanted, who))
    return _done(ticket, as_json, f"about {ticket.topic}" if ticket.topic else "about nothing known")


def reason(
    number: Number,
    name: Annotated[str, typer.Argument(metavar="NAME", help='One of [reasons], or "none".', show_default=False)],
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Say why the customer wrote; where there are [reasons], a ticket needs one of them to be resolved."""
    from inbox_bot.flows import reasons

    ticket = run_desk(config, lambda house: reasons.say(house, number, name, who))
    return _done(ticket, as_json, f"reason: {ticket.contact_reason or 'not known'}")


def tag(number: Number, tags: Tags, who: As = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Put tags on a ticket; `tickets --tag` finds them."""
    from inbox_bot.flows import marking

    ticket, found = run_desk(config, lambda house: marking.tag(house, number, tags, who))
    return _done(ticket, as_json, f"tags: {', '.join(found) or 'none'}")


def untag(number: Number, tags: Tags, who: As = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Take tags off a ticket."""
    from inbox_bot.flows import marking

    ticket, found = run_desk(config, lambda house: marking.tag(house, number, tags, who, off=True))
    return _done(ticket, as_json, f"tags: {', '.join(found) or 'none'}")


def draft(
    number: Number,
    source: Annotated[str, typer.Argument(metavar="[-]", help="- reads the text from standard input.")] = "",
    text: Annotated[str | None, typer.Option("--text", "-t", metavar="T", help='The text; "" drops it.')] = None,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Begin an answer, or go on with it; `reply --draft` sends it. Without a text $EDITOR opens."""
    from inbox_bot.cli.writing import edited
    from inbox_bot.flows import drafting

    if source not in {"", "-"} or (source and text is not None):
        raise typer.BadParameter('the text comes from --text, "-" or the editor')
    body = text if text is not None else sys.stdin.read() if source else edited(config, number, who, None)[0]
    ticket = run_desk(config, lambda house: drafting.keep(house, number, body, who))
    return _done(ticket, as_json, "your draft is kept" if body.strip() else "you have no draft there")


def drafts(who: As = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List the answers that you have begun."""
    from inbox_bot.flows import drafting

    settings = load(config)
    found = desk_of(settings, lambda house: drafting.drafts(house, who))
    if as_json:
        return emit([{"number": number, "at": iso(one.at), "text": one.text} for one, number in found])
    for one, number in found:
        say(f"{number}  {clock_of(settings)(one.at)}  {clean_line(one.text)[:_SNIPPET]}")
    return say("you have begun no answer") if not found else None


def _done(ticket: "Ticket", as_json: bool, detail: str) -> None:
    from inbox_bot.rules.numbers import pretty

    if as_json:
        return emit({"number": pretty(ticket.number), "status": ticket.state.value, "detail": detail})
    return say(f"{pretty(ticket.number)}: {clean_line(detail)}")
