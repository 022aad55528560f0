"""Shows the play: two columns on a wide terminal, else plain lines that name who speaks."""

import os
import sys
import textwrap
from dataclasses import dataclass
from typing import IO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

_WIDE = 100
_PLAIN = 100  # columns of a file or a pipe
_STYLES = {"says": "cyan", "gets": "green", "types": "bold yellow", "record": "dim", "trouble": "bold red"}
_INDENT = "  "
_MARKS = {"says": "→ ", "gets": "← "}
_SIDES = ("customer", "team")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One thing that happens on one side. `style`: says, gets (a customer), types (an agent), record (the program)."""

    head: str
    text: str = ""
    style: str = "record"

    @property
    def marked(self) -> str:
        """The head with an arrow for its direction: from the customer, or to him."""
        return _MARKS.get(self.style, "") + clean(self.head)


class Screen:
    """Where the demo prints. Nothing printed is read as markup. `live`: a person sits there."""

    def __init__(self, file: IO[str] | None = None, *, live: bool | None = None, width: int | None = None) -> None:
        """Without arguments standard output, as it is."""
        self.console = Console(file=file, force_terminal=live, width=width, markup=False, highlight=False, emoji=False)
        self.live = self.console.is_terminal
        if not self.live:
            self.console.width = _PLAIN
        self.wide = self.live and self.console.width >= _WIDE

    @property
    def width(self) -> int:
        """Columns for the output of a command that spans the screen."""
        if not self.live:
            return _PLAIN + 40
        return self.console.width if self.wide else self.console.width - len(_INDENT)

    def title(self, text: str, more: str) -> None:
        """What this is."""
        self.console.print(Text(text, style="bold"))
        self.narrate(more)
        if self.wide:
            self.console.print()
            self._columns(Text("WHAT THE CUSTOMER SEES", style="bold"), Text("WHAT THE TEAM SEES", style="bold"))

    def act(self, heading: str, narration: str) -> None:
        """The next part of the story."""
        self.console.print()
        if self.wide:
            self.console.print(Rule(Text(f" {heading} ", style="bold magenta"), align="left", style="magenta"))
        else:
            self.console.print(Text(f"== {heading}", style="bold magenta"))
        self.narrate(narration)
        if not self.wide:
            self.console.print()

    def narrate(self, text: str) -> None:
        """The narrator's words."""
        for line in textwrap.wrap(text, min(self.console.width, 110)):
            self.console.print(Text(line, style="italic"))

    def row(self, *, customer: Block | None = None, team: Block | None = None) -> None:
        """Both sides at one moment; either may be silent."""
        if self.wide:
            self._columns(_cell(customer), _cell(team))
            return
        for side, block in zip(_SIDES, (customer, team), strict=True):
            if block is not None:
                self._line(side, block)

    def span(self, command: str, output: str) -> None:
        """A command of the team whose output needs the whole width."""
        if self.wide:
            self.console.print(Text(f"$ {clean(command)}", style=_STYLES["types"]))
            self.console.print(Text.from_ansi(output.rstrip("\n")), no_wrap=True, crop=False)
            self.console.print()
            return
        self._line("team", Block(head=f"$ {command}", style="types"))
        for line in output.rstrip("\n").splitlines():
            self.console.print(Text.from_ansi(f"{_INDENT}{line}".rstrip()), soft_wrap=True)
        self.console.print()

    def say(self, text: str = "", style: str = "") -> None:
        """A line of the demo itself."""
        self.console.print(Text(clean(text), style=style), soft_wrap=True)

    def verdict(self, held: bool, claim: str, found: str) -> None:
        """One check; `found` is shown where it did not hold."""
        mark = Text("✓ ", style="bold green") if held else Text("✗ ", style="bold red")
        self.console.print(mark + Text(clean(claim) + ("" if held else f"  [found: {clean(found)}]")), soft_wrap=True)

    def _columns(self, left: RenderableType, right: RenderableType) -> None:
        half = (self.console.width - 3) * 46 // 100
        table = Table(box=box.MINIMAL, show_header=False, show_edge=False, padding=(0, 1), pad_edge=False)
        table.add_column(width=half, overflow="fold")
        table.add_column(width=self.console.width - half - 3, overflow="fold")
        table.add_row(left, right)
        table.add_row("", "")
        self.console.print(table)

    def _line(self, side: str, block: Block) -> None:
        margin = max(map(len, _SIDES)) + 2
        room = max(self.console.width - margin, 30)
        head = textwrap.wrap(block.marked, room, break_long_words=False, break_on_hyphens=False) or [""]
        self.console.print(Text(side.ljust(margin), style="bold") + Text(head[0], style=_STYLES[block.style]))
        for line in head[1:]:
            self.console.print(Text(" " * margin) + Text(line, style=_STYLES[block.style]))
        for line in _lines(block.text):
            for part in textwrap.wrap(line, room - 2, break_long_words=False, break_on_hyphens=False) or [""]:
                self.console.print(Text(" " * margin + f"| {part}".rstrip()))


def _cell(block: Block | None) -> RenderableType:
    if block is None:
        return Text()
    head = Text(block.marked, style=_STYLES[block.style])
    return Group(head, Padding(Text("\n".join(_lines(block.text))), (0, 0, 0, 2))) if block.text else head


def _lines(text: str) -> list[str]:
    """Without blank lines: they cost height and say nothing here."""
    return [line for line in clean(text).splitlines() if line.strip()]


def clean(text: str) -> str:
    """Nothing that a terminal obeys or nobody sees: the visitor's own words come back here."""
    return "".join(one for one in text if one == "\n" or one.isprintable())


def colours() -> dict[str, str]:
    """What the commands' environment needs, so that they print as they would on this terminal."""
    wanted = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return {"FORCE_COLOR": "1"} if wanted else {"NO_COLOR": "1"}
