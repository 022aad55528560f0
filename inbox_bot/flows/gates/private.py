"""Whether a public answer holds personal data, or words that came in private: it does not go out, whoever wants it."""

from inbox_bot.flows.details import told_by
from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.flows.leaking import WHAT, leaked
from inbox_bot.model import Visibility

_MOST = 5  # reasons


async def gate(asked: Asked) -> Verdict:
    """Stops it with the exact words; nobody overrides that."""
    if asked.route.visibility is not Visibility.PUBLIC:
        return Verdict()
    from inbox_bot.rules import demands, details  # its patterns take a while to make, and most answers are private

    by_dm, otherwise = "answer in private (--dm, by mail /dm)", "leave it out, and ask him for a direct message"
    instead = by_dm if asked.route.dm_open else otherwise
    found = details.find(asked.text, told_by(asked.house))
    reasons = [f'"{one.phrase}" is {WHAT[one.kind]}, and this answer is public: {instead}' for one in found[:_MOST]]
    ticket = asked.case.ticket
    reasons += await leaked(asked.house, asked.tx, ticket.customer, asked.text, ticket.number)
    wanted = [one.phrase for one in demands.find(asked.text) if not one.in_private]
    if wanted:
        way = by_dm if asked.route.dm_open else "ask him for a direct message or a mail (--template please-dm)"
        reasons.append(f'"{", ".join(wanted)}" is asked for in public: {way}')
    return Verdict(stops=tuple(Stop(reason=reason) for reason in reasons))
