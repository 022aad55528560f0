"""Figures of the work as other tools read them (JSON, CSV) and as tables for people."""

import csv
import io
from typing import TYPE_CHECKING

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import Clock, console, iso, say
from inbox_bot.model import Channel, DeliveryState

if TYPE_CHECKING:
    from inbox_bot.flows.figures import Figures, Spend, Stats
    from inbox_bot.rules.figures import Times

_DOLLAR = 1_000_000  # micro-dollars
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs what begins with one of these."""
_NAMES = {"email": "e-mail", "twitter": "X"}
_HALF, _NINE, _ALMOST = "half within", "9 of 10 within", "99 of 100 within"


def as_json(found: "Stats") -> dict[str, object]:
    """Stable keys; times in seconds, money in dollars; null where nothing was measured."""
    head: dict[str, object] = {
        "since": iso(found.since), "until": iso(found.until), "by": found.by.value, "opening_hours": found.hours_known,
    }  # fmt: skip
    groups = [{"group": one.group} | _shape(one) for one in found.groups]
    return head | _shape(found.overall) | ({"groups": groups} if found.by else {})


def as_csv(found: "Stats") -> str:
    """One line for each group, or one for all; the same figures as in JSON but for each day's spend."""
    rows = [{"group": one.group} | _flat(_shape(one)) for one in (found.groups if found.by else [found.overall])]
    names = list({"group": ""} | _flat(_shape(found.overall)))
    written = io.StringIO()
    writer = csv.DictWriter(written, names, restval="")
    writer.writeheader()
    writer.writerows({name: _cell(row.get(name)) for name in names} for row in rows)
    return written.getvalue()


def _shape(one: "Figures") -> dict[str, object]:
    kept = one.promises
    return {
        "messages": {
            "incoming": one.incoming,
            "by_channel": {channel.value: one.by_channel.get(channel, 0) for channel in Channel},
            "answers": one.answers,
        },
        "tickets": {"opened": one.tickets, "numbers_delivered": one.numbers},
        "acknowledgement": _times(one.acknowledgement),
        "first_answer": {"wall": _times(one.answer), "open": _times(one.answer_open)},
        "solution": {"wall": _times(one.solution), "open": _times(one.solution_open)},
        "backlog": {"open": one.backlog.count, "waiting": one.backlog.waiting, "age": _times(one.backlog.age)},
        "reopened": one.reopened,
        "promises": {"kept": kept.kept, "broken": kept.broken, "withdrawn": kept.withdrawn, "rate": kept.rate},
        "deliveries": {state.value: one.deliveries.get(state, 0) for state in DeliveryState},
        "automatic_replies": one.automatic,
        "satisfaction": {"mean": one.satisfaction, **{str(n): one.scores.get(n, 0) for n in range(1, 6)}},
        "spend": _spend(one.spend),
    }


def _times(one: "Times | None") -> dict[str, object]:
    if one is None:
        return {"count": 0, "median": None, "p90": None, "p99": None, "longest": None}
    return {"count": one.count, "median": one.median, "p90": one.p90, "p99": one.p99, "longest": one.longest}


def _spend(one: "Spend | None") -> dict[str, object]:
    if one is None:
        return {"total": None, "per_day": None, "per_ticket": None, "by_day": {}}
    per_ticket = None if one.per_ticket is None else round(one.per_ticket / _DOLLAR, 6)
    return {
        "total": one.total / _DOLLAR,
        "per_day": round(one.per_day / _DOLLAR, 6),
        "per_ticket": per_ticket,
        "by_day": {day: amount / _DOLLAR for day, amount in one.by_day.items()},
    }


def _flat(shape: dict[str, object], before: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in shape.items():
        if name == "by_day":
            continue
        found |= _flat(value, f"{before}{name}_") if isinstance(value, dict) else {f"{before}{name}": value}
    return found


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = clean_line(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def show(found: "Stats", local: Clock) -> None:
    """Tables for people: all of it, or a line for each group."""
    say(f"from {local(found.since)} to {local(found.until)}")
    if found.by:
        return _by_group(found)
    _counts(found.overall)
    return _lengths(found)


def _counts(one: "Figures") -> None:
    from rich.table import Table

    kept = one.promises
    channels = ", ".join(f"{_NAMES[channel.value]} {count}" for channel, count in sorted(one.by_channel.items()))
    states = ", ".join(f"{state.value} {one.deliveries[state]}" for state in DeliveryState if one.deliveries.get(state))
    promised = f"{kept.kept} kept, {kept.broken} broken, {kept.withdrawn} withdrawn"
    rows = {
        "messages": f"{one.incoming} from customers" + (f" ({channels})" if channels else ""),
        "answers": f"{one.answers} by people, {one.automatic} automatic replies",
        "tickets": f"{one.tickets} opened, {one.reopened} reopened",
        "numbers": f"{one.numbers} of {one.tickets} delivered",
        "backlog": f"{one.backlog.count} open, {one.backlog.waiting} of them wait for us",
        "promises": promised + ("" if kept.rate is None else f": {kept.rate:.0%} kept"),
        "deliveries": states or "none",
        "X spend": _money(one.spend),
    }
    if one.satisfaction is not None:
        rows["satisfaction"] = f"{one.satisfaction:.1f} of 5, of {sum(one.scores.values())} answers"
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, said in rows.items():
        table.add_row(name, said)
    console().print(table)


def _money(one: "Spend | None") -> str:
    if one is None:
        return ""
    per_ticket = "" if one.per_ticket is None else f", ${one.per_ticket / _DOLLAR:.3f} a ticket on X"
    return f"${one.total / _DOLLAR:.2f}: ${one.per_day / _DOLLAR:.2f} a day{per_ticket}"


def _lengths(found: "Stats") -> None:
    from rich.table import Table

    one = found.overall
    rows = [("acknowledgement", one.acknowledgement), ("first answer", one.answer)]
    rows += [("  in opening hours", one.answer_open)] if found.hours_known else []
    rows += [("solution", one.solution)]
    rows += [("  in opening hours", one.solution_open)] if found.hours_known else []
    rows += [("age of what is open", one.backlog.age)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", _HALF, _NINE, _ALMOST, "of"):
        table.add_column(name, justify="left" if not name else "right", no_wrap=True)
    for name, measured in rows:
        table.add_row(name, *_spans(measured), str(measured.count if measured else 0))
    console().print(table)


def _spans(one: "Times | None") -> tuple[str, str, str]:
    from inbox_bot.rules.lengths import length

    return ("", "", "") if one is None else (length(one.median), length(one.p90), length(one.p99))


def _by_group(found: "Stats") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(found.by.value, no_wrap=True, overflow="ellipsis")
    for name in (
        "messages", "answers", "tickets", "acknowledged", "first answer", "9 of 10", "solution", "open", "reopened",
        "kept/broken", "automatic", "spend",
    ):  # fmt: skip
        table.add_column(name, justify="right", no_wrap=True)
    for one in found.groups:
        answer, solution = _spans(one.answer), _spans(one.solution)
        table.add_row(
            Text(clean_line(_NAMES.get(one.group, one.group)) or "(none)"),
            str(one.incoming), str(one.answers), str(one.tickets), _spans(one.acknowledgement)[0], answer[0], answer[1],
            solution[0], str(one.backlog.count), str(one.reopened),
            f"{one.promises.kept}/{one.promises.broken}", str(one.automatic),
            f"${one.spend.total / _DOLLAR:.2f}" if one.spend else "",
        )  # fmt: skip
    console().print(table)
    say("times: half within, from the customer's words to ours by any clock; 9 of 10: first answers")
