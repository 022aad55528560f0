"""Commands that list: tickets, search, ledger, audit."""

from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import AsJson, Clock, ConfigFile, clock_of, console, desk_of, emit, examples, iso, load, say
from inbox_bot.cli.rows import marks_row, print_tickets, ticket_row
from inbox_bot.model import Outcome, TicketState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inbox_bot.config import Config
    from inbox_bot.flows.house import House
    from inbox_bot.flows.overdue import Due
    from inbox_bot.flows.reading import Marks, Row
    from inbox_bot.records import LedgerLine, Message
    from inbox_bot.views import Finding, Unassigned

_SNIPPET = 240  # characters of a text in a list

Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="At most so many, the newest.")]
Most = Annotated[
    int | None,
    typer.Option(
        "--limit", "-n", min=1, help="At most so many, the newest; else 100, and all with --json.", show_default=False
    ),
]
_SHOWN, _ALL = 100, 10_000_000


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog=examples(
            "tickets", "tickets --state new --state open", "tickets --mine anna --json", "tickets --overdue"
        )
    )(tickets)
    app.command(epilog=examples("search Kündigung Router", 'search "moving house" --json'))(search)
    app.command(epilog=examples("ledger", "ledger --outcome quarantined", "ledger --inbox mail --json"))(ledger)
    app.command(epilog=examples("audit", "audit --json"))(audit)


