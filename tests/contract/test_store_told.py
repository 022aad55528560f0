"""What agents were told by mail, and what of an answer can still be taken back, on both databases."""

from dataclasses import replace

from inbox_bot.model import Channel, DeliveryState, Kind, Visibility
from inbox_bot.records import Agent, Delivery, Notice
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.contract.store_builders import HOUR, MINUTE, NOW, Case, a_case

ADA = "ada@acme.example"


def to_ada(token: str, message: int, payload: bytes, to: str = ADA) -> Delivery:
    """A mail to her about a message."""
    return Delivery(
        id=-1000 - len(payload),
        token=token,
        inbox="mail",
        channel=Channel.EMAIL,
        kind=Kind.NOTICE,
        visibility=Visibility.INTERNAL,
        to=to,
        payload=payload,
        created_at=NOW,
        due_at=NOW,
        recipients=(to,),
        external_id=f"<{token}@acme.example>",
        message=message,
        automatic=True,
    )


async def told(store: Database) -> Case:
    """A ticket of which Ada was told twice, Ben once, and Ada once of our answer."""
    case = a_case()
    filing = case.filing()
    filing.deliveries += [
        to_ada("first", case.message.id, b"1"),
        to_ada("second", case.message.id, b"22"),
        to_ada("third", case.message.id, b"333", "ben@acme.example"),
        to_ada("fourth", case.answer.id, b"4444"),
    ]
    async with store.write() as tx:
        return case.real(await tx.save(filing))


async def test_what_an_agent_was_told(store: Database) -> None:
    """A mail is found by its token, with bytes and message; those about the customer's messages newest first."""
    case = await told(store)
    async with store.read() as tx:
        found = await tx.told("fourth")
        assert found is not None
        assert (found.payload, found.message, found.to) == (b"4444", case.answer.id, ADA)
        assert await tx.told(case.delivery.token) is None, "no mail to an agent"
        assert await tx.told("none") is None
        assert await tx.told_about(case.ticket.id, ADA, 9) == [b"22", b"1"]
        assert await tx.told_about(case.ticket.id, ADA, 1) == [b"22"]
        assert await tx.told_about(case.ticket.id + 1, ADA, 9) == []


async def test_what_agents_were_told_is_no_way_that_a_message_went(store: Database) -> None:
    """A ticket's timeline shows how messages went to the customer, nothing else."""
    case = await told(store)
    async with store.read() as tx:
        entries = await tx.timeline(case.customer.id, case.ticket.id)
    assert [delivery.kind for entry in entries for delivery, _ in entry.deliveries] == [case.delivery.kind]


async def test_only_what_nobody_tried_is_taken_back(store: Database) -> None:
    """Before a sender takes it, and never after."""
    case = await told(store)
    async with store.write() as tx:
        assert await tx.take_back([case.delivery.id], "undone") == 1
        assert await tx.take_back([case.delivery.id], "undone") == 0
        (delivery,) = [one for one in await tx.deliveries_of(case.answer.id) if one.kind is not Kind.NOTICE]
        assert (delivery.state, delivery.error) == (DeliveryState.WITHDRAWN, "undone")
        assert case.delivery.id not in {one.id for one in await tx.claim("mail", 9, "one", NOW + HOUR, NOW + MINUTE)}
    other = await told_again(store)
    async with store.write() as tx:
        assert other.delivery.id in {one.id for one in await tx.claim("mail", 9, "one", NOW + HOUR, NOW + MINUTE)}
        assert await tx.take_back([other.delivery.id], "undone") == 0


async def told_again(store: Database) -> Case:
    """Another ticket."""
    case = a_case()
    async with store.write() as tx:
        return case.real(await tx.save(case.filing()))


async def test_notices_for_agents_go_apart(store: Database) -> None:
    """What an agent is told, and what everybody is, wait and count for themselves."""
    case = await told_again(store)
    everybody = Notice(kind="ticket", at=NOW, subject="s", text="t", ticket=case.ticket.id)
    async with store.write() as tx:
        ada = await tx.save_agent(Agent(id=-1, name="Ada", initials="AL", address=ADA, created_at=NOW))
        about = replace(everybody, kind="message", message=case.message.id)
        mine = replace(everybody, kind="assigned", agent=ada)
        await tx.save(Filing(notices=[about, everybody, mine]))
        assert [notice for _, notice in await tx.notices(9)] == [everybody]
        waiting = await tx.notices(9, agents=True)
        assert [notice for _, notice in waiting] == [about, mine]
        await tx.mark_notices([id for id, _ in waiting], NOW)
        assert await tx.notices_sent(NOW) == 0
        assert await tx.notices_sent(NOW, agents=True) == 2
