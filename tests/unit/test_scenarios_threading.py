"""Scenarios of who belongs where: every word lands in its sender's own ticket, and in no other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.flows import answering, clock, desk, intake
from inbox_bot.flows.house import House
from inbox_bot.model import Address, Channel, DeliveryState, Kind, TicketState, Visibility
from inbox_bot.ports import Store
from inbox_bot.records import Ticket
from inbox_bot.rules import numbers
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, FakeSource, dm, mail, post
from tests.unit.said import informed
from tests.unit.scenario_house import identities, kinds, texts, tickets


@pytest.fixture
def day(store: Store) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


async def put(day: Day, ticket: Ticket, **fields: object) -> None:
    """Change a ticket on record."""
    async with day.store.write() as tx:
        await tx.save(Filing(tickets=[replace(ticket, **fields)]))  # type: ignore[arg-type]  # any field


async def test_thanks_after_the_solution_reopen_nothing(day: Day) -> None:
    """Mere thanks stay in the resolved ticket; a "but" reopens it."""
    await day.agent()
    await day.takes(mail())
    [ticket] = await tickets(day)
    await answering.reply(day.house, informed(number=ticket.number, who="anna", text="Es geht wieder.", resolve=True))
    await day.sends()
    day.later(hours=1)
    answer = f"In-Reply-To: {day.mail.drafts[1].message_id}"
    await day.takes(mail("Danke!", answer, id=2, at=day.now))
    [ticket] = await tickets(day)
    assert ticket.state is TicketState.RESOLVED
    await day.takes(mail("Danke, aber seit heute geht es wieder nicht.", answer, id=3, at=day.now))
    [ticket] = await tickets(day)
    assert (ticket.state, ticket.resolved_at) == (TicketState.OPEN, None)


async def test_an_answer_to_a_closed_ticket_opens_one_linked_follow_up(day: Day) -> None:
    """A new number, linked to the old ticket; what he adds goes to the follow-up, not to a third ticket."""
    await day.takes(mail())
    await day.sends()
    ours = day.mail.drafts[0]
    [closed] = await tickets(day)
    await put(day, closed, state=TicketState.CLOSED, closed_at=day.now)
    day.later(days=30)
    answer = f"In-Reply-To: {ours.message_id}"
    await day.takes(mail("Schon wieder", answer, id=2, to=ours.reply_to, at=day.now))
    await day.takes(mail("Noch etwas", answer, id=3, to=ours.reply_to, at=day.now + timedelta(minutes=1)))
    await day.sends()
    first, second = await tickets(day)
    assert (first.state, second.related, second.state) == (TicketState.CLOSED, first.id, TicketState.NEW)
    assert await texts(day, second) == ["Schon wieder", "Noch etwas"]
    assert second.number_delivered_at is not None
    assert numbers.pretty(second.number) in day.mail.drafts[1].text


async def test_two_open_tickets_are_not_guessed_between(day: Day) -> None:
    """With the number it joins that one; without any sign it is a new ticket that names the others to the team."""
    await day.takes(mail("eins", subject="Rechnung"))
    [one] = await tickets(day)
    await put(day, one, last_incoming_at=NOW - timedelta(days=9))
    await day.takes(mail("zwei", id=2, subject="Leitung"))
    one, two = await tickets(day)
    await day.takes(mail("zu eins", id=3, subject=f"Frage zu {numbers.pretty(one.number)}"))
    await put(day, (await tickets(day))[0], last_incoming_at=NOW)
    await day.takes(mail("wozu?", id=4, subject="Noch etwas"))
    found = await tickets(day)
    assert [await texts(day, ticket) for ticket in found] == [["eins", "zu eins"], ["zwei"], ["wozu?"]]
    assert found[2].related in {one.id, two.id}


async def test_a_number_read_out_to_somebody_else_opens_nothing(day: Day) -> None:
    """A stranger who names the number gets his own ticket, and the words of his acknowledgement are the same for a
    number that does not exist."""
    await day.takes(mail())
    [first] = await tickets(day)
    other = numbers.draw(lambda _: 99)
    await day.takes(
        mail("zu dem Ticket", id=2, sender="Max <max@fremd.example>", subject=f"Ticket {first.number}"),
        mail("zu dem Ticket", id=3, sender="Ute <ute@fremd.example>", subject=f"Ticket {other}"),
    )
    assert len(await tickets(day)) == 3
    real, made_up = day.mail.drafts[1:]
    _, second, third = await tickets(day)

    def bare(text: str, number: str, quoted: str) -> str:
        return text.replace(numbers.pretty(number), "N").replace(quoted, "Q").replace(numbers.pretty(quoted), "Q")

    assert bare(real.text, second.number, first.number) == bare(made_up.text, third.number, other)


async def test_a_mention_by_someone_with_a_mail_ticket(day: Day) -> None:
    """The same person on another channel: no number or word of the mail ticket shows in public."""
    ids = await day.case()
    await day.takes(mail("Noch etwas", id=7, at=NOW))
    await day.takes(post(author="1001"))
    found = await tickets(day)
    assert [ticket.channel for ticket in found] == [Channel.EMAIL, Channel.TWITTER]
    assert found[1].related == ids.id
    public = next(draft for draft in day.x.drafts if draft.visibility is Visibility.PUBLIC)
    assert numbers.pretty(found[0].number) not in public.text


async def test_an_answer_that_comes_before_what_it_answers(day: Day) -> None:
    """Mails overtake each other: both stand in one ticket, in the order of their arrival."""
    await day.takes(mail("zweitens", "In-Reply-To: <m1@post.example>", id=2, at=NOW + timedelta(minutes=2)))
    await day.takes(mail("erstens", id=1, at=NOW))
    [ticket] = await tickets(day)
    assert await texts(day, ticket) == ["erstens", "zweitens"]
    assert ticket.last_incoming_at == NOW + timedelta(minutes=2)


async def test_direct_messages_newest_first(day: Day) -> None:
    """X gives the newest first: the ticket opens with the oldest, and the times move forward only."""
    await day.takes(
        dm("drei", id=5003, at=NOW + timedelta(seconds=3)),
        dm("zwei", id=5002, at=NOW + timedelta(seconds=2)),
        dm("eins", id=5001, at=NOW + timedelta(seconds=1)),
    )
    [ticket] = await tickets(day)
    assert (ticket.subject, ticket.opened_at) == ("eins", NOW + timedelta(seconds=1))
    assert ticket.last_incoming_at == NOW + timedelta(seconds=3)
    await day.takes(dm("null", id=5000, at=NOW))
    [ticket] = await tickets(day)
    assert ticket.last_incoming_at == NOW + timedelta(seconds=3)


async def test_an_edited_post_is_one_ticket_and_one_public_reply(day: Day) -> None:
    """The edit is filed beside its first version, in whatever order and poll they come, and answered once."""
    first = post(id=9001)
    edit = post("@acme mein Anschluss geht wieder nicht", id=9005, first_id="9001", conversation="9001",
                at=NOW + timedelta(minutes=1))  # fmt: skip
    await day.takes(edit, first)
    again = post(id=9101, author="1002", conversation="9101")
    edited = post("@acme jetzt anders", id=9105, author="1002", first_id="9101", conversation="9101")
    await day.takes(edited)
    await day.takes(again)
    assert len(await tickets(day)) == 2
    assert [draft.in_reply_to for draft in day.x.drafts] == ["9001", "9105"]


async def test_a_renamed_account_stays_the_same_customer(day: Day) -> None:
    """Handles change hands; the user id is who he is."""
    source = FakeSource(channel=Channel.TWITTER, inbox="x", stream="mentions")
    await day.takes(
        replace(post(), author=Address(channel=Channel.TWITTER, address="1001", handle="eva_w", name="Eva")),
        source=source,
    )
    await day.takes(
        replace(
            post(id=9002, at=NOW + timedelta(minutes=1)),
            author=Address(channel=Channel.TWITTER, address="1001", handle="eva_neu", name="Eva Neu"),
        ),
        replace(
            post(id=9003, at=NOW + timedelta(minutes=2)),
            author=Address(channel=Channel.TWITTER, address="2002", handle="eva_w", name="Wer anders"),
        ),
        source=source,
    )
    first, second = await tickets(day)
    assert first.customer != second.customer
    assert [one.handle for one in await identities(day, "1001")] == ["eva_neu"]
    assert [one.address for one in await identities(day, "@eva_w")] == ["2002"]


async def test_our_own_address_is_no_customer(day: Day) -> None:
    """What we wrote ourselves, under any spelling or extension of our address, is an echo without an answer."""
    await day.takes(
        mail(sender="Acme <hilfe@acme.example>"),
        mail(id=2, sender="Acme <Hilfe+b-xyz@ACME.example>"),
    )
    assert await day.outcomes() == [("7:1", "echo"), ("7:2", "echo")]
    assert await tickets(day) == []


async def test_an_agent_who_writes_from_the_inboxs_address(day: Day) -> None:
    """An agent's address that is the inbox's own starts no loop: his mails are echoes."""
    agent = await day.agent()
    async with day.store.write() as tx:
        await tx.save_agent(replace(agent, address="hilfe@acme.example"))
    day.team = ("hilfe@acme.example",)
    await day.takes(mail())
    await clock.tell_team(day.house)
    notice = next(draft for draft in day.mail.drafts if draft.kind is Kind.NOTICE)
    await day.takes(
        replace(mail(notice.text, id=2, sender="Acme <hilfe@acme.example>"), external_id=notice.message_id),
        mail("Ich schaue nach", f"In-Reply-To: {notice.message_id}", id=3, sender="Acme <hilfe@acme.example>"),
    )
    assert await day.outcomes() == [("7:1", "filed"), ("7:2", "echo"), ("7:3", "echo")]


async def test_answers_to_notices(day: Day) -> None:
    """An agent's answer and his vacation notice touch no ticket; a bounce of the notice touches none either."""
    await day.agent()
    day.team = ("anna@acme.example",)
    await day.takes(mail())
    before = await tickets(day)
    await clock.tell_team(day.house)
    notice = next(draft for draft in day.mail.drafts if draft.kind is Kind.NOTICE)
    answer = f"In-Reply-To: {notice.message_id}"
    await day.takes(
        mail("ok", answer, id=2, sender="Anna <anna@acme.example>"),
        mail("weg", answer, "Auto-Submitted: auto-replied", id=3, sender="Anna <Anna@acme.example>"),
        mail("kaputt", id=4, sender="<mailer-daemon@acme.example>", to=notice.return_path),
    )
    assert (await day.outcomes())[1:] == [("7:2", "refused"), ("7:3", "automatic"), ("7:4", "bounce")]
    assert await tickets(day) == before
    assert "number_not_delivered" not in await kinds(day)


