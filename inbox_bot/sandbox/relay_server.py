"""The SMTP side of the relay: aiosmtpd, taught RFC 3461 parameters, DSN and failing at will."""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from inbox_bot.sandbox.relay import DROP, Deliver, Relay, Verb
from inbox_bot.sandbox.reports import Accepted, Recipient


class _Connection(SMTP):
    """aiosmtpd refuses RFC 3461 parameters with 555; here they are taken off before it looks."""

    line_length_limit = 1 << 20

    def __init__(self, relay: Relay, tls_context: ssl.SSLContext | None) -> None:
        super().__init__(
            _Handler(relay),
            hostname=relay.name,
            ident="ESMTP",
            tls_context=tls_context,
            auth_require_tls=False,
            authenticator=self.check_login,
            enable_SMTPUTF8=True,
            loop=asyncio.get_running_loop(),
        )
        self.command_size_limits = defaultdict(lambda: 4096)  # ENVID and ORCPT need more than aiosmtpd's 512
        self.relay = relay
        self.ret = ""
        self.envid = ""
        self.recipients: list[Recipient] = []
        self.lost = asyncio.Event()
        relay.connections += 1

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.lost.set()

    async def faulty(self, verb: Verb) -> bool:
        """Play the next fault of a verb, if there is one."""
        fault = self.relay.fault(verb)
        if fault == DROP:
            self.hang_up()
        elif fault:
            await self.push(fault)
        return bool(fault)

    def hang_up(self) -> None:
        """Without a word."""
        assert isinstance(self.transport, asyncio.WriteTransport)
        self.transport.abort()

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802  # aiosmtpd's hook
        if await self.faulty("MAIL"):
            return
        assert self.session is not None
        if self.relay.wants_login and not self.session.authenticated:
            await self.push("530 5.7.0 Authentication required")
            return
        rest, taken = _split(arg or "", ("RET", "ENVID") if self.relay.offers_dsn else ())
        self.ret, self.envid, self.recipients = taken.get("RET", ""), taken.get("ENVID", ""), []
        await super().smtp_MAIL(rest)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802  # aiosmtpd's hook
        if await self.faulty("RCPT"):
            return
        rest, taken = _split(arg or "", ("NOTIFY", "ORCPT") if self.relay.offers_dsn else ())
        assert self.envelope is not None
        before = len(self.envelope.rcpt_tos)
        await super().smtp_RCPT(rest)
        for address in self.envelope.rcpt_tos[before:]:
            notify = frozenset(taken.get("NOTIFY", "").upper().split(",")) - {""}
            self.recipients.append(Recipient(address=address, notify=notify, orcpt=taken.get("ORCPT", "")))

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's hook
        if not await self.faulty("DATA"):
            await super().smtp_DATA(arg)

    def check_login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        if fault := self.relay.fault("AUTH"):
            return AuthResult(success=False, handled=False, message=fault)
        if self.relay.permits(data):
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message="535 5.7.8 Authentication credentials invalid")


class _Handler:
    """aiosmtpd's hooks."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's hook
        self, server: _Connection, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if fault := self._relay.fault("EHLO"):
            return [fault]
        return [*responses[:-1], "250-DSN", responses[-1]] if self._relay.offers_dsn else responses

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's hook
        self, server: _Connection, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.lower() in self._relay.refused:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: _Connection, session: Session, envelope: Envelope) -> str:  # noqa: N802  # hook
        fault = self._relay.fault("END")
        if fault and fault != DROP:
            return fault
        content: Any = envelope.original_content
        mail_from = "" if envelope.mail_from in ("<>", None) else str(envelope.mail_from)
        reply = self._relay.accept(
            Accepted(
                mail_from=mail_from,
                recipients=tuple(server.recipients),
                data=bytes(content),
                ret=server.ret,
                envid=server.envid,
                options=tuple(envelope.mail_options),
            )
        )
        if fault == DROP:
            server.hang_up()
        await asyncio.sleep(self._relay.latency)
        return reply


@asynccontextmanager
async def mail_relay(
    ours: Mapping[str, Deliver],
    *,
    login: tuple[str, str] | None = None,
    offers_dsn: bool = True,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    port: int = 0,
) -> AsyncIterator[Relay]:
    """A relay as long as the block lasts. `login`: user and password that MAIL needs; port 0 takes a free one."""
    relay = Relay(ours, login, offers_dsn)
    connections: list[_Connection] = []

    def connected() -> _Connection:
        connections.append(_Connection(relay, starttls))
        return connections[-1]

    server = await asyncio.get_running_loop().create_server(connected, relay.host, port, ssl=tls)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        for connection in connections:
            if connection.transport is not None:
                connection.hang_up()
                await connection.lost.wait()
        await relay.quiet()


def _split(arg: str, names: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """The argument without these ESMTP parameters, and their values, in the case in which they came."""
    kept: list[str] = []
    taken: dict[str, str] = {}
    for word in arg.split(" "):
        name, is_parameter, value = word.partition("=")
        if is_parameter and name.upper() in names:
            taken[name.upper()] = value
        else:
            kept.append(word)
    return " ".join(kept), taken
