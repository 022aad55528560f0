"""The command about satisfaction: who was asked, who was not and why, and what was answered."""

from collections import Counter
from typing import TYPE_CHECKING

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import AsJson, Clock, ConfigFile, clock_of, console, desk_of, emit, examples, iso, load, say
from inbox_bot.cli.promises import Since, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inbox_bot.flows.house import House
    from inbox_bot.views import Surveyed

_SCALE = range(1, 6)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=examples("surveys", "surveys --since 4w --json"))(surveys)


def surveys(since: Since = "90d", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show who was asked how satisfied he is, who was not and why, the answers, and their mean."""
    from inbox_bot.flows import surveys as flow

    settings, back = load(config), span(since)

    async def look(house: "House") -> "list[Surveyed]":
        return await flow.listed(house, house.now() - back)

    found = desk_of(settings, look)
    figures = _figures(found)
    if as_json:
        return emit(figures | {"decisions": [_row(one) for one in found]})
    if not found:
        off = "" if settings.surveys.enabled else "; nobody is asked: [surveys] is switched off"
        return say(f"no ticket was decided about since then{off}")
    _print(found, clock_of(settings))
    return say(_summary(figures))


def _figures(found: "Sequence[Surveyed]") -> dict[str, object]:
    scores = [one.survey.score for one in found if one.survey.score is not None]
    count = Counter(scores)
    return {
        "decided": len(found),
        "asked": sum(one.survey.asked for one in found),
        "answered": len(scores),
        "mean": round(sum(scores) / len(scores), 2) if scores else None,
        "distribution": {str(score): count[score] for score in _SCALE},
    }


def _summary(figures: dict[str, object]) -> str:
    line = f"asked {figures['asked']} of {figures['decided']}, answered {figures['answered']}"
    shares = figures["distribution"]
    assert isinstance(shares, dict)  # it was made above
    listed = ", ".join(f"{score}: {count}" for score, count in shares.items())
    return f"{line}, mean {figures['mean']} ({listed})" if figures["mean"] is not None else line


def _row(one: "Surveyed") -> dict[str, object]:
    from inbox_bot.rules.numbers import pretty

    survey = one.survey
    return {
        "number": pretty(one.number),
        "customer": one.customer,
        "decided_at": iso(survey.decided_at),
        "asked": survey.asked,
        "reason": survey.reason,
        "score": survey.score,
        "comment": survey.comment,
        "answered_at": iso(survey.answered_at),
    }


def _print(found: "Sequence[Surveyed]", local: Clock) -> None:
    from rich.table import Table
    from rich.text import Text

    from inbox_bot.rules.numbers import pretty

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("decided", "number", "asked", "score"):
        table.add_column(name, no_wrap=True)
    table.add_column("why", overflow="ellipsis", no_wrap=True, ratio=3)
    table.add_column("comment", overflow="ellipsis", no_wrap=True, ratio=3)
    table.add_column("customer", overflow="ellipsis", no_wrap=True, ratio=2)
    for one in found:
        survey = one.survey
        low = survey.score is not None and survey.score <= 2
        table.add_row(
            Text(local(survey.decided_at)),
            Text(pretty(one.number)),
            Text("yes" if survey.asked else "no"),
            Text("" if survey.score is None else str(survey.score), style="bold red" if low else ""),
            Text(clean_line(survey.reason)),
            Text(clean_line(survey.comment)),
            Text(clean_line(one.customer)),
        )
    console().print(table)
