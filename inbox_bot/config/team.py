"""Reads the sections about the team's work: [topics], [assign], [approval]."""

from collections.abc import Mapping

from inbox_bot.config.reading import Table
from inbox_bot.config.shape import Assign
from inbox_bot.rules.approving import Approval

_MOST_POSTS = 1000


def topics(table: Table, names: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """Each topic with its words, in the file's order; `names`: the section as it stands in the file."""
    found = {}
    for name in names:
        words = _words(table, name)
        if not name.strip() or name != " ".join(name.split()):
            table.fault(name, "is no name of a topic; write one like billing")
        elif not words:
            table.fault(name, f'has no words; write e.g. {name} = ["Rechnung", "invoice"]')
        else:
            found[name] = words
    table.finish()
    return found


def assign(table: Table) -> Assign:
    """The section; its faults are noted in the table."""
    found = Assign(automatic=table.flag("automatic", default=True))
    table.finish()
    return found


def approval(table: Table) -> Approval:
    """The section; its faults are noted in the table."""
    found = Approval(
        first_public_posts=table.whole("first_public_posts", 1, least=0, most=_MOST_POSTS),
        all_public=table.flag("all_public", default=False),
        templates=_words(table, "templates"),
    )
    table.finish()
    return found


def _words(table: Table, key: str) -> tuple[str, ...]:
    words = []
    for place, item in enumerate(table.items(key)):
        if isinstance(item, str) and item.strip():
            words.append(item.strip())
        else:
            table.fault(f"{key}[{place}]", f'{item!s} is no word; write it as "Rechnung"')
    return tuple(words)
