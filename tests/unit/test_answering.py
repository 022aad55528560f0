"""What an agent writes: the way it takes, what it carries, what it makes needless."""

from datetime import timedelta

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.flows import answering
from inbox_bot.model import Attachment, Channel, DeliveryState, Direction, Kind, TicketState, Visibility
from inbox_bot.records import Delivery
from inbox_bot.rules.routes import Way
from inbox_bot.store.database import Database
from inbox_bot.views import Entry
from tests.unit.desk_house import (
    HANDLE,
    MAIL,
    NOW,
    NUMBER,
    WRITTEN,
    Office,
    a_dm,
    a_mail,
    a_post,
    a_ticket,
    files,
)
from tests.unit.said import informed


@pytest.fixture
async def office(store: Database) -> Office:
    office = Office(store)
    await office.agent()
    return office


async def timeline(office: Office) -> list[Entry]:
    async with office.store.read() as tx:
        ticket = await tx.ticket(NUMBER)
        assert ticket is not None
        return await tx.timeline(ticket.customer, ticket.id)


def an_acknowledgement(**fields: object) -> Delivery:
    given: dict[str, object] = {
        "id": -9,
        "token": "acknowledgement1",
        "inbox": "mail",
        "channel": Channel.EMAIL,
        "kind": Kind.ACKNOWLEDGEMENT,
        "visibility": Visibility.PRIVATE,
        "to": MAIL,
        "payload": b"Eingang",
        "created_at": NOW,
        "due_at": NOW,
        "message": -8,
        "ticket": -103,
        "identity": -101,
        "carries_number": True,
        "automatic": True,
        **fields,
    }
    return Delivery(**given)  # type: ignore[arg-type]  # a builder takes any field


async def test_a_mail_is_answered_in_its_thread(office: Office) -> None:
    """The answer goes to the customer alone, names his mail and what that named, and has the number in its subject."""
    await office.case(a_mail())
    queued = await answering.reply(office.house, informed(number=WRITTEN, who="", text="Der Techniker kommt."))
    [draft] = office.mail.drafts
    assert (draft.to.address, draft.cc) == (MAIL, ())
    assert draft.in_reply_to == "<1@post.example>"
    assert "<0@post.example>" in draft.references
    assert draft.subject == f"[#{WRITTEN}] Re: Kein Anschluss"
    assert "Der Techniker kommt." in draft.text
    assert WRITTEN in draft.text
    assert (queued.ticket.state, queued.ticket.answered_at) == (TicketState.OPEN, NOW)


@pytest.mark.parametrize("delivered", [True, False])
async def test_the_first_answer_carries_a_number_that_has_not_arrived(office: Office, *, delivered: bool) -> None:
    """Only an answer that gives a number not yet delivered counts as its carrier."""
    await office.case(a_mail(), ticket=a_ticket(number_delivered_at=NOW if delivered else None))
    await answering.reply(office.house, informed(number=WRITTEN, who="", text="Ja."))
    [delivery] = [d for entry in await timeline(office) for d, _ in entry.deliveries]
    assert delivery.carries_number is not delivered


async def test_the_answer_takes_the_way_of_the_last_message(office: Office) -> None:
    """He mentioned us, then wrote a DM: the DM is answered, not the post."""
    await office.case(a_post(at=NOW - timedelta(hours=3)), a_dm(at=NOW - timedelta(hours=2)), dm=True)
    queued = await answering.reply(office.house, informed(number=WRITTEN, who="", text="Danke, wir prüfen das."))
    assert (queued.channel, queued.visibility) == (Channel.TWITTER, Visibility.PRIVATE)
    [draft] = office.x.drafts
    assert draft.to.address == "1001"
    assert not draft.in_reply_to


async def test_a_public_post_is_answered_in_public(office: Office) -> None:
    """His latest post is answered, with the agent's initials at the end and without anything of his mail."""
    await office.case(
        a_mail(at=NOW - timedelta(hours=5), text="geheim"),
        a_post(id=-4, external_id="9000", at=NOW - timedelta(hours=4)),
        a_post(at=NOW - timedelta(hours=3)),
        dm=True,
    )
    queued = await answering.reply(office.house, informed(number=WRITTEN, who="ab", text="Wir kümmern uns."))
    [draft] = office.x.drafts
    assert draft.in_reply_to == "9001"
    assert draft.visibility is Visibility.PUBLIC
    assert draft.text.endswith(" ^AB")
    assert "geheim" not in draft.text
    assert queued.to.handle == HANDLE


