"""Whether the answer goes to the customer though somebody else wrote last, who does not act for him any more."""

from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.model import Direction


async def gate(asked: Asked) -> Verdict:
    """Stops it: "Dear Mira" would be read by Eva. Who says that it is meant for the customer sends it."""
    wrote = [
        entry
        for entry in asked.case.entries
        if entry.message.direction is Direction.INCOMING and not entry.message.automatic
    ]
    known = {one.id for one in asked.case.identities}
    if asked.answer.to_customer or not wrote or wrote[-1].message.identity in known:
        return Verdict()
    last, to = wrote[-1], asked.route.identity
    who, whom = f"@{last.handle}" if last.handle else last.address, f"@{to.handle}" if to.handle else to.address
    reason = (
        f"m{last.message.id} is from {who}, who does not act for the customer in this matter any more, and this goes "
        f"to the customer, {whom}: --to-customer says that it is meant for him"
    )
    return Verdict(stops=(Stop(reason=reason, override=True),))
