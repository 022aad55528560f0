"""What an agent has just said, what got no yes, and what only the team may read: none of it slips out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import answering, approving, calls, desk, reading, team, undoing
from inbox_bot.flows.calls import Call
from inbox_bot.model import Direction
from inbox_bot.rules.approving import Approval
from inbox_bot.store.database import Database
from tests.unit.desk_house import MAIL, WRITTEN, Office, a_mail
from tests.unit.said import informed

TEXT = "Wir prüfen Ihre Leitung."


@pytest.fixture
async def office(store: Database) -> Office:
    """Anna and Ben, and Eva's mail."""
    office = Office(store)
    await office.agent()
    await office.agent("ben", "BN")
    await office.case(a_mail())
    return office


async def says(office: Office, text: str = TEXT, who: str = "anna", *, anyway: bool = False) -> answering.Queued:
    """An answer."""
    return await answering.reply(office.house, informed(number=WRITTEN, who=who, text=text, anyway=anyway))


async def test_the_same_command_twice_is_no_second_answer(office: Office) -> None:
    """A colleague may say it too, he himself with --anyway, or after he has taken it back."""
    await says(office)
    for text in (TEXT, "Wir  prüfen Ihre Leitung. "):
        with pytest.raises(Stopped, match="said the same already"):
            await says(office, text)
    await says(office, "Wir prüfen Ihre Leitung. Wie ist es jetzt?")
    await says(office, "Wie ist es jetzt?")
    await says(office, who="ben")
    office.now += timedelta(minutes=1)
    await says(office, anyway=True)
    for _ in range(2):
        await undoing.undo(office.house, WRITTEN, "anna")
    await says(office)


async def test_what_got_no_yes_waits_again(office: Office) -> None:
    """As a draft it is words like any other: the next answer of its writer in that ticket needs a yes as well."""
    house = replace(office.house, approval=Approval(templates=("ask-details",)))
    await answering.reply(house, informed(number=WRITTEN, who="anna", template="ask-details"))
    await approving.approve(house, WRITTEN, "ben", yes=False)
    queued = await answering.reply(house, informed(number=WRITTEN, who="anna", text="Nennen Sie uns Ihre Nummer."))
    assert queued.approval
    await approving.approve(house, WRITTEN, "ben", yes=True)
    queued = await answering.reply(house, informed(number=WRITTEN, who="anna", text="Es geht um die Leitung."))
    assert not queued.approval


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Leitung tot. Techniker kommt bis Freitag.", "reads as a promise of ours"),
        ("Leitung tot. Der Vertrag wurde storniert.", "says that something is done"),
    ],
)
async def test_a_call_tells_the_customer_only_what_he_said(office: Office, text: str, why: str) -> None:
    """What we promise or claim has its place in an answer, where it is looked at."""
    with pytest.raises(UsageError, match=why):
        await calls.open_ticket(office.house, Call(key=MAIL, text=text, who="anna"))


async def test_a_note_of_a_call_stays_with_the_team(office: Office) -> None:
    """The mail says what he said; the note stands in the ticket alone."""
    call = Call(key=MAIL, text="Leitung tot seit Montag.", note="Kundin nervt.", who="anna")
    queued = await calls.open_ticket(office.house, call)
    assert "Leitung tot seit Montag." in queued.text
    entries = (await reading.dossier(office.house, queued.ticket.number)).entries
    sent = [entry.message.text for entry in entries if entry.message.direction is Direction.OUTGOING]
    noted = [entry.message.text for entry in entries if entry.message.direction is Direction.NOTE]
    assert sent
    assert not any("nervt" in text for text in sent)
    assert any("nervt" in text for text in noted)


@pytest.mark.parametrize(
    ("name", "why"), [("nobody", "another name"), ("Nobody", "another name"), ("ab", "are the initials of")]
)
async def test_names_that_mean_something_else(office: Office, name: str, why: str) -> None:
    """`assign NUMBER nobody` and `assign NUMBER AB` say one thing each."""
    with pytest.raises(UsageError, match=why):
        await team.add(office.house, name, "XY", "x@acme.example")


async def test_a_note_says_whom_it_told(office: Office) -> None:
    """A misspelt name is seen at once."""
    _, _, told = await desk.note(office.house, WRITTEN, "@ben schau mal, @bem auch", "anna")
    assert [one.name for one in told] == ["ben"]
