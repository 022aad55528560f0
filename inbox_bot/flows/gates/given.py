"""Whether the answer asks for what the customer has given already: he was asked five times, and answered each time."""

from inbox_bot.care import DetailKind
from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.rules import demands

WHAT = {
    DetailKind.PHONE: "a telephone number",
    DetailKind.IBAN: "an IBAN",
    DetailKind.MAIL: "a mail address",
    DetailKind.CUSTOMER_NUMBER: "the customer number",
    DetailKind.BIRTHDAY: "the date of birth",
}


async def gate(asked: Asked) -> Verdict:
    """Stops it with the day and the message; who knows that it was wrong or is outdated overrides that."""
    wanted = demands.find(asked.text)
    if not wanted:
        return Verdict()
    zone = asked.house.hours(asked.now).zone
    given = {detail.kind: (detail, at) for detail, at in await asked.tx.details_given(asked.case.ticket.customer)}
    stops = []
    for demand in wanted:
        if demand.kind is not None and demand.kind in given:
            detail, at = given[demand.kind]
            day = at.astimezone(zone).strftime("%-d %b")
            reason = f'"{demand.phrase}": {WHAT[demand.kind]} was given on {day} (m{detail.message}); do not ask again'
            stops.append(Stop(reason=reason, override=True))
    return Verdict(stops=tuple(stops))
