"""The command `show`: a ticket's or customer's whole timeline with each delivery's evidence."""

from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.actions import action_line
from inbox_bot.cli.clean import clean, clean_line
from inbox_bot.cli.common import (
    As,
    AsJson,
    Clock,
    ConfigFile,
    clock_of,
    console,
    desk_of,
    emit,
    examples,
    load,
    say,
)
from inbox_bot.cli.known import print_known
from inbox_bot.cli.outages import incident_line
from inbox_bot.cli.rows import special
from inbox_bot.cli.shape import shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import Console
    from rich.text import Text

    from inbox_bot.flows.house import House
    from inbox_bot.flows.overdue import Due
    from inbox_bot.flows.reading import Dossier, Marks
    from inbox_bot.records import Delivery, Identity, Message, Receipt
    from inbox_bot.views import Entry

_FINE = {"sent", "delivered"}
_INDENT = " " * 5
_NEWEST = 50  # messages shown where not all are asked for
_BAD = {"failed", "uncertain"}
_PROMISES = {"open": "bold", "broken": "red", "withdrawn": "dim"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples(
            "show 427-918-354",
            "show jana.roth@post.example",
            "show @janaroth",
            'show "+49 30 1234567"',
            'show "cancelled line"',
            "show 427918354 --json",
        )
    )(show)


def show(
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY",
            show_default=False,
            help="A ticket's number, or all of a customer: @handle, address, telephone number, words he used.",
        ),
    ],
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
    quoted: Annotated[bool, typer.Option("--quoted", help="Also the quoted text that is folded away.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also what is older than the last fifty.")] = False,
) -> None:
    """Show who wrote what when, by which way, and what proves that our words arrived.

    What you were shown counts as seen by you: an answer to what you have not seen is stopped.
    """
    from inbox_bot.app import clock
    from inbox_bot.flows import reading, sight

    async def look(house: "House") -> "tuple[Dossier, Marks, Mapping[int, Due]]":
        found = await reading.dossier(house, key)
        marks = await reading.marks(house, [found.ticket] if found.ticket else [])  # before he counts as looking
        await sight.saw(house, [entry.message for entry in found.entries], who)
        return found, marks, await reading.targets(house, found.ticket.id) if found.ticket else {}

    settings = load(config)
    found, marks, dues = desk_of(settings, look)
    due = dues.get(found.ticket.id) if found.ticket else None
    if as_json:
        return emit(shape(found, marks, due))
    screen, local = console(), clock_of(settings)
    _print_head(screen, found, marks, due, local)
    print_known(screen, found, key, local, clock())
    entries = found.entries if everything else found.entries[-_NEWEST:]
    if len(entries) < len(found.entries):
        say(f"\n… {len(found.entries) - len(entries)} earlier ones: show {clean_line(key)} --all")
    for entry in entries:
        _print_entry(screen, entry, local, quoted=quoted)
    return None


# --- for people


def _print_head(screen: "Console", found: "Dossier", marks: "Marks", due: "Due | None", local: Clock) -> None:
    from rich.text import Text

    from inbox_bot.rules.numbers import pretty

    ticket = found.ticket
    if ticket is not None:
        head = Text(f"{pretty(ticket.number)}  {ticket.state.value}{'  JUNK' if ticket.junk else ''}  ", style="bold")
        screen.print(head + Text(clean_line(ticket.subject), style="not bold"))
    names = ", ".join(clean_line(_named(one)) for one in found.identities)
    screen.print(Text(f"customer  {clean_line(found.customer.name)} (#{found.customer.id}): {names}"))
    shown = "; ".join(_shown(one, local) for one in found.identities if one.proven)
    screen.print(Text(f"proven    {shown or 'nothing shows that he is the customer'}", style="" if shown else "yellow"))
    if ticket is not None:
        out = local(ticket.number_delivered_at)
        screen.print(Text(f"opened    {local(ticket.opened_at)}, {clean_line(ticket.reason)}"))
        why = f" ({clean_line(ticket.quiet)})" if ticket.quiet else ""
        line = f"delivered {out}" if out else f"NOT DELIVERED{why}"
        screen.print(Text(f"number    {line}", style="" if out else "red"))
        if ticket.erased_at:
            screen.print(Text(f"erased    {local(ticket.erased_at)}: texts and files; numbers and evidence are kept"))
        if due is not None or ticket.priority != "normal":
            screen.print(_urgency(ticket.priority.value, due, local))
        why = _last(found, "assign")
        why = why.removeprefix(f"{found.assignee}: ")
        because = f" ({clean_line(why)})" if why not in {"", "nobody", found.assignee} else ""
        screen.print(Text(f"has it    {clean_line(found.assignee) or 'nobody'}{because}"))
        if marked := special(ticket, marks, local):
            cause = f" ({clean_line(_last(found, 'angry'))})" if ticket.angry_at else ""
            screen.print(Text(f"marked    {clean_line(marked)}{cause}", style="red" if ticket.angry_at else ""))
    for one in found.promises:
        owner = found.agents.get(one.agent, "")
        line = f'p{one.id} "{clean_line(one.phrase)}", due {local(one.due_at)}, {clean_line(owner)}: {one.state.value}'
        screen.print(Text(f"promise   {line}", style=_PROMISES.get(one.state.value, "")))
    for row, incident in found.incidents:
        screen.print(Text(f"incident  {incident_line(row, incident, local)}", style="yellow"))
    for action in found.actions:
        screen.print(Text(f"action    {local(action.at)} {action_line(action, found.agents)}"))
    others = [pretty(row[0].number) for row in found.tickets if ticket is None or row[0].id != ticket.id]
    if others:
        screen.print(Text(f"also      {', '.join(others[-10:])}"))


