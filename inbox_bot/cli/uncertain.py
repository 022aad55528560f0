"""The command `uncertain`: what may or may not have arrived, and a person's word on it."""

from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import As, AsJson, Clock, ConfigFile, clock_of, desk_of, emit, examples, iso, load, say

if TYPE_CHECKING:
    from inbox_bot.flows.deciding import Unsettled


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=examples("uncertain", "uncertain 35 arrived", "uncertain 35 again"))(uncertain)


def uncertain(
    delivery: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="The delivery, as listed.", show_default=False)
    ] = None,
    verdict: Annotated[str, typer.Argument(metavar="[arrived|again|left]", help="What becomes of it.")] = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List what may or may not have arrived, or decide what was lost twice: look for its Message-ID in the mail
    server's log. "arrived": it is there. "again": it is not, and the same mail goes once more. "left": neither; it
    counts as failed."""
    from inbox_bot.flows import deciding
    from inbox_bot.rules.delivery import Verdict

    settings = load(config)
    if delivery is not None:
        if verdict not in set(Verdict):
            raise typer.BadParameter(f"say what became of delivery {delivery}: arrived, again or left")
        id, word = delivery, Verdict(verdict)
        found = [desk_of(settings, lambda house: deciding.decide(house, id, word, who))]
    else:
        found = desk_of(settings, deciding.unsettled)
    if as_json:
        return emit([_row(one, verdict) for one in found])
    local = clock_of(settings)
    for one in found:
        say(clean_line(_line(one, verdict, local)))
    return None if found else say("nothing is uncertain")


def _row(one: "Unsettled", verdict: str) -> dict[str, object]:
    from inbox_bot.rules.numbers import pretty

    return {
        "delivery": one.delivery.id,
        "number": pretty(one.number) if one.number else None,
        "kind": one.delivery.kind.value,
        "channel": one.delivery.channel.value,
        "to": one.delivery.to,
        "external_id": one.delivery.external_id,
        "started_at": iso(one.delivery.started_at),
        "look_at": iso(one.look_at),
        "decision": verdict or None,
    }


def _line(one: "Unsettled", verdict: str, local: Clock) -> str:
    from inbox_bot.rules.numbers import pretty

    sent = one.delivery
    now = verdict or (f"looked up at {local(one.look_at)}" if one.look_at else "you decide")
    number = pretty(one.number) if one.number else "-"
    name = sent.external_id or "no id"
    return f"{sent.id:<6} {number:11}  {sent.kind.value} to {sent.to}, {local(sent.started_at)}, {name}: {now}"
