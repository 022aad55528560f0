"""What goes out, on both databases: claims, leases, outcomes, approval."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from inbox_bot.errors import Conflict
from inbox_bot.model import Address, Channel, DeliveryState, Kind, ReceiptState, Visibility
from inbox_bot.outgoing import Parcel
from inbox_bot.records import Delivery, Receipt
from inbox_bot.store.database import Database, open_store
from inbox_bot.writes import Filing, Settlement
from tests.contract.store_builders import DAY, HOUR, MINUTE, NOW, Case, a_case, another, filed, reference

UNTIL = NOW + 5 * MINUTE
LATER = NOW + HOUR


async def claim(store: Database, limit: int = 99, worker: str = "one") -> list[Parcel]:
    """Take what is due now."""
    async with store.write() as tx:
        return await tx.claim("mail", limit, worker, UNTIL, NOW)


async def delivery_of(store: Database, case: Case) -> Delivery:
    """A case's delivery as it stands."""
    async with store.read() as tx:
        return next(one for one in await tx.deliveries_of(case.answer.id) if one.id == case.delivery.id)


async def settle(store: Database, *settlements: Settlement) -> None:
    """Record outcomes in a transaction of their own."""
    async with store.write() as tx:
        await tx.settle(settlements)


async def number_delivered_at(store: Database, case: Case) -> object:
    """When the case's number arrived."""
    async with store.read() as tx:
        ticket = await tx.ticket(case.ticket.number)
    assert ticket is not None
    return ticket.number_delivered_at


async def test_claim_gives_the_frozen_parcel(store: Database) -> None:
    """A claimed delivery is sending, counted as an attempt, and carries its bytes and the recipient's handle."""
    case = a_case()
    case = replace(case, identity=replace(case.identity, handle="eva_w", name="Eva"))
    [case] = await filed(store, case)
    [parcel] = await claim(store)
    delivery = case.delivery
    assert parcel == Parcel(
        id=delivery.id,
        token=delivery.token,
        inbox="mail",
        kind=delivery.kind,
        to=Address(channel=Channel.EMAIL, address=delivery.to, handle="eva_w", name="Eva"),
        visibility=Visibility.PRIVATE,
        payload=delivery.payload,
        recipients=delivery.recipients,
        return_path=delivery.return_path,
        external_id=delivery.external_id,
        attempts=1,
        looks=0,
        created_at=NOW,
        started_at=NOW,
        ticket=case.ticket.id,
        carries_number=True,
    )
    sending = replace(delivery, state=DeliveryState.SENDING, attempts=1, started_at=NOW)
    assert await delivery_of(store, case) == sending
    assert await claim(store) == []


async def test_claim_leaves_what_is_not_its_own(store: Database) -> None:
    """Not yet due, waiting for approval, of another inbox, or no longer queued: not taken."""
    [case] = await filed(store, a_case(at=NOW))
    lot = [another(case, state=state) for state in DeliveryState if state is not DeliveryState.QUEUED]
    lot += [
        another(case, due_at=NOW + timedelta(microseconds=1)),
        another(case, approval=True),
        another(case, inbox="x"),
        another(case, identity=None, message=None, ticket=None),
    ]
    async with store.write() as tx:
        ids = await tx.save(Filing(deliveries=lot))
    assert {parcel.id for parcel in await claim(store)} == {case.delivery.id, ids[lot[-1].id]}


async def test_flood_of_one_customer_delays_nobody(store: Database) -> None:
    """Each customer's first delivery goes before the second of any, by all his identities, oldest due first."""
    [flooder, *others] = await filed(store, *(a_case() for _ in range(4)))
    on_x = replace(flooder.identity, id=reference(), channel=Channel.TWITTER, address="1001")
    flood = [
        another(
            flooder,
            due_at=NOW - HOUR + timedelta(seconds=number),
            identity=on_x.id if number % 2 else flooder.identity.id,
        )
        for number in range(60)
    ]
    async with store.write() as tx:
        ids = await tx.save(Filing(identities=[on_x], deliveries=flood))
    first = await claim(store, limit=5)
    assert [parcel.id for parcel in first] == [
        ids[flood[0].id],
        *(other.delivery.id for other in others),
        ids[flood[1].id],
    ]
    assert [parcel.id for parcel in await claim(store, limit=2)] == [ids[flood[2].id], ids[flood[3].id]]
    assert len(await claim(store)) == 57


