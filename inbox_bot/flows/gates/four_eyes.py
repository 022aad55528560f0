"""Whether a second person must say yes first, as the configuration asks ([approval])."""

from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.model import Direction, Visibility
from inbox_bot.records import LogEntry
from inbox_bot.rules.approving import wanted
from inbox_bot.views import NOT_APPROVED


async def gate(asked: Asked) -> Verdict:
    """Lets the answer wait for a yes. What waits does not count as answered, so nothing can be resolved with it."""
    approval, public = asked.house.approval, asked.route.visibility is Visibility.PUBLIC
    template, refused = asked.answer.template, _refused(asked)
    if not public and not refused and template not in approval.templates:
        return Verdict()
    others = [one for one in await asked.tx.agents() if one.disabled_at is None and one.id != asked.agent.id]
    posts = await asked.tx.posts_by(asked.agent.id) if public else 0
    why = wanted(approval, public=public, template=template, posts=posts, refused=refused, others=len(others))
    if not why:
        return Verdict()
    if asked.answer.resolve:
        return Verdict(stops=(Stop(reason=f"it waits for a colleague's yes ({why}): send it without --resolve"),))
    ticket = asked.case.ticket.id
    log = LogEntry(at=asked.now, who=asked.agent.name, what="waits for approval", ticket=ticket, detail=why)
    return Verdict(approval=True, log=(log,))


def _refused(asked: Asked) -> bool:
    """Whether his last answer in this ticket got no yes: what he sends next is most likely what he made of it."""
    his = [
        entry.deliveries
        for entry in asked.case.entries
        if entry.message.agent == asked.agent.id and entry.message.direction is Direction.OUTGOING and entry.deliveries
    ]
    return bool(his) and all(one.error == NOT_APPROVED for one, _ in his[-1])
