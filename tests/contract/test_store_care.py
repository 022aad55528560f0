"""What is on record for a customer's care, on both databases: details, suggestions, invitations, and regroupings."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Table, select

from inbox_bot.care import Detail, DetailKind, Grouping, Guess, Invitation, Move, Moved, Regrouping, Suggestion
from inbox_bot.errors import Conflict
from inbox_bot.model import Channel
from inbox_bot.store import care_schema
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.contract.store_builders import DAY, HOUR, NOW, Case, a_case, filed


async def count(store: Database, table: Table) -> int:
    """How many rows a table has."""
    async with store.read() as tx:
        return len(await tx._run(lambda db: list(db.execute(select(table.c.id)))))


async def a_pair(store: Database) -> tuple[Case, Case]:
    """Two customers with a ticket each."""
    first, second = await filed(store, a_case(), a_case())
    return first, second


def a_merge(first: Case, second: Case) -> tuple[Regrouping, list[Move]]:
    """The second's ticket and message go to the first."""
    merge = Regrouping(
        id=-1,
        grouping=Grouping.MERGE_TICKETS,
        kept=first.ticket.id,
        other=second.ticket.id,
        at=NOW,
        who="Ada",
        why="one",
    )
    return merge, [
        Move(what=Moved.MESSAGE_TICKET, row=second.message.id, source=second.ticket.id, target=first.ticket.id),
        Move(what=Moved.MESSAGE_TICKET, row=second.answer.id, source=second.ticket.id, target=first.ticket.id),
        Move(what=Moved.TICKET_MERGED_INTO, row=second.ticket.id, source=None, target=first.ticket.id),
    ]


async def test_what_is_found_again_is_on_record_once(store: Database) -> None:
    """The same detail of a message, and the same guess about two customers, are kept once."""
    first, second = await a_pair(store)
    detail = Detail(
        message=first.message.id, customer=first.customer.id, kind=DetailKind.PHONE, value="+4930123456", public=True
    )
    guess = Suggestion(
        id=-1, customer=first.customer.id, other=second.customer.id, guess=Guess.NAME, detail="Eva Winter", at=NOW,
        message=first.message.id,
    )  # fmt: skip
    for _ in range(2):
        async with store.write() as tx:
            await tx.save(Filing(details=[detail], suggestions=[guess]))
    assert (await count(store, care_schema.details), await count(store, care_schema.suggestions)) == (1, 1)


async def test_an_invitation_is_saved_with_what_it_is_for(store: Database) -> None:
    """It may name an identity of the same filing."""
    case = a_case()
    invited = Invitation(
        id=-1, code="q7", identity=case.identity.id, channel=Channel.EMAIL, made_at=NOW, expires_at=NOW + DAY
    )
    filing = case.filing()
    filing.invitations.append(invited)
    async with store.write() as tx:
        await tx.save(filing)
    assert await count(store, care_schema.invitations) == 1


async def test_a_regrouping_moves_and_comes_back(store: Database) -> None:
    """Rows are moved, and undoing puts each where it was; a second undoing changes nothing."""
    first, second = await a_pair(store)
    merge, moves = a_merge(first, second)
    async with store.write() as tx:
        id = await tx.regroup(merge, moves)
    async with store.read() as tx:
        assert {entry.message.id for entry in await tx.timeline(0, first.ticket.id)} == {
            first.message.id, first.answer.id, second.message.id, second.answer.id,
        }  # fmt: skip
        assert await tx.regroupings([Grouping.MERGE_TICKETS], of=second.ticket.id) == [replace(merge, id=id)]
        merged = await tx.merged(second.ticket.number)
        assert merged is not None
        assert merged.merged_into == first.ticket.id
    async with store.write() as tx:
        assert await tx.undo(id, "Bo", "two matters", NOW + HOUR) == moves
        assert await tx.undo(id, "Bo", "two matters", NOW + HOUR) == []
    async with store.read() as tx:
        assert {entry.message.id for entry in await tx.timeline(0, second.ticket.id)} == {
            second.message.id, second.answer.id,
        }  # fmt: skip
        undone = await tx.regrouping(id)
        assert undone == replace(
            merge, id=id, undone_at=NOW + timedelta(hours=1), undone_by="Bo", undone_why="two matters"
        )


async def test_what_has_been_moved_on_stays_there(store: Database) -> None:
    """Undoing leaves alone what somebody has moved since."""
    first, second = await a_pair(store)
    (third,) = await filed(store)
    merge, moves = a_merge(first, second)
    async with store.write() as tx:
        id = await tx.regroup(merge, moves)
    on = Move(what=Moved.MESSAGE_TICKET, row=second.message.id, source=first.ticket.id, target=third.ticket.id)
    async with store.write() as tx:
        await tx.regroup(replace(merge, kept=third.ticket.id, grouping=Grouping.SPLIT_TICKET), [on])
    async with store.write() as tx:
        assert await tx.undo(id, "Bo", "", NOW) == moves[1:]


async def test_nothing_moves_from_where_it_is_not(store: Database) -> None:
    """A row that lies elsewhere stops the whole regrouping."""
    first, second = await a_pair(store)
    merge, moves = a_merge(first, second)
    with pytest.raises(Conflict):
        async with store.write() as tx:
            await tx.regroup(merge, [*moves, replace(moves[0], row=first.message.id)])
    async with store.read() as tx:
        assert await tx.regroupings([Grouping.MERGE_TICKETS], of=first.ticket.id) == []