async def test_claims_at_the_same_time_share_nothing(store: Database, store_url: str) -> None:
    """Several workers, also of several processes, take each delivery once."""
    await filed(store, *(a_case() for _ in range(40)))
    stores = [open_store(store_url) for _ in range(3)]
    taken: list[int] = []

    async def work(own: Database, worker: str) -> None:
        while parcels := await claim(own, limit=3, worker=worker):
            taken.extend(parcel.id for parcel in parcels)

    async with asyncio.TaskGroup() as group:
        for number, own in enumerate(stores * 2):
            group.create_task(work(own, str(number)))
    for own in stores:
        await own.close()
    assert len(taken) == len(set(taken)) == 40


async def test_locked_deliveries_are_passed_over(store: Database, store_url: str) -> None:
    """While one transaction holds its claim, another gets the rest at once (PostgreSQL) or after it (SQLite)."""
    await filed(store, *(a_case() for _ in range(4)))
    other = open_store(store_url)
    async with store.write() as tx:
        mine = await tx.claim("mail", 2, "one", UNTIL, NOW)
        waiting = asyncio.create_task(claim(other, worker="two"))
        if store_url.startswith("postgresql"):
            await waiting
    theirs = await waiting
    await other.close()
    assert len(mine) == len(theirs) == 2
    assert not {parcel.id for parcel in mine} & {parcel.id for parcel in theirs}


async def test_lease_that_has_passed_makes_uncertain(store: Database) -> None:
    """A claim without an outcome is never queued again by itself: it is due for a look."""
    [case] = await filed(store)
    await claim(store)
    async with store.write() as tx:
        assert await tx.expire(UNTIL - MINUTE) == 0
        assert await tx.uncertain("mail", 9, LATER) == []
        assert await tx.expire(UNTIL) == 1
        assert await tx.expire(UNTIL) == 0
        [parcel] = await tx.uncertain("mail", 9, UNTIL)
        assert await tx.uncertain("mail", 9, UNTIL - MINUTE) == []
        assert await tx.uncertain("x", 9, UNTIL) == []
    assert (parcel.id, parcel.attempts, parcel.payload) == (case.delivery.id, 1, case.delivery.payload)
    assert (await delivery_of(store, case)).state is DeliveryState.UNCERTAIN
    assert await claim(store) == []


async def test_all_of_a_worker_expire_at_once(store: Database) -> None:
    """A worker that starts again finds what it left, and leaves the others' claims alone."""
    await filed(store, a_case(), a_case())
    [first] = await claim(store, limit=1, worker="one")
    await claim(store, limit=1, worker="two")
    async with store.write() as tx:
        assert await tx.expire(NOW, "one") == 1
        assert [parcel.id for parcel in await tx.uncertain("mail", 9, NOW)] == [first.id]


async def test_outcome_is_recorded_with_its_evidence(store: Database) -> None:
    """A settlement sets the state, frees the lease, keeps what it does not name, and appends receipts."""
    [case] = await filed(store)
    await claim(store)
    sent = Receipt(delivery=case.delivery.id, state=ReceiptState.SENT, at=LATER, evidence="250 2.0.0 Ok\0")
    await settle(
        store,
        Settlement(
            delivery=case.delivery.id, state=DeliveryState.SENT, at=LATER, receipts=(sent,), number_delivered=True
        ),
    )
    stored = await delivery_of(store, case)
    assert stored == replace(case.delivery, state=DeliveryState.SENT, attempts=1, started_at=NOW)
    displayed = Receipt(delivery=case.delivery.id, state=ReceiptState.DISPLAYED, at=LATER, evidence="MDN")
    await settle(
        store,
        Settlement(delivery=case.delivery.id, state=DeliveryState.SENT, at=LATER, looks=1, receipts=(displayed,)),
        Settlement(delivery=case.delivery.id, state=DeliveryState.UNCERTAIN, at=LATER, due_at=LATER, error="lost"),
    )
    stored = await delivery_of(store, case)
    assert (stored.state, stored.due_at, stored.error, stored.looks) == (DeliveryState.UNCERTAIN, LATER, "lost", 1)
    async with store.read() as tx:
        [_, answer] = await tx.timeline(case.customer.id)
    assert answer.deliveries == (
        (replace(stored, payload=b""), (replace(sent, evidence="250 2.0.0 Ok\ufffd"), displayed)),
    )
    async with store.write() as tx:
        await tx.settle(())


