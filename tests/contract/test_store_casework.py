"""The team's own work on tickets in the store: promises, actions, drafts, what was seen, reminders, tags, mails."""

from dataclasses import replace

import pytest

from inbox_bot.casework import Action, AgentMail, Draft, Promise, Reminder, Seen
from inbox_bot.errors import Conflict
from inbox_bot.model import Act, AgentRole, Keeping, Outcome, Priority, PromiseState
from inbox_bot.records import Agent
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.contract.store_builders import DAY, HOUR, MINUTE, NOW, a_case

ADA = Agent(
    id=-1,
    name="Ada",
    initials="AL",
    address="ada@acme.example",
    created_at=NOW,
    role=AgentRole.SUPERVISOR,
    languages=("de", "en"),
    skills=("billing",),
    hours="monday 08:00-16:00",
)


async def _begun(store: Database) -> tuple[int, int, int]:
    """(ticket, agent, message) on record."""
    case = a_case()
    async with store.write() as tx:
        ids = await tx.save(case.filing())
        return ids[case.ticket.id], await tx.save_agent(ADA), ids[case.message.id]


async def test_agents_keep_role_languages_skills_and_hours(store: Database) -> None:
    """As they were given, and as they are changed; an agent of the releases before is an agent for everything."""
    async with store.write() as tx:
        ada = await tx.save_agent(ADA)
        bob = await tx.save_agent(Agent(id=-1, name="Bob", initials="B", address="b@acme.example", created_at=NOW))
        changed = replace(ADA, id=ada, role=AgentRole.AGENT, languages=(), hours="")
        await tx.save_agent(changed)
    async with store.read() as tx:
        found = {one.id: one for one in await tx.agents()}
    assert found[ada] == changed
    assert (found[bob].role, found[bob].languages, found[bob].skills, found[bob].hours) == (AgentRole.AGENT, (), (), "")


async def test_ticket_keeps_urgency(store: Database) -> None:
    """Priority, topic, reason, anger and snooze are kept with the ticket and may change."""
    case = a_case()
    async with store.write() as tx:
        ids = await tx.save(case.filing())
        ticket = case.real(ids).ticket
        assert (await tx.ticket(ticket.number)) == ticket
        angry = replace(
            ticket, priority=Priority.HIGH, topic="billing", angry_at=NOW, snoozed_until=NOW + DAY,
            contact_reason="moving",
        )  # fmt: skip
        await tx.save(Filing(tickets=[angry]))
    async with store.read() as tx:
        assert await tx.ticket(ticket.number) == angry


async def test_promises_are_listed_by_due_time(store: Database) -> None:
    """Those of a ticket all, else the open ones; settling one keeps what it said."""
    ticket, ada, message = await _begun(store)

    def promise(phrase: str, hours: int) -> Promise:
        return Promise(
            id=-1, ticket=ticket, agent=ada, phrase=phrase, made_at=NOW, due_at=NOW + hours * HOUR, message=message
        )

    async with store.write() as tx:
        await tx.save(Filing(promises=[promise("bis Freitag", 50), promise("heute noch", 5), promise("gleich", 1)]))
        soon, today, friday = await tx.promises_of(ticket)
        assert [one.phrase for one in (soon, today, friday)] == ["gleich", "heute noch", "bis Freitag"]
        assert await tx.open_promises(NOW + 5 * HOUR, 9) == [soon]
        kept = replace(soon, state=PromiseState.KEPT, settled_at=NOW + MINUTE)
        late = replace(today, reminded_at=NOW + HOUR, told_at=NOW + 6 * HOUR, state=PromiseState.BROKEN)
        await tx.save(Filing(promises=[kept, late]))
    async with store.read() as tx:
        assert await tx.promises_of(ticket) == [kept, late, friday]
        assert await tx.open_promises(None, 9) == [friday]
        assert await tx.promises_of(ticket + 1) == []


async def test_actions_are_evidence_until_taken_back(store: Database) -> None:
    """What was done, by its reference and who confirmed it; the row stays when it was wrong."""
    ticket, ada, _ = await _begun(store)
    action = Action(
        id=-1, ticket=ticket, kind=Act.CANCELLED, text="cancel line", reference="4711", at=NOW, agent=ada,
        confirmed_by=ada,
    )  # fmt: skip
    async with store.write() as tx:
        await tx.save(Filing(actions=[action]))
        (found,) = await tx.actions_of(ticket)
        assert replace(found, id=-1) == action
        await tx.save(Filing(actions=[replace(found, taken_back_at=NOW + DAY)]))
    async with store.read() as tx:
        assert [one.taken_back_at for one in await tx.actions_of(ticket)] == [NOW + DAY]