def _last(found: "Dossier", what: str) -> str:
    """What the log says of the last such act."""
    return next((one.detail for one in reversed(found.log) if one.what == what), "")


def _urgency(priority: str, due: "Due | None", local: Clock) -> "Text":
    from rich.text import Text

    if due is None:
        return Text(f"priority  {priority}")
    late = {"overdue": ", OVERDUE", "soon": ", soon"}.get(due.standing.value, "")
    line = f"waits since {local(due.ticket.since)}, answer due {local(due.target.due_at)}{late}"
    return Text(f"priority  {priority}, {line}", style="red" if due.standing == "overdue" else "")


def _shown(one: "Identity", local: Clock) -> str:
    """How and when this identity was proven to be his; of those on record before that was kept, that it was."""
    since = f" since {local(one.proven_at)}" if one.proven_at else ""
    by = f" by {clean_line(one.proven_by)}" if one.proven_by else ""
    return f"{clean_line(_named(one))}{since}{by}"


def _named(one: "Identity") -> str:
    handle = f"@{one.handle}" if one.handle else f"X user {one.address}"
    marks = [
        word
        for word, at in (
            ("blocked", one.blocked_at),
            ("no automatic messages", one.opted_out_at),
            ("undeliverable", one.undeliverable_at),
        )
        if at is not None
    ]
    return (one.address if one.channel == "email" else handle) + (f" [{', '.join(marks)}]" if marks else "")


def _print_entry(screen: "Console", entry: "Entry", local: Clock, *, quoted: bool) -> None:
    from rich.text import Text

    message = entry.message
    style = {"incoming": "bold cyan", "outgoing": "bold green", "note": "bold yellow"}[message.direction.value]
    head = Text(f"m{message.id}  {local(message.at)}  {_who(entry)}  {_how(message)}", style=style)
    body = Text()
    if message.subject:
        body.append(clean_line(message.subject) + "\n", style="italic")
    body.append(clean(message.text).strip("\n"))
    if message.quoted:
        fold = clean(message.quoted).strip("\n") if quoted else f"[… {message.quoted.count(chr(10)) + 1} quoted lines]"
        body.append("\n" + fold, style="dim")
    for file in entry.files:
        where = file.url or file.reason or f"{file.size} bytes"
        body.append(f"\n+ {clean_line(file.name)} ({clean_line(file.media_type)}, {clean_line(where)})", style="blue")
    lines = [Text(), *head.wrap(screen, screen.width), *_indented(screen, body)]
    for delivery, receipts in entry.deliveries:
        to = f"@{entry.handle}" if entry.handle and delivery.to == entry.address else delivery.to
        lines += _indented(screen, _delivery_lines(delivery, receipts, to, local))
    # at once, as it was wrapped: a thousand messages have ten thousand lines
    screen.print(Text("\n").join(lines), soft_wrap=True)


def _indented(screen: "Console", text: "Text") -> "Iterable[Text]":
    lines = text.wrap(screen, max(screen.width - len(_INDENT), 20))
    for line in lines:
        line.rstrip()
        line.pad_left(len(_INDENT) if line.plain else 0)
    return lines


def _who(entry: "Entry") -> str:
    if entry.message.direction == "incoming":
        return clean_line(f"@{entry.handle}" if entry.handle else entry.address) or "unknown sender"
    return clean_line(entry.agent) or ("inbox-bot" if entry.message.automatic else "the team")


def _how(message: "Message") -> str:
    if message.direction == "note":
        return "note" + (f", {clean_line(message.reason)}" if message.reason else "")
    way = "mail" if message.channel == "email" else "public post" if message.visibility == "public" else "DM"
    way = f"{way}, automatic" if message.automatic else way
    # a call's note and old rows of X have no proof either; only a mail's From is anybody's to write
    doubtful = message.direction == "incoming" and message.channel == "email" and not message.proof
    return f"{way}, sender not proven" if doubtful else way


def _delivery_lines(delivery: "Delivery", receipts: "tuple[Receipt, ...]", to: str, local: Clock) -> "Text":
    from rich.text import Text

    state = delivery.state.value
    style = "green" if state in _FINE else "red" if state in _BAD else "dim"
    text = Text(f"→ {delivery.kind.value} {state}, to {clean_line(to)}", style=style)
    if delivery.approval and state == "queued":
        text.append(": waits for approval")
    elif delivery.error and not receipts:
        text.append(f": {clean_line(delivery.error)}")
    for one in receipts:
        text.append(f"\n    {local(one.at)} {one.state.value}: {clean_line(one.evidence)}")
    return text
