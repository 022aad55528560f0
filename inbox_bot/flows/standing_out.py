"""Reads how incidents stand: who is in them, what all were told, how far each update has come; and which is late."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.errors import UsageError
from inbox_bot.flows.house import House
from inbox_bot.incidents import Incident, Update, Works
from inbox_bot.ports import Transaction
from inbox_bot.views import Finding

LATE = "update_overdue"
_MOST = 1000
_AGAIN = timedelta(hours=1)  # so often supervisors are called until an update is given


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An incident, how many tickets are in it and why, what its customers answered, and its updates, oldest first."""

    incident: Incident
    tickets: int
    how: Mapping[str, int]
    works: int
    fails: int
    silent: int
    updates: Sequence[tuple[Update, Mapping[str, int]]]


async def of(house: House, id: int) -> Standing:
    """One. Raises `UsageError`."""
    async with house.store.read() as tx:
        found = await tx.incident(id)
        if found is None:
            raise UsageError(f"there is no incident {id}; inbox-bot incident list shows all")
        return await _standing(tx, found)


async def all_of_them(house: House) -> list[Standing]:
    """All, newest first."""
    async with house.store.read() as tx:
        return [await _standing(tx, one) for one in await tx.incidents(_MOST)]


async def _standing(tx: Transaction, incident: Incident) -> Standing:
    rows = [one for one in await tx.affected_by(incident.id) if one.undone_at is None]
    asked = [one.works for one in rows if one.asked_at is not None]
    return Standing(
        incident=incident,
        tickets=len(rows),
        how=dict(Counter(one.how.value for one in rows)),
        works=asked.count(Works.YES),
        fails=asked.count(Works.NO),
        silent=asked.count(Works.UNKNOWN),
        updates=await tx.updates(incident.id),
    )


async def late(tx: Transaction, now: datetime) -> list[Finding]:
    """Incidents of which everybody was told to hear by now, and has not; anew each hour until an update is given."""
    found = []
    for one in await tx.ongoing():
        if one.next_update_at is None or one.next_update_at > now:
            continue
        hours = (now - one.next_update_at) // _AGAIN
        title = next(iter(one.titles.values()), "")
        found.append(
            Finding(
                kind=LATE, key=f"{LATE}:{one.id}:{one.next_update_at.isoformat()}:{hours}", at=one.next_update_at,
                detail=f"incident {one.id} ({title}): all who are affected were told to hear of it by then; "
                f'give an update: inbox-bot incident update {one.id} "…" --next-update "…"',
            )
        )  # fmt: skip
    return found
