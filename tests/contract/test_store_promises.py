"""Promises and actions across tickets, on both databases: by id, due, untold, listed, counted, and as findings."""

from dataclasses import replace

import pytest

from inbox_bot.casework import Action, Promise
from inbox_bot.model import Act, DeliveryState, Kind, PromiseState, TicketState
from inbox_bot.records import Agent, Message, Ticket
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.contract.store_builders import DAY, HOUR, MINUTE, NOW, a_case, another, reference

ADA = Agent(id=-1, name="Ada", initials="AL", address="ada@acme.example", created_at=NOW)


class Shelf:
    """A ticket with an answer of Ada's, in which she promised things."""

    def __init__(self, store: Database) -> None:
        self.store = store
        self.ada = 0

    async def begin(self) -> None:
        """Put it there."""
        case = a_case()
        case = replace(case, answer=replace(case.answer, automatic=False))
        async with self.store.write() as tx:
            self.ada = await tx.save_agent(ADA)
            self.case = case.real(await tx.save(case.filing()))

    @property
    def ticket(self) -> Ticket:
        """Hers."""
        return self.case.ticket

    async def promise(self, due: float, state: PromiseState = PromiseState.OPEN, **fields: object) -> Promise:
        """One due so many hours from now; settled ones were settled when they were due."""
        made = Promise(
            id=-1, ticket=self.ticket.id, agent=self.ada, phrase=f"in {due} h", made_at=NOW, due_at=NOW + due * HOUR,
            message=self.case.answer.id, state=state,
            settled_at=None if state is PromiseState.OPEN else NOW + due * HOUR,
        )  # fmt: skip
        made = replace(made, **fields)  # type: ignore[arg-type]  # a builder takes any field
        async with self.store.write() as tx:
            await tx.save(Filing(promises=[made]))
            return max(await tx.promises_of(self.ticket.id), key=lambda one: one.id)

    async def answers(self, **fields: object) -> Message:
        """Ada writes again, a minute later."""
        made = replace(self.case.answer, id=reference(), external_id="", at=NOW + MINUTE)
        made = replace(made, **fields)  # type: ignore[arg-type]  # a builder takes any field
        async with self.store.write() as tx:
            return replace(made, id=(await tx.save(Filing(messages=[made])))[made.id])

    async def change(self, **fields: object) -> None:
        """The ticket becomes this."""
        changed = replace(self.ticket, **fields)  # type: ignore[arg-type]  # a builder takes any field
        async with self.store.write() as tx:
            await tx.save(Filing(tickets=[changed]))


@pytest.fixture
async def shelf(store: Database) -> Shelf:
    shelf = Shelf(store)
    await shelf.begin()
    return shelf


async def test_one_by_its_id(shelf: Shelf) -> None:
    """A promise, an action; None where there is none."""
    promise = await shelf.promise(5)
    action = Action(id=-1, ticket=shelf.ticket.id, kind=Act.SENT, text="x", reference="", at=NOW, agent=shelf.ada)
    async with shelf.store.write() as tx:
        await tx.save(Filing(actions=[action]))
        [kept] = await tx.actions_of(shelf.ticket.id)
        assert await tx.promise(promise.id) == promise
        assert await tx.action(kept.id) == kept
        assert (await tx.promise(promise.id + 1), await tx.action(kept.id + 1)) == (None, None)


async def test_what_is_due_and_to_be_reminded_of(shelf: Shelf) -> None:
    """By due time, at most so many; a reminded one is not reminded of again; settled ones are neither."""
    late, soon, far = [await shelf.promise(hours) for hours in (5, 1, 99)]
    reminded = await shelf.promise(2, reminded_at=NOW)
    await shelf.promise(3, PromiseState.KEPT)
    async with shelf.store.write() as tx:
        assert await tx.promises_due(NOW + HOUR - MINUTE, 9) == []
        assert await tx.promises_due(NOW + 5 * HOUR, 9) == [soon, reminded, late]
        assert await tx.promises_due(NOW + 5 * HOUR, 1) == [soon]
        assert await tx.promises_to_remind(NOW + 5 * HOUR, 9) == [soon]
        assert await tx.promises_to_remind(NOW + 100 * HOUR, 9) == [soon, late, far]


