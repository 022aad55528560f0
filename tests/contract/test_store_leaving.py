"""The note that a claimed delivery may have left: what is without it was never attempted."""

from inbox_bot.store.database import Database
from tests.contract.store_builders import MINUTE, NOW, a_case, filed

UNTIL = NOW + 15 * MINUTE


async def test_what_has_certainly_not_left_is_queued_again(store: Database) -> None:
    """A claim of which nothing has left is as if never made; one that may have left is looked up."""
    await filed(store, a_case(), a_case())
    async with store.write() as tx:
        gone, kept = await tx.claim("mail", 9, "one", UNTIL, NOW, unsent=True)
        assert await tx.leave([gone.id], "one", NOW) == {gone.id}
    async with store.write() as tx:
        assert await tx.expire(UNTIL, everyone=True) == 2
        assert [parcel.id for parcel in await tx.uncertain("mail", 9, UNTIL)] == [gone.id]
        [again] = await tx.claim("mail", 9, "two", UNTIL + MINUTE, UNTIL)
    assert (again.id, again.attempts) == (kept.id, 1)


async def test_nothing_leaves_under_a_claim_that_has_passed(store: Database) -> None:
    """Who lost his claim, because his lease ended or another has it, is not let out."""
    await filed(store, a_case(), a_case())
    async with store.write() as tx:
        ids = [parcel.id for parcel in await tx.claim("mail", 9, "one", UNTIL, NOW, unsent=True)]
        assert await tx.leave(ids, "two", NOW) == set()
        assert await tx.leave(ids, "one", UNTIL) == set()
        assert await tx.leave(ids, "one", NOW) == set(ids)
        await tx.expire(UNTIL)
        assert await tx.leave(ids, "one", NOW) == set()
