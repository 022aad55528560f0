"""What of a customer's private messages, or of the team's notes about him, a public text would repeat."""

import re
from collections.abc import Iterator
from functools import lru_cache

from inbox_bot.flows.house import House
from inbox_bot.model import DeliveryState, Direction, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.rules import leaks
from inbox_bot.views import Entry

_MOST = 5  # reasons
_SHORT = 80  # characters of the words that a reason repeats
_OUT = (DeliveryState.SENT, DeliveryState.DELIVERED)
_YOU = re.compile(r"""\{\{\s*you\(\s*["']([^"']*)["']\s*,\s*["']([^"']*)["']\s*\)\s*\}\}""")
_MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|\A\+\+\+.*?^\+\+\+", re.DOTALL | re.MULTILINE)


async def leaked(house: House, tx: Transaction, customer: int, text: str) -> list[str]:
    """Why the text cannot go out in public, a line each: the words, and the message in which they are private.

    All his tickets count, both directions, subjects, quotes and names of files. What he or we made public already,
    and the fixed words of templates, are nobody's secret.
    """
    entries = await tx.timeline(customer)
    known = [house.brand.footer, *(entry.message.text for entry in entries if _is_public(entry))]
    private = (pair for entry in reversed(entries) for pair in _private(entry))
    fixed = "|".join(_fixed(one.source) for one in house.texts.templates())
    return [
        f'"{_shortened(one.phrase)}" is private, from {one.source}, and this answer is public: say it in other words '
        "without his data, or answer in private"
        for one in leaks.find(text, private, known, fixed)[:_MOST]
    ]


def _is_public(entry: Entry) -> bool:
    """Whether all can read it: his own post, or ours that has gone out."""
    message = entry.message
    if message.visibility is not Visibility.PUBLIC:
        return False
    out = not entry.deliveries or any(delivery.state in _OUT for delivery, _ in entry.deliveries)
    return message.direction is Direction.INCOMING or out


def _private(entry: Entry) -> Iterator[tuple[str, str]]:
    message = entry.message
    if message.visibility is Visibility.PUBLIC:
        return
    source = f"note m{message.id}" if message.direction is Direction.NOTE else f"m{message.id}"
    yield from ((source, words) for words in (message.text, message.subject, message.quoted) if words)
    yield from ((f"a file's name in {source}", file.name) for file in entry.files)


@lru_cache(maxsize=500)
def _fixed(source: str) -> str:
    """The letters of a template's own words, between what is filled in; where it says Sie or du, both ways."""
    forms = {_YOU.sub(form, source) for form in (r"\1", r"\2")}
    return "|".join(leaks.letters(part) for one in sorted(forms) for part in _MARKUP.split(one) if part.strip())


def _shortened(phrase: str) -> str:
    return phrase if len(phrase) <= _SHORT else f"{phrase[: _SHORT - 1]}…"
