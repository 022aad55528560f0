"""Whether an answer settles a matter of which nobody has said why the customer wrote."""

from inbox_bot.flows import reasons
from inbox_bot.flows.gates.asked import Asked, Stop, Verdict


async def gate(asked: Asked) -> Verdict:
    """Lets nobody resolve a ticket without a reason, where there are any ([reasons])."""
    missing = reasons.missing(asked.house, asked.case.ticket) if asked.answer.resolve else ""
    return Verdict(stops=(Stop(reason=missing),) if missing else ())
