"""Scenarios of one mail that comes twice: two monitored mailboxes, two processes, at the very same moment."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from inbox_bot.flows import intake
from inbox_bot.flows.house import House
from inbox_bot.store.database import Database, open_store
from tests.unit.flow_house import Day, FakeSource, mail
from tests.unit.scenario_house import tickets

ROUNDS = 8
SENDERS = {
    "a stranger": "Eva Winter <eva.winter@post.example>",
    "a machine that nobody knows": "Shop <noreply@shop.example>",
    "nobody": "undisclosed:;",
}


@pytest.fixture
async def processes(store: Database, store_url: str) -> AsyncIterator[list[Day]]:
    """Four processes on one database."""
    stores = [open_store(store_url) for _ in range(3)]
    yield [Day(store=store), *(Day(store=one, first_bits=[]) for one in stores)]
    for one in stores:
        await one.close()


def boxes(day: Day, place: int) -> House:
    """The house of one process with four mailboxes; its random numbers are its own."""
    house = day.house
    names = {f"mail{n}": f"info{n}@acme.example" for n in range(4)}
    more = {name: replace(house.inboxes["mail"], name=name, address=address) for name, address in names.items()}
    bits = iter(range(10**12 + place * 10**11, 10**14, 7_919_317))
    senders = {**house.senders, **dict.fromkeys(names, day.mail)}
    return replace(house, inboxes={**house.inboxes, **more}, senders=senders, bits=lambda n: next(bits) % 2**n)


@pytest.mark.parametrize("who", SENDERS)
async def test_one_mail_in_four_mailboxes_at_the_same_moment(processes: list[Day], who: str) -> None:
    """One message, one ticket at most, one acknowledgement; the other lines say that they are copies, and of what."""
    houses = [boxes(day, place) for place, day in enumerate(processes)]
    for number in range(1, ROUNDS + 1):
        address = SENDERS[who].replace("eva.winter", f"eva{number}")
        one = mail(f"An alle: {number}", id=number, sender=address)
        sources = [FakeSource(inbox=f"mail{n}", things=[replace(one, key=f"{n}:{number}")]) for n in range(4)]
        await asyncio.gather(*(intake.take_in(house, box) for house, box in zip(houses, sources, strict=True)))
    outcomes = [outcome for _, outcome in await processes[0].outcomes()]
    assert outcomes.count("duplicate") == 3 * ROUNDS
    async with processes[0].store.read() as tx:
        copies = await tx.ledger_lines(inbox="", outcome="duplicate", limit=999)
        counts, balanced = await tx.ledger_counts()
    assert balanced
    assert sum(count for _, _, count in counts) == 4 * ROUNDS
    assert all(line.external_id and line.external_id in line.reason for line in copies)
    assert len(await tickets(processes[0])) == (ROUNDS if who == "a stranger" else 0)
    assert sum(len(day.mail.drafts) for day in processes) >= len(await tickets(processes[0]))
    assert len(await processes[0].deliveries()) == len(await tickets(processes[0]))
