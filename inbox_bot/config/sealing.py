"""Encrypts what the database must not show in clear, with keys derived from the key file's."""

import os
from collections.abc import Callable

_VERSION = b"\x01"
_NONCE = 12
_PURPOSE = b"inbox-bot credentials 1"  # no key serves two purposes: the same file also signs tokens


class Sealer:
    """The port `Seal`: AES-256-GCM under HKDF-SHA256 of a key of the file, so that keys can be changed as they are
    for signatures: the first one seals, each opens. `keys` is called when it is first needed; it may raise
    `ConfigError`.
    """

    def __init__(self, keys: Callable[[], tuple[bytes, ...]]) -> None:
        self._keys = keys

    def close(self, content: bytes, label: str) -> bytes:
        """See `Seal.close`; a nonce of its own each time."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # short commands need none of it

        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + AESGCM(_derived(self._keys()[0])).encrypt(nonce, content, label.encode())

    def open(self, sealed: bytes, label: str) -> bytes | None:
        """See `Seal.open`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        version, nonce, hidden = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        if version != _VERSION or len(hidden) < 16:
            return None
        for key in self._keys():
            try:
                return AESGCM(_derived(key)).decrypt(nonce, hidden, label.encode())
            except InvalidTag:
                continue
        return None


def _derived(key: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key)