def tickets(
    config: ConfigFile = None,
    as_json: AsJson = False,
    state: Annotated[list[TicketState] | None, typer.Option("--state", help="Only these; may be repeated.")] = None,
    mine: Annotated[str, typer.Option("--mine", metavar="AGENT", help="Only those assigned to this agent.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose answer is overdue ([targets]).")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Resolved, closed, junk and snoozed ones too.")] = False,
    queue: Annotated[bool, typer.Option("--queue", help="What nobody has, who waits longest first.")] = False,
    tag: Annotated[str, typer.Option("--tag", metavar="TAG", help="Only those with this tag.")] = "",
    snoozed: Annotated[bool, typer.Option("--snoozed", help="Also those that are put off.")] = False,
    limit: Most = None,
) -> None:
    """List tickets, newest last; without options those that are not settled, and who is at work on them."""
    from inbox_bot.flows import reading

    settings = load(config)
    if queue:
        return _queue(settings, as_json, limit)
    states = [one.value for one in state] if state else [] if everything else [one.value for one in reading.OPEN]
    which = reading.Wanted(
        states=tuple(states), mine=mine, tag=tag, junk=everything, snoozed=snoozed or everything, overdue=overdue
    )  # fmt: skip
    # Other tools must not miss a ticket that a screen would not show; one more tells that there are more.
    most = limit or (_ALL if as_json else _SHOWN + 1)

    async def look(house: "House") -> "tuple[list[Row], Marks, Mapping[int, Due]]":
        rows = await reading.tickets(house, which, most)
        marks = await reading.marks(house, [ticket for ticket, _, _ in rows])
        return rows, marks, await reading.targets(house)

    rows, marks, dues = desk_of(settings, look)
    if as_json:
        return emit([ticket_row(*row, dues.get(row[0].id)) | marks_row(row[0], marks) for row in rows])
    if not rows:
        return say("no tickets")
    print_tickets(rows if limit else rows[-_SHOWN:], marks, dues, clock_of(settings))
    if not limit and len(rows) > _SHOWN:
        say(f"… the newest {_SHOWN}; older ones with --limit")
    return None


def _queue(settings: "Config", as_json: bool, limit: int | None) -> None:
    from inbox_bot.flows import assigning, reading

    async def look(house: "House") -> "tuple[list[Unassigned], Marks]":
        found = (await assigning.queue(house))[: limit or _ALL]
        return found, await reading.marks(house, [one.ticket for one in found])

    found, marks = desk_of(settings, look)
    rows = [(one.ticket, one.customer, "") for one in found]
    if as_json:
        since = [{"waiting_since": iso(one.since)} for one in found]
        return emit([ticket_row(*row) | marks_row(row[0], marks) | at for row, at in zip(rows, since, strict=True)])
    if not rows:
        return say("nobody waits for somebody to have his ticket")
    return print_tickets(rows, marks, {}, clock_of(settings))


def search(
    words: Annotated[list[str], typer.Argument(metavar="TEXT", help="Words, in any form.", show_default=False)],
    config: ConfigFile = None,
    as_json: AsJson = False,
    limit: Limit = 50,
) -> None:
    """Find messages that have all the words, newest first; word endings do not matter."""
    from inbox_bot.flows import reading
    from inbox_bot.rules.numbers import pretty

    settings = load(config)
    found = desk_of(settings, lambda house: reading.search(house, " ".join(words).split(), limit))
    if as_json:
        return emit([_found_row(message, pretty(number) if number else None) for message, number in found])
    if not found:
        return say("nothing found")
    from rich.text import Text

    local, screen = clock_of(settings), console()
    for message, number in found:
        head = f"{pretty(number) if number else 'no ticket':11}  {local(message.at)}  m{message.id}  "
        screen.print(Text(head, style="bold") + Text(clean_line(message.subject), style="not bold"))
        screen.print(Text("    " + clean_line(message.text)[:_SNIPPET]))
    return None


def _found_row(message: "Message", number: str | None) -> dict[str, object]:
    return {
        "number": number,
        "id": message.id,
        "direction": message.direction.value,
        "channel": message.channel.value,
        "at": iso(message.at),
        "subject": message.subject,
        "text": message.text,
    }


def ledger(
    config: ConfigFile = None,
    as_json: AsJson = False,
    outcome: Annotated[Outcome | None, typer.Option("--outcome", help="List the lines with this outcome.")] = None,
    inbox: Annotated[str, typer.Option("--inbox", metavar="NAME", help="List the lines of this inbox.")] = "",
    lines: Annotated[bool, typer.Option("--lines", help="List lines of every inbox and outcome.")] = False,
    limit: Limit = 100,
) -> None:
    """Count what came in by inbox and outcome; it must balance. With --outcome or --inbox also list the lines."""
    from inbox_bot.flows import reading

    settings = load(config)
    listed = lines or outcome is not None or bool(inbox)

    async def both(house: "House") -> "tuple[tuple[list[tuple[str, str, int]], bool], list[LedgerLine]]":
        wanted = outcome.value if outcome else ""
        return await reading.ledger(house), (
            await reading.ledger_lines(house, inbox=inbox, outcome=wanted, limit=limit) if listed else []
        )

    (counts, balanced), found = desk_of(settings, both)
    if as_json:
        shape: dict[str, object] = {
            "counts": [{"inbox": name, "outcome": what, "count": count} for name, what, count in counts],
            "balanced": balanced,
        }
        emit(shape | ({"lines": [_line_row(line) for line in found]} if listed else {}))
    else:
        for name, what, count in counts:
            say(f"{clean_line(name):16} {what:12} {count:8}")
        say("balanced" if balanced else "NOT BALANCED: more was taken in than has a line here")
        local = clock_of(settings)
        for line in found:
            parts = [local(line.at), line.inbox, line.key, line.outcome.value, line.reason]
            say("  ".join(clean_line(part) for part in parts))
    raise typer.Exit(0 if balanced else 1)


def _line_row(line: "LedgerLine") -> dict[str, object]:
    return {
        "inbox": line.inbox,
        "stream": line.stream,
        "key": line.key,
        "outcome": line.outcome.value,
        "reason": line.reason,
        "at": iso(line.at),
        "external_id": line.external_id,
        "message": line.message,
    }


def audit(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show what is not in order; exit 1 if anything is, save tickets that merely wait for an answer."""
    from inbox_bot.flows import reading

    settings = load(config)
    found = desk_of(settings, lambda house: reading.audit(house, house.now()))
    if as_json:
        emit({"findings": [_finding_row(finding) for finding in found]})
    elif not found:
        say("all in order")
    else:
        _print_findings(found, clock_of(settings))
    raise typer.Exit(1 if any(finding.kind != "unanswered" for finding in found) else 0)


def _finding_row(finding: "Finding") -> dict[str, object]:
    from inbox_bot.rules.numbers import pretty

    return {
        "kind": finding.kind,
        "number": pretty(finding.number) if finding.number else None,
        "detail": finding.detail,
        "at": iso(finding.at),
    }


def _print_findings(found: "list[Finding]", local: Clock) -> None:
    from rich.table import Table
    from rich.text import Text

    from inbox_bot.rules.numbers import pretty

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("kind", "number", "since"):
        table.add_column(name, no_wrap=True)
    table.add_column("detail", overflow="fold")
    for one in found:
        table.add_row(
            Text(one.kind, style="yellow" if one.kind == "unanswered" else "red"),
            Text(pretty(one.number) if one.number else ""),
            Text(local(one.at)),
            Text(clean_line(one.detail)),
        )
    console().print(table)
