"""Reads the key file that signs and encrypts, and makes it on the first start."""

import base64
import binascii
import contextlib
import logging
import os
import zlib
from pathlib import Path

from inbox_bot.config.secret import exposed
from inbox_bot.config.shape import Config
from inbox_bot.errors import ConfigError

_BYTES = 32
_HEAD = """\
# inbox-bot: keys of the signatures in addresses and Message-IDs. Keep this file with the database's backup.
# One key a line, 32 bytes in base32 or hexadecimal digits; the first one signs, all of them verify.
# To change the key put a new line on top: openssl rand -hex 32
"""
log = logging.getLogger(__name__)


def keys(config: Config) -> tuple[bytes, ...]:
    """The keys, 32 bytes each; the first signs, all verify. A missing file is made, mode 0600, with one random key.

    Raises `ConfigError` where it cannot be made or read, others may read it, or a line is no key.
    """
    path = config.security.key_file
    try:
        if not path.exists():
            _make(path)
        if exposed(path):
            raise ConfigError([f"security.key_file: {path} can be read by others; run: chmod 600 {path}"])
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError([f"security.key_file: cannot use {path}: {exc}; correct the path or its rights"]) from exc
    found = []
    for place, line in enumerate(text.splitlines(), start=1):
        written = line.partition("#")[0].strip()
        if written:
            found.append(_key(written, path, place))
    if not found:
        raise ConfigError([f"security.key_file: {path} holds no key; restore it from a backup, or remove it"])
    return tuple(found)


def _key(written: str, path: Path, place: int) -> bytes:
    with contextlib.suppress(binascii.Error, ValueError):
        key = bytes.fromhex(written) if len(written) == 2 * _BYTES else base64.b32decode(_padded(written))
        if len(key) == _BYTES:
            return key
    raise ConfigError([f"security.key_file: line {place} of {path} is no key; see the comment at its top"])


def _padded(written: str) -> str:
    bare = written.rstrip("=").upper()
    return bare + "=" * (-len(bare) % 8)


def _make(path: Path) -> None:
    key = os.urandom(_BYTES)
    line = f"{base64.b32encode(key).decode('ascii').rstrip('=')}  # key {zlib.crc32(key):08x}\n"
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(_HEAD + line)
            file.flush()
            os.fsync(file.fileno())
        # A link never replaces: of two processes that start together one wins, and both read its key.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
            log.info("config.key_file_made", extra={"path": str(path)})
    finally:
        draft.unlink()