def with_form(day: Day) -> House:
    """The house with a contact form."""
    house = day.house
    box = replace(house.inboxes["mail"], form_senders=frozenset({"formular@acme.example"}))
    return replace(house, inboxes={**house.inboxes, "mail": box})


async def test_contact_forms_are_their_customers_words(day: Day) -> None:
    """Who Reply-To names is the customer: two people, two tickets, each answered himself, never the form."""
    await intake.take_in(
        with_form(day),
        FakeSource(
            things=[
                mail("A", "Reply-To: Max <max@post.example>", "Auto-Submitted: auto-generated",
                     sender="Formular <formular@acme.example>"),
                mail("B", "Reply-To: ute@post.example", id=2, sender="Formular <Formular@acme.example>"),
                mail("C", "Reply-To: MAX@post.example", id=3, sender="Formular <formular@acme.example>",
                     at=NOW + timedelta(minutes=1)),
            ]
        ),
    )  # fmt: skip
    assert {draft.to.address for draft in day.mail.drafts} == {"max@post.example", "ute@post.example"}
    assert [await texts(day, ticket) for ticket in await tickets(day)] == [["A", "C"], ["B"]]


async def test_message_ids_that_are_missing_or_repeated(day: Day) -> None:
    """Without an id, or with one that another sender uses too: nothing is dropped, nobody's words join another's."""
    missing = replace(mail("ohne", id=1), external_id="<abc@unknown.invalid>")
    await day.takes(
        missing,
        mail("gleiche Kennung", id=5, sender="Max <max@post.example>"),
        replace(mail("auch gleiche Kennung", id=5, sender="Ute <ute@post.example>"), key="7:6"),
        replace(mail("Paket zwei", id=5, sender="Max <max@post.example>", at=NOW + timedelta(seconds=1)), key="7:7"),
    )
    assert dict(await day.outcomes()) == dict.fromkeys(("7:1", "7:5", "7:6", "7:7"), "filed")
    assert [await texts(day, ticket) for ticket in await tickets(day)] == [
        ["ohne"],
        ["gleiche Kennung", "Paket zwei"],
        ["auch gleiche Kennung"],
    ]


