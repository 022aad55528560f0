"""Templates that fit: one that contradicts the case does not go out, and its writer is told why and what fits."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_bot.casework import Action, Promise
from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import answering, desk, offering, settling
from inbox_bot.flows.case import case_of
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.flows.house import House
from inbox_bot.model import Act, AgentRole, Direction, PromiseState, TicketState, Visibility
from inbox_bot.records import Agent, Ticket
from inbox_bot.rules import routes
from inbox_bot.rules.routes import Way
from inbox_bot.store.database import Database
from inbox_bot.texts import BrandFacts, Templates, shipped
from inbox_bot.texts.preview import given
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW, NUMBER, WRITTEN, Office, a_dm, a_mail, a_post, a_ticket

SETTLED = {"state": TicketState.RESOLVED, "resolved_at": NOW - timedelta(hours=1)}


@pytest.fixture
async def office(store: Database) -> Office:
    office = Office(store)
    await office.agent("anna", "AB")
    return office


def says(template: str, text: str = "", who: str = "anna") -> Answer:
    return Answer(number=WRITTEN, who=who, template=template, text=text, anyway=True)


async def refused(house: House, template: str) -> str:
    """Why; nothing went out."""
    with pytest.raises(Stopped) as stopped:
        await answering.reply(house, says(template))
    assert not stopped.value.override
    assert await sent(house) == []
    return str(stopped.value)


async def sent(house: House) -> list[str]:
    """What we wrote."""
    async with house.store.read() as tx:
        ticket = await tx.ticket(NUMBER)
        assert ticket is not None
        entries = await tx.timeline(ticket.customer, ticket.id)
    return [entry.message.text for entry in entries if entry.message.direction is Direction.OUTGOING]


async def supervisor(office: Office, name: str = "sina") -> Agent:
    agent = Agent(
        id=-1, name=name, initials="SV", address=f"{name}@acme.example", created_at=NOW, role=AgentRole.SUPERVISOR
    )
    async with office.store.write() as tx:
        return replace(agent, id=await tx.save_agent(agent))


async def acts(office: Office, ticket: Ticket, **fields: object) -> None:
    """Something was done for Eva."""
    action = Action(
        id=-1, ticket=ticket.id, kind=Act.ORDERED, text="new line", reference="4711", at=NOW, agent=1, confirmed_by=1
    )
    changed = replace(action, **fields)  # type: ignore[arg-type]  # a builder takes any field
    async with office.store.write() as tx:
        await tx.save(Filing(actions=[changed]))


def with_own(office: Office, folder: Path, header: str, body: str = "Hallo.", name: str = "own") -> House:
    """The house with one more template for German mails."""
    path = folder / "replies" / "de" / f"{name}.email.j2"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'+++\ntitle = "T"\nvisibility = "private"\n{header}\n+++\n{body}', encoding="utf-8")
    brand = BrandFacts(name="Acme", language="de", timezone="Europe/Berlin")
    return replace(office.house, texts=Templates([folder, shipped()], brand))


async def test_nothing_about_a_settled_matter_goes_out(office: Office) -> None:
    """After "resolved" the form letter of another team is held, whatever it asks; thanks may go."""
    await office.case(a_mail(), ticket=a_ticket(**SETTLED))
    for name in ("ask-details", "authorise", "in-progress"):
        assert "held until a supervisor or the customer reopens" in await refused(office.house, name)
    await answering.reply(office.house, says("thanks"))
    assert len(await sent(office.house)) == 1


async def test_an_agent_alone_does_not_free_them(office: Office) -> None:
    """Reopening by himself opens the ticket, not the form letters; a supervisor's does."""
    await office.case(a_mail(), ticket=a_ticket(**SETTLED))
    await supervisor(office)
    await settling.reopen(office.house, WRITTEN, "anna")
    assert "the matter is settled" in await refused(office.house, "ask-details")
    await settling.resolve(office.house, WRITTEN, "anna")
    await settling.reopen(office.house, WRITTEN, "sina")
    await answering.reply(office.house, says("ask-details"))


