"""Threading: the place of each message, and that nobody gets onto another's ticket."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.model import Channel, Direction, Incoming, Kind, PostFacts, TicketState
from inbox_bot.records import Identity, Ticket
from inbox_bot.rules import numbers
from inbox_bot.rules.proof import Standing
from inbox_bot.rules.threading import Place, place
from inbox_bot.rules.tokens import Found
from inbox_bot.views import Known
from tests.unit.rules_builders import (
    EVA_ON_X,
    NOW,
    NUMBERS,
    a_delivery,
    a_mail,
    a_message,
    a_post,
    a_ticket,
    an_identity,
    hours,
    what_is_known,
)

OLD = NOW - hours(500)
EVA = an_identity()
BOB = an_identity(customer=2)
X_EVA = an_identity(EVA_ON_X)
TOKEN = a_delivery().token
STALE = a_ticket(last_incoming_at=OLD, opened_at=OLD)  # rule 4 does not reach it
ON_X = a_ticket(channel=Channel.TWITTER, last_incoming_at=OLD, opened_at=OLD)


def placed(
    incoming: Incoming,
    identity: Identity | None = EVA,
    known: Known | None = None,
    found: Found | None = None,
    standing: Standing = Standing.PROVEN,
) -> Place:
    return place(
        incoming, standing=standing, identity=identity, known=known or Known(), found=found or Found(), now=NOW
    )


def test_first_message_of_a_stranger() -> None:
    """Who was never seen gets a ticket of his own."""
    assert placed(a_mail(), None) == Place(ticket=None, reason="new matter")


SIGNED = [Found(numbers=(NUMBERS[0],)), Found(answered=("unknown", TOKEN)), Found(bounced=TOKEN)]


@pytest.mark.parametrize("found", SIGNED)
def test_signed_name(found: Found) -> None:
    """Rule 1: a signed name brings the ticket's customer back to it, and everybody else no further than a hint."""
    known = what_is_known(tickets=(STALE,), deliveries=(a_delivery(),))
    assert placed(a_mail(), EVA, known, found) == Place(ticket=1, reason="answers a message of ours")
    for stranger in (BOB, None):
        expected = Place(ticket=None, reason="possible follow-up of 427-918-354", related=1)
        assert placed(a_mail(), stranger, known, found) == expected


@pytest.mark.parametrize(
    "mail", [a_mail(subject="Re: [#427-918-354] Anschluss"), a_mail(text="Es geht um Ticket 427 918 354.")]
)
def test_number(mail: Incoming) -> None:
    """Rule 2: a number in subject or text, also in a fresh mail; not in what was quoted."""
    known = what_is_known(tickets=(STALE,))
    assert placed(mail, EVA, known) == Place(ticket=1, reason="quotes the ticket number")
    for stranger in (BOB, None):
        expected = Place(ticket=None, reason="possible follow-up of 427-918-354", related=1)
        assert placed(mail, stranger, known) == expected
    assert placed(a_mail(quoted="427-918-354"), EVA, known).reason == "new matter of a customer who has other tickets"


def test_foreign_message_id() -> None:
    """Rule 3: an answer to a message on record, by a participant of its ticket."""
    known = what_is_known(tickets=(STALE,), messages=(a_message(),))
    mail = a_mail(references=("<unknown@x.example>", "<0@post.example>"))
    assert placed(mail, EVA, known) == Place(ticket=1, reason="same conversation")
    assert placed(mail, BOB, known) == Place(ticket=None, reason="possible follow-up of 427-918-354", related=1)


def test_reply_to_our_post() -> None:
    """Rule 1 on X: the customer answers what we posted, known as a delivery or as an outgoing message."""
    reply = a_post(post=PostFacts(reply_to_id="500"))
    by_delivery = what_is_known(tickets=(ON_X,), deliveries=(a_delivery(external_id="500"),))
    by_message = what_is_known(
        tickets=(ON_X,), messages=(a_message(external_id="500", direction=Direction.OUTGOING, customer=None),)
    )
    for known in (by_delivery, by_message):
        assert placed(reply, X_EVA, known) == Place(ticket=1, reason="answers a message of ours")
        stranger = placed(reply, an_identity(EVA_ON_X, customer=2), known)
        assert (stranger.ticket, stranger.related) == (None, 1)


def test_conversation_on_x() -> None:
    """Rule 3 on X: each person has his own ticket in a conversation."""
    known = replace(what_is_known(tickets=(ON_X,)), conversations={("9001", 1): 1})
    assert placed(a_post(), X_EVA, known) == Place(ticket=1, reason="same conversation")
    assert placed(a_post(), an_identity(EVA_ON_X, customer=2), known) == Place(ticket=None, reason="new matter")


