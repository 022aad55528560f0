"""Full text: which messages have all the words of a question."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from inbox_bot.records import Message
from inbox_bot.store import schema
from inbox_bot.store.dialects import matches
from inbox_bot.store.rows import MESSAGE, record
from inbox_bot.store.stems import query as stemmed


def search(db: Connection, words: Sequence[str], limit: int) -> list[tuple[Message, str]]:
    """(message, ticket number or "") of those that have all the words in any of their forms, newest first."""
    wanted = stemmed(list(words))
    if not wanted:
        return []
    if db.dialect.name == "sqlite":
        question = " AND ".join("(" + " OR ".join(f'"{stem}"' for stem in some) + ")" for some in wanted)
    else:
        question = " & ".join("(" + " | ".join(some) + ")" for some in wanted)
    found = schema.search.c
    query = (
        select(*MESSAGE, schema.tickets.c.number.label("_number"))
        .join_from(schema.search, schema.messages, schema.messages.c.id == found.rowid)
        .join(schema.tickets, schema.tickets.c.id == schema.messages.c.ticket, isouter=True)
        .where(matches(found.stems, question))
        # the order of filing, which both databases can read without sorting all that match
        .order_by(found.rowid.desc())
        .limit(limit)
    )
    hits = [(record(Message, row), row[-1] or "") for row in db.execute(query)]
    return sorted(hits, key=lambda hit: (hit[0].at, hit[0].id), reverse=True)


def unindex(db: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Take messages out of the index: (id, the words by which they went in). SQLite's keeps no list of them itself."""
    gone = [(id, words) for id, words in rows if words]
    if not gone:
        return
    if db.dialect.name == "sqlite":
        db.exec_driver_sql("INSERT INTO search (search, rowid, stems) VALUES ('delete', ?, ?)", gone)
    else:
        db.execute(delete(schema.search).where(schema.search.c.rowid.in_([id for id, _ in gone])))
