"""Notes for the team who may be one person: by name, by another's number, by an address in a text. It links nobody."""

from collections.abc import Sequence

from inbox_bot.care import Guess, Suggestion
from inbox_bot.flows.lot import Lot
from inbox_bot.model import Incoming
from inbox_bot.ports import Transaction
from inbox_bot.records import Identity, Message
from inbox_bot.rules import linking, numbers


async def guess(tx: Transaction, lot: Lot, filed: Sequence[tuple[Incoming, Message, Identity, int | None]]) -> None:
    """Note for the team who may be one person; `filed`: what was filed on a ticket, by whom, and the ticket of another
    whose number it quotes. One look-up for all of the lot; nothing is linked by it."""
    names = {identity.id: linking.spellings(identity.name) for _, _, identity, _ in filed if identity.id < 0}
    named = {item.key: linking.named_in(item.text) for item, _, _, _ in filed}
    mails = {one for found, _ in named.values() for one in found}
    handles = {one for _, found in named.values() for one in found}
    wanted = {name for some in names.values() for name in some}
    alike = await tx.namesakes(wanted) if wanted else {}
    bearers = await tx.bearers(mails, handles) if mails or handles else {}
    for item, message, identity, quoted in filed:
        others: dict[tuple[int, Guess], str] = {}
        if quoted is not None and (ticket := lot.known.tickets.get(quoted)) is not None:
            others[ticket.customer, Guess.NUMBER] = numbers.pretty(ticket.number)
        same = {one for name in names.get(identity.id, ()) for one in alike.get(name, ())}
        if len(same) <= linking.SAME_NAME:
            others |= {(customer, Guess.NAME): identity.name for customer in sorted(same)}
        for one in (*named[item.key][0], *named[item.key][1]):
            if one in bearers:
                others[bearers[one], Guess.ADDRESS] = one
        lot.filing.suggestions += [
            Suggestion(
                id=lot.refs.new(), customer=identity.customer, other=other, guess=kind, detail=detail, at=lot.now,
                message=message.id,
            )
            for (other, kind), detail in others.items()
            if other != identity.customer
        ]  # fmt: skip