async def test_a_colleague_in_copy_is_not_the_customer(day: Day) -> None:
    """He answers our mail from his own address: his own ticket, linked, and nothing of the customer's in his mail."""
    await day.agent()
    await day.takes(mail("Geheim: Kundennummer 4711"))
    await day.sends()
    [ticket] = await tickets(day)
    await answering.reply(
        day.house,
        informed(number=ticket.number, who="anna", text="Ihr Passwort liegt bereit.", cc=("max@post.example",)),
    )
    await day.sends()
    ours = day.mail.drafts[1]
    await day.takes(
        mail("Danke, ich auch", f"In-Reply-To: {ours.message_id}", id=2, to=ours.reply_to, at=NOW,
             sender="Max <max@post.example>", subject="Re: Anschluss gestört")
    )  # fmt: skip
    first, second = await tickets(day)
    assert (second.related, await texts(day, first)) == (first.id, ["Geheim: Kundennummer 4711"])
    assert "4711" not in day.mail.drafts[2].text
    [reply] = [sent for _, sent in await day.deliveries() if sent.kind is Kind.REPLY]
    assert reply.state is DeliveryState.SENT


async def test_an_old_message_seen_late_does_not_end_waiting_wrongly(day: Day) -> None:
    """A message from before our question reaches us after it: the ticket is open, since nobody has read that one."""
    await day.agent()
    await day.takes(mail())
    [ticket] = await tickets(day)
    day.later(hours=1)
    await answering.reply(day.house, informed(number=ticket.number, who="anna", text="Wie lautet Ihre Kundennummer?"))
    [ticket] = await tickets(day)
    assert ticket.state is TicketState.PENDING
    await day.takes(mail("Nachtrag von vorhin", id=2, at=NOW + timedelta(minutes=5)))
    [ticket] = await tickets(day)
    assert ticket.state is TicketState.OPEN


async def test_his_answer_to_our_question_joins_even_weeks_later(day: Day) -> None:
    """We asked him to write: his new mail without any sign joins, however long it took."""
    await day.agent()
    await day.takes(mail())
    [ticket] = await tickets(day)
    await answering.reply(day.house, informed(number=ticket.number, who="anna", text="Wie lautet Ihre Kundennummer?"))
    day.later(days=20)
    await day.takes(mail("Sie lautet 4711", id=2, subject="Kundennummer", at=day.now))
    assert len(await tickets(day)) == 1


async def test_the_same_mail_again_after_junk_was_undone(day: Day) -> None:
    """Resolving, reopening and junk leave exactly one line for each mail."""
    await day.agent()
    await day.takes(mail())
    [ticket] = await tickets(day)
    await desk.junk(day.house, ticket.number, "anna", undo=False)
    await desk.junk(day.house, ticket.number, "anna", undo=True)
    await day.takes(replace(mail(), key="8:1"))
    assert await day.outcomes() == [("7:1", "filed"), ("8:1", "duplicate")]