def test_rules_in_their_order() -> None:
    """The first rule that matches wins."""
    tickets = tuple(a_ticket(id=n, number=NUMBERS[n - 1], last_incoming_at=OLD) for n in (1, 2, 3))
    known = what_is_known(tickets=tickets, messages=(a_message(ticket=3),), deliveries=(a_delivery(ticket=1),))
    mail = a_mail(subject=NUMBERS[1], references=("<0@post.example>",))
    assert placed(mail, EVA, known, Found(answered=(TOKEN,))).ticket == 1
    assert placed(mail, EVA, known).ticket == 2
    assert placed(replace(mail, subject="x"), EVA, known).ticket == 3
    # A plus-address counts before a Message-ID, and a ticket of his own before a stranger's.
    both = Found(numbers=(NUMBERS[2],), answered=(TOKEN,))
    assert placed(mail, EVA, known, both).ticket == 3
    foreign = what_is_known(tickets=(replace(tickets[0], customer=9), tickets[1]), deliveries=(a_delivery(ticket=1),))
    assert placed(mail, EVA, foreign, Found(answered=(TOKEN,))) == Place(
        ticket=2, reason="quotes the ticket number", related=1
    )


def test_one_open_ticket() -> None:
    """Rule 4: his one open ticket on the channel, while his last message there is young."""
    known = what_is_known(tickets=(a_ticket(),))
    assert placed(a_mail(), EVA, known) == Place(ticket=1, reason="his one open ticket here")
    assert placed(a_mail(at=NOW + hours(71)), EVA, known).ticket == 1
    assert placed(a_post(), X_EVA, known).ticket is None
    assert placed(a_mail(), BOB, known) == Place(ticket=None, reason="new matter")
    for change in ({"state": TicketState.RESOLVED}, {"last_incoming_at": NOW - hours(73)}):
        assert placed(a_mail(), EVA, what_is_known(tickets=(a_ticket(**change),))) == Place(
            ticket=None, reason="new matter of a customer who has other tickets", related=1
        )


def test_old_mail_imported_late() -> None:
    """What counts is the time between his messages, not when we read them; a date in the future is now."""
    known = what_is_known(tickets=(a_ticket(opened_at=OLD, last_incoming_at=OLD),))
    assert placed(a_mail(at=OLD + hours(5)), EVA, known).ticket == 1
    assert placed(a_mail(at=OLD - hours(90)), EVA, known).ticket is None
    assert placed(a_mail(at=NOW + hours(999)), EVA, what_is_known(tickets=(a_ticket(),))).ticket == 1


def test_mention_and_direct_message_are_one() -> None:
    """A person's direct message joins the ticket that his mention opened."""
    known = what_is_known(tickets=(replace(ON_X, last_incoming_at=NOW - hours(1)),))
    message = a_post(conversation="7-1001", post=PostFacts(dm=True, partner="1001"))
    assert placed(message, X_EVA, known).ticket == 1


def test_we_asked_him_to_write() -> None:
    """Rule 4: after our question the answer belongs to it however late, and beside another open ticket."""
    asked = replace(STALE, asked=True, state=TicketState.PENDING)
    assert placed(a_mail(), EVA, what_is_known(tickets=(asked,))) == Place(ticket=1, reason="we asked him to write")
    other = a_ticket(id=2, number=NUMBERS[1])
    assert placed(a_mail(), EVA, what_is_known(tickets=(asked, other))).ticket == 1


def test_two_open_tickets() -> None:
    """With two open tickets nobody guesses: a new one, with the latest as suggestion."""
    known = what_is_known(tickets=(a_ticket(), a_ticket(id=2, number=NUMBERS[1], last_incoming_at=NOW - hours(1))))
    assert placed(a_mail(), EVA, known) == Place(
        ticket=None, reason="new matter of a customer who has other tickets", related=2
    )


def test_closed_ticket() -> None:
    """What belongs to a closed ticket opens a new one, linked; the next such message joins that."""
    closed = replace(STALE, state=TicketState.CLOSED)
    found = Found(numbers=(NUMBERS[0],))
    expected = Place(ticket=None, reason="follow-up of closed 427-918-354", related=1)
    assert placed(a_mail(), EVA, what_is_known(tickets=(closed,)), found) == expected
    follower = a_ticket(id=-3, number=NUMBERS[1], related=1, last_incoming_at=OLD)
    known = what_is_known(tickets=(closed, follower))
    assert placed(a_mail(), EVA, known, found).ticket == -3
    known = what_is_known(tickets=(closed, replace(follower, customer=2)))
    assert placed(a_mail(), EVA, known, found) == expected


def test_old_conversation_does_not_hide_what_is_open() -> None:
    """A closed ticket in a lasting DM conversation gives way to the one that waits for him."""
    closed = replace(ON_X, state=TicketState.CLOSED)
    asked = replace(ON_X, id=2, number=NUMBERS[1], asked=True)
    message = a_post(conversation="7-1001", post=PostFacts(dm=True))
    known = replace(what_is_known(tickets=(closed, asked)), conversations={("7-1001", 1): 1})
    assert placed(message, X_EVA, known).ticket == 2
    known = replace(what_is_known(tickets=(closed,)), conversations={("7-1001", 1): 1})
    assert placed(message, X_EVA, known) == Place(ticket=None, reason="follow-up of closed 427-918-354", related=1)


