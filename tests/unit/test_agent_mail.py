"""Answering by mail: an agent's reply to a notice goes to the customer, once, and is shown to him before."""

import pytest

from inbox_bot.model import Outcome
from inbox_bot.ports import Store
from tests.unit.agent_day import EVA, AgentDay, body, mail


@pytest.fixture
def day(store: Store) -> AgentDay:
    """An empty house."""
    return AgentDay(store)


async def test_reply_to_a_notice_goes_to_the_customer(day: AgentDay) -> None:
    """Eva writes, Anna is told, answers by mail, sees what goes out, and a minute later Eva has it."""
    anna = await day.agent("anna", "AB")
    await day.takes(mail("Mein Anschluss geht seit gestern nicht mehr."))
    notice = await day.told(anna)
    assert "Mein Anschluss geht seit gestern nicht mehr." in body(notice)
    fate = await day.answers(notice, "Guten Tag Frau Winter,\n\nder Techniker kommt am Donnerstag.")
    assert fate.outcome is Outcome.FILED
    preview = (await day.letters(anna))[-1]
    assert "der Techniker kommt am Donnerstag." in body(preview)
    assert EVA in body(preview)
    assert not await day.customers()
    day.later(seconds=61)
    (answer,) = await day.customers()
    assert "der Techniker kommt am Donnerstag." in body(answer)
    assert "Anschluss geht seit gestern" not in body(answer)
    assert "anna" in body(answer)