async def test_number_counts_from_its_first_arrival(store: Database) -> None:
    """The earliest delivery of a number counts, in whatever order the evidence comes."""
    [case] = await filed(store)
    arrived = Settlement(delivery=case.delivery.id, state=DeliveryState.SENT, at=LATER, number_delivered=True)
    await settle(store, arrived)
    assert await number_delivered_at(store, case) == LATER
    await settle(store, replace(arrived, at=LATER + DAY))
    assert await number_delivered_at(store, case) == LATER
    await settle(store, replace(arrived, at=NOW))
    assert await number_delivered_at(store, case) == NOW


async def test_number_is_taken_back_unless_another_delivery_arrived(store: Database) -> None:
    """A failure DSN takes the number back; not while another delivery that carries it counts."""
    [case] = await filed(store)
    second = another(case)
    async with store.write() as tx:
        ids = await tx.save(Filing(deliveries=[second]))
    arrived = Settlement(delivery=case.delivery.id, state=DeliveryState.SENT, at=NOW, number_delivered=True)
    failed = Settlement(delivery=case.delivery.id, state=DeliveryState.FAILED, at=LATER, number_taken_back=True)
    await settle(store, arrived)
    await settle(store, failed)
    assert await number_delivered_at(store, case) is None
    await settle(store, replace(arrived, delivery=ids[second.id]))
    await settle(store, failed)
    assert await number_delivered_at(store, case) == NOW
    await settle(store, replace(failed, delivery=ids[second.id]))
    assert await number_delivered_at(store, case) is None


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.FAILED),
        (DeliveryState.FAILED, DeliveryState.UNCERTAIN, DeliveryState.FAILED),
        (DeliveryState.FAILED, DeliveryState.DELIVERED, DeliveryState.DELIVERED),
        (DeliveryState.DELIVERED, DeliveryState.QUEUED, DeliveryState.DELIVERED),
        (DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.DELIVERED),
    ],
)
async def test_evidence_is_not_overwritten_by_what_is_written_later(
    store: Database, before: DeliveryState, after: DeliveryState, kept: DeliveryState
) -> None:
    """A proof stands; a failure yields to a proof only; the number follows the state that is kept."""
    [case] = await filed(store)
    arrived = DeliveryState.DELIVERED

    def outcome(state: DeliveryState, at: datetime) -> Settlement:
        return Settlement(
            delivery=case.delivery.id, state=state, at=at, error=f"{state}",
            number_delivered=state in (arrived, DeliveryState.SENT), number_taken_back=state is DeliveryState.FAILED,
        )  # fmt: skip

    await settle(store, outcome(before, NOW))
    await settle(store, outcome(after, LATER))
    stored = await delivery_of(store, case)
    assert (stored.state, stored.error) == (kept, f"{kept}")
    assert (await number_delivered_at(store, case) is None) is (kept is not arrived)


async def test_id_of_a_post_is_adopted_once(store: Database) -> None:
    """Two deliveries cannot both be the same post; the second adoption is a conflict, with nothing recorded."""
    first, second = a_case(), a_case()
    first, second = await filed(
        store,
        replace(first, delivery=replace(first.delivery, external_id="")),
        replace(second, delivery=replace(second.delivery, external_id="")),
    )
    adopted = Settlement(delivery=first.delivery.id, state=DeliveryState.SENT, at=NOW, external_id="9001")
    await settle(store, adopted)
    assert (await delivery_of(store, first)).external_id == "9001"
    await settle(store, replace(adopted, external_id=None))
    assert (await delivery_of(store, first)).external_id == "9001"
    with pytest.raises(Conflict):
        await settle(store, replace(adopted, delivery=second.delivery.id))
    assert (await delivery_of(store, second)).state is DeliveryState.QUEUED


async def test_spend_adds_up_by_inbox_and_day(store: Database) -> None:
    """Costs of one day add up, whether they come with a batch or by themselves."""
    async with store.write() as tx:
        await tx.add_spend("x", "2026-05-04", 15_000)
        await tx.save(Filing(spend=("x", "2026-05-04", 5_000)))
        await tx.add_spend("x", "2026-05-05", 1)
        assert await tx.spend("x", "2026-05-04") == 20_000
        assert await tx.spend("x", "2026-05-05") == 1
        assert await tx.spend("mail", "2026-05-04") == 0


