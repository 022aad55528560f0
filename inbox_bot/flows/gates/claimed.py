"""Whether an answer says that something is done: then an action on record bears it out, or it does not go."""

from collections.abc import Iterable

from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.flows.softening import EXAMPLES
from inbox_bot.model import Act, AgentRole
from inbox_bot.rules import claims, numbers


async def gate(asked: Asked) -> Verdict:
    """Stops what is claimed without evidence, by the text's words or by its template's header, and says how to give it.
    Only a supervisor may override that."""
    found = [*claims.find(asked.text), *_of_template(asked)]
    if not found:
        return Verdict()
    actions = await asked.tx.actions_of(asked.case.ticket.id)
    number = numbers.pretty(asked.case.ticket.number)
    override = asked.agent.role is AgentRole.SUPERVISOR
    stops: dict[Act, Stop] = {}
    for one in claims.without_evidence(found, actions, asked.now):
        kind = one.claim.kind
        reason = (
            f'"{one.claim.phrase}" says that something is done, and {one.reason}: inbox-bot action add {number} '
            f'"{EXAMPLES[kind]}" --ref 4711 --confirmed-by NAME'
        )
        if claims.soften(asked.text, one.claim, asked.now.date()) is not None:
            reason += "; where it was only requested, --soften says so"
        if asked.answer.anyway and not override:
            reason += "; only a supervisor may send it all the same"
        stops.setdefault(kind, Stop(reason=reason, override=override))
    return Verdict(stops=tuple(stops.values()))


def _of_template(asked: Asked) -> Iterable[claims.Claim]:
    """What the header of the answer's template says that its text claims."""
    name, house, case, route = asked.answer.template, asked.house, asked.case, asked.route
    if not name:
        return
    template = house.texts.template(name, route.identity.channel, case.language(house, route))
    for kind in template.says:
        yield claims.Claim(phrase=f"template {name}: {kind}", span=(0, 0), kind=kind, language="en")
