"""Commands about who may act for a customer: authorise, authorisations, authorisation withdraw."""

from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean, clean_line
from inbox_bot.cli.common import (
    As,
    AsJson,
    Clock,
    ConfigFile,
    clock_of,
    desk_of,
    emit,
    examples,
    iso,
    load,
    message_id,
    run_desk,
    say,
)

if TYPE_CHECKING:
    from inbox_bot.care import Authorisation

Key = Annotated[
    str, typer.Argument(metavar="KEY", help="The customer: ticket number, address or @handle.", show_default=False)
]
ended = typer.Typer(no_args_is_help=True, help="End an authorisation.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog=examples(
            'authorise 427-918-354 "Mira Winter" --identity mira@post.example --for contract --message m12',
            'authorise @eva_w "Ben Winter" --until 2026-12-31 --evidence "by telephone on 3 March, asked by Anna"',
        )
    )(authorise)
    app.command(epilog=examples("authorisations 427-918-354", "authorisations @eva_w --json"))(authorisations)
    ended.command(epilog=examples('authorisation withdraw a12 --why "they have parted"'))(withdraw)
    app.add_typer(ended, name="authorisation")


def authorise(
    key: Key,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Who may act for him.", show_default=False)],
    identity: Annotated[str, typer.Option("--identity", metavar="ADDRESS", help="His mail address or @handle.")] = "",
    topics: Annotated[
        list[str] | None, typer.Option("--for", metavar="TOPIC", help="In these matters ([topics]); else in all.")
    ] = None,
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="2026-03-01, 1.3.2026 or today.")] = "today",
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="The last day; else until it is withdrawn.")
    ] = "",
    evidence: Annotated[str, typer.Option("--evidence", metavar="TEXT", help="What shows it, in words.")] = "",
    message: Annotated[str, typer.Option("--message", metavar="ID", help="The message that shows it: m12.")] = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Put on record that somebody may act for a customer; the customer is told, and nobody asks for it again."""
    from inbox_bot.flows import authorising

    scope = tuple(part.strip() for one in topics or () for part in one.split(",") if part.strip())
    wanted = authorising.Grant(
        key=key, person=person, evidence=evidence, identity=identity, scope=scope, since=since, until=until,
        message=message_id(message) if message else None, who=who,
    )  # fmt: skip
    settings = load(config)
    done = desk_of(settings, lambda house: authorising.grant(house, wanted))
    if as_json:
        return emit(_row(done.authorisation) | {"text": done.text})
    say(_line(done.authorisation, clock_of(settings)))
    return say(f"the customer is told:\n{clean(done.text)}" if done.text else "no private way to tell the customer")


def authorisations(key: Key, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Who may act for a customer, in which matters, until when, by what evidence; also what has ended."""
    from inbox_bot.flows import authorising

    settings = load(config)
    _, found = desk_of(settings, lambda house: authorising.listed(house, key))
    if as_json:
        return emit([_row(one) for one in found])
    for one in found:
        say(_line(one, clock_of(settings)))
    return None if found else say("nobody may act for this customer")


def withdraw(
    id: Annotated[str, typer.Argument(metavar="ID", help="As listed: a12.", show_default=False)],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason; it stays on record.")] = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """End an authorisation now; the customer is told."""
    from inbox_bot.flows import authorising

    digits = id.strip().lower().removeprefix("a")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise typer.BadParameter(f'"{id}" is no authorisation; they are listed such as a12')
    done = run_desk(config, lambda house: authorising.withdraw(house, int(digits), who, why))
    if as_json:
        emit(_row(done.authorisation) | {"text": done.text})
    else:
        say(clean_line(f"{done.authorisation.person} may no longer act for the customer"))


def _row(one: "Authorisation") -> dict[str, object]:
    return {
        "id": one.id, "person": one.person, "scope": list(one.scope), "since": iso(one.since), "until": iso(one.until),
        "evidence": one.evidence, "message": one.message, "withdrawn_at": iso(one.withdrawn_at),
    }  # fmt: skip


def _line(one: "Authorisation", local: Clock) -> str:
    scope = ", ".join(one.scope) or "everything"
    until = f", until {local(one.until)}" if one.until else ""
    over = f", WITHDRAWN {local(one.withdrawn_at)}" if one.withdrawn_at else ""
    shown = " ".join(filter(None, (one.evidence, f"(m{one.message})" if one.message else "")))
    return clean_line(f"a{one.id}  {one.person} for {scope}, since {local(one.since)}{until}{over}: {shown}")