async def test_the_customer_frees_them(office: Office) -> None:
    """What he wrote since it was reopened counts, mere thanks do not."""
    ticket = await office.case(a_mail(), ticket=a_ticket(**SETTLED))
    await supervisor(office)
    await settling.reopen(office.house, WRITTEN, "anna")
    async with office.store.write() as tx:
        first = (await tx.timeline(ticket.customer, ticket.id))[0].message
        later = replace(first, id=-1, external_id="<2@post.example>", text="Danke!", at=NOW + timedelta(minutes=1))
        await tx.save(Filing(messages=[later]))
    await refused(office.house, "ask-details")
    async with office.store.write() as tx:
        await tx.save(Filing(messages=[replace(later, external_id="<3@post.example>", text="Es geht wieder nicht.")]))
    await answering.reply(office.house, says("ask-details"))


async def test_where_nobody_is_a_supervisor_everybody_may(office: Office) -> None:
    """A team of two is not locked out of its own texts."""
    await office.case(a_mail(), ticket=a_ticket(**SETTLED))
    await settling.reopen(office.house, WRITTEN, "anna")
    await answering.reply(office.house, says("ask-details"))


async def test_what_was_asked_is_not_asked_again(office: Office) -> None:
    """A template that went out is on record, and the same questions do not go out twice."""
    await office.case(a_mail())
    await answering.reply(office.house, says("ask-details"))
    with pytest.raises(Stopped, match='the template "ask-details" went out'):
        await answering.reply(office.house, says("ask-details"))


async def test_a_dm_is_not_asked_of_who_wrote_one(office: Office) -> None:
    """The public request for a direct message contradicts the one that is there."""
    await office.case(a_dm(at=NOW - timedelta(hours=5)), a_post(), dm=True)
    assert "it asks for what is on record: the customer has written a direct message" in await refused(
        office.house, "please-dm"
    )


async def test_it_says_done_only_of_what_was_done(office: Office) -> None:
    """`says` needs an action with its evidence, not taken back."""
    ticket = await office.case(a_mail())
    assert "something was executed, and no such action is on record" in await refused(office.house, "done")
    await acts(office, ticket, reference=" ")
    await acts(office, ticket, confirmed_by=None)
    await acts(office, ticket, taken_back_at=NOW)
    await refused(office.house, "done")
    await acts(office, ticket)
    await answering.reply(office.house, says("done"))


async def test_what_tells_of_the_account_needs_proof_of_who_wrote(office: Office, store: Database) -> None:
    """Tier "account" goes to a proven address only."""
    ticket = await office.case(a_mail())
    await acts(office, ticket)
    async with store.write() as tx:
        [mail] = [one for one in await tx.identities(ticket.customer) if one.channel == "email"]
        await tx.save(Filing(identities=[replace(mail, proven=False)]))
    assert "nothing proves who wrote" in await refused(office.house, "done")


async def test_nothing_is_solved_while_a_promise_is_open(office: Office) -> None:
    """The closing text waits for the promise."""
    ticket = await office.case(a_mail())
    promise = Promise(
        id=-1, ticket=ticket.id, agent=1, phrase="bis Freitag", made_at=NOW, due_at=NOW + timedelta(days=2)
    )
    async with office.store.write() as tx:
        await tx.save(Filing(promises=[promise]))
    assert "a promise is open" in await refused(office.house, "solved")
    async with office.store.write() as tx:
        [there] = await tx.promises_of(ticket.id)
        await tx.save(Filing(promises=[replace(there, state=PromiseState.KEPT, settled_at=NOW)]))
    await answering.reply(office.house, says("solved"))


async def test_tags_and_what_later_steps_record_count(office: Office, tmp_path: Path) -> None:
    """A company's own facts are tags; a fact that nobody records is simply not there."""
    ticket = await office.case(a_mail())
    house = with_own(office, tmp_path, 'needs = ["tag:business"]\nrefuses = ["authorised"]')
    assert 'it has the tag "business"' in await refused(house, "own")
    async with office.store.write() as tx:
        await tx.put_tags(ticket.id, ["business"])
    await answering.reply(house, says("own"))


async def test_those_that_fit_are_named(office: Office) -> None:
    """The refusal helps: other texts for the same way."""
    await office.case(a_mail())
    assert (await refused(office.house, "done")).startswith(
        'template "done" does not fit ticket 427-918-354: it says that something was executed, and no such action is '
        "on record (these fit: ask-details, authorise, solved)"
    )


