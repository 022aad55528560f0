"""The intake ledger: its counts, its lines, and whether it balances."""

from sqlalchemy import Connection, exists, func, not_, select

from inbox_bot.model import Outcome
from inbox_bot.records import LedgerLine
from inbox_bot.store.rows import columns, records
from inbox_bot.store.schema import ASTRAY, FILED, QUARANTINED, cursors, ledger, messages, raws
from inbox_bot.store.tables import EMPTY

SECOND_SIGHT = (Outcome.DUPLICATE, Outcome.ECHO)
"""Lines that may name a message which another line, or our own sending, put on record."""


def counts(db: Connection) -> tuple[list[tuple[str, str, int]], bool]:
    """((inbox, outcome, count) …, balanced)."""
    return _counted(db), not faults(db)


def _counted(db: Connection) -> list[tuple[str, str, int]]:
    query = select(ledger.c.inbox, ledger.c.outcome, func.count()).group_by(ledger.c.inbox, ledger.c.outcome)
    rows = db.execute(query.order_by(ledger.c.inbox, ledger.c.outcome))
    return [(inbox, str(outcome), count) for inbox, outcome, count in rows]


def lines(db: Connection, inbox: str, outcome: str, limit: int) -> list[LedgerLine]:
    """The newest `limit` lines, newest last; "" leaves inbox or outcome open."""
    query = select(*columns(ledger, LedgerLine)).order_by(ledger.c.id.desc()).limit(limit)
    if inbox:
        query = query.where(ledger.c.inbox == inbox)
    if outcome:
        query = query.where(ledger.c.outcome == Outcome(outcome))
    return records(db, LedgerLine, query)[::-1]


def faults(db: Connection) -> dict[str, list[str]]:
    """By inbox, in words, where what was taken in, the ledger and the messages do not agree; empty = balanced."""
    found: dict[str, list[str]] = {}
    taken = {
        row[0]: int(row[1])
        for row in db.execute(select(cursors.c.inbox, func.sum(cursors.c.taken)).group_by(cursors.c.inbox))
    }
    lined: dict[str, int] = {}
    for inbox, _, count in _counted(db):
        lined[inbox] = lined.get(inbox, 0) + count
    for inbox in sorted(taken.keys() | lined.keys()):
        if taken.get(inbox, 0) != lined.get(inbox, 0):
            found[inbox] = [f"{taken.get(inbox, 0)} things taken in, {lined.get(inbox, 0)} lines in the ledger"]
    astray = select(ledger.c.inbox, func.count()).where(ASTRAY).group_by(ledger.c.inbox)
    lines_of = (
        select(func.count())
        .where(ledger.c.message == messages.c.id, ledger.c.outcome.not_in(SECOND_SIGHT))
        .correlate(messages)
        .scalar_subquery()
    )
    unlined = select(messages.c.inbox, func.count()).where(FILED, lines_of != 1).group_by(messages.c.inbox)
    kept = exists().where(raws.c.sha256 == ledger.c.raw)
    lost = (
        select(ledger.c.inbox, func.count())
        .where(QUARANTINED, ledger.c.raw != EMPTY, not_(kept))
        .group_by(ledger.c.inbox)
    )
    for query, words in (
        (astray, "filed lines without a message"),
        (unlined, "messages of tickets without exactly one line"),
        (lost, "quarantined lines without their bytes"),
    ):
        for inbox, count in db.execute(query):
            found.setdefault(inbox, []).append(f"{count} {words}")
    return found
