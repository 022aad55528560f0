"""Commands that show incidents: incident list, show."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import AsJson, Clock, ConfigFile, clock_of, console, desk_of, emit, examples, iso, load, say

if TYPE_CHECKING:
    from inbox_bot.config import Config
    from inbox_bot.flows.house import House
    from inbox_bot.flows.standing_out import Standing
    from inbox_bot.incidents import Affected, Incident

Id = Annotated[
    int,
    typer.Argument(
        metavar="ID", help="The incident: `incident list` shows it.", show_default=False, min=1, max=2**63 - 1
    ),
]
_POLL = 1.0  # seconds between two looks of --watch


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list", epilog=examples("incident list", "incident list --json"))(list_)
    app.command(epilog=examples("incident show 3", "incident show 3 --watch"))(show)


def incident_line(row: "Affected", incident: "Incident", local: Clock) -> str:
    """What an agent must know of it who looks at a ticket."""
    title = clean_line(next(iter(incident.titles.values()), ""))
    said = f"i{incident.id} {title}, since {local(incident.since)} (by {row.how.value})"
    if incident.closed_at is not None:
        return f"{said}; it is over, and he was asked whether it works"
    if incident.next_update_at is None:
        return f"{said}; nobody has said when the next update comes"
    return f"{said}; next update {local(incident.next_update_at)}"


def list_(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """All incidents, newest first."""
    from rich.table import Table

    from inbox_bot.flows import standing_out

    settings = load(config)
    found = desk_of(settings, standing_out.all_of_them)
    if as_json:
        return emit([_row(one) for one in found])
    clock = clock_of(settings)
    table = Table("id", "what", "since", "next update", "tickets", "state", box=None)
    for one in found:
        state = "closed" if one.incident.closed_at else "open"
        title = clean_line(next(iter(one.incident.titles.values()), ""))
        row = (title, clock(one.incident.since), clock(one.incident.next_update_at), str(one.tickets), state)
        table.add_row(str(one.incident.id), *row, style="dim" if one.incident.closed_at else None)
    console().print(table) if found else say("there has been none")
    return None


def show(
    incident: Id,
    watch: Annotated[bool, typer.Option("--watch", help="Until the last one has been told.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """One incident: what all were told, and how far each update has come."""
    from inbox_bot.flows import standing_out

    settings = load(config)
    found = desk_of(settings, lambda house: standing_out.of(house, incident))
    if as_json:
        return emit(_row(found))
    clock = clock_of(settings)
    for language, title in found.incident.titles.items():
        say(f"{clean_line(title)} ({language})")
    where = ", ".join(filter(None, (found.incident.area, found.incident.topic and f"topic {found.incident.topic}")))
    say(f"where: {clean_line(where) or 'not said'}")
    say(f"since {clock(found.incident.since)}; words: {clean_line(' | '.join(found.incident.words)) or 'none'}")
    said = ", ".join(f"{count} by {how}" for how, count in found.how.items()) or "none"
    say(f"tickets: {found.tickets} ({said}); works again: {found.works} yes, {found.fails} no, {found.silent} silent")
    for one, counts in found.updates:
        state = "stopped" if one.stopped_at else "told" if one.ended_at else "under way"
        told = ", ".join(f"{count} {word}" for word, count in counts.items())
        say(f"{clock(one.at)} {state}: {clean_line(next(iter(one.texts.values()), ''))[:100]} ({told or 'nobody'})")
    return _watched(settings, incident) if watch else None


def _watched(settings: "Config", incident: int) -> None:
    """A bar over the newest update, until nobody waits any more or it was stopped."""
    from rich.progress import Progress, TimeRemainingColumn

    from inbox_bot.flows import standing_out

    async def look(house: "House") -> "Standing":
        return await standing_out.of(house, incident)

    with Progress(*Progress.get_default_columns()[:3], TimeRemainingColumn(), console=console()) as bar:
        task = bar.add_task("told", total=None)
        while True:
            found = desk_of(settings, look)
            if not found.updates:
                return
            newest, counts = found.updates[-1]
            waiting, total = counts.get("waiting", 0), sum(counts.values())
            bar.update(task, total=total, completed=total - waiting)
            if newest.ended_at or newest.stopped_at or not waiting:
                return
            time.sleep(_POLL)


def _row(found: "Standing") -> dict[str, object]:
    one = found.incident
    return {
        "id": one.id, "titles": dict(one.titles), "texts": dict(one.texts), "area": one.area, "topic": one.topic,
        "words": list(one.words),
        "since": iso(one.since), "next_update_at": iso(one.next_update_at), "closed_at": iso(one.closed_at),
        "tickets": found.tickets, "how": dict(found.how), "works": found.works, "fails": found.fails,
        "silent": found.silent,
        "updates": [
            {
                "at": iso(update.at), "texts": dict(update.texts), "stopped_at": iso(update.stopped_at),
                "ended_at": iso(update.ended_at), **counts,
            }
            for update, counts in found.updates
        ],
    }  # fmt: skip