async def test_next_due_is_the_earliest_of_all_that_waits(store: Database) -> None:
    """Queued and approved, uncertain, or owed; nothing else, and None where nothing waits."""
    async with store.read() as tx:
        assert await tx.next_due() is None
    [case] = await filed(store, a_case(at=NOW + DAY))
    async with store.write() as tx:
        assert await tx.next_due() == NOW + DAY
        held = another(case, approval=True, due_at=NOW)
        sending = another(case, state=DeliveryState.SENDING, due_at=NOW)
        await tx.save(Filing(deliveries=[held, sending]))
        assert await tx.next_due() == NOW + DAY
        await tx.save(Filing(messages=[replace(case.message, acknowledge_at=NOW + 2 * HOUR)]))
        assert await tx.next_due() == NOW + 2 * HOUR
        await tx.save(Filing(deliveries=[another(case, attempts=1, due_at=NOW + 90 * MINUTE)]))
        assert await tx.next_due() == NOW + 90 * MINUTE
        assert await tx.next_due(retries=False) == NOW + 2 * HOUR
        await tx.save(Filing(deliveries=[another(case, state=DeliveryState.UNCERTAIN, due_at=NOW + HOUR)]))
        assert await tx.next_due() == await tx.next_due(retries=False) == NOW + HOUR


async def test_withdraw_takes_only_what_was_never_tried(store: Database) -> None:
    """Queued deliveries of the ticket, held ones too; not those tried, nor a person's or read receipts unless asked."""
    [case, other] = await filed(store, a_case(), a_case())
    tried = another(case, attempts=1)
    human = another(case, automatic=False)
    held = another(case, approval=True)
    sent = another(case, state=DeliveryState.SENT)
    mdn = another(case, kind=Kind.MDN)
    async with store.write() as tx:
        ids = await tx.save(Filing(deliveries=[tried, human, held, sent, mdn]))
        assert await tx.withdraw(case.ticket.id, "answered by Ada") == 2
        states = {one.id: (one.state, one.error) for one in await tx.deliveries_of(case.answer.id)}
        gone = (DeliveryState.WITHDRAWN, "answered by Ada")
        assert states == {
            case.delivery.id: gone,
            ids[held.id]: gone,
            ids[tried.id]: (DeliveryState.QUEUED, ""),
            ids[human.id]: (DeliveryState.QUEUED, ""),
            ids[sent.id]: (DeliveryState.SENT, ""),
            ids[mdn.id]: (DeliveryState.QUEUED, ""),
        }
        assert await tx.withdraw(case.ticket.id, "junk", automatic_only=False) == 2
        assert await tx.withdraw(case.ticket.id, "stop", put_off=True) == 1
    assert (await delivery_of(store, other)).state is DeliveryState.QUEUED


async def test_approval_frees_or_ends_a_delivery(store: Database) -> None:
    """A yes makes it due, not before its hold is over; a no withdraws it; neither works twice."""
    [case] = await filed(store)
    held = [another(case, approval=True, due_at=due) for due in (NOW - HOUR, NOW + MINUTE, NOW)]
    async with store.write() as tx:
        ids = [(await tx.save(Filing(deliveries=[one])))[one.id] for one in held]
        waiting = await tx.awaiting_approval()
        assert [(one.id, *rest) for one, *rest in waiting] == [
            (id, case.ticket.number, case.answer.text, None) for id in ids
        ]
        assert await tx.approve(ids[0], NOW, yes=True)
        assert await tx.approve(ids[1], NOW, yes=True)
        assert await tx.approve(ids[2], NOW, yes=False)
        assert not await tx.approve(ids[0], NOW, yes=False)
        assert not await tx.approve(case.delivery.id, NOW, yes=True)
        assert await tx.awaiting_approval() == []
        states = {one.id: (one.state, one.approval, one.due_at) for one in await tx.deliveries_of(case.answer.id)}
    assert states[ids[0]] == (DeliveryState.QUEUED, False, NOW)
    assert states[ids[1]] == (DeliveryState.QUEUED, False, NOW + MINUTE)
    assert states[ids[2]][0] is DeliveryState.WITHDRAWN
