"""Gates: decides whether an agent's answer may go out as it is; every reason why not is given at once.

A gate is a function from what is asked to a `Verdict`; each has a module here, and `GATES` is their order.
"""

from inbox_bot.errors import Stopped
from inbox_bot.flows.gates import (
    addressed,
    authorised,
    claimed,
    fits,
    four_eyes,
    given,
    moved_on,
    private,
    promised,
    reasoned,
    refused,
    represented,
    said_again,
    tier,
)
from inbox_bot.flows.gates.asked import Asked, Gate, Verdict
from inbox_bot.records import LogEntry

GATES: tuple[Gate, ...] = (
    moved_on.gate, said_again.gate, fits.gate, private.gate, given.gate, addressed.gate, represented.gate,
    authorised.gate, tier.gate, refused.gate, promised.gate, claimed.gate, reasoned.gate, four_eyes.gate,
)  # fmt: skip


async def passed(asked: Asked) -> Verdict:
    """What all gates want done with an answer that may go out. Raises `Stopped` with all their reasons.

    `anyway` overrides those that a person may override; the log tells what was overridden.
    """
    verdicts = [await gate(asked) for gate in GATES]
    stops = [stop for verdict in verdicts for stop in verdict.stops]
    held = [stop for stop in stops if not (asked.answer.anyway and stop.override)]
    if held:
        newer = tuple(line for verdict in verdicts for line in verdict.newer)
        raise Stopped(tuple(stop.reason for stop in held), newer=newer, override=all(stop.override for stop in held))
    overridden = tuple(
        LogEntry(at=asked.now, who=asked.agent.name, what="anyway", ticket=asked.case.ticket.id, detail=stop.reason)
        for stop in stops
    )
    return Verdict(
        promises=tuple(one for verdict in verdicts for one in verdict.promises),
        log=(*overridden, *(entry for verdict in verdicts for entry in verdict.log)),
        approval=any(verdict.approval for verdict in verdicts),
    )
