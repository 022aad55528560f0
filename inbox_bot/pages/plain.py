"""The page as plain text, for a mail or a telephone."""

import textwrap

from inbox_bot.pages.outline import Outline

_WIDTH = 100


def plain(page: Outline) -> str:
    """UTF-8 text, lines of at most a hundred characters where the customer's own words allow it."""
    lines = [page.title, "=" * min(len(page.title), _WIDTH), *page.lines]
    for section in page.sections:
        lines += ["", section.title, "-" * len(section.title)]
        if not section.items:
            lines.append(page.nothing)
        for item in section.items:
            lines += textwrap.wrap(item.head, _WIDTH) or [""]
            for part in item.text.splitlines():
                lines += textwrap.wrap(part, _WIDTH - 4, initial_indent="    ", subsequent_indent="    ") or [""]
            for part in item.below:
                lines += textwrap.wrap(part, _WIDTH - 2, initial_indent="  ", subsequent_indent="    ")
            if item.text:
                lines.append("")
    return "\n".join(lines).rstrip() + "\n"
