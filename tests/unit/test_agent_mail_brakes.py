"""An agent's mails are done once, taken back exactly, and never a talk of two machines."""

import pytest

from inbox_bot.casework import Promise
from inbox_bot.flows import agent_mail
from inbox_bot.flows.answering import reply as answer_of
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.model import Outcome, PromiseState
from inbox_bot.store.database import Database as Store
from tests.unit.agent_day import OWN, PROVEN, AgentDay, address_of, body, mail, reply, the_ticket

TEXT = "Guten Tag Frau Winter,\n\nder Techniker hat Ihre Nummer."


@pytest.fixture
async def day(store: Store) -> AgentDay:
    """Anna, and Eva's mail that she is told of."""
    day = AgentDay(store)
    await day.agent("anna", "AB")
    await day.takes(mail("Mein Anschluss geht seit gestern nicht mehr.", *OWN))
    return day


async def promises(day: AgentDay) -> list[Promise]:
    """Of the one ticket."""
    async with day.store.read() as tx:
        return list(await tx.promises_of((await the_ticket(day)).id))


async def test_undo_means_the_answer_that_is_shown(day: AgentDay) -> None:
    """What the preview showed has left: a later answer that waits is not taken back in its place; nor is an earlier one
    by a second /undo."""
    notice = await day.told()
    await day.answers(notice, TEXT)
    first = (await day.letters())[-1]
    day.later(minutes=2)
    assert len(await day.customers()) == 1
    await day.answers(notice, "Noch etwas: Bitte halten Sie die Nummer bereit.\n\n/anyway", id="x@acme.example")
    second = await day.answers(first, "/anyway\nNoch etwas: Bitte halten Sie die Nummer bereit.", id="a2@acme.example")
    assert second.outcome is Outcome.FILED
    preview = (await day.letters())[-1]
    refused = await day.answers(first, "/undo", id="a3@acme.example")
    assert refused.outcome is Outcome.REFUSED
    assert "has left already" in refused.reason
    assert (await day.answers(preview, "/undo", id="a4@acme.example")).outcome is Outcome.FILED
    again = await day.answers(preview, "/undo", id="a5@acme.example", more=("X-Other: 1",), headers=PROVEN)
    assert again.outcome is not Outcome.FILED
    day.later(minutes=5)
    assert len(await day.customers()) == 1


async def test_what_an_undone_answer_kept_is_open_again(day: AgentDay) -> None:
    """Nothing was sent, so nothing was kept."""
    notice = await day.told()
    await day.answers(notice, "/promise tomorrow 12:00", id="a0@acme.example")
    assert [one.state for one in await promises(day)] == [PromiseState.OPEN]
    await day.answers(notice, f"/kept\n{TEXT}")
    assert [one.state for one in await promises(day)] == [PromiseState.KEPT]
    await day.answers((await day.letters())[-1], "/undo", id="a2@acme.example")
    [promise] = await promises(day)
    assert (promise.state, promise.settled_at) == (PromiseState.OPEN, None)
    number = (await the_ticket(day)).number
    await answer_of(day.house, Answer(number=number, who="anna", text=TEXT, keeps=("all",), anyway=True))
    assert [one.state for one in await promises(day)] == [PromiseState.KEPT]


async def test_a_responder_that_marks_nothing_is_not_talked_with(day: AgentDay) -> None:
    """It answers each of our mails: its words reach the customer once, and soon it gets no mail any more."""
    await day.told()
    answered = 0
    for turn in range(20):
        letters = await day.letters()
        for letter in letters[answered:]:
            words = "Vielen Dank. Ich bin bis Montag unterwegs."
            raw = reply(letter, words, quoted=False, id=f"oof{turn}@acme.example")
            await agent_mail.received(day.house, raw, to=address_of(letter), vouched=False, relayed=True)
        answered = len(letters)
        day.later(minutes=2)
    assert len(await day.customers()) == 1
    assert len(await day.letters()) <= 15
    assert "you have said the same already" in body((await day.letters())[-1])


async def test_ever_new_words_end_too(day: AgentDay) -> None:
    """A responder that writes the time into its text."""
    letter = await day.told()
    for turn in range(9):
        fate = await day.answers(letter, f"Antwort von {turn} Uhr.", id=f"b{turn}@acme.example")
        letter = (await day.letters())[-1]
        day.later(minutes=2)
    assert "answers in a row" in fate.reason
    assert len(await day.customers()) == 5


async def test_nobody_unproven_takes_the_place_of_a_real_mail(day: AgentDay) -> None:
    """An automatic mail that bears its Message-ID came first."""
    notice = await day.told()
    automatic = ("Auto-Submitted: auto-generated",)
    forged = await day.answers(notice, "egal", headers="", sender="mallory@far.example", more=automatic)
    assert forged.outcome is Outcome.AUTOMATIC
    assert (await day.answers(notice, TEXT)).outcome is Outcome.FILED


async def test_the_same_message_id_with_other_words_comes_back(day: AgentDay) -> None:
    """Programs that use an id twice lose nothing without a word."""
    notice = await day.told()
    assert (await day.answers(notice, TEXT)).outcome is Outcome.FILED
    before = len(await day.letters())
    other = await day.answers(notice, "Und bitte auch den Router prüfen.")
    assert other.outcome is Outcome.REFUSED
    assert "same Message-ID" in other.reason
    assert len(await day.letters()) == before + 1
    assert "same Message-ID" in body((await day.letters())[-1])
