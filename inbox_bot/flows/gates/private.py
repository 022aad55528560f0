"""Whether a public answer holds personal data, or words that came in private: it does not go out, whoever wants it."""

from inbox_bot.care import DetailKind
from inbox_bot.flows.details import told_by
from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.flows.leaking import leaked
from inbox_bot.model import Visibility
from inbox_bot.rules import kept, numbers
from inbox_bot.rules.days import days

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
    from inbox_bot.rules import demands, details  # its patterns take a while to make, and most answers are private

    by_dm, otherwise = "answer in private (--dm, by mail /dm)", "leave it out, and ask him for a direct message"
    instead = by_dm if asked.route.dm_open else otherwise
    found = details.find(asked.text, told_by(asked.house))
    reasons = [f'"{one.phrase}" is {_WHAT[one.kind]}, and this answer is public: {instead}' for one in found[:_MOST]]
    reasons += [f"{reason}: {instead}" for reason in await _known(asked)]
    reasons += await leaked(asked.house, asked.tx, asked.case.ticket.customer, asked.text)
    wanted = [one.phrase for one in demands.find(asked.text) if not one.in_private]
    if wanted:
        way = by_dm if asked.route.dm_open else "ask him for a direct message or a mail (--template please-dm)"
        reasons.append(f'"{", ".join(wanted)}" is asked for in public: {way}')
    return Verdict(stops=tuple(Stop(reason=reason) for reason in reasons))


async def _known(asked: Asked) -> list[str]:
    """What he told us in private and the text repeats in any spelling, with or without a word for it."""
    told = await asked.tx.details_given(asked.case.ticket.customer)
    if not told:
        return []
    text = kept.squashed(asked.text.replace(numbers.pretty(asked.case.ticket.number), " "))
    named = {day for day, _ in days(asked.text)}
    found = {
        one.value: one
        for one, _ in told
        if not one.public and (one.value in named or kept.stands_in(one.kind, one.value, text))
    }
    return [
        f'"{one.value}" is {_WHAT[one.kind]} of his (from m{one.message}), and this answer is public'
        for one in found.values()
    ]
