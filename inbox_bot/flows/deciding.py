"""Lets a person say what became of a mail that was lost twice: it arrived, it goes once more, or it is left."""

from dataclasses import dataclass
from datetime import datetime

from inbox_bot.errors import UsageError
from inbox_bot.flows.desk import acting, committed
from inbox_bot.flows.house import House
from inbox_bot.ports import Transaction
from inbox_bot.records import Delivery, LogEntry
from inbox_bot.rules import delivery as rules
from inbox_bot.writes import Filing


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """A delivery that may or may not have arrived. `number`: its ticket's, "" = none. `look_at`: when it is looked up,
    or sent, by itself; None: only a person decides."""

    delivery: Delivery
    number: str
    look_at: datetime | None


async def unsettled(house: House) -> list[Unsettled]:
    """All whose outcome is not known, oldest first."""
    async with house.store.read() as tx:
        return await _unsettled(house, tx)


async def decide(house: House, delivery: int, verdict: rules.Verdict, who: str) -> Unsettled:
    """Settle it as the person says; gives it as it was. Raises `UsageError` where its outcome is known, or where it is
    still looked up by itself."""

    async def act(tx: Transaction) -> Unsettled:
        agent = await acting(tx, who)
        found = next((one for one in await _unsettled(house, tx) if one.delivery.id == delivery), None)
        if found is None:
            raise UsageError(f"there is nothing to decide about delivery {delivery}: inbox-bot uncertain lists them")
        if found.look_at is not None:
            raise UsageError(f"delivery {delivery} is still looked up by itself: wait a quarter of an hour")
        if verdict is rules.Verdict.AGAIN and found.delivery.inbox not in house.inboxes:
            raise UsageError(f"inbox {found.delivery.inbox} is not configured any more: say arrived or left")
        await tx.settle([rules.decided(found.delivery, verdict, agent.name, house.now())])
        entry = LogEntry(
            at=house.now(), who=agent.name, what="decide", ticket=found.delivery.ticket,
            detail=f"delivery {delivery}: {verdict.value}",
        )  # fmt: skip
        await tx.save(Filing(log=[entry]))
        return found

    return await committed(house, act)


async def _unsettled(house: House, tx: Transaction) -> list[Unsettled]:
    """What no inbox looks up any more is a person's too."""
    now = house.now()
    return [
        Unsettled(
            delivery=one,
            number=number,
            look_at=None if rules.left_to_a_person(one, now) or one.inbox not in house.inboxes else one.due_at,
        )
        for one, number in await tx.unsettled()
    ]
