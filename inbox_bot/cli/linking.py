"""Commands about who is who: customer invite, link, unlink, merge, unmerge, changes, suggestions, dismiss."""

from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import (
    As,
    AsJson,
    ConfigFile,
    clock_of,
    console,
    desk_of,
    emit,
    examples,
    iso,
    load,
    run_desk,
    say,
)

if TYPE_CHECKING:
    from inbox_bot.flows.customers import Linked

Key = Annotated[str, typer.Argument(metavar="KEY", help="Ticket number, mail address or @handle.", show_default=False)]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason; it stays on record.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=examples("customer invite 427-918-354 --to email", "customer invite eva@post.example --to x"))(
        invite
    )
    app.command(epilog=examples('customer link eva@post.example 427-918-354 --why "she said so on the telephone"'))(
        link
    )
    app.command(epilog=examples('customer unlink eva@post.example --why "her sister\'s address"'))(unlink)
    app.command(epilog=examples('customer merge 427-918-354 @eva_w --why "one contract"'))(merge)
    app.command(epilog=examples('customer unmerge 12 --why "two contracts"'))(unmerge)
    app.command(epilog=examples("customer changes 427-918-354"))(changes)
    app.command(epilog=examples("customer suggestions", "customer suggestions @eva_w --json"))(suggestions)
    app.command(epilog=examples("customer dismiss 7"))(dismiss)


def invite(
    key: Key,
    to: Annotated[str, typer.Option("--to", metavar="email|x", help="Where he can come with the code.")],
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Send him a one-time code by which he proves a mail address or an X account to be his."""
    from inbox_bot.flows import customers
    from inbox_bot.model import Channel

    ways = {"email": Channel.EMAIL, "mail": Channel.EMAIL, "x": Channel.TWITTER, "twitter": Channel.TWITTER}
    if to.lower() not in ways:
        raise typer.BadParameter('say "email" or "x"', param_hint="--to")
    done = run_desk(config, lambda house: customers.invite(house, key, ways[to.lower()], who))
    if as_json:
        emit({"to": done.to.address, "channel": done.to.channel.value, "text": done.text})
    else:
        name = f"@{done.to.handle}" if done.to.handle else done.to.address
        say(f"the code goes to {clean_line(name)}; it works once, for seven days")


def link(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Mail address or @handle.", show_default=False)],
    key: Key,
    why: Why,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Say that an address or handle belongs to a customer; "customer unlink" takes it back."""
    from inbox_bot.flows import customers

    _done(run_desk(config, lambda house: customers.link(house, address, key, who, why)), as_json)


def unlink(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Mail address or @handle.", show_default=False)],
    why: Why,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Part an address or handle from its customer; each message and ticket goes back to its owner."""
    from inbox_bot.flows import customers

    _done(run_desk(config, lambda house: customers.unlink(house, address, who, why)), as_json)


def merge(
    key: Key,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Who is the same person.", show_default=False)],
    why: Why,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Say that two customers are one: the first goes on with all that is the other's."""
    from inbox_bot.flows import customers

    _done(run_desk(config, lambda house: customers.merge(house, key, other, who, why)), as_json)


def unmerge(
    regrouping: Annotated[int, typer.Argument(metavar="ID", help='As "customer changes" lists.', show_default=False)],
    why: Why,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Take back a link or merge; each gets what is his, also what has come since."""
    from inbox_bot.flows import customers

    _done(run_desk(config, lambda house: customers.unmerge(house, regrouping, who, why)), as_json)


def _done(done: "Linked", as_json: bool) -> None:
    if as_json:
        emit(
            {
                "id": done.regrouping,
                "customer": done.customer.id,
                "name": done.customer.name,
                "identities": [{"channel": one.channel.value, "address": one.address} for one in done.identities],
            }
        )
        return
    listed = ", ".join(f"@{one.handle}" if one.handle else one.address for one in done.identities)
    say(clean_line(f"{done.customer.name or 'the customer'} has now: {listed}"))


def changes(key: Key, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """What was linked, parted and merged about a customer: when, by whom, why."""
    from inbox_bot.flows import customers

    settings = load(config)
    found = desk_of(settings, lambda house: customers.changes(house, key))
    if as_json:
        emit(
            [
                {
                    "id": one.id, "what": one.grouping.value, "at": iso(one.at), "who": one.who, "why": one.why,
                    "evidence": one.evidence, "undone_at": iso(one.undone_at), "undone_by": one.undone_by,
                    "undone_why": one.undone_why,
                }
                for one in found
            ]
        )  # fmt: skip
        return
    local = clock_of(settings)
    for one in found:
        undone = f"; taken back {local(one.undone_at)} by {one.undone_by}: {one.undone_why}" if one.undone_at else ""
        why = " ".join(filter(None, (one.evidence, one.why)))
        say(clean_line(f"{one.id}  {local(one.at)}  {one.grouping.value} by {one.who}: {why}{undone}"))
    if not found:
        say("nothing was linked, parted or merged")


def suggestions(
    key: Annotated[str, typer.Argument(metavar="[KEY]", help="Of one customer alone.")] = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Who may be one person: same name, another's ticket number, another's address in a text. Nothing is proven."""
    from inbox_bot.flows import customers

    settings = load(config)
    found = desk_of(settings, lambda house: customers.suggestions(house, key, 200))
    if as_json:
        emit(
            [
                {
                    "id": one.id, "customer": one.customer, "name": name, "other": one.other, "other_name": other,
                    "guess": one.guess.value, "detail": one.detail, "at": iso(one.at), "message": one.message,
                }
                for one, name, other in found
            ]
        )  # fmt: skip
        return
    from rich.table import Table

    table = Table(box=None)
    for column in ("ID", "SINCE", "ONE", "OTHER", "WHY"):
        table.add_column(column)
    local = clock_of(settings)
    for one, name, other in found:
        cells = (str(one.id), local(one.at), name, other, f"{one.guess.value}: {one.detail} (m{one.message})")
        table.add_row(*(clean_line(cell) for cell in cells))
    if found:
        console().print(table)
        say("link with: inbox-bot customer link ADDRESS KEY --why …; refuse with: inbox-bot customer dismiss ID")
    else:
        say("nobody seems to be two")


def dismiss(
    id: Annotated[int, typer.Argument(metavar="ID", show_default=False)],
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """The two are not one person; the suggestion is not shown again."""
    from inbox_bot.flows import customers

    done = run_desk(config, lambda house: customers.dismiss(house, id, who))
    if as_json:
        emit({"id": done.id, "accepted": done.accepted})
    else:
        say("they stay two")
