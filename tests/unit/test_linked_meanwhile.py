"""What is being filed while two customers are joined is of the one who goes on. On both databases."""

import asyncio
from dataclasses import replace

import pytest

from inbox_bot.flows import customers
from inbox_bot.store.database import Database
from tests.unit.flow_house import FakeSource
from tests.unit.linking_day import MAIL, Linking, a_mail

ROUNDS = 5


@pytest.fixture
def day(store: Database) -> Linking:
    """One with an empty store."""
    return Linking(store=store)


async def test_a_mail_that_comes_while_its_sender_is_merged(day: Linking) -> None:
    """Again and again: whichever is first, no ticket and no message is left with who was merged into another."""
    await day.begins()
    for number in range(ROUNDS):
        day.later(days=4)
        await day.mails(id=10 * number + 1)
        fresh = [
            replace(a_mail(f"Sache {one}.", id=10 * number + one, subject=f"Sache {one}"), at=day.now) for one in (2, 3)
        ]
        merging = asyncio.create_task(customers.merge(day.house, "1001", MAIL, "anna", "one person"))
        mails = (day.takes(one, source=FakeSource(stream=f"mail{place}")) for place, one in enumerate(fresh))
        await asyncio.gather(*mails, merging)
        done = merging.result()
        owners = await day.owners()
        assert owners[MAIL] == owners["1001"]
        assert {customer for customer, _ in (await day.belongs()).values()} == {owners[MAIL]}
        await customers.unmerge(day.house, done.regrouping, "anna", "two people")
