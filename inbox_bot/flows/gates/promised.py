"""Whether an answer promises something by a time: then it has an owner and a due time on record, or it does not go."""

from dataclasses import dataclass, field

from inbox_bot.casework import Promise
from inbox_bot.errors import UsageError
from inbox_bot.flows.desk import acting
from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.flows.unkept import id_of, in_the_way, kept, named, standing
from inbox_bot.model import TicketState
from inbox_bot.records import LogEntry
from inbox_bot.rules import due_times, numbers, promises
from inbox_bot.rules.calendars import Calendar
from inbox_bot.rules.moments import written


async def gate(asked: Asked) -> Verdict:
    """Asks for the due time of what is promised, settles what the answer keeps, and lets nobody resolve a ticket of
    which a promise is open. Who says `no_promise` has that on record."""
    reckoned = due_times.calendar(asked.house.hours(asked.now), asked.now)
    found = promises.find(
        asked.text, now=asked.now, zone=reckoned.zone, end_of_day=reckoned.end_of_day, workday=reckoned.workday
    )
    yielded = _Yield()
    settled = await _settled(asked, yielded)
    if asked.answer.no_promise:
        _not_meant(asked, found, yielded)
    else:
        await _made(asked, found, reckoned, yielded)
    left = [one for one in await standing(asked.tx, asked.case.ticket) if one.id not in settled]
    if asked.answer.resolve and left:
        yielded.stop(in_the_way(asked.case.ticket, left, reckoned.zone))
    return Verdict(stops=tuple(yielded.stops), promises=tuple(yielded.promises), log=tuple(yielded.log))


@dataclass(slots=True)
class _Yield:
    stops: list[Stop] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    log: list[LogEntry] = field(default_factory=list)

    def stop(self, reason: str, *, override: bool = False) -> None:
        """One more reason."""
        self.stops.append(Stop(reason=reason, override=override))


async def _settled(asked: Asked, yielded: _Yield) -> set[int]:
    """The promises that the answer keeps, by its writer's word."""
    wanted = asked.answer.keeps
    if not wanted:
        return set()
    here = {one.id: one for one in await standing(asked.tx, asked.case.ticket)}
    try:
        ids = set(here) if "all" in wanted else {id_of(one) for one in wanted}
    except UsageError as error:
        yielded.stop(str(error))
        return set()
    if not here or not ids <= set(here):
        zone = asked.house.hours(asked.now).zone
        listed = ", ".join(named(one, zone) for one in here.values()) or "none"
        yielded.stop(f"--keeps names no open promise of this ticket; open are: {listed}")
        return set()
    for id in sorted(ids):
        promise, entry = kept(here[id], asked.agent.name, asked.now)
        yielded.promises.append(promise)
        yielded.log.append(entry)
    return ids


def _not_meant(asked: Asked, found: list[promises.Promise], yielded: _Yield) -> None:
    if asked.answer.promise or asked.answer.promised:
        yielded.stop("--no-promise and --promise contradict each other; leave one out")
    for one in found:
        yielded.log.append(
            LogEntry(
                at=asked.now, who=asked.agent.name, what="no promise", ticket=asked.case.ticket.id, detail=one.phrase
            )
        )


async def _made(asked: Asked, found: list[promises.Promise], reckoned: Calendar, yielded: _Yield) -> None:
    answer, ticket = asked.answer, asked.case.ticket
    try:
        times = [(text, due_times.read(text, reckoned)) for text in answer.promise]
        owner = await acting(asked.tx, answer.owner) if answer.owner else asked.agent
    except UsageError as error:
        return yielded.stop(str(error))
    confirmed = answer.promised or (answer.previewed and bool(found) and not times)
    terms = due_times.agreed(found, times, reckoned, confirmed=confirmed)
    if terms.missing:
        return yielded.stop(terms.missing)
    if terms.later:
        yielded.stop(terms.later)
    if terms.agreed and answer.resolve:
        yielded.stop("what promises something does not settle the matter; leave --resolve out")
    if terms.agreed and ticket.state in (TicketState.RESOLVED, TicketState.CLOSED):
        number = numbers.pretty(ticket.number)
        yielded.stop(
            f"ticket {number} is {ticket.state}, so nobody would keep a promise in it: "
            + ("open a new one (inbox-bot open)" if ticket.closed_at else f"inbox-bot reopen {number}")
        )
    for place, one in enumerate(terms.agreed):
        yielded.promises.append(
            Promise(
                id=-1 - place, ticket=ticket.id, agent=owner.id, phrase=one.phrase, made_at=asked.now, due_at=one.due
            )
        )
        detail = f"{owner.name}: {one.phrase}, due {written(one.due, reckoned.zone)}"
        yielded.log.append(
            LogEntry(at=asked.now, who=asked.agent.name, what="promise", ticket=ticket.id, detail=detail)
        )
    return None
