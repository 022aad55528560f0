"""Saves a `Filing`: each list with one statement for what is new and one for what has changed, references resolved."""

import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, func, insert, update

from inbox_bot.care import Authorisation, Invitation, Suggestion
from inbox_bot.casework import Action, Promise, Reminder, Survey
from inbox_bot.records import Customer, Delivery, Identity, Message, Ticket
from inbox_bot.store import care_schema, casework_schema, schema, survey_schema
from inbox_bot.store.dialects import indexed, reserve, upsert
from inbox_bot.store.intake import hour_of
from inbox_bot.store.rows import names
from inbox_bot.store.stems import stems
from inbox_bot.writes import Filing

Saved = TypeVar("Saved", Customer, Identity, Ticket, Message, Delivery)
Row = dict[str, Any]
"""One row on its way into a statement: here is the wire."""

LEVEL = 1
"""Of zlib: mail shrinks to a third; level 6 saves a tenth more and takes three times as long."""

CHANGING: dict[type[Any], frozenset[str]] = {
    Customer: frozenset({"name", "language", "form", "called", "form_by"}),
    Identity: frozenset(names(Identity)) - {"id", "customer", "channel", "address", "created_at"},
    Ticket: frozenset(names(Ticket)) - {"id", "number", "customer", "inbox", "channel", "opened_at", "reason", "quiet"},
    Message: frozenset({"ticket", "acknowledge_at", "acknowledged_by"}),
    Delivery: frozenset({"state", "approval", "due_at", "attempts", "looks", "started_at", "external_id", "error"}),
    Promise: frozenset({"agent", "message", "state", "reminded_at", "settled_at", "told_at"}),
    Action: frozenset({"taken_back_at"}),
    Reminder: frozenset({"due_at", "done_at"}),
    Survey: frozenset({"score", "comment", "answered_at"}),
    Invitation: frozenset({"used_at", "used_by"}),
    Suggestion: frozenset({"settled_at", "settled_by", "accepted"}),
    Authorisation: frozenset({"identity", "until", "withdrawn_at", "withdrawn_by"}),
}
REFERENCES = frozenset(
    {"customer", "identity", "ticket", "related", "message", "delivery", "acknowledged_by", "other", "used_by"}
)
Entered = Promise | Action | Reminder | Survey | Invitation | Suggestion | Authorisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What of a filing takes time to make, made before the statements run: bytes to keep by SHA-256 (whether
    compressed, data), the hash of each file (None = no content), the search words of each message."""

    raws: dict[str, tuple[bool, bytes]]
    files: list[str | None]
    words: list[str]


def pack(filing: Filing) -> Packed:
    """Hash, compress and stem; touches nothing, so that a thread may do it."""
    kept = dict(filing.raws)
    hashes: list[str | None] = []
    for file in filing.files:
        content = file.attachment.content
        digest = None if content is None else sha256(content).hexdigest()
        hashes.append(digest)
        if digest is not None and content is not None:
            kept.setdefault(digest, content)
    return Packed(
        raws={digest: _squeezed(data) for digest, data in kept.items()},
        files=hashes,
        words=[" ".join(stems(f"{message.subject}\n{message.text}")) for message in filing.messages],
    )


def _squeezed(data: bytes) -> tuple[bool, bytes]:
    packed = zlib.compress(data, LEVEL)
    return (True, packed) if len(packed) < len(data) else (False, data)


def unpacked(packed: bool, data: bytes) -> bytes:
    """The bytes as they came."""
    return zlib.decompress(data) if packed else data


def save(db: Connection, filing: Filing, packed: Packed) -> dict[int, int]:
    """Write everything; gives the real id for each reference below zero."""
    ids = _new_ids(db, filing)
    _put(db, schema.customers, filing.customers, ids)
    _put(db, schema.identities, filing.identities, ids)
    _put(db, schema.tickets, filing.tickets, ids)
    if packed.raws:
        # in one order everywhere: who inserts the same file waits for the other's commit
        kept = sorted(packed.raws.items())
        rows = [{"sha256": digest, "packed": flag, "data": data} for digest, (flag, data) in kept]
        db.execute(upsert(db, schema.raws).on_conflict_do_nothing(), rows)
    _put(db, schema.messages, filing.messages, ids)
    _index(db, filing.messages, packed.words, ids)
    _add(db, schema.files, (_file_row(filing, packed, position, ids) for position in range(len(filing.files))))
    _put(db, schema.deliveries, filing.deliveries, ids)
    _add(db, schema.receipts, (_row(receipt, names(type(receipt)), ids) for receipt in filing.receipts))
    _add(db, schema.ledger, (_row(line, names(type(line)), ids) for line in filing.ledger))
    _add(db, schema.log, (_row(entry, names(type(entry)), ids) for entry in filing.log))
    _add(db, schema.notices, (_row(notice, names(type(notice)), ids) for notice in filing.notices))
    _enter(db, casework_schema.promises, filing.promises, ids)
    _enter(db, casework_schema.actions, filing.actions, ids)
    _enter(db, casework_schema.reminders, filing.reminders, ids)
    _enter(db, survey_schema.surveys, filing.surveys, ids)
    _add(db, casework_schema.agent_mails, (_row(mail, names(type(mail)), ids) for mail in filing.agent_mails))
    _note(db, filing, ids)
    _enter(db, care_schema.invitations, filing.invitations, ids)
    _enter(db, care_schema.authorisations, filing.authorisations, ids)
    _count(db, filing)
    if filing.spend is not None:
        add_spend(db, *filing.spend)
    _count_newcomers(db, filing)
    return ids


def _new_ids(db: Connection, filing: Filing) -> dict[int, int]:
    lots: list[tuple[Table, Sequence[Customer | Identity | Ticket | Message | Delivery]]] = [
        (schema.customers, filing.customers),
        (schema.identities, filing.identities),
        (schema.tickets, filing.tickets),
        (schema.messages, filing.messages),
        (schema.deliveries, filing.deliveries),
    ]
    fresh = {table: [item.id for item in lot if item.id < 0] for table, lot in lots}
    free = reserve(db, {table: len(references) for table, references in fresh.items() if references})
    return {
        reference: id
        for table, references in fresh.items()
        if references
        for reference, id in zip(references, free[table], strict=True)
    }


def _count_newcomers(db: Connection, filing: Filing) -> None:
    """The last rows that a filing locks, in one order everywhere."""
    if not (filing.newcomers and filing.ledger):
        return
    insertion = upsert(db, schema.newcomers)
    total = schema.newcomers.c.count + insertion.excluded.count
    statement = insertion.on_conflict_do_update(index_elements=["domain", "hour"], set_={"count": total})
    hour = hour_of(filing.ledger[0].at)
    db.execute(statement, [{"domain": d, "hour": hour, "count": n} for d, n in sorted(filing.newcomers.items())])


def add_spend(db: Connection, inbox: str, day: str, amount: int) -> None:
    """Add micro-dollars to an inbox's day."""
    insertion = upsert(db, schema.spend)
    total = schema.spend.c.amount + insertion.excluded.amount
    statement = insertion.on_conflict_do_update(index_elements=["inbox", "day"], set_={"amount": total})
    db.execute(statement, {"inbox": inbox, "day": day, "amount": amount})


