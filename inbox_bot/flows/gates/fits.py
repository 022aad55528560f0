"""Whether the template that an answer was made from fits the ticket as it stands."""

from inbox_bot.flows.chosen import objections
from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.flows.standing import SENT
from inbox_bot.records import LogEntry


async def gate(asked: Asked) -> Verdict:
    """Stops it with the reasons and the names of some that fit; nobody overrides that. What goes out is on record."""
    name = asked.answer.template
    if not name:
        return Verdict()
    reasons = await objections(asked.house, asked.tx, asked.case, asked.route, name)
    if reasons:
        return Verdict(stops=tuple(Stop(reason=reason) for reason in reasons))
    entry = LogEntry(at=asked.now, who=asked.agent.name, what=SENT, ticket=asked.case.ticket.id, detail=name)
    return Verdict(log=(entry,))
