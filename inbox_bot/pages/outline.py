"""The page's outline: decides what stands on it and in which order, whatever form it is written in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from inbox_bot.flows.reading import OPEN, Dossier
from inbox_bot.model import Channel, Visibility
from inbox_bot.pages.words import OPEN_STATE, WORDS
from inbox_bot.records import Delivery, Receipt, Ticket
from inbox_bot.rules.numbers import pretty
from inbox_bot.views import Entry

_MOST_EVIDENCE = 300  # characters of one receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing: a line that names it, its text as it was written, and smaller lines below. `side`: whose it is."""

    head: str
    text: str = ""
    below: tuple[str, ...] = ()
    side: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Things of one kind; none = that is said."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The whole page. `lines`: who he is. `nothing`: what an empty section says."""

    language: str
    title: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]
    nothing: str


def outline(
    found: Dossier, titles: Mapping[str, str], language: str, zone: tzinfo, brand: str, now: datetime
) -> Outline:
    """The page of a dossier in German or English, times in `zone`. `titles`: what reasons are called, by name."""
    words = WORDS[language]

    def at(moment: datetime | None) -> str:
        return (
            moment.astimezone(zone).strftime("%d.%m.%Y %H:%M" if language == "de" else "%Y-%m-%d %H:%M")
            if moment
            else ""
        )

    rows = [row for row in found.tickets if found.ticket is None or row[0].id == found.ticket.id or not _of_one(found)]
    opened = tuple(_ticket(row, titles, words, language, at) for row in rows if row[0].state in OPEN)
    settled = tuple(_ticket(row, titles, words, language, at) for row in rows if row[0].state not in OPEN)
    sections = [
        Section(title=words["open"], items=opened),
        Section(title=words["known"], items=_told(found, words, at)),
        *([Section(title=words["incidents"], items=_incidents(found, words, at))] if found.incidents else []),
        Section(title=words["promises"], items=_promises(found, words, at)),
        Section(title=words["actions"], items=_actions(found, words, at)),
        Section(title=words["authorised"], items=_authorised(found, words, at, now)),
        Section(title=words["messages"], items=tuple(_message(entry, words, at) for entry in found.entries)),
    ]
    if settled:
        sections.insert(-1, Section(title=words["settled"], items=settled))
    name = found.customer.called or found.customer.name
    lines = tuple(
        f"{one.address if one.channel is Channel.EMAIL else f'X: @{one.handle or one.address}'}"
        f" ({words['proven'] if one.proven else words['not proven']}"
        + (f", {one.proven_by}" if one.proven and one.proven_by not in ("", "x") else "")
        + ")"
        for one in found.identities
    )
    title = f"{words['title']}: {name}" + (
        f", {pretty(found.ticket.number)}" if _of_one(found) and found.ticket else ""
    )
    return Outline(
        language=language, title=title, lines=(*lines, f"{brand}, {at(now)}"), sections=tuple(sections),
        nothing=words["none"],
    )  # fmt: skip


def _of_one(found: Dossier) -> bool:
    """Whether it is one ticket's page: nothing of another's stands among its messages."""
    return found.ticket is not None and all(one.message.ticket == found.ticket.id for one in found.entries)


At = Callable[[datetime | None], str]


def _ticket(
    row: tuple[Ticket, str, str], titles: Mapping[str, str], words: Mapping[str, str], language: str, at: At
) -> Item:
    ticket, _, assignee = row
    state = OPEN_STATE[language] if ticket.state == "open" else words[ticket.state.value]
    below = [f"{words['wrote']} {at(ticket.last_incoming_at)}"] if ticket.last_incoming_at else []
    if ticket.contact_reason:
        below.append(f"{words['about']}: {titles.get(ticket.contact_reason, ticket.contact_reason)}")
    below.append(f"{words['has']} {assignee or words['nobody']}")
    return Item(head=f"{pretty(ticket.number)}  {ticket.subject}", below=(state, *below))


def _told(found: Dossier, words: Mapping[str, str], at: At) -> tuple[Item, ...]:
    return tuple(
        Item(
            head=f"{words[one.kind.value]}: {one.value}",
            below=(f"{at(when)}, m{one.message}" + (f", {words['in public']}" if one.public else ""),),
        )
        for one, when in found.details
    )


def _promises(found: Dossier, words: Mapping[str, str], at: At) -> tuple[Item, ...]:
    return tuple(
        Item(
            head=f"„{one.phrase}“, {words['due']} {at(one.due_at)}",
            below=(f"{words.get(one.state.value, one.state.value)}, {found.agents.get(one.agent, '')}",),
        )
        for one in found.promises
    )


def _incidents(found: Dossier, words: Mapping[str, str], at: At) -> tuple[Item, ...]:
    return tuple(
        Item(
            head=f"{next(iter(incident.titles.values()), '')}, {words['since']} {at(incident.since)}",
            below=(f"{words['until']} {at(incident.closed_at)}",) if incident.closed_at else (),
        )
        for _, incident in found.incidents
    )


def _actions(found: Dossier, words: Mapping[str, str], at: At) -> tuple[Item, ...]:
    return tuple(
        Item(
            head=f"{at(one.at)}  {one.text}" + (f" ({words['taken back']})" if one.taken_back_at else ""),
            below=(f"{words['reference']} {one.reference}, {found.agents.get(one.agent, '')}",),
        )
        for one in found.actions
    )


def _authorised(found: Dossier, words: Mapping[str, str], at: At, now: datetime) -> tuple[Item, ...]:
    items = []
    for one in found.authorisations:
        until = f" {words['until']} {at(one.until)}" if one.until else ""
        over = one.withdrawn_at or (one.until if one.until and one.until <= now else None)
        ended = f" ({words['ended']} {at(over)})" if over else ""
        scope = ", ".join(one.scope) or words["everything"]
        items.append(
            Item(head=f"{one.person}: {scope}, {words['since']} {at(one.since)}{until}{ended}", below=(one.evidence,))
        )
    return tuple(items)


def _message(entry: Entry, words: Mapping[str, str], at: At) -> Item:
    message = entry.message
    way = words["public"] if message.visibility is Visibility.PUBLIC else words[message.channel.value]
    who = entry.agent or entry.handle or entry.address
    side = words[message.direction.value] + (f" ({words['automatic']})" if message.automatic else "")
    head = f"m{message.id}  {at(message.at)}  {side}" + (f", {who}" if who else "")
    if message.direction != "note":
        head += f", {way}"
    below = []
    if entry.files:
        below.append(f"{words['files']}: {', '.join(one.name for one in entry.files)}")
    below += [_proof(delivery, receipts, words, at) for delivery, receipts in entry.deliveries]
    text = f"{message.subject}\n\n{message.text}" if message.subject else message.text
    return Item(head=head, text=text.strip(), below=tuple(below), side=message.direction.value)


def _proof(delivery: Delivery, receipts: tuple[Receipt, ...], words: Mapping[str, str], at: At) -> str:
    last = f": {at(receipts[-1].at)} {receipts[-1].evidence[:_MOST_EVIDENCE]}" if receipts else ""
    return f"{words[delivery.state.value]} → {delivery.to}{last}"
