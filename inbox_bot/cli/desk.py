"""Commands by which an agent directs: assign, priority, resolve, reopen, undo, junk, block, approve."""

from typing import Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import As, AsJson, ConfigFile, Number, Why, emit, examples, iso, run_desk, say
from inbox_bot.errors import UsageError
from inbox_bot.model import Priority


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=examples("assign 427-918-354 anna", "assign 427-918-354 nobody"))(assign)
    app.command(epilog=examples("priority 427-918-354 urgent", "priority 427-918-354 normal"))(priority)
    app.command(epilog=examples("resolve 427-918-354", "resolve 427-918-354 --reason moving"))(resolve)
    app.command(epilog=examples("reopen 427-918-354"))(reopen)
    app.command(epilog=examples("undo 427-918-354"))(undo)
    app.command(epilog=examples("junk 427-918-354", "junk 427-918-354 --undo"))(junk)
    app.command(epilog=examples("block spam@bulk.example", "block @noisy --undo"))(block)
    app.command(epilog=examples("approve", "approve 427-918-354", "approve --all", "approve 427-918-354 --refuse"))(
        approve
    )


def assign(
    number: Number,
    agent: Annotated[str, typer.Argument(metavar="AGENT", help='Name or initials, or "nobody".', show_default=False)],
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Give a ticket to an agent."""
    from inbox_bot.flows import desk

    to = "" if agent == "nobody" else agent
    ticket, owner = run_desk(config, lambda house: desk.assign(house, number, to, who))
    _done(ticket.number, ticket.state.value, as_json, f"has it: {owner.name if owner else 'nobody'}")


def priority(
    number: Number,
    level: Annotated[Priority, typer.Argument(metavar="urgent|high|normal|low", show_default=False)],
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Say how soon a ticket must be answered; its target ([targets]) counts since the customer has been waiting."""
    from inbox_bot.flows import desk

    ticket = run_desk(config, lambda house: desk.prioritise(house, number, level, who))
    _done(ticket.number, ticket.state.value, as_json, f"priority {ticket.priority.value}")


def resolve(number: Number, reason: Why = "", who: As = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """The matter is settled; a further message of the customer reopens it, mere thanks do not."""
    from inbox_bot.flows import settling

    ticket = run_desk(config, lambda house: settling.resolve(house, number, who, reason))
    _done(ticket.number, ticket.state.value, as_json)


def reopen(number: Number, who: As = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """The matter is not settled after all; templates go again when a supervisor says so, or the customer writes."""
    from inbox_bot.flows import settling

    ticket, held = run_desk(config, lambda house: settling.reopen(house, number, who))
    _done(
        ticket.number, ticket.state.value, as_json, "templates stay held until a supervisor reopens it" if held else ""
    )


def undo(number: Number, who: As = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Take back your last answer by mail while it waits to go out; what has left stays sent."""
    from inbox_bot.flows import undoing

    undone = run_desk(config, lambda house: undoing.undo(house, number, who))
    _done(undone.ticket.number, undone.ticket.state.value, as_json, "your last answer does not go out")


def junk(
    number: Number,
    undo: Annotated[bool, typer.Option("--undo", help="It is not junk; its number is owed again.")] = False,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Take a ticket out of the lists and stop what it has not sent yet."""
    from inbox_bot.flows import desk

    ticket = run_desk(config, lambda house: desk.junk(house, number, who, undo=undo))
    _done(ticket.number, ticket.state.value, as_json, "not junk" if undo else "junk")


def block(
    key: Annotated[str, typer.Argument(metavar="ADDRESS|HANDLE", show_default=False)],
    undo: Annotated[bool, typer.Option("--undo", help="Answer it again.")] = False,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Never answer an address or handle automatically; what it writes is filed all the same."""
    from inbox_bot.flows import desk

    changed = run_desk(config, lambda house: desk.block(house, key, who, undo=undo))
    if as_json:
        return emit(
            [
                {
                    "channel": one.channel.value,
                    "address": one.address,
                    "handle": one.handle,
                    "blocked_at": iso(one.blocked_at),
                }
                for one in changed
            ]
        )
    for one in changed:
        say(f"{clean_line(one.handle or one.address)} is {'no longer ' if undo else ''}blocked")
    return None


def approve(
    number: Annotated[str, typer.Argument(metavar="[NUMBER]", help="The ticket whose reply may go out.")] = "",
    every: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="They shall not go out.")] = False,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List replies that wait for a person, or decide on them: automatic public ones, and those of colleagues."""
    from inbox_bot.flows import approving
    from inbox_bot.rules.numbers import pretty

    if number and every:
        raise typer.BadParameter("give a number or --all, not both")
    if refuse and not (number or every):
        raise UsageError("refuse which? give a number or --all")
    decide = bool(number) or every
    found = run_desk(
        config,
        lambda house: approving.approve(house, number, who, yes=not refuse) if decide else approving.waiting(house),
    )
    verb = "refused" if refuse else "approved" if decide else "waits"
    if as_json:
        return emit(
            [
                {
                    "number": pretty(one.number) if one.number else None,
                    "delivery": one.delivery,
                    "to": one.to,
                    "agent": one.written_by or None,
                    "text": one.text,
                    "created_at": iso(one.created_at),
                    "decision": verb,
                }
                for one in found
            ]
        )
    for one in found:
        by = f"by {clean_line(one.written_by)}: " if one.written_by else ""
        say(f"{pretty(one.number) if one.number else '-':11}  {verb}  {by}{clean_line(one.text)}")
    if not found:
        say("nothing waits for approval")
    return None


def _done(number: str, state: str, as_json: bool, more: str = "") -> None:
    from inbox_bot.rules.numbers import pretty

    if as_json:
        return emit({"number": pretty(number), "status": state, "detail": more})
    return say(f"{pretty(number)} is {state}" + (f"; {clean_line(more)}" if more else ""))
