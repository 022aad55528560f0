"""A code that somebody sends on, who is not the one it is about, makes nobody one person with another."""

from dataclasses import replace

import pytest

from inbox_bot.model import Channel
from inbox_bot.store.database import Database
from tests.unit.flow_house import dm
from tests.unit.linking_day import MAIL, Linking, a_mail


@pytest.fixture
def day(store: Database) -> Linking:
    """One with an empty store."""
    return Linking(store=store)


async def test_one_of_the_team_who_forwards_a_code_is_not_the_customer(day: Linking) -> None:
    """Anna sends a customer's words on to the mailbox: else his answers would go to her, too."""
    await day.begins()
    code = await day.invited()
    day.team = ("anna@post.example",)
    await day.takes(a_mail(f"Bitte zuordnen: {code}", sender="Anna <anna@post.example>", subject="WG: Umzug"))
    owners = await day.owners()
    assert owners["anna@post.example"] != owners["1001"]
    await day.mails(id=2, subject=code)
    owners = await day.owners()
    assert owners[MAIL] == owners["1001"]


@pytest.mark.parametrize("header", ["Precedence: list", "X-Auto-Response-Suppress: All"])
async def test_a_list_or_a_shop_that_repeats_a_code_is_not_the_customer(day: Linking, header: str) -> None:
    """Whoever has the code can have it written to us by others; what gets no automatic answer links nobody."""
    await day.begins()
    code = await day.invited()
    await day.takes(a_mail(f"Willkommen, {code}!", header, sender="Shop <shop@post.example>", subject="Ihr Konto"))
    owners = await day.owners()
    assert owners["shop@post.example"] != owners["1001"]


async def test_what_a_group_reads_proves_nothing(day: Linking) -> None:
    """In a direct message with others: none of them is taken for her, neither at once nor when he comes with it."""
    await day.begins()
    await day.mails(id=1)
    code = await day.invited(Channel.TWITTER, MAIL)
    said = dm(code, id=5009, author="1002", at=day.now)
    assert said.post is not None
    await day.takes(replace(said, post=replace(said.post, group=True)))
    await day.writes(code, id=5010, author="1003")
    owners = await day.owners()
    assert len({owners[one] for one in ("1002", "1003", MAIL)}) == 3


async def test_a_mail_that_lay_for_days_still_brings_its_code(day: Linking) -> None:
    """He has read the code all the same; it is too old for an automatic answer, by whatever way."""
    await day.begins()
    code = await day.invited()
    before = len(await day.deliveries())
    sent = a_mail(subject=code)
    day.later(days=4)
    await day.takes(sent)
    owners = await day.owners()
    assert owners[MAIL] == owners["1001"]
    assert len(await day.deliveries()) == before