async def test_whom_nobody_told(shelf: Shelf) -> None:
    """Broken, not told, no person's answer after it; the promise's own message, an automatic one, one that failed or
    was taken back and a mere confirmation are no answer."""
    broken = await shelf.promise(1, PromiseState.BROKEN)
    by_mouth = await shelf.promise(2, PromiseState.BROKEN, message=None, made_at=NOW + 2 * MINUTE)
    await shelf.promise(1, PromiseState.BROKEN, told_at=NOW)
    await shelf.promise(1, PromiseState.KEPT)

    async def untold(since: float = 0) -> list[Promise]:
        async with shelf.store.write() as tx:
            return await tx.promises_untold(NOW + since * HOUR, 9)

    assert await untold() == [broken, by_mouth]
    assert await untold(since=1.5) == [by_mouth]
    await shelf.answers(automatic=True)
    for changes in ({"state": DeliveryState.WITHDRAWN}, {"state": DeliveryState.FAILED}, {"kind": Kind.CONFIRMATION}):
        no_answer = await shelf.answers()
        async with shelf.store.write() as tx:
            await tx.save(Filing(deliveries=[another(shelf.case, message=no_answer.id, **changes)]))
    assert await untold() == [broken, by_mouth]
    answer = await shelf.answers()
    async with shelf.store.write() as tx:
        await tx.save(Filing(deliveries=[another(shelf.case, message=answer.id, kind=Kind.REPLY)]))
    assert await untold() == [by_mouth]  # it was said after that
    await shelf.answers(at=NOW + HOUR)  # one that the team sent elsewhere has no delivery
    assert await untold() == []


@pytest.mark.parametrize("end", [{"state": TicketState.RESOLVED, "resolved_at": NOW}, {"junk": True}])
async def test_what_is_settled_or_junk_concerns_nobody(shelf: Shelf, end: dict[str, object]) -> None:
    """Neither the customer nor the audit."""
    await shelf.promise(1, PromiseState.BROKEN)
    async with shelf.store.read() as tx:
        assert len(await tx.promises_untold(NOW, 9)) == 1
        assert "promise_broken" in {one.kind for one in await tx.findings(NOW + DAY)}
    await shelf.change(**end)
    async with shelf.store.read() as tx:
        assert await tx.promises_untold(NOW, 9) == []
        assert "promise_broken" not in {one.kind for one in await tx.findings(NOW + DAY)}


async def test_a_broken_promise_is_found_until_somebody_answers(shelf: Shelf) -> None:
    """After its due time; an earlier answer changes nothing, nor does time within thirty days."""
    promise = await shelf.promise(1, PromiseState.BROKEN)
    await shelf.promise(1, PromiseState.KEPT)
    await shelf.promise(1)
    await shelf.change(last_outgoing_at=promise.due_at - MINUTE)
    for now, count in ((NOW + 2 * HOUR, 1), (NOW + 29 * DAY, 1), (NOW + 31 * DAY, 0)):
        async with shelf.store.read() as tx:
            found = [one for one in await tx.findings(now) if one.kind == "promise_broken"]
        assert [(one.number, one.key) for one in found] == [
            (shelf.ticket.number, f"promise_broken:{promise.id}")
        ] * count
    await shelf.change(last_outgoing_at=promise.due_at)
    async with shelf.store.read() as tx:
        assert "promise_broken" not in {one.kind for one in await tx.findings(NOW + 2 * HOUR)}


async def test_lists_and_counts(shelf: Shelf) -> None:
    """With number, customer and owner, by due time; settled ones from a time on."""
    for due, state in ((3, "open"), (1, "kept"), (2, "broken"), (-9, "kept"), (4, "withdrawn")):
        await shelf.promise(due, PromiseState(state))
    async with shelf.store.read() as tx:

        async def listed(*states: str, since: float = 0) -> list[str]:
            return [
                one.promise.phrase
                for one in await tx.promises(
                    since=NOW + since * HOUR, agent=None, states=[PromiseState(word) for word in states], limit=9
                )
            ]

        assert await listed("open") == ["in 3 h"]
        assert await listed("open", "kept", "broken") == ["in 1 h", "in 2 h", "in 3 h"]
        assert await listed("kept", since=-10) == ["in -9 h", "in 1 h"]
        [one] = await tx.promises(since=None, agent=shelf.ada, states=list(PromiseState), limit=9)
        assert (one.number, one.customer, one.owner) == (shelf.ticket.number, "Eva Winter", "Ada")
        assert await tx.promises(since=None, agent=shelf.ada + 1, states=list(PromiseState), limit=9) == []
