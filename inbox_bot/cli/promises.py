"""Commands about promises: promise (make, keep, withdraw), promises, stats."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import (
    As,
    AsJson,
    Clock,
    ConfigFile,
    clock_of,
    console,
    desk_of,
    emit,
    examples,
    iso,
    load,
    say,
)
from inbox_bot.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from inbox_bot.casework import Promise
    from inbox_bot.flows.figures import Kept
    from inbox_bot.flows.house import House
    from inbox_bot.views import Listed

_COLOURS = {"kept": "green", "broken": "red", "withdrawn": "dim"}
_SPAN = re.compile(r"(\d{1,4})\s*([hdw])", re.ASCII)
_HOURS = {"h": 1, "d": 24, "w": 168}

Since = Annotated[str, typer.Option("--since", metavar="SPAN", help="How far back: 24h, 14d, 4w.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog=examples(
            'promise 427-918-354 "Friday 17:00" "call back"', 'promise 427-918-354 "morgen 12 Uhr" --owner ben',
            "promise keep 12", 'promise withdraw 12 "she asked for Monday instead"',
        )
    )(promise)  # fmt: skip
    app.command(epilog=examples("promises", "promises --mine anna", "promises --all --json"))(promises)
    app.command(epilog=examples("stats", "stats --since 4w --json"))(stats)


def promise_row(one: "Promise") -> dict[str, object]:
    """A promise as other tools read it."""
    return {
        "id": one.id,
        "phrase": one.phrase,
        "due_at": iso(one.due_at),
        "state": one.state.value,
        "made_at": iso(one.made_at),
        "message": one.message,
        "reminded_at": iso(one.reminded_at),
        "settled_at": iso(one.settled_at),
        "told_at": iso(one.told_at),
    }


def promise(
    what: Annotated[str, typer.Argument(metavar="NUMBER|keep|withdraw", help="A ticket, or what became of a promise.")],
    which: Annotated[str, typer.Argument(metavar="TIME|ID", help='"Friday 17:00", or the promise: 12.')],
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="What was promised, or why it no longer holds.")] = "",
    owner: Annotated[str, typer.Option("--owner", metavar="AGENT", help="Who answers for it (else you).")] = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Note what a customer was told by word of mouth, or that a promise was kept or no longer holds."""
    from inbox_bot.flows import promising
    from inbox_bot.rules.numbers import pretty

    if what in {"keep", "withdraw"} and owner:
        raise typer.BadParameter("--owner goes with a new promise")

    async def act(house: "House") -> "tuple[Promise, str]":
        if what == "keep":
            return await promising.keep(house, which, who)
        if what == "withdraw":
            return await promising.withdraw(house, which, who, text)
        ticket, made = await promising.make(house, what, which, who, owner, text)
        return made, ticket.number

    settings = load(config)
    done, number = desk_of(settings, act)
    if as_json:
        return emit({"number": pretty(number)} | promise_row(done))
    late = " (it was over)" if what == "keep" and done.state == "broken" else ""
    due = clock_of(settings)(done.due_at)
    return say(f'{pretty(number)}: p{done.id} "{clean_line(done.phrase)}", due {due}, is {done.state.value}{late}')


def promises(
    everything: Annotated[
        bool, typer.Option("--all", help="Also those settled in the last 30 days (--since).")
    ] = False,
    mine: Annotated[str, typer.Option("--mine", metavar="AGENT", help="Only those he answers for.")] = "",
    since: Since = "30d",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List the open promises, next due first; overdue ones are red."""
    from inbox_bot.flows import promising
    from inbox_bot.model import PromiseState

    settings, span = load(config), read_span(since)

    async def look(house: "House") -> "tuple[list[Listed], datetime]":
        states = tuple(PromiseState) if everything else (PromiseState.OPEN,)
        now = house.now()
        return await promising.listed(house, since=now - span, mine=mine, states=states), now

    found, now = desk_of(settings, look)
    if as_json:
        return emit([_listed_row(one, now) for one in found])
    if not found:
        return say("no promises")
    return _print_promises(found, clock_of(settings), now)


def _listed_row(one: "Listed", now: "datetime") -> dict[str, object]:
    from inbox_bot.rules.numbers import pretty

    return {
        "number": pretty(one.number), "customer": one.customer, "owner": one.owner, "overdue": _overdue(one, now)
    } | promise_row(one.promise)  # fmt: skip


def _overdue(one: "Listed", now: "datetime") -> bool:
    return one.promise.state == "open" and one.promise.due_at <= now


def _print_promises(found: "list[Listed]", local: Clock, now: "datetime") -> None:
    from rich.table import Table
    from rich.text import Text

    from inbox_bot.rules.numbers import pretty

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "due", "state", "number"):
        table.add_column(name, no_wrap=True)
    table.add_column("promise", overflow="ellipsis", no_wrap=True, ratio=3)
    table.add_column("customer", overflow="ellipsis", no_wrap=True, ratio=2)
    table.add_column("owner", overflow="ellipsis", no_wrap=True)
    for one in found:
        overdue = _overdue(one, now)
        state = "overdue" if overdue else one.promise.state.value
        style = "bold red" if overdue else _COLOURS.get(state, "")
        table.add_row(
            Text(f"p{one.promise.id}"),
            Text(local(one.promise.due_at), style=style),
            Text(state, style=style),
            Text(pretty(one.number)),
            Text(clean_line(one.promise.phrase)),
            Text(clean_line(one.customer)),
            Text(clean_line(one.owner)),
        )
    console().print(table)


def stats(since: Since = "14d", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show how many promises were kept."""
    from inbox_bot.flows import figures

    settings, span = load(config), read_span(since)

    async def look(house: "House") -> "Kept":
        return await figures.kept(house, house.now() - span)

    found = desk_of(settings, look)
    if as_json:
        return emit(
            {
                "since": iso(found.since),
                "promises": {
                    "kept": found.kept, "broken": found.broken, "withdrawn": found.withdrawn, "rate": found.rate,
                },
            }
        )  # fmt: skip
    if found.rate is None:
        return say(f"promises: none was settled since {clock_of(settings)(found.since)}")
    return say(
        f"promises: {found.rate:.0%} kept ({found.kept} of {found.kept + found.broken}; {found.withdrawn} withdrawn) "
        f"since {clock_of(settings)(found.since)}"
    )


def read_span(written: str) -> "timedelta":
    """A span of time as it is typed; raises `UsageError`."""
    from datetime import timedelta

    found = _SPAN.fullmatch(written.strip().lower())
    if found is None:
        raise UsageError(f'"{clean_line(written)}" is no span of time; write it as 24h, 14d or 4w')
    return timedelta(hours=int(found[1]) * _HOURS[found[2]])
