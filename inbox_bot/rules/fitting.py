"""Templates: decides whether a template may go out in a ticket as it stands, and gives every reason why not."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from inbox_bot.model import Act, Channel, TicketState, Visibility
from inbox_bot.template import Template, Tier

FRAMES = frozenset(
    {
        "reply", "reply-public", "opening", "confirmation", "correction", "correction-public", "merged", "split",
        "authorised",
    }
)  # fmt: skip
"""What the program puts around a person's words, or fills in by itself; nobody chooses them."""

FACTS: Mapping[str, str] = {
    "answered": "a person has answered",
    "number_delivered": "the customer has the ticket's number",
    "proven": "it is proven who wrote",
    "attachments": "the customer has sent files",
    "resolved": "the matter is settled",
    "assigned": "somebody has the ticket",
    "angry": "the customer is angry",
    "asked": "our last message asked the customer to write",
    "dm": "the customer has written a direct message",
    "promise:open": "a promise is open",
    "promise:kept": "a promise was kept",
    "promise:broken": "a promise was broken",
    "authorised": "somebody may speak for the customer",
    **{f"action:{act}": f"something was {act}" for act in Act},
}
"""What can be on record of a ticket. Beside it: `tag:NAME` and `sent:NAME`, a template that went out in it."""

_FREE = ("tag:", "sent:")
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a ticket stands for a template: by which way the answer goes, in which state the matter is, what is on
    record. `state` is resolved also where it was reopened by nobody who may."""

    channel: Channel
    visibility: Visibility
    state: TicketState
    facts: frozenset[str] = frozenset()
    topic: str = ""


def known(fact: str) -> bool:
    """Whether anything records a fact of that name."""
    return fact in FACTS or any(fact.startswith(one) and fact != one for one in _FREE)


def unfit(template: Template, standing: Standing) -> tuple[str, ...]:
    """Why this template may not go out there, each reason in a few words; () = it fits."""
    return tuple(_reasons(template, standing))


def fitting(templates: Sequence[Template], language: str, standing: Standing) -> tuple[str, ...]:
    """The names of some that fit, those about the ticket's own topic first."""
    found = [
        one
        for one in templates
        if (one.channel, one.language) == (standing.channel, language) and not unfit(one, standing)
    ]
    ordered = sorted(found, key=lambda one: (not standing.topic or one.topic != standing.topic, one.name))
    return tuple(one.name for one in ordered[:_MOST_NAMED])


def _reasons(template: Template, standing: Standing) -> Iterator[str]:
    if template.automatic or template.name in FRAMES:
        yield "it is for automatic messages" if template.automatic else "the program fills it in by itself"
    if template.visibility is not standing.visibility:
        yield f"it is {template.visibility}, and this answer would be {standing.visibility}"
    if standing.state not in template.states:
        yield _state(template, standing)
    if template.tier is not Tier.PUBLIC and "proven" not in standing.facts:
        yield "it tells of the customer's account, and nothing proves who wrote"
    yield from _facts(template, standing)


def _facts(template: Template, standing: Standing) -> Iterator[str]:
    for fact in template.needs:
        if not _recorded(fact, standing):
            yield f"it needs on record that {_meaning(fact)}"
    for fact in template.refuses:
        if _recorded(fact, standing):
            yield f"it is not for tickets in which {_meaning(fact)}"
    for fact in template.asks:
        if _recorded(fact, standing):
            yield f"it asks for what is on record: {_meaning(fact)}"
    for act in template.says:
        if not _done(act, standing):
            yield f"it says that something was {act}, and no such action is on record"


def lifts(who: str, supervisors: Collection[str]) -> bool:
    """Whether texts about a settled matter may go again once this one has reopened it. Where there is no supervisor,
    everybody may."""
    return not supervisors or who in supervisors


def _state(template: Template, standing: Standing) -> str:
    if standing.state is TicketState.RESOLVED:
        return "the matter is settled: it is held until a supervisor or the customer reopens the ticket"
    names = " or ".join(state for state in TicketState if state in template.states)
    return f"it is for tickets that are {names}, and this one is {standing.state}"


def _recorded(fact: str, standing: Standing) -> bool:
    settled = standing.state in (TicketState.RESOLVED, TicketState.CLOSED)
    return fact in standing.facts or (fact == "resolved" and settled)


def _done(act: Act, standing: Standing) -> bool:
    """`EXECUTED` says no more than that something was done."""
    if act is Act.EXECUTED:
        return any(fact.startswith("action:") for fact in standing.facts)
    return f"action:{act}" in standing.facts


def _meaning(fact: str) -> str:
    kind, _, name = fact.partition(":")
    if kind == "tag" and name:
        return f'it has the tag "{name}"'
    if kind == "sent" and name:
        return f'the template "{name}" went out'
    return FACTS.get(fact, fact)
