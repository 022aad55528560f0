"""Whether a public answer holds personal data, or words that came in private: it does not go out, whoever wants it."""

from inbox_bot.care import DetailKind
from inbox_bot.flows.details import told_by
from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.flows.leaking import leaked
from inbox_bot.model import Visibility

_MOST = 5  # reasons
_WHAT = {
    DetailKind.PHONE: "a telephone number",
    DetailKind.IBAN: "an IBAN",
    DetailKind.MAIL: "a mail address",
    DetailKind.CUSTOMER_NUMBER: "a customer number",
    DetailKind.BIRTHDAY: "a date of birth",
}


async def gate(asked: Asked) -> Verdict:
    """Stops it with the exact words; nobody overrides that."""
    if asked.route.visibility is not Visibility.PUBLIC:
        return Verdict()
    from inbox_bot.rules import asking, details  # its patterns take a while to make, and most answers are private

    by_dm, otherwise = "answer in private (--dm, by mail /dm)", "leave it out, and ask him for a direct message"
    instead = by_dm if asked.route.dm_open else otherwise
    found = details.find(asked.text, told_by(asked.house))
    reasons = [f'"{one.phrase}" is {_WHAT[one.kind]}, and this answer is public: {instead}' for one in found[:_MOST]]
    reasons += await leaked(asked.house, asked.tx, asked.case.ticket.customer, asked.text)
    wanted = asking.find(asked.text)
    if wanted:
        way = by_dm if asked.route.dm_open else "ask him for a direct message or a mail (--template please-dm)"
        reasons.append(f'"{wanted}" asks for personal data in public: {way}')
    return Verdict(stops=tuple(Stop(reason=reason) for reason in reasons))