def test_resolved_ticket_is_found_by_its_names() -> None:
    """Thanks for a solution reach the resolved ticket."""
    known = what_is_known(tickets=(replace(STALE, state=TicketState.RESOLVED),), deliveries=(a_delivery(),))
    assert placed(a_mail(), EVA, known, Found(answered=(TOKEN,))).ticket == 1


def test_junk_never_matches() -> None:
    """A ticket that was put away as junk is neither matched nor suggested."""
    known = what_is_known(tickets=(a_ticket(junk=True, asked=True),), deliveries=(a_delivery(),))
    known.conversations["c", 1] = 1
    mail = a_mail(subject=NUMBERS[0], conversation="c")
    for identity in (EVA, BOB, None):
        found = Found(answered=(TOKEN,), numbers=(NUMBERS[0],))
        assert placed(mail, identity, known, found) == Place(ticket=None, reason="new matter")


def test_tickets_of_the_same_batch() -> None:
    """A ticket that is still to be saved has a negative id and matches like any other."""
    known = what_is_known(tickets=(a_ticket(id=-1),))
    assert placed(a_mail(), EVA, known).ticket == -1
    known.conversations["c", 1] = -1
    assert placed(a_mail(conversation="c"), EVA, known) == Place(ticket=-1, reason="same conversation")


def test_what_is_not_on_record_does_not_match() -> None:
    """Names of rows that the store did not give lead nowhere."""
    known = what_is_known(deliveries=(a_delivery(ticket=77),), messages=(a_message(ticket=None),))
    mail = a_mail(subject=NUMBERS[2], references=("<0@post.example>",))
    assert placed(mail, EVA, known, Found(answered=(TOKEN,))) == Place(ticket=None, reason="new matter")


def test_touches() -> None:
    """Named only by the thread: beside all tickets, unless the person's own thread with us goes on."""
    touch = a_post(post=PostFacts(implicit=True, reply_to_id="500"))
    known = what_is_known(tickets=(replace(ON_X, last_incoming_at=NOW, asked=True),))
    assert placed(touch, X_EVA, known) == Place(ticket=None, reason="named only by the thread", beside=True)
    assert placed(touch, None).beside
    known.conversations["9001", 1] = 1
    assert placed(touch, X_EVA, known).ticket == 1


def test_own_answer_sent_elsewhere() -> None:
    """An answer of our account goes to the ticket of the person it answers, and never opens one."""
    own = a_post(post=PostFacts(own=True, reply_to_id="400", reply_to_author="1001"))
    known = what_is_known(tickets=(ON_X,), messages=(a_message(external_id="400"),))
    assert placed(own, X_EVA, known) == Place(ticket=1, reason="same conversation")
    assert placed(own, None).beside


def test_notice_gives_no_way_in() -> None:
    """A customer to whom a notice about another's ticket was forwarded stays outside it."""
    known = what_is_known(tickets=(STALE,), deliveries=(a_delivery(kind=Kind.NOTICE),))
    assert placed(a_mail(), BOB, known, Found(answered=(TOKEN,))).ticket is None


STATES = st.sampled_from(TicketState)
TICKETS = st.lists(
    st.tuples(st.integers(1, 3), STATES, st.booleans(), st.booleans(), st.sampled_from(Channel)), max_size=5
)


@given(
    TICKETS,
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([Found(), *SIGNED]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_nobody_gets_onto_anothers_ticket(
    rows: list[tuple[int, TicketState, bool, bool, Channel]],
    customer: int | None,
    found: Found,
    numbered: bool,
    referring: bool,
    on_x: bool,
) -> None:
    """Whatever a message names, it is placed on a ticket of its author's only, never on junk or a closed one."""
    tickets: dict[int, Ticket] = {}
    for index, (owner, state, junk, asked, channel) in enumerate(rows, 1):
        number = numbers.draw(lambda _, index=index: index)  # type: ignore[misc]  # bound default
        tickets[index] = a_ticket(
            id=index, number=number, customer=owner, state=state, junk=junk, asked=asked, channel=channel
        )
    known = what_is_known(
        tickets=tuple(tickets.values()), deliveries=(a_delivery(external_id="500"),), messages=(a_message(),)
    )
    known.conversations.update({("9001", ticket.customer): ticket.id for ticket in tickets.values()})
    found = replace(found, numbers=tuple(t.number for t in tickets.values()) if found.numbers else ())
    written = " ".join(numbers.tag(ticket.number) for ticket in tickets.values()) if numbered else ""
    incoming = a_post(post=PostFacts(reply_to_id="500")) if on_x else a_mail(conversation="9001")
    incoming = replace(incoming, text=written, references=("<0@post.example>",) if referring else ())
    result = placed(incoming, an_identity(customer=customer) if customer else None, known, found)
    if result.ticket is not None:
        ticket = tickets[result.ticket]
        assert ticket.customer == customer
        assert not ticket.junk
        assert ticket.state is not TicketState.CLOSED
    assert result.related is None or not tickets[result.related].junk
    assert result.reason
    assert not (result.beside and result.ticket is not None)
