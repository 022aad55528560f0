"""Enters the fate of one thing that a poll returned in the ledger."""

import hashlib

from inbox_bot.flows.lot import Lot
from inbox_bot.model import Incoming
from inbox_bot.records import LedgerLine, Message
from inbox_bot.rules import triage


def enter(lot: Lot, item: Incoming, verdict: triage.Verdict, message: Message | None) -> None:
    """One line in the ledger, with the bytes to keep."""
    digest = hashlib.sha256(item.raw).hexdigest() if item.raw else ""
    if digest:
        lot.filing.raws[digest] = item.raw
    if message is not None:
        lot.known.hashes.setdefault(item.content_hash, item.external_id)
    lot.filing.ledger.append(
        LedgerLine(
            inbox=lot.inbox.name,
            stream=lot.stream,
            key=item.key,
            outcome=verdict.outcome,
            reason=verdict.reason,
            at=lot.now,
            external_id=item.external_id,
            content_hash=item.content_hash,
            message=message.id if message else None,
            raw=digest,
        )
    )
