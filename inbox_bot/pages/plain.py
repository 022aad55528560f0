"""The page as plain text, for a mail or a telephone."""

import re

from inbox_bot.pages.outline import Outline

_WIDTH = 100
_INDENT = " " * 4


def plain(page: Outline) -> str:
    """UTF-8 text, lines of at most a hundred characters."""
    lines = [page.title, "=" * min(len(page.title), _WIDTH), *page.lines]
    for section in page.sections:
        lines += ["", section.title, "-" * len(section.title)]
        if not section.items:
            lines.append(page.nothing)
        for item in section.items:
            lines += _filled(item.head, "", "")
            for part in item.text.splitlines():
                lines += _filled(part, _INDENT, _INDENT)
            for part in item.below:
                lines += _filled(part, "  ", _INDENT)
            if item.text:
                lines.append("")
    return "\n".join(lines).rstrip() + "\n"


# As many words as go into a line, or so much of a longer one; textwrap takes as long for it as all else of the page.
_LINE = re.compile(rf"\S(?:.{{0,{_WIDTH - 6}}}\S)?(?!\S)|\S{{{_WIDTH - 4}}}")


def _filled(text: str, first: str, others: str) -> list[str]:
    """Lines with these indents, and on the first one what the text is indented by itself."""
    lines = _LINE.findall(text)
    if not lines:
        return [""]
    own = text[: len(text) - len(text.lstrip())].expandtabs()[: _WIDTH // 2]
    if len(own) + len(lines[0]) > _WIDTH - 4:
        own = ""
    return [first + own + lines[0], *(others + line for line in lines[1:])]
