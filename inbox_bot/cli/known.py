"""What `show` says of a customer beside his messages: open requests, what he told, who acts for him."""

from typing import TYPE_CHECKING

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import Clock, iso

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from inbox_bot.flows.reading import Dossier

_OPEN = ("new", "open", "pending")


def known_row(found: "Dossier") -> dict[str, object]:
    """As other tools read it."""
    customer = found.customer
    return {
        "form": {"form": customer.form.value, "called": customer.called, "by": customer.form_by or None},
        "details": [
            {
                "kind": one.kind.value, "value": one.value, "at": iso(at), "message": one.message, "public": one.public,
            }
            for one, at in found.details
        ],
        "authorisations": [
            {
                "id": one.id, "person": one.person, "scope": list(one.scope), "since": iso(one.since),
                "until": iso(one.until), "evidence": one.evidence, "message": one.message,
                "withdrawn_at": iso(one.withdrawn_at),
            }
            for one in found.authorisations
        ],
        "suggestions": [
            {"id": one.id, "guess": one.guess.value, "detail": one.detail, "message": one.message}
            for one, _, _ in found.suggestions
        ],
    }  # fmt: skip


def print_known(screen: "Console", found: "Dossier", key: str, local: Clock, now: "datetime") -> None:
    """For people, below the head."""
    from rich.text import Text

    from inbox_bot.rules.numbers import parse, pretty

    asked = parse(key)
    if asked and found.ticket is not None and asked != found.ticket.number:
        screen.print(Text(f"merged    {pretty(asked)} goes on as {pretty(found.ticket.number)}", style="yellow"))
    if not asked:
        for ticket, _, assignee in found.tickets:
            if ticket.state.value in _OPEN:
                since = local(ticket.last_incoming_at or ticket.opened_at)
                line = f"{pretty(ticket.number)} {ticket.state.value}, {clean_line(ticket.subject)}, wrote last {since}"
                screen.print(Text(f"open      {line}, {clean_line(assignee) or 'nobody has it'}", style="bold"))
    customer = found.customer
    if customer.called or customer.form:
        how = ", ".join(filter(None, (customer.form.value, customer.called)))
        screen.print(Text(f"address   {clean_line(how)} (by {clean_line(customer.form_by) or 'what we wrote first'})"))
    for kind, lines in _told(found, local).items():
        screen.print(Text(f"told us   {kind.replace('_', ' ')}: {clean_line('; '.join(lines))}"))
    for one in found.authorisations:
        if one.withdrawn_at is None and (one.until is None or now < one.until):
            scope = ", ".join(one.scope) or "everything"
            until = f" until {local(one.until)}" if one.until else ""
            line = f"a{one.id} {one.person} for {scope}, since {local(one.since)}{until}: {one.evidence}"
            screen.print(Text(f"may act   {clean_line(line)}"))
    for guess, name, other in found.suggestions:
        line = f"{other if guess.customer == customer.id else name or 'another customer'}: {guess.guess.value}"
        screen.print(Text(f"maybe     {clean_line(f'{line} {guess.detail} (m{guess.message})')}", style="dim"))


def _told(found: "Dossier", local: Clock) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for one, at in found.details:
        mark = ", IN PUBLIC" if one.public else ""
        line = f"{one.value} (m{one.message}, {local(at)}{mark})"
        told.setdefault(one.kind.value, []).append(line)
    return told
