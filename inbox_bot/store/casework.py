"""Queries of the team's own work on tickets: promises, actions, drafts, what was seen, reminders, tags, mails."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from inbox_bot.casework import Action, Draft, Promise, Reminder, Seen
from inbox_bot.store.casework_schema import OPEN, TO_COME, actions, agent_mails, drafts, promises, reminders, seen, tags
from inbox_bot.store.dialects import upsert
from inbox_bot.store.rows import chunks, columns, names, records
from inbox_bot.store.survey_schema import surveys

PROMISE = columns(promises, Promise)
REMINDER = columns(reminders, Reminder)
DRAFT = columns(drafts, Draft)
SEEN = columns(seen, Seen)


def promises_of(db: Connection, ticket: int) -> list[Promise]:
    """A ticket's promises, by due time."""
    mine = select(*PROMISE).where(promises.c.ticket == ticket)
    return records(db, Promise, mine.order_by(promises.c.due_at, promises.c.id))


def open_promises(db: Connection, before: datetime | None, limit: int) -> list[Promise]:
    """Promises that are open (and due before then), by due time."""
    query = select(*PROMISE).where(OPEN)
    if before is not None:
        query = query.where(promises.c.due_at < before)
    return records(db, Promise, query.order_by(promises.c.due_at, promises.c.id).limit(limit))


def actions_of(db: Connection, ticket: int) -> list[Action]:
    """What was done for a ticket's customer, oldest first."""
    mine = select(*columns(actions, Action)).where(actions.c.ticket == ticket)
    return records(db, Action, mine.order_by(actions.c.id))


def reminders_of(db: Connection, ticket: int) -> list[Reminder]:
    """A ticket's reminders that are still to come, by due time."""
    mine = select(*REMINDER).where(TO_COME, reminders.c.ticket == ticket)
    return records(db, Reminder, mine.order_by(reminders.c.due_at, reminders.c.id))


def reminders_due(db: Connection, now: datetime, limit: int, *, lock: bool) -> list[Reminder]:
    """Reminders whose time has come, by due time; locked, without those that others have locked."""
    due = select(*REMINDER).where(TO_COME, reminders.c.due_at <= now)
    due = due.order_by(reminders.c.due_at, reminders.c.id).limit(limit)
    return records(db, Reminder, due.with_for_update(skip_locked=True) if lock else due)


def drafts_of(db: Connection, ticket: int) -> list[Draft]:
    """The answers that have been begun on a ticket, oldest first."""
    mine = select(*DRAFT).where(drafts.c.ticket == ticket)
    return records(db, Draft, mine.order_by(drafts.c.at, drafts.c.agent))


def put_draft(db: Connection, draft: Draft) -> None:
    """Keep what an agent has begun, in place of what he had begun there before."""
    insertion = upsert(db, drafts)
    changed = {name: insertion.excluded[name] for name in ("text", "at", "seen")}
    statement = insertion.on_conflict_do_update(index_elements=["ticket", "agent"], set_=changed)
    db.execute(statement, {name: getattr(draft, name) for name in names(Draft)})


def drop_draft(db: Connection, ticket: int, agent: int) -> bool:
    """Forget it; False where there was none."""
    gone = delete(drafts).where(drafts.c.ticket == ticket, drafts.c.agent == agent)
    return bool(db.execute(gone).rowcount)


def seen_on(db: Connection, ticket: int) -> list[Seen]:
    """Who was shown how much of a ticket, the latest last."""
    mine = select(*SEEN).where(seen.c.ticket == ticket)
    return records(db, Seen, mine.order_by(seen.c.at, seen.c.agent))


def note_seen(db: Connection, sights: Sequence[Seen]) -> None:
    """Agents were shown tickets up to these messages; never lowered."""
    insertion = upsert(db, seen)
    changed = {"message": insertion.excluded.message, "at": insertion.excluded.at}
    statement = insertion.on_conflict_do_update(
        index_elements=["ticket", "agent"], set_=changed, where=seen.c.message <= insertion.excluded.message
    )
    db.execute(statement, [{name: getattr(one, name) for name in names(Seen)} for one in sights])


def unsee(db: Connection, ticket: int, agents: Collection[int]) -> None:
    """These agents were shown nothing of a ticket."""
    db.execute(delete(seen).where(seen.c.ticket == ticket, seen.c.agent.in_(agents)))


def tags_of(db: Connection, tickets: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The tags of these tickets in order; a ticket without any is left out."""
    found: dict[int, tuple[str, ...]] = {}
    for some in chunks(tickets):
        query = select(tags.c.ticket, tags.c.tag).where(tags.c.ticket.in_(some)).order_by(tags.c.ticket, tags.c.tag)
        for ticket, tag in db.execute(query):
            found[ticket] = (*found.get(ticket, ()), tag)
    return found


def put_tags(db: Connection, ticket: int, wanted: Sequence[str]) -> None:
    """Add tags; those that are there stay."""
    if wanted:
        db.execute(upsert(db, tags).on_conflict_do_nothing(), [{"ticket": ticket, "tag": tag} for tag in wanted])


def drop_tags(db: Connection, ticket: int, unwanted: Sequence[str]) -> None:
    """Take tags off."""
    db.execute(delete(tags).where(tags.c.ticket == ticket, tags.c.tag.in_(unwanted)))


def agent_mail_known(db: Connection, inbox: str, key: str) -> bool:
    """Whether this mail to an agent's reply address has been dealt with."""
    same = select(agent_mails.c.id).where(agent_mails.c.key == key, agent_mails.c.inbox == inbox)
    return db.execute(same).first() is not None


def forget(db: Connection, tickets: Sequence[int]) -> None:
    """Erase the words of these tickets' casework; what was promised and done when, and by whom, stays."""
    db.execute(update(promises).where(promises.c.ticket.in_(tickets)).values(phrase=""))
    db.execute(update(actions).where(actions.c.ticket.in_(tickets)).values(text="", reference=""))
    db.execute(update(reminders).where(reminders.c.ticket.in_(tickets)).values(text=""))
    db.execute(update(agent_mails).where(agent_mails.c.ticket.in_(tickets)).values(reason=""))
    db.execute(update(surveys).where(surveys.c.ticket.in_(tickets)).values(comment=""))
    db.execute(delete(drafts).where(drafts.c.ticket.in_(tickets)))
