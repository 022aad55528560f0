"""Takes a merge of two tickets back: each has its own again, in the state it had, with what agents had begun in it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from inbox_bot.care import Grouping, Moved, Regrouping
from inbox_bot.model import Direction, TicketState
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Message, Ticket
from inbox_bot.rules.merging import alone
from inbox_bot.writes import Filing

_DRAFTS, _TAGS = "drafts of ", "tags "


async def take_along(tx: Transaction, source: Ticket, target: Ticket) -> str:
    """Tags, and what agents have begun to write; which and whose, for the evidence of the merge. Who has begun both
    keeps the newer place's."""
    tags = await tx.tags_of([source.id, target.id])
    fresh = [one for one in tags.get(source.id, ()) if one not in tags.get(target.id, ())]
    await tx.put_tags(target.id, fresh)
    begun, moved = {one.agent for one in await tx.drafts_of(target.id)}, []
    for draft in await tx.drafts_of(source.id):
        if draft.agent not in begun:
            await tx.put_draft(replace(draft, ticket=target.id))
            await tx.drop_draft(source.id, draft.agent)
            moved.append(str(draft.agent))
    told = ((_DRAFTS, moved), (_TAGS, fresh))
    return "".join(f"; {what}{' '.join(which)}" for what, which in told if which)


async def last_merge(tx: Transaction, ticket: int) -> Regrouping | None:
    """By which this ticket goes on as another, None = it was not merged."""
    done = await tx.regroupings([Grouping.MERGE_TICKETS], of=ticket)
    return next((one for one in reversed(done) if one.other == ticket and one.undone_at is None), None)


async def taken_back(
    tx: Transaction, source: Ticket, kept: Ticket, merge: Regrouping, who: str, why: str, now: datetime
) -> tuple[Ticket, Ticket]:
    """Both tickets as they are without the merge, (what went in, what went on): to be saved."""
    await tx.undo(merge.id, who, why, now)
    state = TicketState(merge.evidence.split(";")[0])
    entries = await tx.timeline(kept.customer)
    back = alone(replace(source, merged_into=None, state=state), entries)
    back = replace(back, closed_at=source.closed_at if state is TicketState.CLOSED else None)
    await tx.drop_tags(kept.id, _along(merge, _TAGS))
    begun = _along(merge, _DRAFTS)
    for draft in await tx.drafts_of(kept.id):  # one that was gone on with since is about both
        if str(draft.agent) in begun and draft.at <= merge.at:
            await tx.put_draft(replace(draft, ticket=source.id))
            await tx.drop_draft(kept.id, draft.agent)
    return back, alone(kept, entries)


def _along(merge: Regrouping, what: str) -> list[str]:
    told = (one.strip() for one in merge.evidence.split(";"))
    return next((one.removeprefix(what).split() for one in told if one.startswith(what)), [])


async def disentangle(
    tx: Transaction,
    tickets: Sequence[Ticket],
    messages: Collection[Message],
    leaving: Collection[int],
    who: str,
    why: str,
    now: datetime,
) -> None:
    """Take back the merges that put tickets of the two sides together, newest first: each number is its owner's again.
    `leaving`: the addresses of the one side; `tickets`: of both."""
    by_id = {one.id: one for one in tickets}
    found = [await last_merge(tx, one.id) for one in tickets if one.merged_into is not None]
    merges = sorted((one for one in found if one is not None and one.kept in by_id), key=lambda one: -one.id)
    moved = {
        one.other: {move.row for move in await tx.moves_of(one.id) if move.what is Moved.MESSAGE_TICKET}
        for one in merges
    }
    sides = _sides(by_id, merges, moved, messages, leaving)
    apart: set[int] = set()
    for one in reversed(merges):
        if None not in (here := {sides[one.other], sides[one.kept]}) and len(here) > 1:
            apart |= {one.other, one.kept}  # where it went on itself, that comes first
    for one in merges:
        if one.other in apart and by_id[one.kept].erased_at is None:
            back, kept = await taken_back(tx, by_id[one.other], by_id[one.kept], one, who, why, now)
            entry = LogEntry(at=now, who=who, what="unmerge", ticket=back.id, detail=why)
            await tx.save(Filing(tickets=[back, kept], log=[entry]))
            by_id |= {back.id: back, kept.id: kept}


def _sides(
    tickets: Mapping[int, Ticket],
    merges: Sequence[Regrouping],
    moved: Mapping[int, set[int]],
    messages: Collection[Message],
    leaving: Collection[int],
) -> dict[int, bool | None]:
    """By ticket: whether the one who began it is of those who leave, None = nobody's words are left of it."""
    into: defaultdict[int, set[int]] = defaultdict(set)
    for one in merges:
        into[one.kept] |= moved[one.other]
    sides: dict[int, bool | None] = {}
    for id in tickets:
        his = [m for m in messages if (m.id in moved[id] if id in moved else m.ticket == id) and m.id not in into[id]]
        began = opener(his)
        sides[id] = None if began is None else began in leaving
    return sides


def opener(messages: Iterable[Message]) -> int | None:
    """Whose a ticket is: of the first who wrote there, else of the first to whom it was written."""
    people = [one for one in messages if one.identity is not None]
    wrote = [one for one in people if one.direction is Direction.INCOMING]
    return next((one.identity for one in (*wrote, *people)), None)
