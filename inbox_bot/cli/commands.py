"""Where each command is: its module is loaded when it is called, as the others would be half of its time."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

WHERE = {
    "operate": "init check run systemd demo",
    "reading": "tickets search ledger audit",
    "show": "show",
    "dossier": "dossier",
    "status": "status",
    "writing": "reply note confirm",
    "calls": "open",
    "desk": "assign priority resolve reopen undo junk block approve",
    "merging": "merge unmerge split",
    "queue": "next snooze remind calm topic reason tag untag draft drafts",
    "promises": "promise promises",
    "figures": "stats report",
    "surveys": "surveys",
    "actions": "correct action",
    "authorisations": "authorise authorisations authorisation",
    "posts": "posts",
    "uncertain": "uncertain",
    "records": "attachments raw",
    "agents": "agent",
    "customers": "customer",
    "data_protection": "message",
    "incidents": "incident",
    "db": "db",
    "templates": "template",
}
"""The commands and groups that a module of this folder adds by its `register`, in the order of the help."""


class Commands(TyperGroup):
    """The program's own group: knows the names of all, and loads what is looked at."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Loading()  # type: ignore[assignment]  # nothing adds to it


class _Loading(Mapping[str, Any]):
    def __getitem__(self, name: str) -> Any:
        return _made(_MODULES[name])[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


_MODULES = {name: module for module, names in WHERE.items() for name in names.split()}


@cache
def _made(module: str) -> Mapping[str, Any]:
    app = typer.Typer(rich_markup_mode=None)
    import_module(f"inbox_bot.cli.{module}").register(app)
    commands: Mapping[str, Any] = typer.main.get_group(app).commands
    return commands
