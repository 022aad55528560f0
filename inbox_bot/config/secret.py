"""Finds each secret in the environment, systemd's credentials, a file of its own or the configuration file."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inbox_bot.config.reading import Table, is_file
from inbox_bot.config.shape import Secret


def variable(*parts: str) -> str:
    """The environment variable of a key: `INBOX_BOT_MAIL_IMAP_PASSWORD` for mail, imap, password."""
    return "_".join(["INBOX_BOT", *(re.sub(r"[^A-Z0-9]", "_", part.upper()) for part in parts)])


def exposed(path: Path) -> bool:
    """Whether everybody may read the file; a group (root:service) is the operator's choice."""
    return bool(path.stat().st_mode & stat.S_IROTH)


@dataclass(slots=True, kw_only=True)
class Secrets:
    """Looks secrets up, first match wins: environment, systemd credential, `<key>_file`, the key itself.

    `inline` collects the paths of the keys whose secret stands in the configuration file.
    """

    folder: Path
    environ: Mapping[str, str]
    inline: list[str] = field(default_factory=list)

    def find(self, table: Table, key: str, *owner: str) -> Secret:
        """The secret of a key of the inbox (and section) `owner`; empty, and a fault noted, where it can't be read."""
        direct = table.text(key)
        path = table.path_to(f"{key}_file", self.folder)
        if direct:
            self.inline.append(table.at(key))
        if direct and path:
            table.fault(key, f"given twice; keep either {key} or {key}_file")
        name = variable(*owner, key)
        if name in self.environ:
            return Secret(self.environ[name].strip())
        credential = self._credential(".".join([*owner, key]))
        if credential:
            return Secret(_text(table, key, credential))
        if path:
            return Secret(self._from_file(table, f"{key}_file", path))
        return Secret(direct)

    def needed(self, table: Table, key: str, *owner: str) -> Secret:
        """Like `find`; a fault where the secret is nowhere or empty."""
        before = len(table.faults)
        secret = self.find(table, key, *owner)
        if not secret and len(table.faults) == before:
            self.miss(table, key, *owner)
        return secret

    def miss(self, table: Table, key: str, *owner: str) -> None:
        """Note that a secret is nowhere."""
        table.fault(key, f"missing; give {key} or {key}_file here, or set {variable(*owner, key)}")

    def exposed(self, path: Path) -> bool:
        """Whether others may read the file. Credentials never count: their access list shows as group rights."""
        return exposed(path) and not self.from_systemd(path)

    def from_systemd(self, path: Path) -> bool:
        """Whether the path lies in the folder of systemd's credentials."""
        folder = self.environ.get("CREDENTIALS_DIRECTORY")
        return bool(folder) and path.is_relative_to(Path(folder or "/"))

    def _credential(self, name: str) -> Path | None:
        folder = self.environ.get("CREDENTIALS_DIRECTORY")
        path = Path(folder) / name if folder else None
        return path if path and is_file(path) else None

    def _from_file(self, table: Table, key: str, path: Path) -> str:
        if not is_file(path):
            table.fault(key, f"there is no readable file {path}; write the secret into it, readable by its owner only")
            return ""
        if self.exposed(path):
            table.fault(key, f"{path} can be read by others; run: chmod 600 {path}")
            return ""
        text = _text(table, key, path)
        if not text:
            table.fault(key, f"{path} is empty; write the secret into it")
        return text


def _text(table: Table, key: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as exc:
        table.fault(key, f"cannot read {path} ({exc.__class__.__name__}); make it readable for this user, as UTF-8")
        return ""
