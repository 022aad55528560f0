"""Why the customer wrote, said in the first lines of an agent's mail."""

from dataclasses import dataclass, replace

import pytest

from inbox_bot.flows.house import House
from inbox_bot.model import Outcome, TicketState
from inbox_bot.ports import Store
from inbox_bot.rules.reasons import Reason
from tests.unit.agent_day import OWN, AgentDay, body, mail, the_ticket


@dataclass(slots=True)
class Asked(AgentDay):
    """A house that wants to know it."""

    @property
    def house(self) -> House:
        """With one reason."""
        reasons = {"moving": Reason(words=("Umzug",), titles={"de": "Umzug", "en": "Moving"})}
        return replace(super(Asked, self).house, reasons=reasons)


@pytest.fixture
async def day(store: Store) -> Asked:
    """Eva has written, in words that tell no reason."""
    day = Asked(store)
    await day.agent("anna", "AB")
    await day.takes(mail("Mein Anschluss geht seit gestern nicht mehr.", *OWN))
    return day


@pytest.mark.parametrize("text", ["/resolve", "/resolve\n\nEs geht wieder."])
async def test_a_mail_that_resolves_without_it_comes_back(day: Asked, text: str) -> None:
    """With the list, and nothing is done."""
    notice = await day.told()
    await day.answers(notice, text)
    assert "(by mail: /reason NAME), one of moving" in " ".join(body((await day.letters())[-1]).split())
    assert (await the_ticket(day)).state is TicketState.NEW
    assert await day.customers() == []


@pytest.mark.parametrize("text", ["/reason moving\n/resolve", "/resolve\n/reason Moving\n\nEs geht wieder."])
async def test_it_is_ordered_with_the_rest(day: Asked, text: str) -> None:
    """In either order, with an answer or without."""
    await day.answers(await day.told(), text)
    ticket = await the_ticket(day)
    assert (ticket.state, ticket.contact_reason) == (TicketState.RESOLVED, "moving")


async def test_it_may_stand_alone(day: Asked) -> None:
    """It changes nothing else; what is no reason comes back."""
    notice = await day.told()
    fate = await day.answers(notice, "/reason moving")
    assert fate.outcome is not Outcome.REFUSED
    assert (await the_ticket(day)).contact_reason == "moving"
    await day.answers(notice, "/reason weather", id="a2@acme.example")
    assert '"weather" is no reason of the configuration' in " ".join(body((await day.letters())[-1]).split())
    await day.answers(notice, "/reason none", id="a3@acme.example")
    assert ((await the_ticket(day)).contact_reason, (await the_ticket(day)).state) == ("", TicketState.NEW)
