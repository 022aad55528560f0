"""How tickets are listed: as rows for other tools, and as a table for people."""

from typing import TYPE_CHECKING

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import Clock, console, iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.text import Text

    from inbox_bot.flows.overdue import Due
    from inbox_bot.flows.reading import Marks, Row
    from inbox_bot.records import Ticket

_WIDE = 110  # columns from which the times fit beside customer and subject
_COLOURS = {"new": "bold red", "open": "yellow", "pending": "cyan", "resolved": "green", "closed": "dim"}


def ticket_row(ticket: "Ticket", customer: str, assignee: str, due: "Due | None" = None) -> dict[str, object]:
    """A ticket as other tools read it; `due`: until when it should be answered."""
    from inbox_bot.rules.numbers import pretty

    return {
        "number": pretty(ticket.number),
        "status": ticket.state.value,
        "customer": customer,
        "subject": ticket.subject,
        "channel": ticket.channel.value,
        "opened_at": iso(ticket.opened_at),
        "assignee": assignee or None,
        "number_delivered_at": iso(ticket.number_delivered_at),
        "inbox": ticket.inbox,
        "answered_at": iso(ticket.answered_at),
        "last_incoming_at": iso(ticket.last_incoming_at),
        "last_outgoing_at": iso(ticket.last_outgoing_at),
        "reason": ticket.reason,
        "quiet": ticket.quiet,
        "junk": ticket.junk,
        "priority": ticket.priority.value,
        "topic": ticket.topic or None,
        "angry_at": iso(ticket.angry_at),
        "snoozed_until": iso(ticket.snoozed_until),
        "waiting_since": iso(due.ticket.since) if due else None,
        "due_at": iso(due.target.due_at) if due else None,
        "overdue": due is not None and due.standing == "overdue",
    }


def marks_row(ticket: "Ticket", marks: "Marks") -> dict[str, object]:
    """Who is at work on a ticket and how it is marked, as other tools read it."""
    work = marks.work.get(ticket.id)
    return {
        "tags": list(marks.tags.get(ticket.id, ())),
        "drafting": list(work.drafting if work else ()),
        "looking": list(work.looking if work else ()),
        "waits_for_approval": ticket.number in marks.held,
    }


def print_tickets(rows: "list[Row]", marks: "Marks", dues: "Mapping[int, Due]", local: Clock) -> None:
    """The tickets as a table; what is special about them, and who is at work on them, in columns of their own."""
    from rich.table import Table
    from rich.text import Text

    from inbox_bot.rules.numbers import pretty

    screen = console()
    wide = screen.width >= _WIDE
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("number", no_wrap=True, min_width=11)  # people dictate it: never cut
    table.add_column("status", no_wrap=True, min_width=8)
    if wide:
        table.add_column("opened", no_wrap=True, min_width=16)
    table.add_column("number out", no_wrap=True, min_width=16 if wide else 10)
    if dues:
        table.add_column("due", no_wrap=True, min_width=16)
    table.add_column("via", no_wrap=True, min_width=4)
    table.add_column("customer", overflow="ellipsis", no_wrap=True, ratio=2)
    table.add_column("subject", overflow="ellipsis", no_wrap=True, ratio=4)
    table.add_column("has it", overflow="ellipsis", no_wrap=True, min_width=6)
    marked = {ticket.id: special(ticket, marks, local) for ticket, _, _ in rows}
    if any(marked.values()):
        table.add_column("", overflow="ellipsis", no_wrap=True, ratio=2)
    for ticket, customer, assignee in rows:
        urgency = "" if ticket.priority == "normal" else f" {ticket.priority.value}"
        state = ticket.state.value + urgency + (" junk" if ticket.junk else "")
        arrived = ticket.number_delivered_at
        out = Text(local(arrived) if wide else "yes") if arrived else Text("not yet", style="red")
        table.add_row(
            Text(pretty(ticket.number)),
            Text(state, style=_COLOURS[ticket.state.value]),
            *([Text(local(ticket.opened_at))] if wide else []),
            out,
            *([_due(dues.get(ticket.id), local)] if dues else []),
            Text("X" if ticket.channel == "twitter" else "mail"),
            Text(clean_line(customer)),
            Text(clean_line(ticket.subject)),
            Text(clean_line(assignee)),
            *([Text(clean_line(marked[ticket.id]))] if any(marked.values()) else []),
        )
    screen.print(table)


def special(ticket: "Ticket", marks: "Marks", local: Clock) -> str:
    """What is special about a ticket, the most important first."""
    work = marks.work.get(ticket.id)
    said = [
        "angry" if ticket.angry_at else "",
        "waits for approval" if ticket.number in marks.held else "",
        f"until {local(ticket.snoozed_until)}" if ticket.snoozed_until else "",
        f"{', '.join(work.drafting)} writes" if work and work.drafting else "",
        f"{', '.join(work.looking)} looks" if work and work.looking else "",
        ticket.topic,
        " ".join(f"#{tag}" for tag in marks.tags.get(ticket.id, ())),
    ]
    return ", ".join(word for word in said if word)


def _due(due: "Due | None", local: Clock) -> "Text":
    from rich.text import Text

    if due is None:
        return Text("")
    return Text(local(due.target.due_at), style={"overdue": "bold red", "soon": "yellow"}.get(due.standing.value, ""))
