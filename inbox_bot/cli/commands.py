"""Where each command is: under which heading of the help, and in which module, which is loaded when it is called."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Set up and serve": {
        "operate": "init check run systemd demo",
        "agents": "agent",
        "templates": "template",
        "db": "db",
    },
    "See what is there": {
        "reading": "tickets search",
        "show": "show",
        "records": "attachments raw",
        "dossier": "dossier",
    },
    "Answer": {
        "writing": "reply confirm note",
        "calls": "open",
        "queue": "draft drafts",
        "desk": "undo approve",
        "actions": "correct",
        "status": "status",
    },
    "Look after tickets": {
        "queue": "next topic reason tag untag snooze remind calm",
        "desk": "assign priority resolve reopen junk",
        "merging": "merge unmerge split",
    },
    "Keep what was said": {"promises": "promise promises", "actions": "action"},
    "Know the customer": {
        "customers": "customer",
        "authorisations": "authorise authorisations authorisation",
        "desk": "block",
        "data_protection": "message",
        "posts": "posts",
    },
    "Tell many": {"incidents": "incident"},
    "See how it goes": {
        "reading": "audit ledger",
        "uncertain": "uncertain",
        "figures": "stats report",
        "surveys": "surveys",
    },
}
"""By heading of the help, and by module of this folder: the commands and groups that its `register` adds."""

_MODULES = {
    name: module for modules in SECTIONS.values() for module, names in modules.items() for name in names.split()
}


class Commands(TyperGroup):
    """The program's own group: knows the names of all, and loads what is looked at."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Loading()  # type: ignore[assignment]  # nothing adds to it

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Under headings, as sixty names in one list find nobody; each with the first thing that its help says."""
        for title, modules in SECTIONS.items():
            with formatter.section(title):
                names = " ".join(modules.values()).split()
                formatter.write_dl([(name, _gist(self.commands[name].help or "")) for name in names])


def _gist(text: str) -> str:
    return re.split(r"[;.]\s|\s\(", text.strip() + " ", maxsplit=1)[0]


class _Loading(Mapping[str, Any]):
    def __getitem__(self, name: str) -> Any:
        return _made(_MODULES[name])[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


@cache
def _made(module: str) -> Mapping[str, Any]:
    app = typer.Typer(rich_markup_mode=None)
    import_module(f"inbox_bot.cli.{module}").register(app)
    commands: Mapping[str, Any] = typer.main.get_group(app).commands
    return commands
