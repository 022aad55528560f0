"""Templates by mail: one that fits goes out as it was shown, one that contradicts the case comes back with reasons."""

import pytest

from inbox_bot.model import Outcome
from inbox_bot.ports import Store
from tests.unit.agent_day import AgentDay, body, written_to


@pytest.fixture
async def day(store: Store) -> AgentDay:
    """Anna's house, in which Eva has written."""
    return await written_to(store)


async def test_one_that_fits_goes_out(day: AgentDay) -> None:
    """Its words, with number and name, a minute after it was shown."""
    await day.answers(await day.told(), "/template solved\n/resolve")
    assert "wir schließen Ihr Anliegen hiermit ab." in body((await day.letters())[-1])
    day.later(hours=1)
    (answer,) = await day.customers()
    assert "wir schließen Ihr Anliegen hiermit ab." in body(answer)


async def test_one_that_contradicts_the_case_comes_back(day: AgentDay) -> None:
    """Nothing is on record as done, so nobody says so: the reason and what fits instead are in the mail that returns,
    and the other orders are not obeyed either."""
    fate = await day.answers(await day.told(), "/template done\n/resolve\n/anyway")
    assert fate.outcome is Outcome.REFUSED
    returned = " ".join(body((await day.letters())[-1]).split())
    assert "it says that something was executed, and no such action is on record" in returned
    assert "these fit: ask-details, authorise, solved" in returned
    day.later(hours=1)
    assert not await day.customers()


async def test_after_the_matter_is_settled_it_comes_back(day: AgentDay) -> None:
    """The form letter after the solution, by mail too."""
    notice = await day.told()
    await day.answers(notice, "/template solved\n/resolve")
    day.later(hours=1)
    fate = await day.answers(notice, "/template ask-details\n/anyway", id="a2@acme.example")
    assert fate.outcome is Outcome.REFUSED
    assert "held until a supervisor or the customer" in " ".join(body((await day.letters())[-1]).split())
    day.later(hours=1)
    assert len(await day.customers()) == 1


async def test_a_text_that_has_no_place_in_it_comes_back(day: AgentDay) -> None:
    """A text beside /template goes into it, and where it cannot, nothing of the two is lost silently."""
    fate = await day.answers(await day.told(), "/template solved\nDer Techniker war da.")
    assert fate.outcome is Outcome.REFUSED
    assert "no place for a text of yours" in " ".join(body((await day.letters())[-1]).split())
