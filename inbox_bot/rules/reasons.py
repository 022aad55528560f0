"""Contact reasons: decides by lists of words which of the configured ones a customer has for writing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inbox_bot.rules import topics

NONE = "none"
"""What an agent writes to take a reason away; so no reason is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why customers write. `words` tell it, () = only a person does; `titles` and `links` (a page where he may help
    himself) are for the customer, by language."""

    words: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


def reason_of(text: str, reasons: Mapping[str, Reason]) -> str:
    """The name of the one reason of which a word stands in the text; "" = none or several do: then a person says it."""
    low = topics.lowered(text)
    found = [name for name, one in reasons.items() if topics.found(one.words, low)]
    return found[0] if len(found) == 1 else ""


def title_of(name: str, reasons: Mapping[str, Reason], *languages: str) -> str:
    """What a reason is called in the first of these languages in which it has a title; "" = it is none of them."""
    titles = reasons[name].titles if name in reasons else {}
    return next((titles[one] for one in languages if titles.get(one)), "")


def titles(reasons: Mapping[str, Reason], *languages: str) -> dict[str, str]:
    """What each is called in the first of these languages in which it has a title, else its name."""
    return {name: title_of(name, reasons, *languages) or name for name in reasons}