async def test_the_agent_may_choose_another_way(office: Office) -> None:
    """--dm leaves the public where he has opened DMs; --public needs a post of his."""
    await office.case(a_post(), dm=True)
    queued = await answering.reply(office.house, informed(number=WRITTEN, who="", text="Hier.", way=Way.DM))
    assert queued.visibility is Visibility.PRIVATE
    queued = await answering.reply(office.house, informed(number=WRITTEN, who="", text="Hier.", way=Way.PUBLIC))
    assert queued.visibility is Visibility.PUBLIC


async def test_no_dm_before_he_wrote_one(office: Office) -> None:
    """X allows a DM only to those who wrote one: the refusal says what to do, and nothing is queued."""
    await office.case(a_post())
    with pytest.raises(UsageError, match="only after the customer wrote one"):
        await answering.reply(office.house, informed(number=WRITTEN, who="", text="Hier.", way=Way.DM))
    assert [entry.deliveries for entry in await timeline(office)] == [()]


async def test_no_public_reply_without_a_post(office: Office) -> None:
    """X allows a reply only where he summoned us."""
    await office.case(a_mail())
    with pytest.raises(UsageError, match="no public post"):
        await answering.reply(office.house, informed(number=WRITTEN, who="", text="Hier.", way=Way.PUBLIC))


async def test_a_long_answer_goes_by_dm_where_that_is_open(office: Office) -> None:
    """He wrote a DM too, so nothing need be cut; --public would have kept it public."""
    await office.case(a_post(), dm=True)
    queued = await answering.reply(office.house, informed(number=WRITTEN, who="", text="Das ist lang. " * 30))
    assert queued.visibility is Visibility.PRIVATE
    assert len(office.x.drafts) == 1


async def test_a_long_answer_is_split_at_a_sentence(office: Office) -> None:
    """Two signed posts under his own post, in order, the number in the last one only."""
    await office.case(a_post())
    queued = await answering.reply(
        office.house, informed(number=WRITTEN, who="", text="Das ist ein langer Satz. " * 14)
    )
    first, second = office.x.drafts
    assert [draft.in_reply_to for draft in (first, second)] == [a_post().external_id] * 2
    assert ("(1/2)" in first.text, "(2/2)" in second.text) == (True, True)
    assert all("^AB" in draft.text and draft.text.startswith("Das") for draft in (first, second))
    assert (WRITTEN in first.text, WRITTEN in second.text) == (False, True)
    assert queued.text == f"{first.text}\n\n{second.text}"
    entries = await timeline(office)
    carrying = {d.due_at: d.carries_number for entry in entries for d, _ in entry.deliveries}
    assert [carrying[at] for at in sorted(carrying)] == [False, True]


async def test_what_two_posts_cannot_hold_is_refused_when_written(office: Office) -> None:
    """The refusal says what is open; ticket and queue stay as they are."""
    await office.case(a_post())
    with pytest.raises(UsageError, match="too long for 2 posts") as caught:
        await answering.reply(office.house, informed(number=WRITTEN, who="", text="lang " * 200))
    assert "no DM yet" in str(caught.value)
    assert len(await timeline(office)) == 1


async def test_an_answer_makes_acknowledgements_needless(office: Office) -> None:
    """The queued one is withdrawn, the owed one owed no more; the answer confirms both mails and bears the number."""
    await office.case(
        a_mail(acknowledged_by=-9),
        a_mail(id=-5, external_id="<2@post.example>", at=NOW - timedelta(hours=1), acknowledge_at=NOW),
        a_mail(id=-8, direction=Direction.OUTGOING, external_id="<a@acme.example>", automatic=True),
        an_acknowledgement(due_at=NOW + timedelta(minutes=1)),
    )
    queued = await answering.reply(office.house, informed(number=WRITTEN, who="", text="Ja."))
    entries = await timeline(office)
    theirs = [entry.message for entry in entries if entry.message.direction is Direction.INCOMING]
    assert [(one.acknowledge_at, one.acknowledged_by) for one in theirs] == [(None, queued.delivery)] * 2
    states = {d.kind: (d.state, d.carries_number) for entry in entries for d, _ in entry.deliveries}
    assert queued.withdrawn == 1
    assert states == {
        Kind.ACKNOWLEDGEMENT: (DeliveryState.WITHDRAWN, True),
        Kind.REPLY: (DeliveryState.QUEUED, True),
    }