async def test_drafts_survive_and_there_is_one_each(store: Database) -> None:
    """A later text takes the place of the earlier; dropped once, it is gone."""
    ticket, ada, message = await _begun(store)
    async with store.write() as tx:
        await tx.put_draft(Draft(ticket=ticket, agent=ada, text="Guten", at=NOW))
        draft = Draft(ticket=ticket, agent=ada, text="Guten Tag \0", at=NOW + MINUTE, seen=message)
        await tx.put_draft(draft)
    async with store.write() as tx:
        assert await tx.drafts_of(ticket) == [replace(draft, text="Guten Tag �")]
        assert await tx.drop_draft(ticket, ada)
        assert not await tx.drop_draft(ticket, ada)


async def test_what_was_seen_is_never_lowered(store: Database) -> None:
    """Two windows of one agent: who saw the newer message has seen it."""
    ticket, ada, message = await _begun(store)
    async with store.write() as tx:
        await tx.note_seen(Seen(ticket=ticket, agent=ada, message=message + 1, at=NOW))
        await tx.note_seen(Seen(ticket=ticket, agent=ada, message=message, at=NOW + MINUTE))
        assert await tx.seen_on(ticket) == [Seen(ticket=ticket, agent=ada, message=message + 1, at=NOW)]


async def test_reminders_fall_due_once(store: Database) -> None:
    """Those whose time has come, until they are done."""
    ticket, ada, _ = await _begun(store)
    later = Reminder(id=-1, ticket=ticket, agent=ada, text="nachfragen", due_at=NOW + DAY)
    async with store.write() as tx:
        await tx.save(Filing(reminders=[later, replace(later, text="anrufen", due_at=NOW)]))
        assert [one.text for one in await tx.reminders_of(ticket)] == ["anrufen", "nachfragen"]
        (due,) = await tx.reminders_due(NOW, 9)
        await tx.save(Filing(reminders=[replace(due, done_at=NOW)]))
        assert await tx.reminders_due(NOW, 9) == []
        assert [one.text for one in await tx.reminders_of(ticket)] == ["nachfragen"]


async def test_tags_are_a_set(store: Database) -> None:
    """Twice the same is one; taking off what is not there is no error."""
    ticket, _, _ = await _begun(store)
    async with store.write() as tx:
        await tx.put_tags(ticket, ["umzug", "störung"])
        await tx.put_tags(ticket, ["umzug"])
        await tx.put_tags(ticket, [])
        assert await tx.tags_of([ticket, ticket + 1]) == {ticket: ("störung", "umzug")}
        await tx.drop_tags(ticket, ["störung", "none"])
        assert await tx.tags_of([ticket]) == {ticket: ("umzug",)}


async def test_an_agents_mail_counts_once(store: Database) -> None:
    """Its key is unique within an inbox: a replayed mail is known, and saving it twice is a conflict."""
    ticket, ada, message = await _begun(store)
    mail = AgentMail(
        inbox="mail", key="<a@acme.example>", at=NOW, outcome=Outcome.FILED, agent=ada, ticket=ticket, message=message
    )
    async with store.write() as tx:
        assert not await tx.agent_mail_known("mail", mail.key)
        await tx.save(Filing(agent_mails=[mail]))
        assert await tx.agent_mail_known("mail", mail.key)
        assert not await tx.agent_mail_known("other", mail.key)
    with pytest.raises(Conflict):
        async with store.write() as tx:
            await tx.save(Filing(agent_mails=[mail]))


async def test_erasing_a_ticket_takes_its_words(store: Database) -> None:
    """Retention empties phrases, texts and references; times, owners and kinds stay."""
    ticket, ada, message = await _begun(store)
    async with store.write() as tx:
        await tx.save(
            Filing(
                promises=[
                    Promise(id=-1, ticket=ticket, agent=ada, phrase="bis Freitag", made_at=NOW, due_at=NOW + DAY)
                ],
                actions=[
                    Action(
                        id=-1, ticket=ticket, kind=Act.SENT, text="Router", reference="4711", at=NOW, agent=ada
                    )
                ],
                reminders=[Reminder(id=-1, ticket=ticket, agent=ada, text="anrufen", due_at=NOW)],
            )
        )  # fmt: skip
        await tx.put_draft(Draft(ticket=ticket, agent=ada, text="Guten Tag", at=NOW, seen=message))
        await tx.withdraw(ticket, "junk", automatic_only=False)
        await tx.set_junk(ticket, True)
        assert await tx.erase(Keeping.JUNK, [ticket], NOW + DAY, NOW + DAY) == 1
        (promise,), (action,) = await tx.promises_of(ticket), await tx.actions_of(ticket)
        assert (promise.phrase, promise.due_at, action.text, action.reference) == ("", NOW + DAY, "", "")
        assert [one.text for one in await tx.reminders_of(ticket)] == [""]
        assert await tx.drafts_of(ticket) == []
