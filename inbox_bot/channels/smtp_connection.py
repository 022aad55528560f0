"""Opens connections to the relay, keeps them for the next mail, and says whether a failure calls for a person."""

import asyncio
import base64
import ssl
from dataclasses import dataclass, field
from typing import Literal

import aiosmtplib

from inbox_bot.errors import InboxBotError, Paused, Unreached
from inbox_bot.grants import Access

Security = Literal["tls", "starttls", "none"]

_IDLE_SECONDS = 60.0  # longer, and relays begin to hang up on us


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds the server may be silent: until it greets, after a command, after a mail (RFC 5321 4.5.3.2)."""

    connect: float = 15.0
    command: float = 60.0
    content: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """How to reach and use the submission server. `hostname` is what EHLO says of us, "" = this machine's name."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    access: Access | None = field(default=None, repr=False)
    ca_file: str | None
    hostname: str
    patience: Patience = field(default_factory=Patience)

    @property
    def name(self) -> str:
        """For people."""
        return f"SMTP server {self.host}:{self.port}"


class _BearerRefused(Paused):
    """The server does not take the access token; a new one may serve."""


async def connect(relay: Relay) -> aiosmtplib.SMTP:
    """A connection that is encrypted as configured, verified, greeted and logged in.

    Raises `Unreached`; or `Paused` (alarm) for what a person has to put right: certificate, STARTTLS, login.
    """
    if relay.access is None:
        return await _connect(relay, "")
    bearer = await relay.access.token()
    try:
        return await _connect(relay, bearer)
    except _BearerRefused:
        bearer = await relay.access.token(refused=bearer)
    return await _connect(relay, bearer)


async def _connect(relay: Relay, bearer: str) -> aiosmtplib.SMTP:
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        timeout=relay.patience.connect,
        use_tls=relay.security == "tls",
        start_tls=relay.security == "starttls",  # True insists on it, False never tries
        tls_context=None if relay.security == "none" else ssl.create_default_context(cafile=relay.ca_file or None),
        local_hostname=relay.hostname or None,
    )
    try:
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await client.ehlo(timeout=relay.patience.command)
        if bearer:
            await _login_by_token(client, relay, bearer)
        elif relay.user:
            await client.login(relay.user, relay.password, timeout=relay.patience.command)
    except BaseException as exc:
        client.close()
        if isinstance(exc, InboxBotError):
            raise
        raise _understood(exc, relay) from exc
    client.timeout = relay.patience.command
    return client


async def _login_by_token(client: aiosmtplib.SMTP, relay: Relay, bearer: str) -> None:
    """OAUTHBEARER (RFC 7628) where it is offered, else XOAUTH2 (Google's, and all that Microsoft knows)."""
    offered = {name.upper() for name in client.server_auth_methods}  # `supported_` names only those it knows
    if "OAUTHBEARER" in offered:
        user = relay.user.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 4
        mechanism, words, last = "OAUTHBEARER", f"n,a={user},\x01auth=Bearer {bearer}\x01\x01", b"AQ=="
    elif "XOAUTH2" in offered:
        mechanism, words, last = "XOAUTH2", f"user={relay.user}\x01auth=Bearer {bearer}\x01\x01", b""
    else:
        raise Paused(
            f"{relay.name} offers neither OAUTHBEARER nor XOAUTH2; give a `password` instead of the oauth2_ keys",
            alarm=True,
        )
    answer = await client.execute_command(
        b"AUTH", mechanism.encode(), base64.b64encode(words.encode()), timeout=relay.patience.command
    )
    if answer.code == 334:  # the refusal as a challenge that wants a last answer (RFC 7628 3.2.3)
        answer = await client.execute_command(last, timeout=relay.patience.command)
    if 200 <= answer.code < 300:
        return
    refused = aiosmtplib.SMTPAuthenticationError(answer.code, answer.message)
    if 400 <= answer.code < 500:
        raise refused
    raise _BearerRefused(
        f"{relay.name} refused the access token for {relay.user!r} by {mechanism}, also a new one ({reply(refused)}); "
        "correct `user`, allow SMTP for it, or authorise again with the right scope",
        alarm=True,
    ) from refused


def _understood(exc: BaseException, relay: Relay) -> BaseException:
    """What a failed connect means to us; anything unexpected stays what it is."""
    certificate = _cause(exc, ssl.SSLCertVerificationError)
    if certificate is not None:
        return Paused(
            f"the certificate of {relay.name} is not valid ({certificate.verify_message}); correct `host`, or name the "
            "issuer in `ca_file`",
            alarm=True,
        )
    if isinstance(exc, aiosmtplib.SMTPAuthenticationError) and not 400 <= exc.code < 500:
        return Paused(
            f"{relay.name} refused the login of {relay.user!r} ({reply(exc)}); correct `user` and `password`",
            alarm=True,
        )
    if isinstance(exc, aiosmtplib.SMTPResponseException):
        return Unreached(f"{relay.name} does not take mail now ({reply(exc)})")
    if isinstance(exc, OSError | TimeoutError | aiosmtplib.SMTPTimeoutError | aiosmtplib.SMTPConnectError):
        hint = "if it stays so, check `host`, `port` and `security`"
        return Unreached(f"{relay.name} cannot be reached ({in_one_line(exc)}); {hint}")
    if isinstance(exc, aiosmtplib.SMTPException):  # without a reply: what the server lacks
        return Paused(
            f"{relay.name}: {in_one_line(exc)}; correct `security`, `user` or `port` in the configuration", alarm=True
        )
    return exc


def _cause(exc: BaseException | None, kind: type[ssl.SSLCertVerificationError]) -> ssl.SSLCertVerificationError | None:
    while exc is not None and not isinstance(exc, kind):
        exc = exc.__cause__ or exc.__context__
    return exc


class Pool:
    """Connections that wait for the next mail."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._kept: list[tuple[aiosmtplib.SMTP, float]] = []

    async def take(self) -> tuple[aiosmtplib.SMTP, bool]:
        """A connection, and whether it is a kept one (which the server may have given up without our noticing)."""
        oldest = asyncio.get_running_loop().time() - _IDLE_SECONDS
        while self._kept:
            client, since = self._kept.pop()
            if client.is_connected and since > oldest:
                return client, True
            client.close()
        return await self.fresh(), False

    async def fresh(self) -> aiosmtplib.SMTP:
        """A new connection; raises as `connect` does."""
        return await connect(self._relay)

    def keep(self, client: aiosmtplib.SMTP) -> None:
        """Give back one that stands between two transactions."""
        if client.is_connected:
            self._kept.append((client, asyncio.get_running_loop().time()))

    async def close(self) -> None:
        """Say goodbye on all kept connections, together within two seconds."""
        clients = [client for client, _ in self._kept]
        self._kept.clear()
        try:
            async with asyncio.timeout(2):
                await asyncio.gather(*(client.quit() for client in clients), return_exceptions=True)
        except TimeoutError:
            pass
        finally:
            for client in clients:
                client.close()


def reply(exc: aiosmtplib.SMTPResponseException) -> str:
    """The server's reply as evidence: `550 5.1.1 No such user`."""
    return f"{exc.code} {' '.join(exc.message.split())}"[:500]


def in_one_line(exc: BaseException) -> str:
    """An error of a library in one line."""
    return " ".join(str(exc).split())[:300] or type(exc).__name__
