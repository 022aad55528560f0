"""Prepares what a poll returned for filing: each thing once, in order, as we know its author, and what to look up."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from inbox_bot.flows.house import House
from inbox_bot.model import Address, Channel, Incoming, Unreadable
from inbox_bot.rules import numbers, tokens
from inbox_bot.views import Known, Lookup

Thing = Incoming | Unreadable

_AHEAD = timedelta(hours=1)  # a server's clock may be wrong; what comes from next year would never count as unanswered
_MOST_NUMBERS = 50  # asked for by one message; whoever writes more is guessing


def in_order(items: Sequence[Thing], new: Collection[str], now: datetime) -> list[Thing]:
    """Those with a new key, oldest first, none from the future."""
    # Two pages may show the same thing. Sorting is stable: one second's things stay in the source's order.
    once = {item.key: item for item in items if item.key in new}
    timely = (item if item.at <= now + _AHEAD else replace(item, at=now) for item in once.values())
    return sorted(timely, key=lambda item: item.at)


def looked_up(house: House, items: Sequence[Incoming], tickets: Sequence[str] = ()) -> Lookup:
    """Everything that the items name, for one set of look-ups; `tickets`: and these numbers."""
    addresses: set[tuple[Channel, str]] = set()
    ids: set[str] = set()
    names: set[str] = set()
    asked: set[str] = set(filter(None, tickets))
    for item in items:
        if item.author is not None:
            addresses.add((item.author.channel, item.author.address))
        ids.update(filter(None, (item.external_id, *item.references)))
        asked.update(islice(numbers.find(item.subject + "\n" + item.text), _MOST_NUMBERS))
        if item.mail is not None:
            addresses.update((reply.channel, reply.address) for reply in item.mail.reply_to)
            if item.mail.report is not None:
                ids.add(item.mail.report.original_message_id)
                names.add(item.mail.report.envelope_id)
        if item.post is not None:
            ids.update((item.post.reply_to_id, item.post.quoted_id, item.post.first_id))
            partners = (item.post.partner, item.post.reply_to_author)
            addresses.update((Channel.TWITTER, partner) for partner in partners if partner)
        found = names_in(house, item)
        ours = tokens.token_of(house.keys, item.external_id)
        names.update((*found.answered, found.bounced, found.returned, found.ours, ours))
        asked.update(found.numbers)
    return Lookup(
        addresses=frozenset(addresses),
        external_ids=frozenset(ids - {""}),
        hashes=frozenset(item.content_hash for item in items),
        tokens=frozenset(names - {""}),
        numbers=frozenset(asked),
        conversations=frozenset(item.conversation for item in items if item.conversation),
    )


def names_in(house: House, item: Incoming) -> tokens.Found:
    """The verified names of ours in one thing."""
    if item.mail is None:
        return tokens.find(house.keys, recipients=(), references=item.references)
    marks = [item.external_id, *(value for name, value in item.mail.headers if name == "x-inbox-bot")]
    return tokens.find(
        house.keys,
        recipients=item.mail.recipients,
        references=item.references,
        marks=marks,
        report=item.mail.report,
    )


def as_known(items: Sequence[Thing], known: Known) -> list[Thing]:
    """The same, each address spelled as on record or where it first stands: RFC 5321 2.4 lets a host tell `Eva@` from
    `eva@`, but none does, and one person's programs write both."""
    spelled: dict[tuple[Channel, str], str] = {}
    for channel, address in sorted(known.identities, key=lambda key: known.identities[key].id):
        spelled.setdefault((channel, address.casefold()), address)

    def familiar(address: Address) -> Address:
        if (address.channel, address.address) in known.identities:
            return address
        usual = spelled.setdefault((address.channel, address.address.casefold()), address.address)
        return address if usual == address.address else replace(address, address=usual)

    def respelled(item: Thing) -> Thing:
        if isinstance(item, Unreadable) or item.mail is None:
            return item
        author = familiar(item.author) if item.author else None
        reply_to = tuple(familiar(address) for address in item.mail.reply_to)
        if author == item.author and reply_to == item.mail.reply_to:
            return item
        return replace(item, author=author, mail=replace(item.mail, reply_to=reply_to))

    return [respelled(item) for item in items]
