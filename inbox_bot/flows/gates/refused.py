"""Whether an answer refuses what anybody may know: such a question is answered, without proof of anything."""

from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.rules import refusals
from inbox_bot.template import Template, Tier


async def gate(asked: Asked) -> Verdict:
    """Stops a refusal in a ticket whose topic is public, and names the public texts on it. A person may override it."""
    topic = asked.case.ticket.topic
    if not topic or asked.house.tiers.get(topic, Tier.PUBLIC) is not Tier.PUBLIC:
        return Verdict()
    found = refusals.find(asked.text)
    if not found:
        return Verdict()
    fitting = sorted({one.name for one in asked.house.texts.templates() if _fits(one, asked)})
    text = f"inbox-bot template show {fitting[0]} has a text" if fitting else "answer it in your own words"
    reason = f'"{found}" refuses to tell, and "{topic}" is public, so anybody is told without proof: {text}'
    return Verdict(stops=(Stop(reason=reason, override=True),))


def _fits(template: Template, asked: Asked) -> bool:
    here = template.channel is asked.route.identity.channel and template.visibility is asked.route.visibility
    return (
        here and template.topic == asked.case.ticket.topic and template.tier is Tier.PUBLIC and not template.automatic
    )
