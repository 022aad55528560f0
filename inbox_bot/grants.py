"""OAuth 2 as the house sees it: what a token server grants, and the ports that ask for it, hide it and hand it out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A token server's answer (RFC 6749 5.1). `refresh` "" = the one it was asked with stays good; `seconds`: how
    long `access` serves, None = not said."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What is kept of an account. `until`: `access` is used no longer than that; `refresh` gets the next one;
    `configured`: the fingerprint of the configured refresh token from which all this has come."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    until: datetime
    configured: str


class Access(Protocol):
    """Gives the access token of one account."""

    async def token(self, *, refused: str = "") -> str:
        """One that serves for a while yet, and never `refused`, which the peer has just turned down.

        Raises `Paused`: with an alarm where a person has to authorise us again, or to mend the configuration.
        """
        ...


class Issuer(Protocol):
    """The token server of one account."""

    async def renew(self, refresh: str) -> Granted:
        """New tokens for a refresh token, which may be used up by it. Raises `Revoked`, else `Paused`."""
        ...


class Seal(Protocol):
    """Hides secrets from whoever reads the database without the key file."""

    def close(self, content: bytes, label: str) -> bytes:
        """Encrypted with the first key, bound to the label."""
        ...

    def open(self, sealed: bytes, label: str) -> bytes | None:
        """The content; None where none of the keys opens it under this label."""
        ...
