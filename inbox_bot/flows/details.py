"""Notes the personal data in what customers write, as it is filed: so that it is found, and not asked for again."""

from dataclasses import replace
from typing import TYPE_CHECKING

from inbox_bot.care import Detail
from inbox_bot.flows.house import House
from inbox_bot.model import Channel, Incoming, Visibility
from inbox_bot.records import LogEntry, Message
from inbox_bot.rules.kept import Privacy

if TYPE_CHECKING:  # what only reads loads nothing of the intake
    from inbox_bot.flows.lot import Lot

OURSELVES = "inbox-bot"
EXPOSED = "personal data in public"


def noted(lot: "Lot", item: Incoming, message: Message) -> list[Detail]:
    """Put on record what stands in subject and text; what it is."""
    text = f"{item.subject}\n{item.text}"
    if not any(char.isdigit() or char == "@" for char in text):
        return []  # and nothing is loaded that takes time
    once = told(lot.house, message, text, public=item.visibility is Visibility.PUBLIC)
    lot.filing.details += once
    if once and item.visibility is Visibility.PUBLIC:
        lot.exposed.add(item.key)
        kinds = ", ".join(one.kind.value.replace("_", " ") for one in once)
        entry = LogEntry(at=lot.now, who=OURSELVES, what=EXPOSED, ticket=message.ticket, detail=kinds)
        lot.filing.log.append(entry)
    return once


def told(house: House, message: Message, text: str, *, public: bool = False) -> list[Detail]:
    """What a customer said of himself in a message with this text, each once."""
    from inbox_bot.rules import details

    found = [
        Detail(message=message.id, customer=message.customer, kind=one.kind, value=one.value, public=public)
        for one in details.find(text, told_by(house))
    ]
    return list({(one.kind, one.value): one for one in found}.values())


def told_by(house: House) -> Privacy:
    """How personal data is told in this house, with all that is ours and nobody's own."""
    addresses = (box.address for box in house.inboxes.values() if box.channel is Channel.EMAIL)
    return replace(house.privacy, own=(*house.privacy.own, house.brand.footer, *addresses))
