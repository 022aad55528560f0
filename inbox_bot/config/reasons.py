"""Reads the section [reasons]: why customers write, what tells it, and the page on which they may help themselves."""

import re
from collections.abc import Mapping

from inbox_bot.config.reading import Table
from inbox_bot.config.team import words_of
from inbox_bot.rules.reasons import NONE, Reason

_LANGUAGES = ("de", "en")  # those whose templates are shipped
_MOST = 30
_LONGEST_TITLE = 60
_LONGEST_LINK = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")  # a template's header may name it as its topic
_LINK = re.compile(
    r"https://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d{1,5})?(?:/(?:[\w./~%?#=&+-]*[\w/~=-])?)?", re.ASCII
)


def reasons(table: Table, names: Mapping[str, object]) -> dict[str, Reason]:
    """Each reason by its name, in the file's order; `names`: the section as it stands in the file. Faults are noted in
    the table."""
    found = {}
    for name, given in names.items():
        if not _NAME.fullmatch(name) or name == NONE:
            table.fault(name, "is no name of a reason; write one in small letters like moving")
        inner = table.section(name)
        if isinstance(given, dict):
            found[name] = _reason(inner)
    if len(names) > _MOST:
        table.faults.append(f"{table.path}: {len(names)} are too many to choose from; write at most {_MOST}")
    table.finish()
    return found


def _reason(table: Table) -> Reason:
    found = Reason(
        words=words_of(table, "words"),
        titles={one: _title(table, one) for one in _LANGUAGES},
        links=_links(table),
    )
    table.finish()
    return found


def _title(table: Table, language: str) -> str:
    title = table.text(language, needed='say what customers read, such as de = "Umzug", en = "Moving"')
    if len(title) > _LONGEST_TITLE:
        table.fault(language, f"is longer than {_LONGEST_TITLE} characters; shorten it")
    return title


def _links(table: Table) -> dict[str, str]:
    given = table.given("link")
    if isinstance(given, dict):
        inner = table.section("link")
        found = {one: link for one in _LANGUAGES if (link := _link(inner, one))}
        inner.finish()
        return found
    link = _link(table, "link")
    return dict.fromkeys(_LANGUAGES, link) if link else {}


def _link(table: Table, key: str) -> str:
    link = table.text(key)
    if not link:
        return ""
    fits = _LINK.fullmatch(link) is not None and "xn--" not in link and len(link) <= _LONGEST_LINK
    if not fits:
        table.fault(
            key,
            f'"{link[:80]}" must be the address of a page of yours, such as "https://acme.example/umzug": https, a '
            f"host in plain letters, at most {_LONGEST_LINK} characters",
        )
    return link if fits else ""
