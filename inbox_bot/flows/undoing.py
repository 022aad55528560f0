"""Takes an agent's last answer back while nothing of it has left, and owes again what it had made needless."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inbox_bot.care import Form
from inbox_bot.errors import UsageError
from inbox_bot.flows.case import Case, case_of
from inbox_bot.flows.desk import acting, committed
from inbox_bot.flows.house import House
from inbox_bot.flows.unkept import unsaid
from inbox_bot.model import DeliveryState, Direction, Kind, TicketState, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Customer, Delivery, LogEntry, Ticket
from inbox_bot.rules import answers, numbers, states, words
from inbox_bot.views import Entry
from inbox_bot.writes import Filing


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """An answer that does not go out; `text` as it would have been."""

    ticket: Ticket
    text: str


async def undo(house: House, written: str, who: str, shown: int | None = None) -> Undone:
    """Take back the agent's last answer in this ticket, all its parts, and open again what it said was kept. `shown`:
    the message that he was shown; is that an answer of his, it is this one and no other. Raises `UsageError` where it
    has left, or where there is none."""

    async def act(tx: Transaction) -> Undone:
        agent, case = await acting(tx, who), await case_of(tx, written)
        entries = _meant(case, agent, shown)
        number = numbers.pretty(case.ticket.number)
        if not entries:
            raise UsageError(f"you have no answer in ticket {number} that could be undone")
        sent = [delivery for entry in entries for delivery, _ in entry.deliveries]  # notices are none of them
        gone = "undone by " + agent.name
        if await tx.take_back([one.id for one in sent], gone) < len(sent):
            raise UsageError(
                f"your answer in ticket {number} has left already; what it got wrong needs a second answer"
            )
        ticket = _before(case, {entry.message.id for entry in entries})
        filing = Filing(tickets=[ticket])
        filing.log.append(LogEntry(at=house.now(), who=agent.name, what="undo", ticket=ticket.id))
        _owe_again(house, filing, case, agent, sent)
        filing.promises += unsaid(await tx.promises_of(ticket.id), [entry.message for entry in entries], house.now())
        moments = {entry.message.at for entry in entries}
        filing.actions += [  # a correction takes one back at the moment at which it is written
            replace(one, taken_back_at=None) for one in await tx.actions_of(ticket.id) if one.taken_back_at in moments
        ]
        filing.customers += await _unlearnt(tx, case, {entry.message.id for entry in entries})
        await tx.save(filing)
        return Undone(ticket=ticket, text="\n\n".join(entry.message.text for entry in entries))

    return await committed(house, act)


async def _unlearnt(tx: Transaction, case: Case, undone: set[int]) -> list[Customer]:
    """The customer without the form of address that only these answers have shown."""
    customer = case.customer
    if customer is None or customer.form_by or not (customer.form or customer.called):
        return []
    others = [entry for entry in await tx.timeline(customer.id, None) if entry.message.id not in undone]
    if answers.given(others):
        return []
    return [replace(customer, form=Form.UNKNOWN, called="")]


def _meant(case: Case, agent: Agent, shown: int | None) -> list[Entry]:
    """The agent's newest answer, or the one that he was shown: of posts that were written at once, all."""
    his = [
        entry
        for entry in case.entries
        if entry.message.direction is Direction.OUTGOING and entry.message.agent == agent.id and entry.deliveries
    ]
    his = [entry for entry in his if entry.deliveries[0][0].kind in (Kind.REPLY, Kind.CORRECTION)]
    mine = [entry for entry in his if any(one.state is not DeliveryState.WITHDRAWN for one, _ in entry.deliveries)]
    named = next((entry for entry in his if entry.message.id == shown), mine[-1] if mine else None)
    return [entry for entry in mine if named is not None and entry.message.at == named.message.at]


def _before(case: Case, undone: set[int]) -> Ticket:
    """The ticket as it is without these answers: what the others before them made of it."""
    before = [entry for entry in case.entries if entry.message.id not in undone]
    left = answers.given(before)
    ticket = replace(
        case.ticket,
        state=TicketState.OPEN if left else TicketState.NEW,
        answered_at=case.ticket.answered_at if left else None,
        resolved_at=None,
        last_outgoing_at=max(answers.heard(before), default=None),
        asked=False,
    )
    if left:
        return states.on_answer(ticket, left[-1].at, asked=words.asks_to_write(left[-1].text))
    return ticket


def _owe_again(house: House, filing: Filing, case: Case, agent: Agent, undone: Sequence[Delivery]) -> None:
    """What the answer confirmed, or made needless, is confirmed automatically after all."""
    ids = {one.id for one in undone}
    covered = [entry for entry in case.entries if entry.message.acknowledged_by in ids]
    filing.messages += [
        replace(entry.message, acknowledge_at=house.now(), acknowledged_by=None)
        for entry in covered
        if entry.message.visibility is Visibility.PRIVATE
    ]
    if not any(entry.message.visibility is Visibility.PUBLIC for entry in covered):
        return
    needless = f"answered by {agent.name}"
    withdrawn = [
        delivery
        for entry in case.entries
        for delivery, _ in entry.deliveries
        if delivery.state is DeliveryState.WITHDRAWN
        and delivery.error == needless
        and delivery.visibility is Visibility.PUBLIC
    ]
    if withdrawn:
        last = max(withdrawn, key=lambda one: one.id)
        filing.deliveries.append(replace(last, state=DeliveryState.QUEUED, due_at=house.now(), error=""))