def _put(db: Connection, table: Table, lot: Sequence[Saved], ids: dict[int, int]) -> None:
    """Insert those with an id below zero, update the others."""
    if not lot:
        return
    kind = type(lot[0])
    fresh = [{**_row(item, names(kind), ids), "id": ids[item.id]} for item in lot if item.id < 0]
    if fresh:
        db.execute(insert(table), fresh)
    kept = [{"row": item.id, **_row(item, CHANGING[kind], ids)} for item in lot if item.id > 0]
    if kept:
        db.execute(update(table).where(table.c.id == bindparam("row")), kept)


def _enter(db: Connection, table: Table, lot: Sequence[Entered], ids: dict[int, int]) -> None:
    """As `_put`, for what no other row names: the database numbers it."""
    if not lot:
        return
    kind = type(lot[0])
    _add(db, table, (_row(item, set(names(kind)) - {"id"}, ids) for item in lot if item.id < 0))
    kept = [{"row": item.id, **_row(item, CHANGING[kind], ids)} for item in lot if item.id > 0]
    if kept:
        db.execute(update(table).where(table.c.id == bindparam("row")), kept)


def _note(db: Connection, filing: Filing, ids: dict[int, int]) -> None:
    """What is found in messages: what was found before stays as it is."""
    found = [_row(one, names(type(one)), ids) for one in filing.details]
    if found:
        db.execute(upsert(db, care_schema.details).on_conflict_do_nothing(), found)
    fresh = [_row(one, set(names(Suggestion)) - {"id"}, ids) for one in filing.suggestions if one.id < 0]
    if fresh:
        db.execute(upsert(db, care_schema.suggestions).on_conflict_do_nothing(), fresh)
    _enter(db, care_schema.suggestions, [one for one in filing.suggestions if one.id > 0], ids)


def _row(item: object, wanted: Collection[str], ids: dict[int, int]) -> Row:
    row = {name: getattr(item, name) for name in wanted}
    for name in REFERENCES.intersection(wanted):
        reference = row[name]
        if reference is not None and reference < 0:
            row[name] = ids[reference]
    return row


def _add(db: Connection, table: Table, rows: Iterable[Row]) -> None:
    listed = list(rows)
    if listed:
        db.execute(insert(table), listed)


def _file_row(filing: Filing, packed: Packed, position: int, ids: dict[int, int]) -> Row:
    file = filing.files[position]
    row = _row(file.attachment, ("name", "media_type", "size", "url", "reason"), ids)
    message = ids[file.message] if file.message < 0 else file.message
    return {"message": message, "raw": packed.files[position], **row}


def _index(db: Connection, lot: Sequence[Message], words: Sequence[str], ids: dict[int, int]) -> None:
    rows = [
        {"number": ids[message.id], "words": found}
        for message, found in zip(lot, words, strict=True)
        if message.id < 0 and found
    ]
    if rows:
        statement = insert(schema.search).values(rowid=bindparam("number"), stems=indexed(bindparam("words")))
        db.execute(statement, rows)


def _count(db: Connection, filing: Filing) -> None:
    """Move the cursor and count what the poll handed over, apart from the ledger."""
    if filing.cursor is not None:
        inbox, stream, cursor = filing.cursor
    elif filing.taken:
        # what nobody entered in the ledger is counted under no inbox, where the audit finds it
        inbox, stream = (filing.ledger[0].inbox, filing.ledger[0].stream) if filing.ledger else ("", "")
        cursor = None
    else:
        return
    insertion = upsert(db, schema.cursors)
    statement = insertion.on_conflict_do_update(
        index_elements=["inbox", "stream"],
        set_={
            "cursor": func.coalesce(insertion.excluded.cursor, schema.cursors.c.cursor),
            "taken": schema.cursors.c.taken + insertion.excluded.taken,
        },
    )
    db.execute(statement, {"inbox": inbox, "stream": stream, "cursor": cursor, "taken": filing.taken})
