"""A telephone call becomes a ticket whose number goes out like any other."""

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.flows import answering, calls, reading
from inbox_bot.flows.calls import Call
from inbox_bot.model import Channel, Direction, Kind, Visibility
from inbox_bot.records import Customer
from inbox_bot.store.database import Database
from tests.unit.desk_house import HANDLE, MAIL, NOW, NUMBER, Office, a_dm, a_mail, a_post, an_identity
from tests.unit.said import informed


@pytest.fixture
async def office(store: Database) -> Office:
    office = Office(store)
    await office.agent()
    return office


async def test_a_telephone_ticket_gets_its_number_out(office: Office) -> None:
    """A caller not known yet becomes a customer; the call is a note, the number goes to his address."""
    queued = await calls.open_ticket(
        office.house, Call(key="Neu@Post.Example", text="Leitung tot\nseit Montag", who="", phone="030 1234")
    )
    [draft] = office.mail.drafts
    assert (draft.to.address, draft.kind) == ("Neu@post.example", Kind.OPENING)
    async with office.store.read() as tx:
        ticket = await tx.ticket(queued.ticket.number)
        assert ticket is not None
        note, opening = await tx.timeline(ticket.customer, ticket.id)
    assert (ticket.subject, ticket.reason) == ("Leitung tot", "telephone call from 030 1234")
    assert (note.message.direction, note.message.visibility) == (Direction.NOTE, Visibility.INTERNAL)
    assert note.message.text == "Leitung tot\nseit Montag"
    assert opening.deliveries[0][0].carries_number


async def test_who_called_is_found_by_his_number(office: Office) -> None:
    """In any spelling; and by what he said, but not by what the team noted of others."""
    said = "Leitung tot, Kundennummer 4711998"
    call = Call(key="neu@post.example", text=said, who="", phone="030 1234567", note="Nachbar: 030 7654321")
    await calls.open_ticket(office.house, call)
    for key in ("+49 30 1234567", "030/1234567", "4711998"):
        assert (await reading.dossier(office.house, key)).customer.name == "neu@post.example"
    with pytest.raises(UsageError, match="nothing is known"):
        await reading.dossier(office.house, "+49 30 7654321")


async def test_an_answer_on_a_telephone_ticket_goes_where_the_number_went(office: Office) -> None:
    """Before he wrote anything, our own first mail is what the answer follows."""
    opened = await calls.open_ticket(office.house, Call(key=MAIL, text="Leitung tot", who=""))
    await answering.reply(office.house, informed(number=opened.ticket.number, who="", text="Wir prüfen das."))
    first, second = office.mail.drafts
    assert second.to.address == MAIL
    assert second.in_reply_to == first.message_id


async def test_a_known_caller_keeps_his_history(office: Office) -> None:
    """A ticket for an address on record, however it is written, belongs to the customer who has it."""
    ticket = await office.case(a_mail())
    queued = await calls.open_ticket(office.house, Call(key=MAIL.title(), text="Noch etwas", who=""))
    assert queued.to.address == MAIL
    async with office.store.read() as tx:
        his = await tx.tickets(states=(), customer=ticket.customer, limit=9)
    assert [row[0].number for row in his] == [NUMBER, queued.ticket.number]


async def test_a_telephone_ticket_by_handle_needs_a_dm(office: Office) -> None:
    """The number can go to an X user only after he wrote a DM; strangers are refused."""
    await office.case(a_post())
    with pytest.raises(UsageError, match="no DM yet"):
        await calls.open_ticket(office.house, Call(key=f"@{HANDLE}", text="Anruf", who=""))
    with pytest.raises(UsageError, match="nobody on X"):
        await calls.open_ticket(office.house, Call(key="@stranger", text="Anruf", who=""))


async def test_a_telephone_ticket_by_handle_goes_by_dm(office: Office) -> None:
    """With a DM of his on record the number goes out as a DM, signed."""
    await office.case(a_dm(), dm=True)
    queued = await calls.open_ticket(office.house, Call(key=f"@{HANDLE.upper()}", text="Anruf", who=""))
    assert (queued.channel, queued.visibility) == (Channel.TWITTER, Visibility.PRIVATE)
    assert "^AB" in queued.text


async def test_a_number_that_is_taken_is_drawn_again(office: Office) -> None:
    """Two tickets never share a number: the second transaction draws another one."""
    first = await calls.open_ticket(office.house, Call(key=MAIL, text="Eins", who=""))
    taken = int(first.ticket.number[:8]) - 10_000_000
    office.first_bits = [taken]
    second = await calls.open_ticket(office.house, Call(key=MAIL, text="Zwei", who=""))
    assert second.ticket.number != first.ticket.number


async def test_a_blocked_address_gets_no_telephone_ticket(office: Office) -> None:
    """The block has to be lifted first, and the refusal says how."""
    await office.save(
        Customer(id=-100, name="Eva", language="de", created_at=NOW), an_identity(id=-101, blocked_at=NOW)
    )
    with pytest.raises(UsageError, match="--undo"):
        await calls.open_ticket(office.house, Call(key=MAIL, text="Anruf", who=""))
