"""What is parted again: each gets back what is his, and nobody reads or moves what is another's. On both databases."""

import pytest

from inbox_bot.flows import customers, exporting
from inbox_bot.store.database import Database
from tests.unit.linking_day import MAIL, Linking

IDA = "Ida Sommer <ida@post.example>"


@pytest.fixture
def day(store: Database) -> Linking:
    """One with an empty store."""
    return Linking(store=store)


async def test_the_links_of_another_are_not_listed_nor_exported(day: Linking) -> None:
    """The id of Eva's second address is Ida's own as a customer: that makes none of Eva's links hers."""
    await day.begins()
    await day.mails(id=1, subject=await day.invited())
    await day.mails(id=2, sender=IDA)
    async with day.store.read() as tx:
        [eva] = await tx.find_customers(MAIL)
        [ida] = await tx.find_customers("ida@post.example")
        linked = [one.id for one in await tx.identities(eva.id)]
    assert ida.id in linked
    assert len(await customers.changes(day.house, MAIL)) == 1
    assert await customers.changes(day.house, "ida@post.example") == []
    pieces = dict([piece async for piece in exporting.export(day.house, "ida@post.example", "anna")])
    data = pieces["data.json"]
    assert isinstance(data, dict)
    assert data["links"] == []
