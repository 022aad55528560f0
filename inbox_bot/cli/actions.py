"""Commands about what was done, and what was said wrongly: action add, list, take-back; correct."""

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
    message_id,
    run_desk,
    say,
)
from inbox_bot.cli.writing import ByDm, InPublic, Owner, Promised, report, way_of, written

if TYPE_CHECKING:
    from inbox_bot.casework import Action

app = typer.Typer(help="What was done for a customer, with its evidence.", no_args_is_help=True, rich_markup_mode=None)


def register(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="action")
    parent.command(
        epilog=examples(
            'correct 427-918-354 --message m12 --wrong "wurde gekündigt" --text "Die Kündigung ist erst beantragt."'
        )
    )(correct)


def action_row(one: "Action", names: dict[int, str]) -> dict[str, object]:
    """An action as other tools read it."""
    return {
        "id": one.id,
        "kind": one.kind.value,
        "text": one.text,
        "reference": one.reference,
        "at": iso(one.at),
        "agent": names.get(one.agent),
        "confirmed_by": names.get(one.confirmed_by) if one.confirmed_by is not None else None,
        "taken_back_at": iso(one.taken_back_at),
    }


def action_line(one: "Action", names: dict[int, str]) -> str:
    """The same for people; whether it proves anything is said."""
    confirming = names.get(one.confirmed_by, "") if one.confirmed_by is not None else ""
    evidence = [f"ref {one.reference}"] * bool(one.reference) + [f"confirmed by {confirming}"] * bool(confirming)
    state = "TAKEN BACK" if one.taken_back_at else "" if len(evidence) == 2 else "only requested"
    return clean_line(", ".join(filter(None, [f"a{one.id} {one.text} ({one.kind.value})", *evidence, state])))


@app.command(
    epilog=examples(
        'action add 427-918-354 "cancel line" --ref 4711 --confirmed-by anna', 'action add 427-918-354 "cancel line"'
    )
)
def add(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What was done.", show_default=False)],
    reference: Annotated[str, typer.Option("--ref", metavar="R", help="What proves it: an order's number.")] = "",
    confirmed_by: Annotated[str, typer.Option("--confirmed-by", metavar="AGENT", help="Who saw that it is so.")] = "",
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="Where the text does not tell it.")] = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Put on record what was done. Without reference and name it counts as requested only."""
    from inbox_bot.flows import actions
    from inbox_bot.rules.numbers import pretty

    ticket, done = run_desk(
        config,
        lambda house: actions.add(house, number, text, who, reference=reference, confirmed_by=confirmed_by, kind=kind),
    )
    if as_json:
        return emit({"number": pretty(ticket.number), "id": done.id, "kind": done.kind.value})
    more = "" if done.reference and done.confirmed_by else "; it counts as requested: --ref and --confirmed-by prove it"
    return say(f"{pretty(ticket.number)}: a{done.id} is on record as {done.kind.value}{more}")


@app.command("list", epilog=examples("action list 427-918-354", "action list 427-918-354 --json"))
def list_(number: Number, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show what was done for a ticket."""
    from inbox_bot.flows import actions

    settings = load(config)
    _, found, names = desk_of(settings, lambda house: actions.listed(house, number))
    if as_json:
        return emit([action_row(one, names) for one in found])
    local = clock_of(settings)
    for one in found:
        say(f"{local(one.at)}  {action_line(one, names)}")
    return say("no actions") if not found else None


@app.command("take-back", epilog=examples("action take-back 12", 'action take-back 12 "wrong customer"'))
def take_back(
    id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    why: Annotated[str, typer.Argument(metavar="[WHY]", help="Is logged.")] = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """It is not so after all: the action proves nothing any more. To tell the customer: correct."""
    from inbox_bot.flows import actions

    done, number = run_desk(config, lambda house: actions.take_back(house, id, who, why))
    if as_json:
        return emit({"number": number, "id": done.id, "taken_back_at": iso(done.taken_back_at)})
    return say(f"{number}: a{done.id} is taken back")


def correct(
    number: Number,
    message: Annotated[str, typer.Option("--message", metavar="ID", help="Our message that is wrong, as in show.")],
    wrong: Annotated[str, typer.Option("--wrong", metavar="WORDS", help="Its words that are not true.")],
    text: Annotated[str, typer.Option("--text", "-t", metavar="T", help="What is true instead.")],
    action: Annotated[
        str, typer.Option("--action", metavar="ID|none", help="The action that is taken back (else the one that fits).")
    ] = "",
    promise: Promised = None,
    promised: Annotated[bool, typer.Option("--promised", help="What it promises is due as the text says.")] = False,
    owner: Owner = "",
    dm: ByDm = False,
    public: InPublic = False,
    seen: Annotated[
        int | None, typer.Option("--seen", metavar="ID", parser=message_id, help="The last message you know.")
    ] = None,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Although the talk has moved on (a supervisor: or without evidence); is logged."),
    ] = False,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Correct a wrong statement of ours in writing; it is quoted, and its action on record is taken back."""
    from inbox_bot.flows import correcting, sight
    from inbox_bot.flows.gates.asked import Answer

    if seen is not None:
        run_desk(config, lambda house: sight.check(house, number, seen))

    answer = Answer(
        number=number,
        who=who,
        text=text,
        way=way_of(dm=dm, public=public),
        seen=seen,
        anyway=anyway,
        promise=tuple(promise or ()),
        promised=promised,
        owner=owner,
    )
    what = correcting.Wrong(message=message, words=wrong, action=action)
    report(written(config, lambda house: correcting.correct(house, answer, what)), as_json, config)
