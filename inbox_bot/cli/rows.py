"""How tickets are listed: as rows for other tools, and as a table for people."""

from typing import TYPE_CHECKING

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import Clock, console, iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.text import Text

    from inbox_bot.flows.overdue import Due
    from inbox_bot.flows.reading import Marks, Row
    from inbox_bot.records import Ticket

_WIDE = 110  # columns from which the times fit beside customer and subject
_GAP = 2  # between columns
_LEAST = 4  # letters of a name or subject, however narrow the screen
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
        "contact_reason": ticket.contact_reason or None,
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
    """The tickets as a table; what is special about them, and who is at work on them, in a column of its own. Numbers,
    states and times are never cut; names and subjects share what the screen has left."""
    from rich.table import Table

    screen = console()
    wide = screen.width >= _WIDE
    columns = [column for column in _columns(rows, marks, dues, local, wide=wide) if column.shown]
    whole = sum(column.width for column in columns if not column.share) + _GAP * (len(columns) - 1)
    widths = shared([(column.width, column.share) for column in columns if column.share], screen.width - whole)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        width = next(widths) if column.share else column.width
        table.add_column(column.title, no_wrap=True, overflow="ellipsis", width=width)
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*cells)
    screen.print(table)


def shared(wanted: "Sequence[tuple[int, float]]", room: int) -> "Iterator[int]":
    """Widths of columns that want so much each, in this room: by their shares, and what one does not need goes to the
    others; none gets less than a few letters."""
    left, open_shares = max(room, 0), sum(share for _, share in wanted)
    given: dict[int, int] = {}
    for place, (width, share) in sorted(enumerate(wanted), key=lambda one: one[1][0] / one[1][1]):
        given[place] = max(min(width, int(left * share / open_shares + 0.5)), min(width, _LEAST))
        left, open_shares = left - given[place], open_shares - share
    return iter(given[place] for place in range(len(wanted)))


class _Column:
    """A column as it will stand. `share` of the room that is left; 0 = as wide as it is."""

    def __init__(self, title: str, cells: "Iterable[Text]", share: float = 0.0, *, shown: bool = True) -> None:
        self.title, self.cells, self.share = title, list(cells), share
        self.width = max((cell.cell_len for cell in self.cells), default=0)
        self.width = max(self.width, len(title))
        self.shown = shown


def _columns(
    rows: "list[Row]", marks: "Marks", dues: "Mapping[int, Due]", local: Clock, *, wide: bool
) -> "Iterator[_Column]":
    from rich.text import Text

    from inbox_bot.rules.numbers import pretty

    tickets = [ticket for ticket, _, _ in rows]
    yield _Column("number", (Text(pretty(ticket.number)) for ticket in tickets))  # people dictate it
    yield _Column("status", map(_state, tickets))
    yield _Column("opened", (Text(local(ticket.opened_at)) for ticket in tickets), shown=wide)
    yield _Column("number out", (_out(ticket, local, wide=wide) for ticket in tickets))
    yield _Column("due", (_due(dues.get(ticket.id), local) for ticket in tickets), shown=bool(dues))
    yield _Column("via", (Text("X" if ticket.channel == "twitter" else "mail") for ticket in tickets))
    yield _Column("customer", (Text(clean_line(customer)) for _, customer, _ in rows), 2.0)
    yield _Column("subject", (Text(clean_line(ticket.subject)) for ticket in tickets), 4.0)
    yield _Column("has it", (Text(clean_line(assignee)) for _, _, assignee in rows), 1.5)
    marked = [special(ticket, marks, local) for ticket in tickets]
    yield _Column("", (Text(clean_line(one)) for one in marked), 2.0, shown=any(marked))


def _state(ticket: "Ticket") -> "Text":
    from rich.text import Text

    urgency = "" if ticket.priority == "normal" else f" {ticket.priority.value}"
    state = ticket.state.value + urgency + (" junk" if ticket.junk else "")
    return Text(state, style=_COLOURS[ticket.state.value])


def _out(ticket: "Ticket", local: Clock, *, wide: bool) -> "Text":
    from rich.text import Text

    arrived = ticket.number_delivered_at
    return Text(local(arrived) if wide else "yes") if arrived else Text("not yet", style="red")


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
        f"reason: {ticket.contact_reason}" if ticket.contact_reason else "",
        " ".join(f"#{tag}" for tag in marks.tags.get(ticket.id, ())),
    ]
    return ", ".join(word for word in said if word)


def _due(due: "Due | None", local: Clock) -> "Text":
    from rich.text import Text

    if due is None:
        return Text("")
    return Text(local(due.target.due_at), style={"overdue": "bold red", "soon": "yellow"}.get(due.standing.value, ""))
