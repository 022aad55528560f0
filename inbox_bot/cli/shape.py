"""A dossier as other tools read it (docs/dossier.md)."""

from typing import TYPE_CHECKING

from inbox_bot.cli.actions import action_row
from inbox_bot.cli.common import iso
from inbox_bot.cli.known import known_row
from inbox_bot.cli.promises import promise_row
from inbox_bot.cli.rows import marks_row, ticket_row

if TYPE_CHECKING:
    from inbox_bot.flows.overdue import Due
    from inbox_bot.flows.reading import Dossier, Marks
    from inbox_bot.records import Delivery, Receipt
    from inbox_bot.views import Entry


def shape(found: "Dossier", marks: "Marks | None" = None, due: "Due | None" = None) -> dict[str, object]:
    """A dossier as other tools read it: docs/dossier.md."""
    ticket = found.ticket
    return {
        "ticket": ticket_row(ticket, found.customer.name, found.assignee, due)
        | (marks_row(ticket, marks) if marks else {})
        if ticket
        else None,
        "customer": {
            "id": found.customer.id,
            "name": found.customer.name,
            "identities": [
                {
                    "channel": one.channel.value,
                    "address": one.address,
                    "handle": one.handle,
                    "proven": one.proven,
                    "proven_at": iso(one.proven_at),
                    "proven_by": one.proven_by,
                    "blocked": one.blocked_at is not None,
                    "opted_out": one.opted_out_at is not None,
                    "undeliverable": one.undeliverable_at is not None,
                }
                for one in found.identities
            ],
        },
        **known_row(found),
        "timeline": [_entry_row(entry) for entry in found.entries],
        "promises": [promise_row(one) | {"owner": found.agents.get(one.agent)} for one in found.promises],
        "actions": [action_row(one, found.agents) for one in found.actions],
        "incidents": [
            {"id": incident.id, "titles": dict(incident.titles), "how": row.how.value, "works": row.works.value or None}
            for row, incident in found.incidents
        ],
        "tickets": [ticket_row(*row) for row in found.tickets],
        "log": [{"at": iso(one.at), "who": one.who, "what": one.what, "detail": one.detail} for one in found.log],
    }


def _entry_row(entry: "Entry") -> dict[str, object]:
    message = entry.message
    return {
        "id": message.id,
        "direction": message.direction.value,
        "channel": message.channel.value,
        "visibility": message.visibility.value,
        "at": iso(message.at),
        "text": message.text,
        "deliveries": [_delivery_row(delivery, receipts) for delivery, receipts in entry.deliveries],
        "subject": message.subject,
        "from": entry.handle or entry.address if message.direction == "incoming" else None,
        "agent": entry.agent or None,
        "automatic": message.automatic,
        "external_id": message.external_id,
        "files": [{"name": f.name, "media_type": f.media_type, "size": f.size, "url": f.url} for f in entry.files],
        "reason": message.reason,
        "proof": message.proof if message.direction == "incoming" else None,
    }


def _delivery_row(delivery: "Delivery", receipts: "tuple[Receipt, ...]") -> dict[str, object]:
    return {
        "state": delivery.state.value,
        "to": delivery.to,
        "evidence": _evidence(delivery, receipts),
        "id": delivery.id,
        "kind": delivery.kind.value,
        "carries_number": delivery.carries_number,
        "approval": delivery.approval,
        "attempts": delivery.attempts,
        "receipts": [{"state": one.state.value, "at": iso(one.at), "evidence": one.evidence} for one in receipts],
    }


def _evidence(delivery: "Delivery", receipts: "tuple[Receipt, ...]") -> str:
    """The newest word about it: a receipt's, else why it has not gone."""
    return receipts[-1].evidence if receipts else delivery.error
