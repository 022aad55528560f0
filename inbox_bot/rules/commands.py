"""Commands: decides what an agent's mail orders in its first lines, and what of it is text.

In doubt nothing is done: what was meant as a command must not reach a customer as text.
"""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

_LONGEST = 200  # characters of one argument: a name or a time
# The first letters of a line and what stands before and behind them.
_WORD = re.compile(r"([\W_]*)([^\W\d_]{1,40})(.*)")
_SLASHES = frozenset("/\\\uff0f\u2044\u2215")
_TEMPLATE = re.compile(r"[a-z0-9][a-z0-9_-]*")
_INVISIBLE = {"Cf", "Cc"}


class Name(StrEnum):
    """What a command does; see `HELP`."""

    NOTE = "note"
    ASSIGN = "assign"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    PROMISE = "promise"
    KEPT = "kept"
    TEMPLATE = "template"
    DM = "dm"
    PUBLIC = "public"
    REASON = "reason"
    UNDO = "undo"
    ANYWAY = "anyway"
    HELP = "help"


HELP = """\
/note              the text is an internal note; nothing goes to the customer
/assign NAME       hand the ticket to a colleague
/resolve           resolve the ticket, with or without an answer
/reopen            reopen it
/reason NAME       why the customer wrote, one of the configured reasons; none takes it away
/promise TIME      what the text promises is due then, such as: /promise Friday 17:00
/kept              what was promised in this ticket is done
/template NAME     answer with this template; the text goes into it
/dm, /public       answer on X by direct message, or by a public post
/anyway            send although the thread has moved on
/undo              take the last answer back while it can be
/help              this list, back to you"""

_WITH_ARGUMENT = {Name.ASSIGN: "NAME", Name.PROMISE: "TIME", Name.TEMPLATE: "NAME", Name.REASON: "NAME"}
_ALONE = (Name.UNDO, Name.HELP)
_CONTRADICTIONS = (
    (Name.NOTE, Name.DM),
    (Name.NOTE, Name.PUBLIC),
    (Name.NOTE, Name.TEMPLATE),
    (Name.NOTE, Name.ANYWAY),
    (Name.DM, Name.PUBLIC),
    (Name.RESOLVE, Name.REOPEN),
)
_ABOUT_TEXT = (Name.DM, Name.PUBLIC, Name.ANYWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command; `argument` only where it takes one: a name or time as written, a template's name in lower case."""

    name: Name
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a mail says. `refused`: why nothing of it may be done or sent, in one line, "" = all is well; then there
    are neither commands nor text. `text` is the note where there is a `/note`, and means nothing beside `/undo` and
    `/help`, where it may be a signature that nobody could tell from text."""

    commands: tuple[Command, ...] = ()
    text: str = ""
    refused: str = ""

    def has(self, name: Name) -> bool:
        """Whether this command is among them."""
        return any(one.name is name for one in self.commands)

    def argument(self, name: Name) -> str:
        """The argument of a command, "" where it is not given."""
        return next((one.argument for one in self.commands if one.name is name), "")

    @property
    def answer(self) -> str:
        """The text that is meant for the customer, "" where none is."""
        return "" if any(map(self.has, (Name.NOTE, *_ALONE))) else self.text


def read(text: str) -> Orders:
    """The orders of a mail whose quotes and signature are cut already.

    Commands are the lines before the first line of text, blank ones aside. A slash further down is text, and so is a
    path or a date. What looks like a command and is none refuses the whole mail.
    """
    lines = text.split("\n")
    commands: list[Command] = []
    noted, begins = "", 0
    for at, line in enumerate(map(_visible, lines)):
        found = _command(line)
        if isinstance(found, str):
            return Orders(refused=found)
        if found is not None:
            begins = at + 1
            if found.name is Name.NOTE:
                noted, found = found.argument, Command(name=Name.NOTE)
            commands.append(found)
        elif line:
            break
    body = "\n".join([noted] * bool(noted) + lines[begins:]).strip()
    return (
        Orders(refused=refused) if (refused := _unfit(commands, body)) else Orders(commands=tuple(commands), text=body)
    )


def is_command(line: str) -> bool:
    """Whether a line would be taken for a command, a bad one included, among the first of a mail."""
    return _command(_visible(line)) is not None


def asks_to_undo(text: str) -> bool:
    """Whether the first line of a mail, quotes and all, is `/undo`: to be obeyed also where the rest is refused."""
    first = next((line for line in map(_visible, text.split("\n")) if line), "")
    found = _command(first)
    return isinstance(found, Command) and found.name is Name.UNDO


def _visible(line: str) -> str:
    """The line as a reader sees it: mail programs put byte order marks and no-break spaces before a first word."""
    return "".join(c for c in line if c == "\t" or unicodedata.category(c) not in _INVISIBLE).strip()


def _command(line: str) -> Command | str | None:
    """A command, the reason why it is a bad one, or None for text."""
    match = _WORD.fullmatch(line)
    if match is None or _SLASHES.isdisjoint(match[1]):
        return None
    before, word, rest = match[1], match[2].lower(), match[3]
    well_formed = before == "/" and (not rest or rest[0].isspace())
    if word not in set(Name):
        if not well_formed:
            return None  # a path, an address, a phrase between slashes
        near = get_close_matches(word, list(Name), 1)
        return f'unknown command "/{word}"{f", did you mean /{near[0]}?" if near else ""}; /help lists all'
    name = Name(word)
    if not well_formed:
        return f'write "/{name}" at the beginning of its line, with a space behind it'
    return _argued(name, rest.strip())


def _argued(name: Name, argument: str) -> Command | str:
    if name is Name.NOTE:
        return Command(name=name, argument=argument)
    if name not in _WITH_ARGUMENT:
        return f"/{name} takes nothing behind it; write the text on the next line" if argument else Command(name=name)
    if not argument or len(argument) > _LONGEST:
        return f"/{name} needs one thing behind it: /{name} {_WITH_ARGUMENT[name]}"
    if name is Name.TEMPLATE:
        argument = argument.lower()
        if _TEMPLATE.fullmatch(argument) is None:
            return "/template needs the name of one template, in one word; write the text on the next line"
    return Command(name=name, argument=argument)


def _unfit(commands: list[Command], body: str) -> str:
    """Why these commands cannot go together, or not with this text."""
    names = [one.name for one in commands]
    if twice := next((name for name in names if names.count(name) > 1), None):
        return f"/{twice} is given twice"
    if len(names) > 1 and (alone := next((name for name in _ALONE if name in names), None)):
        return f"/{alone} stands alone; no other command goes with it"
    if clash := next((pair for pair in _CONTRADICTIONS if set(pair) <= set(names)), None):
        return f"/{clash[0]} and /{clash[1]} contradict each other"
    if not body and Name.NOTE in names:
        return "/note needs a text"
    if (
        not body
        and Name.TEMPLATE not in names
        and (idle := next((name for name in _ABOUT_TEXT if name in names), None))
    ):
        return f"/{idle} needs a text to send"
    return ""
