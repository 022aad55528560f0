"""Decides under which names attachments are shown: never a path, never a control character, each name once."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_BYTES = 120

_DROP = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    '\U000e0000-\U000e007f<>:"|?*]'
)
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    "message/rfc822": ".eml",
    "message/global": ".eml",
}


def safe(name: str, media_type: str) -> str:
    """A display name of at most MAX_BYTES bytes in UTF-8; the extension survives the cut."""
    name = " ".join(_DROP.sub("", name.replace("\\", "/").rstrip("/").rpartition("/")[2]).split())
    # No leading dash: saved files are named in commands, where `-rf` is an option.
    name = unicodedata.normalize("NFC", name).lstrip(" .-").rstrip(" .")
    extension = _EXTENSIONS.get(media_type, "")
    if not name:
        return "attachment" + extension
    if extension == ".eml" and not name.lower().endswith(".eml"):
        name += extension
    if _RESERVED.fullmatch(name):
        name = "_" + name
    return _cut(name, "")


def numbered(names: list[str]) -> list[str]:
    """The same names in order, later doubles (in any case) with ` (2)`, ` (3)` … before the extension."""
    taken: dict[str, int] = {}
    out: list[str] = []
    for name in names:
        key, unique = name.casefold(), name
        while unique.casefold() in taken:
            taken[key] += 1
            unique = _cut(name, f" ({taken[key]})")
        taken[unique.casefold()] = 1
        out.append(unique)
    return out


def _cut(name: str, suffix: str) -> str:
    extension = PurePosixPath(name).suffix
    extension = extension if len(extension.encode()) <= 16 else ""
    stem = name[: len(name) - len(extension)] if extension else name
    room = MAX_BYTES - len((suffix + extension).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip() + suffix + extension
