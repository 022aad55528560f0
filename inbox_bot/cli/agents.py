"""Commands about the team: agent add, change, list, disable."""

from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import AsJson, ConfigFile, emit, examples, iso, run_desk, say
from inbox_bot.model import AgentRole

if TYPE_CHECKING:
    from inbox_bot.flows.team import Wishes
    from inbox_bot.records import Agent

Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]
Languages = Annotated[
    str | None, typer.Option("--languages", metavar="L,L", help='What he writes, such as de,en; "" = any.')
]
Skills = Annotated[
    str | None, typer.Option("--skills", metavar="T,T", help="Topics he knows; see [topics] in the configuration.")
]
Week = Annotated[
    str | None, typer.Option("--hours", metavar="WEEK", help='His hours, "mon-fri 08:00-16:00"; "" = the team\'s.')
]
Role = Annotated[
    AgentRole | None, typer.Option("--role", help="A supervisor gets what is overdue, repeated, angry or failed.")
]

app = typer.Typer(help="Who answers.", no_args_is_help=True, rich_markup_mode=None)


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="agent")


@app.command(
    epilog=examples(
        "agent add anna --initials AB --address anna@acme.example --languages de,en --skills billing",
        "agent add rieke --initials RK --address rieke@acme.example --role supervisor",
        'agent add bo --initials B --address bo@acme.example --hours "mon-thu 08:00-12:00, fri 09:00-11:00"',
    )
)
def add(
    name: Name,
    initials: Annotated[str, typer.Option("--initials", metavar="XY", help="Sign his posts on X.")],
    address: Annotated[str, typer.Option("--address", metavar="A", help="Mail from here is the team's.")],
    languages: Languages = None,
    skills: Skills = None,
    role: Role = None,
    hours: Week = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Add one of the team, or bring a disabled one back."""
    from inbox_bot.flows import team

    wishes = _wishes(role, languages, skills, hours)
    agent = run_desk(config, lambda house: team.add(house, name, initials, address, wishes))
    emit(_row(agent)) if as_json else say(f"added {clean_line(agent.name)} (^{agent.initials})")


@app.command(epilog=examples("agent change anna --languages de,en", "agent change anna --role supervisor"))
def change(
    name: Name,
    initials: Annotated[str | None, typer.Option("--initials", metavar="XY", help="Sign his posts on X.")] = None,
    address: Annotated[str | None, typer.Option("--address", metavar="A", help="Where he gets mail.")] = None,
    languages: Languages = None,
    skills: Skills = None,
    role: Role = None,
    hours: Week = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Change what is known of an agent; what is not given stays."""
    from dataclasses import replace

    from inbox_bot.flows import team

    wishes = replace(_wishes(role, languages, skills, hours), initials=initials, address=address)
    agent = run_desk(config, lambda house: team.change(house, name, wishes))
    emit(_row(agent)) if as_json else say(_line(agent))


@app.command("list", epilog=examples("agent list", "agent list --json"))
def list_(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show the team."""
    from inbox_bot.flows import team

    found = run_desk(config, team.agents)
    if as_json:
        return emit([_row(agent) for agent in found])
    for one in found:
        say(_line(one))
    return say("no agents yet") if not found else None


@app.command(epilog=examples("agent disable anna"))
def disable(
    name: Name,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """End an agent's right to answer; what he wrote stays, his open tickets go back to the queue."""
    from inbox_bot.flows import team

    agent = run_desk(config, lambda house: team.disable(house, name))
    emit(_row(agent)) if as_json else say(f"disabled {clean_line(agent.name)}")


def _wishes(role: AgentRole | None, languages: str | None, skills: str | None, hours: str | None) -> "Wishes":
    from inbox_bot.flows.team import Wishes

    def listed(text: str | None) -> tuple[str, ...] | None:
        return None if text is None else tuple(text.split(","))

    return Wishes(role=role, languages=listed(languages), skills=listed(skills), hours=hours)


def _line(agent: "Agent") -> str:
    known = [agent.role.value if agent.role is AgentRole.SUPERVISOR else "", ",".join(agent.languages), agent.hours]
    known += [f"knows {', '.join(agent.skills)}" if agent.skills else "", "disabled" if agent.disabled_at else ""]
    head = f"{clean_line(agent.name):20} ^{clean_line(agent.initials):4} {clean_line(agent.address)}"
    return "  ".join([head, *(clean_line(word) for word in known if word)])


def _row(agent: "Agent") -> dict[str, object]:
    return {
        "id": agent.id,
        "name": agent.name,
        "initials": agent.initials,
        "address": agent.address,
        "hours": agent.hours or None,
        "disabled_at": iso(agent.disabled_at),
        "role": agent.role.value,
        "languages": list(agent.languages),
        "skills": list(agent.skills),
    }