async def test_what_was_tried_is_not_withdrawn(office: Office) -> None:
    """An acknowledgement whose first attempt failed for now still goes out."""
    await office.case(
        a_mail(acknowledged_by=-9),
        a_mail(id=-8, direction=Direction.OUTGOING, external_id="<a@acme.example>", automatic=True),
        an_acknowledgement(attempts=1),
    )
    queued = await answering.reply(office.house, informed(number=WRITTEN, who="", text="Ja."))
    assert queued.withdrawn == 0
    [theirs] = [e.message for e in await timeline(office) if e.message.direction is Direction.INCOMING]
    assert theirs.acknowledged_by != queued.delivery


async def test_an_answer_that_asks_waits_for_the_customer(office: Office) -> None:
    """A request for details makes the ticket pending; --resolve settles it."""
    await office.case(a_mail())
    asked = await answering.reply(
        office.house, informed(number=WRITTEN, who="", text="Bitte schreiben Sie uns Ihre Kundennummer.")
    )
    assert (asked.ticket.state, asked.ticket.asked) == (TicketState.PENDING, True)
    done = await answering.reply(office.house, informed(number=WRITTEN, who="", text="Gern geschehen.", resolve=True))
    assert (done.ticket.state, done.ticket.resolved_at) == (TicketState.RESOLVED, NOW)


async def test_files_and_copies_go_by_mail_only(office: Office) -> None:
    """What X would not carry is refused, not lost."""
    await office.case(a_post(), dm=True)
    file = Attachment(name="a.txt", media_type="text/plain", size=1, content=b"a")
    for answer in (
        informed(number=WRITTEN, who="", text="Hier.", attachments=(file,)),
        informed(number=WRITTEN, who="", text="Hier.", cc=("b@post.example",)),
    ):
        with pytest.raises(UsageError, match="by mail only"):
            await answering.reply(office.house, answer)


async def test_a_copy_goes_to_whom_the_agent_names(office: Office) -> None:
    """--cc adds a recipient; the file is kept with the message."""
    await office.case(a_mail())
    file = Attachment(name="a.txt", media_type="text/plain", size=1, content=b"a")
    await answering.reply(
        office.house, informed(number=WRITTEN, who="", text="Hier.", cc=("b@post.example",), attachments=(file,))
    )
    [draft] = office.mail.drafts
    assert (draft.cc, draft.attachments) == (("b@post.example",), (file,))
    assert [one.name for one in (await timeline(office))[-1].files] == ["a.txt"]


async def test_a_template_fills_the_answer(office: Office) -> None:
    """--template takes its text; one for automatic messages or for another kind of way is refused."""
    await office.case(a_post())
    queued = await answering.reply(office.house, informed(number=WRITTEN, who="", template="please-dm"))
    assert "Direktnachricht" in queued.text
    for name in ("mdn", "solved", "unknown"):
        with pytest.raises(UsageError):
            await answering.reply(office.house, informed(number=WRITTEN, who="", template=name))


async def test_an_empty_answer_is_refused(office: Office) -> None:
    """Nothing is sent where nothing was written."""
    await office.case(a_mail())
    with pytest.raises(UsageError, match="empty"):
        await answering.reply(office.house, informed(number=WRITTEN, who="", text=" \n"))


async def test_a_confirmation_lists_what_arrived(office: Office) -> None:
    """Every message of his with its time in words and its files; the ticket's state stays, the mail has the number."""
    await office.case(
        a_mail(),
        a_mail(id=-5, external_id="<2@post.example>", at=NOW - timedelta(hours=1), subject="Nachtrag"),
    )
    ids = [entry.message.id for entry in await timeline(office)]
    await office.save(*files(["Auftrag.pdf"], ids[0]))
    queued = await answering.confirm(office.house, WRITTEN, "")
    assert "Auftrag.pdf" in queued.text
    assert "9. März 2026" in queued.text
    assert "Nachtrag" in queued.text
    assert queued.ticket.state is TicketState.NEW
    assert queued.ticket.answered_at is None
    [delivery] = [d for entry in await timeline(office) for d, _ in entry.deliveries]
    assert (delivery.kind, delivery.carries_number) == (Kind.CONFIRMATION, True)


async def test_a_confirmation_prefers_a_private_way(office: Office) -> None:
    """What he wrote is never listed in public: his mail is used although he tweeted last; without one it is refused."""
    await office.case(a_mail(at=NOW - timedelta(hours=5)), a_post(at=NOW))
    assert (await answering.confirm(office.house, WRITTEN, "")).channel is Channel.EMAIL


async def test_a_confirmation_is_not_for_the_public(office: Office) -> None:
    """Where only a post is open, the agent is told to ask for a DM or mail."""
    await office.case(a_post(), ticket=a_ticket(inbox="x", channel=Channel.TWITTER))
    with pytest.raises(UsageError, match="in private only"):
        await answering.confirm(office.house, WRITTEN, "")
