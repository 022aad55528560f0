"""Whether a second person must say yes first, as the configuration asks ([approval])."""

from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.model import Visibility
from inbox_bot.records import LogEntry
from inbox_bot.rules.approving import wanted


async def gate(asked: Asked) -> Verdict:
    """Lets the answer wait for a yes. What waits does not count as answered, so nothing can be resolved with it."""
    approval, public = asked.house.approval, asked.route.visibility is Visibility.PUBLIC
    template = "" if asked.answer.text.strip() else asked.answer.template
    if not public and template not in approval.templates:
        return Verdict()
    others = [one for one in await asked.tx.agents() if one.disabled_at is None and one.id != asked.agent.id]
    posts = await asked.tx.posts_by(asked.agent.id) if public else 0
    why = wanted(approval, public=public, template=template, posts=posts, others=len(others))
    if not why:
        return Verdict()
    if asked.answer.resolve:
        return Verdict(stops=(Stop(reason=f"it waits for a colleague's yes ({why}): send it without --resolve"),))
    ticket = asked.case.ticket.id
    log = LogEntry(at=asked.now, who=asked.agent.name, what="waits for approval", ticket=ticket, detail=why)
    return Verdict(approval=True, log=(log,))
