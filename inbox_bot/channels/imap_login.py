"""Opens IMAP connections: TLS always verified, STARTTLS never skipped; tells a refused login from a busy server."""

import contextlib
import ssl
from dataclasses import dataclass, field
from typing import Literal

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]  # ships none
from imapclient.exceptions import (  # type: ignore[import-untyped]  # ships none
    CapabilityError,
    IMAPClientAbortError,
    LoginError,
)

from inbox_bot.errors import Paused

Security = Literal["tls", "starttls", "none"]

_TEMPORARY = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")  # RFC 5530


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How to reach one folder; `patience`: how many seconds the server may be silent."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    oauth2: bool = False
    folder: str
    archive_folder: str
    ca_file: str | None
    patience: float = 60.0

    @property
    def name(self) -> str:
        """For people."""
        return f"IMAP server {self.host}:{self.port}"

    @property
    def no_archive(self) -> str:
        """What to say when the archive folder is missing: none is made silently."""
        return (
            f"archive folder {self.archive_folder!r} does not exist on {self.name}; create it, or clear "
            "`archive_folder` in the configuration"
        )

    @property
    def no_writing(self) -> str:
        """What to say when mail should be moved out of a folder that may only be read."""
        return (
            f"folder {self.folder!r} on {self.name} is read only for {self.user!r}; give it the right to move mail, or "
            "clear `archive_folder` in the configuration"
        )


class BearerRefused(Paused):
    """The server does not take the access token: it may have run out or been withdrawn, and a new one may serve."""


def connect(account: Account, bearer: str = "") -> IMAPClient:
    """A connection that is encrypted as configured, verified and logged in; by `bearer`, an access token, with OAuth 2.

    Raises `Paused` where a person has to act, else what imapclient, ssl and socket raise.
    """
    context = None if account.security == "none" else ssl.create_default_context(cafile=account.ca_file or None)
    client = IMAPClient(
        account.host,
        account.port,
        ssl=account.security == "tls",
        ssl_context=context if account.security == "tls" else None,
        timeout=SocketTimeout(min(15.0, account.patience), account.patience),
    )
    try:
        client.normalise_times = False
        if account.security == "starttls":
            _starttls(client, account, context)
        if account.oauth2:
            _login_by_token(client, account, bearer)
        else:
            _login(client, account)
    except BaseException:  # whatever it was, nobody else would close this socket
        with contextlib.suppress(OSError):
            client.shutdown()
        raise
    return client


def _starttls(client: IMAPClient, account: Account, context: ssl.SSLContext | None) -> None:
    try:
        client.starttls(context)
    except CapabilityError as exc:
        raise Paused(
            f'{account.name} offers no STARTTLS; set `security = "tls"` (port 993) or ask the provider',
            alarm=True,
        ) from exc


def _login(client: IMAPClient, account: Account) -> None:
    try:
        if (account.user + account.password).isascii():
            client.login(account.user, account.password)
        else:  # LOGIN carries ASCII only; SASL PLAIN is UTF-8 (RFC 4616)
            client.plain_login(account.user, account.password)
    except LoginError as exc:
        _raise_if_no_refusal(account, exc)
        raise Paused(
            f"{account.name} refused the login of {account.user!r} ({in_one_line(exc)}); correct `user` and `password`",
            alarm=True,
        ) from exc


def _login_by_token(client: IMAPClient, account: Account, bearer: str) -> None:
    """OAUTHBEARER (RFC 7628) where it is offered, else XOAUTH2 (Google's, and all that Microsoft knows)."""
    if client.has_capability("AUTH=OAUTHBEARER"):
        user = account.user.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 4
        mechanism, answers = "OAUTHBEARER", [f"n,a={user},\x01auth=Bearer {bearer}\x01\x01", "\x01"]
    elif client.has_capability("AUTH=XOAUTH2"):
        mechanism, answers = "XOAUTH2", [f"user={account.user}\x01auth=Bearer {bearer}\x01\x01", ""]
    else:
        raise Paused(
            f"{account.name} offers neither OAUTHBEARER nor XOAUTH2; give a `password` instead of the oauth2_ keys",
            alarm=True,
        )
    waiting = iter(answers)

    def answer(challenge: bytes) -> str:
        # a refusal comes as a challenge that wants a last answer (RFC 7628 3.2.3), not the token once more
        return next(waiting, "")

    try:
        client.sasl_login(mechanism, answer)
    except LoginError as exc:
        _raise_if_no_refusal(account, exc)
        raise BearerRefused(
            f"{account.name} refused the access token for {account.user!r} by {mechanism}, also a new one "
            f"({in_one_line(exc)}); correct `user`, allow IMAP for it, or authorise again with the right scope",
            alarm=True,
        ) from exc


def _raise_if_no_refusal(account: Account, exc: BaseException) -> None:
    lost = exc.__context__
    if isinstance(lost, IMAPClientAbortError):  # BYE, or the connection ended: imapclient takes it for a refusal
        raise lost
    if any(code in str(exc).upper() for code in _TEMPORARY):
        raise Paused(f"{account.name} takes no login now ({in_one_line(exc)})") from exc


def in_one_line(exc: BaseException) -> str:
    """An error of a library in one line."""
    text = exc.args[0] if len(exc.args) == 1 else str(exc)
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return " ".join(text.split())[:300] or type(exc).__name__
