"""Whether an answer about a customer's account goes to somebody who is proven to be that customer."""

from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.model import AgentRole, Channel, Visibility
from inbox_bot.rules import numbers
from inbox_bot.template import Tier


async def gate(asked: Asked) -> Verdict:
    """Stops it by the tier of the template, or of the ticket's topic where the words are the agent's own, and says how
    he can prove it. What is of the tier `account` a supervisor may send all the same, what is `sensitive` nobody."""
    tier, whose = _tier(asked)
    if tier is Tier.PUBLIC or _proven(asked, tier):
        return Verdict()
    where = "at the very address that this goes to" if tier is Tier.SENSITIVE else "at any of his addresses"
    override = tier is Tier.ACCOUNT and asked.agent.role is AgentRole.SUPERVISOR
    reason = f"{whose} is of the tier {tier}, and nothing proves that he is the customer ({where}): {_how(asked)}"
    if asked.answer.anyway and not override:
        reason += "; only a supervisor may send it all the same" if tier is Tier.ACCOUNT else ""
    return Verdict(stops=(Stop(reason=reason, override=override),))


def _tier(asked: Asked) -> tuple[Tier, str]:
    """And what it is of. A template tells its own tier; words of the agent's own are of the topic's."""
    name, topic = asked.answer.template, asked.case.ticket.topic
    told = asked.house.tiers.get(topic, Tier.PUBLIC)
    if name:
        language = asked.case.language(asked.house, asked.route)
        own = asked.house.texts.template(name, asked.route.identity.channel, language).tier
        if own is not Tier.PUBLIC or not asked.answer.text.strip():
            return own, f'template "{name}"'
    return told, f'the topic "{topic}"'


def _proven(asked: Asked, tier: Tier) -> bool:
    if tier is Tier.SENSITIVE:
        return asked.route.identity.proven and asked.route.visibility is Visibility.PRIVATE
    answered = asked.route.answers
    return bool(answered and answered.proof) or any(one.proven for one in asked.case.identities)


def _how(asked: Asked) -> str:
    """The way that is open to him."""
    number = numbers.pretty(asked.case.ticket.number)
    public = asked.route.visibility is Visibility.PUBLIC
    template = "please-dm" if public and asked.route.identity.channel is Channel.TWITTER else "prove"
    return f"inbox-bot reply {number} --template {template} asks him to, inbox-bot customer invite sends him a code"
