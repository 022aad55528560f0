"""Four eyes: what a second person must see first goes out with his yes only; with his no its writer has it back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import answering, approving, drafting, reading
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.flows.house import House
from inbox_bot.model import AgentRole, DeliveryState, PromiseState, TicketState
from inbox_bot.records import Notice, Ticket
from inbox_bot.rules.approving import Approval
from inbox_bot.store.database import Database
from tests.unit.desk_house import NUMBER, WRITTEN, Office, a_mail, a_post, a_ticket


class Careful(Office):
    """An office with rules about second persons."""

    approval = Approval()

    @property
    def house(self) -> House:
        """With these rules."""
        return replace(super().house, approval=self.approval)


@pytest.fixture
async def office(store: Database) -> Careful:
    office = Careful(store)
    for name, initials in (("anna", "AB"), ("bert", "BE"), ("rieke", "RK")):
        agent = await office.agent(name, initials)
        if name == "rieke":
            async with store.write() as tx:
                await tx.save_agent(replace(agent, role=AgentRole.SUPERVISOR))
    await office.case(a_post(), ticket=a_ticket(inbox="x", channel="twitter", number_delivered_at=office.now))
    return office


def says(text: str = "Wir kümmern uns.", who: str = "anna", **fields: object) -> Answer:
    answer = Answer(number=WRITTEN, who=who, text=text, anyway=True)
    return replace(answer, **fields)  # type: ignore[arg-type]  # a builder takes any field


async def states(office: Office) -> list[tuple[DeliveryState, bool]]:
    """(state, waits) of what the team wrote."""
    found = await reading.dossier(office.house, WRITTEN)
    return [(one.state, one.approval) for entry in found.entries for one, _ in entry.deliveries]


async def the_ticket(office: Office) -> Ticket:
    async with office.store.read() as tx:
        ticket = await tx.ticket(NUMBER)
    assert ticket is not None
    return ticket


async def notices(office: Office) -> list[tuple[str, str]]:
    """(kind, to whom) of what agents are told."""
    async with office.store.read() as tx:
        names = {one.id: one.name for one in await tx.agents()}
        found: list[Notice] = [one for _, one in [*await tx.notices(99), *await tx.notices(99, agents=True)]]
    return [(one.kind, names.get(one.agent or 0, "the team")) for one in found]


async def test_the_first_post_of_a_new_agent_waits(office: Careful) -> None:
    """It does not count as an answer until somebody says yes; then it goes out, and the next one goes at once."""
    queued = await answering.reply(office.house, says())
    assert queued.approval
    assert await states(office) == [(DeliveryState.QUEUED, True)]
    ticket = await the_ticket(office)
    assert (ticket.state, ticket.answered_at) == (TicketState.NEW, None)
    assert await notices(office) == [("waits_for_approval", "rieke")]
    marks = await reading.marks(office.house, [ticket])
    assert ticket.number in marks.held
    [one] = await approving.approve(office.house, WRITTEN, "rieke", yes=True)
    assert (one.written_by, one.text) == ("anna", "Wir kümmern uns. ^AB")
    assert await states(office) == [(DeliveryState.QUEUED, False)]
    ticket = await the_ticket(office)
    assert (ticket.state, ticket.answered_at) == (TicketState.OPEN, office.now)
    assert await notices(office) == [("waits_for_approval", "rieke"), ("approved", "anna")]
    assert await drafting.drafts(office.house, "anna") == []
    assert not (await answering.reply(office.house, says("Noch etwas."))).approval


async def test_nobody_approves_his_own_words(office: Careful) -> None:
    """He may only take them back; a colleague may say yes as well as a supervisor."""
    await answering.reply(office.house, says())
    for number in (WRITTEN, ""):
        with pytest.raises(UsageError, match="needs the yes of another person"):
            await approving.approve(office.house, number, "anna", yes=True)
    assert await states(office) == [(DeliveryState.QUEUED, True)]
    assert len(await approving.approve(office.house, "", "bert", yes=True)) == 1


async def test_what_is_refused_is_a_draft_again(office: Careful) -> None:
    """In his own words, without the frame; he is told; a second try waits as well, since none went out."""
    await answering.reply(office.house, says("Selber schuld."))
    await approving.approve(office.house, WRITTEN, "bert", yes=False)
    assert await states(office) == [(DeliveryState.WITHDRAWN, False)]
    assert [draft.text for draft, _ in await drafting.drafts(office.house, "anna")] == ["Selber schuld."]
    assert ("refused", "anna") in await notices(office)
    assert (await the_ticket(office)).answered_at is None
    assert (await answering.reply(office.house, says("Wir kümmern uns."))).approval


async def test_what_is_refused_promises_nothing(office: Careful) -> None:
    """The customer never read it; once it is approved it counts."""
    text = "Wir melden uns bis Freitag."
    for yes, state in ((False, PromiseState.WITHDRAWN), (True, PromiseState.OPEN)):
        await answering.reply(office.house, replace(says(text), promised=True))
        await approving.approve(office.house, WRITTEN, "rieke", yes=yes)
        async with office.store.read() as tx:
            assert (await tx.promises_of((await the_ticket(office)).id))[-1].state is state


async def test_who_takes_it_back_has_it_as_a_draft(office: Careful) -> None:
    """Without being told what he knows."""
    await answering.reply(office.house, says())
    await approving.approve(office.house, WRITTEN, "anna", yes=False)
    assert len(await drafting.drafts(office.house, "anna")) == 1
    assert ("refused", "anna") not in await notices(office)


async def test_a_later_draft_outlives_the_yes(office: Careful) -> None:
    """What he has begun since is another answer."""
    await answering.reply(office.house, says())
    office.now += timedelta(minutes=5)
    await drafting.keep(office.house, WRITTEN, "Und noch etwas", "anna")
    await approving.approve(office.house, WRITTEN, "bert", yes=True)
    assert [draft.text for draft, _ in await drafting.drafts(office.house, "anna")] == ["Und noch etwas"]


async def test_nothing_is_resolved_with_what_waits(office: Careful) -> None:
    """The reason says what to do; nothing was queued."""
    with pytest.raises(Stopped, match="without --resolve"):
        await answering.reply(office.house, says(resolve=True))
    assert await states(office) == []


async def test_two_posts_of_one_answer_are_one_yes(office: Careful) -> None:
    """Both parts go out; the writer is told once."""
    await answering.reply(office.house, says("Ein langer Satz über den Anschluss. " * 12))
    assert await states(office) == [(DeliveryState.QUEUED, True)] * 2
    assert len(await approving.approve(office.house, WRITTEN, "bert", yes=True)) == 2
    assert [kind for kind, _ in await notices(office)].count("approved") == 1


async def test_private_answers_wait_only_where_their_template_does(store: Database) -> None:
    """`templates` names them; words of his own need no yes by mail."""
    office = Careful(store)
    await office.agent("anna", "AB")
    await office.agent("bert", "BE")
    await office.case(a_mail())
    office.approval = Approval(templates=("solved",))
    assert not (await answering.reply(office.house, says())).approval
    assert (await answering.reply(office.house, says("", template="solved"))).approval


async def test_nothing_waits_where_nobody_could_say_yes(store: Database) -> None:
    """One agent alone: it would wait for ever."""
    office = Careful(store)
    await office.agent("anna", "AB")
    await office.case(a_post())
    office.approval = Approval(all_public=True)
    assert not (await answering.reply(office.house, says())).approval