async def test_all_gates_are_told_at_once(office: Office) -> None:
    """Neither the unseen message nor the unfit template hides the other; --anyway does not help against the latter."""
    await office.case(a_mail())
    with pytest.raises(Stopped) as stopped:
        await answering.reply(office.house, replace(says("done"), anyway=False))
    assert len(stopped.value.reasons) == 3  # it claims something, too
    assert stopped.value.newer
    assert not stopped.value.override


async def test_what_cannot_be_filled_in_says_why_it_does_not_fit(office: Office, tmp_path: Path) -> None:
    """A text that names what is not there is refused for the case's reason, if that is one, else for its own."""
    await office.case(a_mail())
    house = with_own(office, tmp_path, 'needs = ["action:ordered"]', "{{ order.reference }}")
    assert "something was ordered" in await refused(house, "own")
    house = with_own(office, tmp_path, "", "{{ order.reference }}")
    with pytest.raises(UsageError, match="'order' is undefined"):
        await answering.reply(house, says("own"))


async def test_a_text_goes_into_its_template(office: Office, tmp_path: Path) -> None:
    """Where the template has a place for it; else it says so, and nothing is lost silently."""
    await office.case(a_mail())
    house = with_own(office, tmp_path, "", "Verzeihen Sie.\n\n{{ text }}")
    queued = await answering.reply(house, says("own", "Der Techniker war da."))
    assert "Verzeihen Sie.\n\nDer Techniker war da." in queued.text
    with pytest.raises(UsageError, match="no place for a text of yours"):
        await answering.reply(house, says("thanks", "Der Techniker war da."))
    with pytest.raises(Stopped):  # made from one, it is held to its header too
        await answering.reply(
            with_own(office, tmp_path, 'needs = ["angry"]', "{{ text }}"), says("own", "Der Techniker war da.")
        )


async def test_a_broken_file_stops_no_other_template(office: Office, tmp_path: Path) -> None:
    """A faulty header elsewhere does not keep a good text back, nor the reasons of an unfit one."""
    await office.case(a_mail())
    house = with_own(office, tmp_path, 'teir = "public"')
    assert "no other fits" in await refused(house, "done")
    await answering.reply(house, says("solved"))


async def test_what_went_out_is_on_record(office: Office) -> None:
    """Which template it was stands in the ticket's log."""
    ticket = await office.case(a_mail())
    await answering.reply(office.house, says("solved"))
    async with office.store.read() as tx:
        log = [(one.who, one.what, one.detail) for one in await tx.log(ticket.id)]
    assert ("anna", "template", "solved") in log


async def test_the_team_sees_which_fit(office: Office) -> None:
    """For the way in which the customer would be answered: those that fit, then the others with their reasons."""
    await office.case(a_mail())
    found = await offering.offered(office.house, WRITTEN)
    assert [(one.template.name, bool(one.reasons)) for one in found] == [
        ("ask-details", False), ("authorise", False), ("solved", False),
        ("done", True), ("in-progress", True), ("prove", True), ("resend-file", True), ("thanks", True),
    ]  # fmt: skip
    assert {(one.template.channel, one.template.language) for one in found} == {("email", "de")}


async def test_a_preview_is_what_would_go_out(office: Office) -> None:
    """With the ticket's facts, its frame, its length and whether it fits; nothing is queued."""
    await office.case(a_post())
    shown = await offering.filled(office.house, WRITTEN, "please-dm", "anna")
    assert await sent(office.house) == []
    assert (shown.reasons, shown.limit, shown.to) == ((), 280, "@eva_w")
    queued = await answering.reply(office.house, says("please-dm"))
    assert shown.text == queued.text
    assert 100 < shown.length < 280
    [again] = (await offering.filled(office.house, WRITTEN, "thanks", "anna")).reasons
    assert "it is private, and this answer would be public" in again


async def test_templates_are_given_what_the_check_lets_them_name(office: Office) -> None:
    """What `template check` accepts is there when the template is filled in for a real ticket, no more and no less."""
    await office.case(a_mail())
    async with office.store.read() as tx:
        agent, case = await desk.acting(tx, "anna"), await case_of(tx, WRITTEN)
        route = routes.choose(case.ticket, case.messages, case.identities, Way.LAST)
    facts = case.facts(office.house, route, agent, hours=True)
    assert given("solved", Visibility.PRIVATE, automatic=False) == {*facts, "text", "tag"}
