"""An SMTP relay for tests, by aiosmtpd: lets in who shows a good access token, by mechanisms it is told to offer."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

REFUSAL = b'{"status":"401","schemes":"bearer"}'


@dataclass(slots=True, kw_only=True)
class BearerRelay:
    """A running relay. `mechanisms` that were used, in order; `answers`: what came after a refusal's challenge."""

    port: int = 0
    mails: list[Envelope] = field(default_factory=list)
    mechanisms: list[str] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    busy: int = 0


class _Handler:
    """aiosmtpd's hooks."""

    def __init__(self, relay: BearerRelay, user_of: Callable[[str], str]) -> None:
        self._relay = relay
        self._user_of = user_of

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> Any:  # noqa: N802  # aiosmtpd's hook
        """`user=…^Aauth=Bearer …^A^A`."""
        words = base64.b64decode(args[1]).decode().split("\x01")
        return await self._judge(server, "XOAUTH2", words[0].removeprefix("user="), words[1])

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> Any:  # noqa: N802  # aiosmtpd's hook
        """`n,a=…,^Aauth=Bearer …^A^A` (RFC 7628 3.1)."""
        words = base64.b64decode(args[1]).decode().split("\x01")
        user = words[0].removeprefix("n,a=").removesuffix(",").replace("=2C", ",").replace("=3D", "=")
        return await self._judge(server, "OAUTHBEARER", user, words[1])

    async def _judge(self, server: SMTP, mechanism: str, user: str, words: str) -> Any:
        self._relay.mechanisms.append(mechanism)
        if self._relay.busy:
            self._relay.busy -= 1
            return AuthResult(success=False, handled=False, message="454 4.7.0 Temporary authentication failure")
        if user and self._user_of(words.removeprefix("auth=Bearer ")) == user:
            return AuthResult(success=True)
        # RFC 7628 3.2.2: the reason is a challenge; the client's answer to it ends the exchange
        await server.push("334 " + base64.b64encode(REFUSAL).decode())
        assert server._reader is not None
        self._relay.answers.append((await server._reader.readline()).strip())
        return AuthResult(success=False, handled=False, message="535 5.7.8 Username and Password not accepted")

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's hook
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Nobody without a login."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # hook
        """Keep it."""
        self._relay.mails.append(envelope)
        return "250 2.0.0 Ok"


class _Connection(SMTP):
    line_length_limit = 1 << 16


@asynccontextmanager
async def bearer_relay(
    user_of: Callable[[str], str], offers: Sequence[str] = ("XOAUTH2", "OAUTHBEARER")
) -> AsyncIterator[BearerRelay]:
    """A relay as long as the block lasts; `user_of` tells whose token it is, "" for a bad one."""
    relay = BearerRelay()
    every = {"LOGIN", "PLAIN", "XOAUTH2", "OAUTHBEARER"}

    def connected() -> SMTP:
        connection = _Connection(
            _Handler(relay, user_of),
            auth_require_tls=False,
            auth_exclude_mechanism=sorted(every - set(offers)),
            loop=asyncio.get_running_loop(),
        )
        connection.command_size_limits["AUTH"] = 12288  # RFC 4954 4
        return connection

    server = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
