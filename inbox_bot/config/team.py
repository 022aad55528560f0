"""Reads the sections about the team's work: [topics], [assign], [approval], [privacy], [surveys]."""

from collections.abc import Mapping

from inbox_bot.config.reading import Table
from inbox_bot.config.shape import Assign, PersonalData
from inbox_bot.rules.approving import Approval
from inbox_bot.rules.kept import harmless
from inbox_bot.rules.surveys import Surveys
from inbox_bot.template import Tier

_MOST_POSTS = 1000
_LONGEST_WAIT = 312.0  # hours; a day later settled tickets are closed


def topics(table: Table, names: Mapping[str, object]) -> tuple[dict[str, tuple[str, ...]], dict[str, Tier]]:
    """Each topic with its words, in the file's order, and the tiers of those that are not public; `names`: the section
    as it stands in the file. A topic is a list of words, or a table with `words` and `tier`."""
    found = {}
    tiers = {}
    for name, given in names.items():
        if isinstance(given, dict):
            inner = table.section(name)
            words, tier = words_of(inner, "words"), inner.text("tier", "public")
            if tier not in set(Tier):
                inner.fault("tier", f'"{tier}" is none; write one of {", ".join(Tier)}')
            elif tier != Tier.PUBLIC:
                tiers[name] = Tier(tier)
            inner.finish()
        else:
            words = words_of(table, name)
        if not name.strip() or name != " ".join(name.split()):
            table.fault(name, "is no name of a topic; write one like billing")
        elif not words:
            table.fault(name, f'has no words; write e.g. {name} = ["Rechnung", "invoice"]')
        else:
            found[name] = words
    table.finish()
    return found, tiers


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
        templates=words_of(table, "templates"),
    )
    table.finish()
    return found


def words_of(table: Table, key: str) -> tuple[str, ...]:
    """A list of words."""
    words = []
    for place, item in enumerate(table.items(key)):
        if isinstance(item, str) and item.strip():
            words.append(item.strip())
        else:
            table.fault(f"{key}[{place}]", f'{item!s} is no word; write it as "Rechnung"')
    return tuple(words)


def privacy(table: Table) -> PersonalData:
    """[privacy]: how personal data is told."""
    number, region = table.text("customer_number"), table.text("region").upper()
    if number and not harmless(number):
        table.fault(
            "customer_number",
            r'must be a plain pattern such as "K-\d{6}": no groups, alternatives, *, + or ?; few lengths; at most 100 '
            "characters, and nothing shorter than four fits it",
        )
        number = ""
    if region and not (len(region) == 2 and region.isascii() and region.isalpha()):
        table.fault("region", 'must be two letters, such as "DE"')
        region = ""
    table.finish()
    return PersonalData(customer_number=number, region=region)


def surveys(table: Table) -> Surveys:
    """The section; its faults are noted in the table."""
    found = Surveys(
        enabled=table.flag("enabled", default=False),
        after_hours=table.number("after_hours", 24.0, least=0),
        every_days=table.whole("every_days", 90, least=1, most=3650),
    )
    if found.after_hours > _LONGEST_WAIT:
        table.fault("after_hours", f"more than {_LONGEST_WAIT:.0f} is too late: tickets are closed after 14 days")
    table.finish()
    return found
