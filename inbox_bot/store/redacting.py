"""Takes a phrase, or a file's content, out of a message and out of all that quotes it in its ticket, for good."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, and_, delete, insert, or_, select, update

from inbox_bot.model import DeliveryState, Kind
from inbox_bot.store import erasing, retention, team_mail, traces
from inbox_bot.store.care_schema import details
from inbox_bot.store.casework_schema import actions, agent_mails, drafts, promises, reminders
from inbox_bot.store.dialects import indexed
from inbox_bot.store.filing import unpacked
from inbox_bot.store.holding import within, without, without_in_html
from inbox_bot.store.matter import tickets_of
from inbox_bot.store.rows import chunks
from inbox_bot.store.schema import deliveries, files, ledger, log, messages, notices, raws, search, tickets
from inbox_bot.store.search import unindex
from inbox_bot.store.stems import stems
from inbox_bot.store.survey_schema import surveys
from inbox_bot.store.tables import EMPTY

_WORDS: tuple[tuple[ColumnElement[Any], Column[str]], ...] = (
    (tickets.c.id, tickets.c.subject), (drafts.c.ticket, drafts.c.text), (promises.c.ticket, promises.c.phrase),
    (actions.c.ticket, actions.c.text), (actions.c.ticket, actions.c.reference), (reminders.c.ticket, reminders.c.text),
    (log.c.ticket, log.c.detail), (surveys.c.ticket, surveys.c.comment), (agent_mails.c.ticket, agent_mails.c.reason),
    (notices.c.ticket, notices.c.subject), (notices.c.ticket, notices.c.text),
)  # fmt: skip
"""Where a ticket's words stand beside its messages, and which column names the ticket."""
_WHY = "redacted"


def redact(db: Connection, message: int, phrase: str, file: str, values: Collection[str], now: datetime) -> int:
    """Take a phrase out of a message and of all that quotes it in its ticket, or a file's content; how many places.
    `values`: of the details that stood in it."""
    matter = tickets_of(db, [message])
    if file:
        named = (files.c.message == message, files.c.name == file, files.c.raw.is_not(None))
        kept = erasing.digests(db, [message])
        done = db.execute(update(files).where(*named).values(raw=None, reason=_WHY)).rowcount
        changed = [message] if done else []
    else:
        where = messages.c.ticket.in_(matter) if matter else messages.c.id == message
        every = list(db.execute(select(messages.c.id).where(where).order_by(messages.c.id)).scalars())
        said = {*values, *_spellings(phrase)}
        changed = [id for id in every if _without(db, id, phrase, said)]
        kept, done = erasing.digests(db, changed), len(changed)
        if matter and done:
            kept |= _in_the_tickets(db, matter, every, phrase)
    kept |= traces.forget_lines(db, traces.copies(db, changed), "a copy of what was redacted")
    for some in chunks(changed):
        db.execute(update(messages).where(messages.c.id.in_(some)).values(raw="", redacted_at=now))
        db.execute(update(ledger).where(ledger.c.message.in_(some)).values(raw=""))
    if done:
        _payloads(db, matter, message, phrase, file)
    erasing.sweep(db, kept)
    return done


def waiting_with(db: Connection, message: int, phrase: str, file: str) -> list[int]:
    """Messages that have not gone out yet and hold the phrase, in the ticket of this one; with `file`, it itself. What
    is for the team alone is withdrawn with the phrase instead."""
    matter = tickets_of(db, [message])
    own = bool(file) or not matter
    where = deliveries.c.message == message if own else deliveries.c.ticket.in_(matter)
    query = select(deliveries.c.message, deliveries.c.payload)
    leaving = (deliveries.c.state == DeliveryState.QUEUED, deliveries.c.kind != Kind.NOTICE)
    rows = db.execute(query.where(where, *leaving, deliveries.c.message.is_not(None)))
    return sorted({id for id, payload in rows if own or within(bytes(payload), phrase)})


