"""Answering a public post by mail: it goes out with initials; what does not fit there comes back unsent."""

import pytest

from inbox_bot.model import Outcome
from inbox_bot.ports import Store
from tests.unit.agent_day import AgentDay, body
from tests.unit.flow_house import post


@pytest.fixture
async def day(store: Store) -> AgentDay:
    """Anna's house, in which somebody has posted and was told his number."""
    day = AgentDay(store)
    await day.agent("anna", "AB")
    await day.takes(post())
    day.later(minutes=2)  # behind the hold of public replies
    await day.sends()
    return day


async def test_it_goes_out_with_her_initials(day: AgentDay) -> None:
    """As a reply to his post, after the time in which she can take it back."""
    fate = await day.answers(await day.told(), "Wir sehen uns die Leitung an.")
    assert fate.outcome is Outcome.FILED
    before = len(day.x.parcels)
    day.later(minutes=2)
    await day.sends()
    (sent,) = [parcel.payload.decode() for parcel in day.x.parcels[before:]]
    assert sent == "Wir sehen uns die Leitung an. ^AB"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Das dauert leider noch. " * 30, "too long for 2 posts"),
        ("Rufen Sie 0171 3920012 an.", '"0171 3920012" is a telephone number, and this answer is public'),
        ("Wir haben eva@post.example notiert.", '"eva@post.example" is a mail address'),
        ("Ihre Kundennummer 4711 0815 stimmt.", '"4711 0815" is a customer number'),
        ("/anyway\nKonto DE89 3704 0044 0532 0130 00?", '"DE89 3704 0044 0532 0130 00" is an IBAN'),
    ],
)
async def test_what_does_not_fit_in_public_comes_back(day: AgentDay, text: str, reason: str) -> None:
    """With the reason, whatever she says to it."""
    fate = await day.answers(await day.told(), text)
    assert fate.outcome is Outcome.REFUSED
    assert reason in fate.reason
    before = len(day.x.parcels)
    day.later(minutes=5)
    returned = (await day.letters())[-1]
    assert reason in " ".join(body(returned).split())
    assert len(day.x.parcels) == before
