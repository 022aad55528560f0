"""What of a customer's private messages, or of the team's notes about him, a public text would repeat."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from inbox_bot.care import DetailKind
from inbox_bot.flows.details import told_by
from inbox_bot.flows.house import House
from inbox_bot.model import Channel, DeliveryState, Direction, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Message
from inbox_bot.rules import kept, leaks, numbers
from inbox_bot.rules.days import days
from inbox_bot.views import Entry

WHAT = {
    DetailKind.PHONE: "a telephone number",
    DetailKind.IBAN: "an IBAN",
    DetailKind.MAIL: "a mail address",
    DetailKind.CUSTOMER_NUMBER: "a customer number",
    DetailKind.BIRTHDAY: "a date of birth",
}
_INSTEAD = "say it in other words without his data, or answer in private"
_MOST = 5  # reasons of a kind
_LOOKED_AT = 100_000  # messages with which a text to all is compared
_INITIALS = re.compile(r"\s*\^\w{1,5}\s*\Z")
_SHORT = 80  # characters of the words that a reason repeats
_OUT = (DeliveryState.SENT, DeliveryState.DELIVERED)
_YOU = re.compile(r"""\{\{\s*you\(\s*["']([^"']*)["']\s*,\s*["']([^"']*)["']\s*\)\s*\}\}""")
_MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|\A\+\+\+.*?^\+\+\+", re.DOTALL | re.MULTILINE)


async def leaked_of_many(house: House, tx: Transaction, since: datetime, texts: Iterable[str]) -> str:
    """Why all cannot be shown these texts of ours that answer nobody, "" = they can: words that some customer has
    written in private since then."""
    wrote = [message for message, _ in await tx.written_since(since, _LOOKED_AT)]
    known = [house.brand.footer, *(one.text for one in wrote if one.visibility is Visibility.PUBLIC)]
    fixed = "|".join(_fixed(one.source) for one in house.texts.templates())
    private = [pair for one in wrote for pair in _words(one)]
    for text in texts:
        for found in leaks.find(text, private, known, fixed):
            return f'"{_shortened(found.phrase)}" is private, from {found.source}: say it in other words'
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    kind: DetailKind
    value: str


async def leaked(
    house: House, tx: Transaction, customer: int, text: str, number: str, message: int | None = None
) -> list[str]:
    """Why the text cannot go out in public, a line each: the words, and the message in which they are private.

    All his tickets count, both directions, subjects, quotes and names of files, and what our last post before this one
    (`message`, None = it is written now) began. What he or we made public already, and the fixed words of templates,
    are nobody's secret, nor is the `number` of the ticket.
    """
    entries = await tx.timeline(customer)
    before = _last_post(entries, message)
    known = [house.brand.footer, before, *(entry.message.text for entry in entries if _is_public(entry))]
    text = f"{_INITIALS.sub('', before)} {text}"
    private = (pair for entry in reversed(entries) for pair in _private(entry))
    fixed = "|".join(_fixed(one.source) for one in house.texts.templates())
    reasons = [
        f'"{one.value}" is {WHAT[one.kind]} of his ({source}), and this answer is public: {_INSTEAD}'
        for one, source in await _told(house, tx, customer, entries, text.replace(numbers.pretty(number), " "), before)
    ]
    return reasons + [
        f'"{_shortened(one.phrase)}" is private, from {one.source}, and this answer is public: {_INSTEAD}'
        for one in leaks.find(text, private, known, fixed)[:_MOST]
    ]


async def _told(
    house: House, tx: Transaction, customer: int, entries: list[Entry], text: str, before: str
) -> list[tuple[_Known, str]]:
    """His data that the text repeats in any spelling, with or without a word for it, and where it is known from: what
    he told in private, what the team wrote to him or noted of him, his mail addresses. What stood in the post `before`
    is out already."""
    from inbox_bot.rules import details  # its patterns take a while to make

    privacy = told_by(house)
    found = [
        (_Known(kind=one.kind, value=one.value), f"from m{one.message}")
        for one, _ in await tx.details_given(customer)
        if not one.public
    ]
    found += [
        (_Known(kind=one.kind, value=one.value), f"from {_source(entry.message)}")
        for entry in entries
        if entry.message.direction is not Direction.INCOMING and entry.message.visibility is not Visibility.PUBLIC
        for one in details.labelled(f"{entry.message.subject}\n{entry.message.text}", privacy)
    ]
    found += [
        (_Known(kind=DetailKind.MAIL, value=one.address), "his address")
        for one in await tx.identities(customer)
        if one.channel is Channel.EMAIL
    ]

    def repeats(one: _Known, words: str, named: set[str]) -> bool:
        return one.value in named or kept.stands_in(one.kind, one.value, words)

    now, then = ((kept.squashed(one), {day for day, _ in days(details.plain(one))}) for one in (text, before))
    said = {one: source for one, source in reversed(found) if repeats(one, *now) and not repeats(one, *then)}
    return list(said.items())[:_MOST]


def _last_post(entries: list[Entry], message: int | None) -> str:
    """A person's, before this message; what was taken back is none."""
    for entry in reversed(entries):
        said = entry.message
        earlier = message is None or said.id < message
        by_us = said.direction is Direction.OUTGOING and said.visibility is Visibility.PUBLIC and not said.automatic
        states = {delivery.state for delivery, _ in entry.deliveries}
        if by_us and earlier and states != {DeliveryState.WITHDRAWN}:
            return said.text
    return ""


def _is_public(entry: Entry) -> bool:
    """Whether all can read it: his own post, or ours that has gone out."""
    message = entry.message
    if message.visibility is not Visibility.PUBLIC:
        return False
    out = not entry.deliveries or any(delivery.state in _OUT for delivery, _ in entry.deliveries)
    return message.direction is Direction.INCOMING or out


def _private(entry: Entry) -> Iterator[tuple[str, str]]:
    yield from _words(entry.message)
    if entry.message.visibility is not Visibility.PUBLIC:
        yield from ((f"a file's name in {_source(entry.message)}", file.name) for file in entry.files)


def _words(message: Message) -> Iterator[tuple[str, str]]:
    if message.visibility is not Visibility.PUBLIC:
        yield from ((_source(message), words) for words in (message.text, message.subject, message.quoted) if words)


def _source(message: Message) -> str:
    return f"note m{message.id}" if message.direction is Direction.NOTE else f"m{message.id}"


@lru_cache(maxsize=500)
def _fixed(source: str) -> str:
    """The letters of a template's own words, between what is filled in; where it says Sie or du, both ways."""
    forms = {_YOU.sub(form, source) for form in (r"\1", r"\2")}
    return "|".join(leaks.letters(part) for one in sorted(forms) for part in _MARKUP.split(one) if part.strip())


def _shortened(phrase: str) -> str:
    return phrase if len(phrase) <= _SHORT else f"{phrase[: _SHORT - 1]}…"
