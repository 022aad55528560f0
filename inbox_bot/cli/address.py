"""The command about how a customer is addressed: customer address."""

from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.care import Form
from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import As, AsJson, ConfigFile, emit, examples, run_desk, say

if TYPE_CHECKING:
    from inbox_bot.flows.house import House
    from inbox_bot.records import Customer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples(
            "customer address eva@post.example",
            'customer address eva@post.example --form sie --called "Frau Winter"',
            "customer address @eva_w --forget",
        )
    )(address)


def address(
    key: Annotated[str, typer.Argument(metavar="ADDRESS|HANDLE", show_default=False)],
    form: Annotated[Form | None, typer.Option("--form", help="du or sie.")] = None,
    called: Annotated[str | None, typer.Option("--called", metavar="NAME", help='Such as "Frau Dr. Winter".')] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Learn it anew from the next answer.")] = False,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show or set how a customer is addressed: du or Sie, and the name after the greeting."""
    from inbox_bot.flows import addressing

    given = form is not None or called is not None
    if forget and given:
        raise typer.BadParameter("--forget goes alone")

    async def act(house: "House") -> "Customer":
        if forget or given:
            return await addressing.fix(house, key, who, form, called, forget=forget)
        return await addressing.of(house, key)

    done = run_desk(config, act)
    if as_json:
        return emit({"customer": done.id, "form": done.form.value, "called": done.called, "by": done.form_by})
    if not (done.form or done.called):
        return say("nothing is on record yet; the first answer shows it")
    by = f"set by {clean_line(done.form_by)}" if done.form_by else "learnt from an answer"
    return say(f'{done.form.value or "no form"}, "{clean_line(done.called)}" ({by})')
