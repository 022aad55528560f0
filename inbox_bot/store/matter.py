"""Which tickets a message has lain in: what was told of it stays with each, also once they are merged or split."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from inbox_bot.care import Moved
from inbox_bot.store.care_schema import moves
from inbox_bot.store.rows import chunks
from inbox_bot.store.schema import messages, tickets


def tickets_of(db: Connection, ids: Collection[int]) -> set[int]:
    """The tickets of these messages, those from which they were moved, and those that were merged into any of these."""
    found: set[int] = set()
    for some in chunks(ids):
        now = select(messages.c.ticket).where(messages.c.id.in_(some), messages.c.ticket.is_not(None))
        found.update(db.execute(now).scalars())
        moved = select(moves.c.source, moves.c.target).where(
            moves.c.what == Moved.MESSAGE_TICKET, moves.c.row.in_(some)
        )
        found.update(one for row in db.execute(moved) for one in row if one is not None)
    new = found
    while new:
        merged = select(tickets.c.id).where(tickets.c.merged_into.in_(sorted(new)))
        new = set(db.execute(merged).scalars()) - found
        found |= new
    return found
