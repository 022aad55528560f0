"""Whether the answer asks for an authorisation that is on record: after seventeen days he was asked for one."""

from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.model import AgentRole
from inbox_bot.rules import authorisations


async def gate(asked: Asked) -> Verdict:
    """Stops it with what is on record; only a supervisor asks again, and that is logged."""
    word = authorisations.demanded(asked.text)
    if not word:
        return Verdict()
    ticket = asked.case.ticket
    granted = await asked.tx.authorisations_of(ticket.customer)
    one = authorisations.acting(granted, ticket.customer, ticket.topic, asked.now)
    if one is None:
        return Verdict()
    day = one.since.astimezone(asked.house.hours(asked.now).zone).strftime("%-d %b %Y")
    where = one.evidence or f"m{one.message}"
    reason = (
        f'"{word}": {one.person} may act for the customer since {day} ({where}, a{one.id}); do not ask for it again'
    )
    override = asked.agent.role is AgentRole.SUPERVISOR
    if asked.answer.anyway and not override:
        reason += "; only a supervisor may send it all the same"
    return Verdict(stops=(Stop(reason=reason, override=override),))
