"""Whether the talk has moved on since the writer last looked: then he is shown what he has not seen."""

from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.flows.sight import lines, unseen
from inbox_bot.rules import numbers


async def gate(asked: Asked) -> Verdict:
    """Stops an answer whose writer has not seen all that others wrote in the ticket; he may override it."""
    seen = asked.answer.seen
    if seen is None:
        known = await asked.tx.seen_on(asked.case.ticket.id)
        seen = next((one.message for one in known if one.agent == asked.agent.id), 0)
    newer = unseen(asked.case.messages, seen, asked.agent)
    if not newer:
        return Verdict()
    number = numbers.pretty(asked.case.ticket.number)
    count = "one message" if len(newer) == 1 else f"{len(newer)} messages"
    reason = f"you have not seen {count} of ticket {number}: read what follows, then send it again, changed if need be"
    return Verdict(stops=(Stop(reason=reason, override=True),), newer=lines(newer))
