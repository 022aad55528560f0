"""Regroupings: moves rows to another customer or ticket, remembers from where, and moves them back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Column, Connection, Table, insert, or_, select, update

from inbox_bot.care import Grouping, Move, Moved, Regrouping
from inbox_bot.errors import Conflict
from inbox_bot.store.care_schema import moves, regroupings
from inbox_bot.store.rows import chunks, columns, names, record, records
from inbox_bot.store.tables import metadata

MOVE = columns(moves, Move)
REGROUPING = columns(regroupings, Regrouping)
_OF_TICKETS = (
    Moved.MESSAGE_TICKET, Moved.DELIVERY_TICKET, Moved.PROMISE_TICKET, Moved.ACTION_TICKET, Moved.REMINDER_TICKET,
    Moved.TICKET_MERGED_INTO,
)  # fmt: skip
"""The last one: what was merged into it before goes on as the new one at once."""


def regroup(db: Connection, regrouping: Regrouping, moved: Sequence[Move]) -> int:
    """Put a regrouping on record and move its rows; its id. Raises `Conflict` where a row is not at its source."""
    row = {name: getattr(regrouping, name) for name in names(Regrouping) if name != "id"}
    id = int(db.execute(insert(regroupings).values(row).returning(regroupings.c.id)).scalar_one())
    if _shift(db, [(one, one.source, one.target) for one in moved]) != list(moved):
        raise Conflict("what was to be moved has been moved meanwhile")
    rows = [{"regrouping": id, **{name: getattr(one, name) for name in names(Move)}} for one in moved]
    if rows:
        db.execute(insert(moves), rows)
    return id


def regrouping(db: Connection, id: int, *, lock: bool) -> Regrouping | None:
    """The one with this id; locked, it is undone only once."""
    query = select(*REGROUPING).where(regroupings.c.id == id)
    row = db.execute(query.with_for_update() if lock else query).first()
    return None if row is None else record(Regrouping, row)


def regroupings_of(db: Connection, groupings: Collection[Grouping], of: int) -> list[Regrouping]:
    """Those in which this ticket, customer or identity takes part, oldest first."""
    part = or_(regroupings.c.kept == of, regroupings.c.other == of)
    query = select(*REGROUPING).where(part, regroupings.c.grouping.in_(groupings))
    return records(db, Regrouping, query.order_by(regroupings.c.id))


def contents(db: Connection, ticket: int, to: int) -> list[Move]:
    """Everything of a ticket, from it to another."""
    found = []
    for what in _OF_TICKETS:
        table, column = _column(what)
        query = select(table.c.id).where(column == ticket).order_by(table.c.id)
        found += [Move(what=what, row=row, source=ticket, target=to) for row in db.execute(query).scalars()]
    return [*found, Move(what=Moved.TICKET_MERGED_INTO, row=ticket, source=None, target=to)]


def moves_of(db: Connection, regrouping: int) -> list[Move]:
    """What it moved, in order."""
    return records(db, Move, select(*MOVE).where(moves.c.regrouping == regrouping).order_by(moves.c.id))


def owners(db: Connection, what: Moved, rows: Collection[int]) -> dict[int, list[int]]:
    """To what these rows belonged before they were moved, oldest first."""
    found: dict[int, list[int]] = {}
    for some in chunks(rows):
        query = select(moves.c.row, moves.c.source).where(moves.c.what == what, moves.c.row.in_(some))
        for row, source in db.execute(query.where(moves.c.source.is_not(None)).order_by(moves.c.id)):
            found.setdefault(row, []).append(source)
    return found


def undo(db: Connection, regrouping: int, who: str, why: str, now: datetime) -> list[Move]:
    """Move back what still lies where it was put; what was moved back."""
    undone = {"undone_at": now, "undone_by": who, "undone_why": why}
    mine = update(regroupings).where(regroupings.c.id == regrouping, regroupings.c.undone_at.is_(None))
    if not db.execute(mine.values(undone)).rowcount:
        return []
    return _shift(db, [(one, one.target, one.source) for one in moves_of(db, regrouping)])


def _shift(db: Connection, shifts: Sequence[tuple[Move, int | None, int | None]]) -> list[Move]:
    """Set each row's column from one value to another, column by column; those that had the first value."""
    done: list[Move] = []
    for (what, before, after), lot in groupby(shifts, key=lambda shift: (shift[0].what, shift[1], shift[2])):
        table, column = _column(what)
        listed = [move for move, _, _ in lot]
        found: set[int] = set()
        for some in chunks([move.row for move in listed]):
            there = column.is_(None) if before is None else column == before
            held = select(table.c.id).where(table.c.id.in_(some), there).order_by(table.c.id).with_for_update()
            rows = list(db.execute(held).scalars())
            if rows:
                db.execute(update(table).where(table.c.id.in_(rows)).values({column.name: after}))
            found.update(rows)
        done += [move for move in listed if move.row in found]
    return done


def _column(what: Moved) -> tuple[Table, Column[Any]]:
    table, _, name = what.value.partition(".")
    return metadata.tables[table], metadata.tables[table].c[name]