def _in_the_tickets(db: Connection, matter: Collection[int], every: Collection[int], phrase: str) -> set[str]:
    """What stands beside the messages: mails to the team and what agents answered to them, words of the casework, bytes
    of mails whose own text does not have it. Gives the names of bytes that were kept."""
    told = select(notices.c.sent_at).where(notices.c.ticket.in_(matter), notices.c.sent_at.is_not(None))
    letters = deliveries.c.message.in_(select(messages.c.id).where(messages.c.ticket.in_(matter)))
    team_mail.withdraw(db, or_(letters, deliveries.c.created_at.in_(told)), [phrase], _WHY)
    for of, column in _WORDS:
        key = list(column.table.primary_key.columns)
        for *row, text in db.execute(select(*key, column).where(of.in_(matter))).all():
            left = without(text, phrase)
            if left != text:
                here = and_(*(one == value for one, value in zip(key, row, strict=True)))
                db.execute(update(column.table).where(here).values({column.name: left}))
    sent = select(deliveries.c.id).where(or_(letters, deliveries.c.ticket.in_(matter)))
    answers = traces.answers(db, list(db.execute(sent).scalars()))
    held = [line for line, data in _bytes(db, every, answers) if within(data, phrase)]
    digests: set[str] = set()
    for some in chunks(held):
        digests.update(db.execute(select(ledger.c.raw).where(ledger.c.id.in_(some))).scalars())
        filed = select(ledger.c.message).where(ledger.c.id.in_(some), ledger.c.message.is_not(None))
        db.execute(update(messages).where(messages.c.id.in_(filed)).values(raw=""))
        db.execute(update(ledger).where(ledger.c.id.in_(some)).values(raw=""))
    return digests


def _bytes(db: Connection, every: Collection[int], lines: Collection[int]) -> Iterator[tuple[int, bytes]]:
    """Of ledger lines: those of these messages, and these others."""
    for column, wanted in ((ledger.c.message, every), (ledger.c.id, lines)):
        for one in wanted:  # one by one: a mail may be large
            query = select(ledger.c.id, raws.c.packed, raws.c.data).join_from(
                ledger, raws, raws.c.sha256 == ledger.c.raw
            )
            for line, packed, data in db.execute(query.where(column == one, ledger.c.raw != EMPTY)).all():
                yield line, unpacked(packed, bytes(data))


def _without(db: Connection, id: int, phrase: str, values: Collection[str]) -> bool:
    row = db.execute(select(messages).where(messages.c.id == id)).one()
    left = {name: without(getattr(row, name), phrase) for name in ("text", "quoted", "subject")}
    left["html"] = without_in_html(row.html, phrase)
    changed = {name: text for name, text in left.items() if text != getattr(row, name)}
    named = [
        (file, shorter)
        for file, name in db.execute(select(files.c.id, files.c.name).where(files.c.message == id)).all()
        if (shorter := without(name, phrase)) != name
    ]
    for file, shorter in named:
        db.execute(update(files).where(files.c.id == file).values(name=shorter))
    if not changed:
        return bool(named)
    unindex(db, [(id, " ".join(stems(f"{row.subject}\n{row.text}")))])
    db.execute(update(messages).where(messages.c.id == id).values(changed))
    words = " ".join(stems(f"{left['subject']}\n{left['text']}"))
    if words:
        db.execute(insert(search).values(rowid=id, stems=indexed(words)))
    db.execute(delete(details).where(details.c.message == id, details.c.value.in_(values)))
    return True


def _spellings(phrase: str) -> set[str]:
    plain = "".join(c for c in phrase if c.isalnum())
    return {phrase, phrase.casefold(), plain.upper(), f"+{plain}", f"+49{plain.removeprefix('0')}"}


def _payloads(db: Connection, matter: Collection[int], message: int, phrase: str, file: str) -> None:
    """What has gone out holds it too: its bytes are no longer kept where they do, in whatever encoding."""
    where = deliveries.c.ticket.in_(matter) if matter else deliveries.c.message == message
    query = select(deliveries.c.id, deliveries.c.payload).where(where, deliveries.c.state.in_(retention.FINAL))
    ids = [id for id, payload in db.execute(query) if file or within(bytes(payload), phrase)]
    told = select(deliveries.c.id, deliveries.c.payload).where(deliveries.c.message == message)
    ids += [id for id, payload in db.execute(told) if file or within(bytes(payload), phrase)]
    for some in chunks(ids):
        # a mail to the team in line would go out empty
        waiting = (deliveries.c.id.in_(some), deliveries.c.state == DeliveryState.QUEUED)
        db.execute(update(deliveries).where(*waiting).values(state=DeliveryState.WITHDRAWN, error=_WHY))
        db.execute(update(deliveries).where(deliveries.c.id.in_(some)).values(payload=b""))
