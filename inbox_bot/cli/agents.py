"""Commands about the team: agent add, list, disable."""

from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import AsJson, ConfigFile, emit, examples, iso, run_desk, say

if TYPE_CHECKING:
    from inbox_bot.records import Agent

app = typer.Typer(help="Who answers.", no_args_is_help=True, rich_markup_mode=None)


@app.command(
    epilog=examples(
        "agent add anna --initials AB --address anna@acme.example",
        'agent add bo --initials B --address bo@acme.example --hours "mon-thu 08:00-12:00, fri 09:00-11:00"',
    )
)
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    initials: Annotated[str, typer.Option("--initials", metavar="XY", help="Sign his posts on X.")],
    address: Annotated[str, typer.Option("--address", metavar="A", help="Mail from here is the team's.")],
    hours: Annotated[
        str, typer.Option("--hours", metavar="WEEK", help='His hours, "mon-fri 08:00-16:00"; else the team\'s.')
    ] = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Add one of the team, or bring a disabled one back."""
    from inbox_bot.flows import team

    agent = run_desk(config, lambda house: team.add(house, name, initials, address, hours))
    emit(_row(agent)) if as_json else say(f"added {clean_line(agent.name)} (^{agent.initials})")


@app.command("list", epilog=examples("agent list", "agent list --json"))
def list_(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show the team."""
    from inbox_bot.flows import team

    found = run_desk(config, team.agents)
    if as_json:
        return emit([_row(agent) for agent in found])
    for one in found:
        gone = "  disabled" if one.disabled_at else ""
        hours = f"  {one.hours}" if one.hours else ""
        say(f"{clean_line(one.name):20} ^{clean_line(one.initials):4} {clean_line(one.address)}{hours}{gone}")
    return say("no agents yet") if not found else None


@app.command(epilog=examples("agent disable anna"))
def disable(
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """End an agent's right to answer; what he wrote stays."""
    from inbox_bot.flows import team

    agent = run_desk(config, lambda house: team.disable(house, name))
    emit(_row(agent)) if as_json else say(f"disabled {clean_line(agent.name)}")


def _row(agent: "Agent") -> dict[str, object]:
    return {
        "id": agent.id,
        "name": agent.name,
        "initials": agent.initials,
        "address": agent.address,
        "hours": agent.hours or None,
        "disabled_at": iso(agent.disabled_at),
    }
