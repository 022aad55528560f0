"""Says a claim without evidence as what was requested, on the day on which the request was put on record."""

from inbox_bot.errors import UsageError
from inbox_bot.flows.house import House
from inbox_bot.model import Act
from inbox_bot.ports import Transaction
from inbox_bot.records import Ticket
from inbox_bot.rules import claims, numbers

_MOST = 20  # claims of one text
EXAMPLES = {
    Act.CANCELLED: "cancel line", Act.REFUNDED: "refund 20 EUR", Act.ORDERED: "order router",
    Act.EXECUTED: "complete move", Act.CHANGED: "change address", Act.SENT: "send contract", Act.FIXED: "repair line",
    Act.ACTIVATED: "activate SIM card", Act.BLOCKED: "block SIM card", Act.BOOKED: "book appointment",
}  # fmt: skip
"""What an action of each kind may be called."""


async def softened(house: House, tx: Transaction, ticket: Ticket, text: str) -> str:
    """The text in which nothing is claimed that no action on record bears out. Raises `UsageError` where no request is
    on record either, or a sentence is not simple enough to be said anew by rule."""
    now = house.now()
    actions = await tx.actions_of(ticket.id)
    for _ in range(_MOST):
        unproven = claims.without_evidence(claims.find(text), actions, now)
        if not unproven:
            return text
        claim = unproven[0].claim
        requests = claims.borne_out(claim.kind, actions)
        if not requests:
            raise UsageError(
                f'"{claim.phrase}": no request is on record either, so it cannot be softened; put it on record with: '
                f'inbox-bot action add {numbers.pretty(ticket.number)} "{EXAMPLES[claim.kind]}"'
            )
        day = requests[-1].at.astimezone(house.hours(now).zone).date()
        said = claims.soften(text, claim, day)
        if said is None:
            raise UsageError(
                f'the sentence with "{claim.phrase}" cannot be softened by rule; write yourself that it was requested '
                f"on {day}"
            )
        start, end = said.span
        text = text[:start] + said.sentence + text[end:]
    raise UsageError(f"more than {_MOST} claims cannot be softened; shorten the text")
