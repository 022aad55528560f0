"""Commands that join and part tickets of one customer: merge, unmerge, split."""

from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean, clean_line
from inbox_bot.cli.common import As, AsJson, ConfigFile, Number, emit, examples, message_id, run_desk, say
from inbox_bot.rules import numbers

if TYPE_CHECKING:
    from inbox_bot.flows.merging import Merged

Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason; it stays on record.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=examples('merge 427-918-354 613-204-872 --why "one matter"'))(merge)
    app.command(epilog=examples('unmerge 427-918-354 --why "two matters"'))(unmerge)
    app.command(epilog=examples('split 427-918-354 m12 m15 --subject "Invoice" --why "another matter"'))(split)


def merge(
    number: Number,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The ticket that goes on.", show_default=False)],
    why: Why = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Go on with a ticket in another of the same customer; both numbers stay good, and he is told once."""
    from inbox_bot.flows import merging

    done = run_desk(config, lambda house: merging.merge(house, number, into, who, why))
    _done(done, as_json, f"{_pretty(done.other.number)} goes on in {_pretty(done.ticket.number)}")


def unmerge(number: Number, why: Why = "", who: As = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Part a ticket from the one that it was merged into; each has its own again."""
    from inbox_bot.flows import merging

    done = run_desk(config, lambda house: merging.unmerge(house, number, who, why))
    _done(done, as_json, f"{_pretty(done.other.number)} goes on by itself again")


def split(
    number: Number,
    messages: Annotated[list[str], typer.Argument(metavar="MESSAGE...", help="As in show: m12.", show_default=False)],
    subject: Annotated[str, typer.Option("--subject", help="Of the new ticket.")] = "",
    why: Why = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Give some messages a ticket of their own, whose number the customer gets; "merge" takes it back."""
    from inbox_bot.flows import merging

    ids = {message_id(one) for one in messages}
    done = run_desk(config, lambda house: merging.split(house, number, ids, subject, who, why))
    _done(done, as_json, f"the new ticket is {_pretty(done.other.number)}")


def _pretty(number: str) -> str:
    return numbers.pretty(number)


def _done(done: "Merged", as_json: bool, line: str) -> None:
    if as_json:
        emit(
            {
                "number": _pretty(done.ticket.number), "state": done.ticket.state.value,
                "other": _pretty(done.other.number), "other_state": done.other.state.value, "text": done.text,
            }
        )  # fmt: skip
        return
    say(clean_line(line))
    say(f"the customer is told:\n{clean(done.text)}" if done.text else "the customer is told nothing of it")
