"""The page as plain text, for a mail or a telephone."""

from textwrap import TextWrapper

from inbox_bot.pages.outline import Outline

_WIDTH = 100


def plain(page: Outline) -> str:
    """UTF-8 text, lines of at most a hundred characters where the customer's own words allow it."""
    head, text, below = _wrapper(), _wrapper("    ", "    "), _wrapper("  ", "    ")
    lines = [page.title, "=" * min(len(page.title), _WIDTH), *page.lines]
    for section in page.sections:
        lines += ["", section.title, "-" * len(section.title)]
        if not section.items:
            lines.append(page.nothing)
        for item in section.items:
            lines += head.wrap(item.head) or [""]
            for part in item.text.splitlines():
                lines += text.wrap(part) or [""]
            for part in item.below:
                lines += below.wrap(part)
            if item.text:
                lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _wrapper(first: str = "", others: str = "") -> TextWrapper:
    # parting at hyphens takes as long as all else of the page
    return TextWrapper(_WIDTH, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)
