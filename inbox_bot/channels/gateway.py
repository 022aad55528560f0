"""Listens for agents' mails by SMTP or LMTP: takes only what is sent to their signed reply addresses, hands it on, and
says 250 when it is on record."""

import asyncio
import hmac
import logging
import re
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Literal, Protocol
from weakref import WeakKeyDictionary

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from inbox_bot.channels.gateway_client import MOST_WRONG, Lmtp, Patience, Smtp
from inbox_bot.errors import InboxBotError, Paused

log = logging.getLogger(__name__)

_GOODBYE = 5.0  # seconds to hear the last answer
_PROBE = 5.0  # seconds for a greeting
_MOST_COMMANDS = 500  # of a kind in one connection
_MOST_UNKNOWN = 10  # recipients in one connection: whoever names more is guessing
_WRONG = "421 4.7.0 too many wrong passwords"
_GUESSING = "421 4.7.0 too many unknown recipients"
_UNKNOWN = "550 5.1.1 no such address here"
_ONE_ONLY = "452 4.5.3 one recipient at a time"
_LATER = "451 4.3.0 not now; try again later"
_TAKEN = "250 2.0.0 taken"
_REFUSED = "550 5.7.1 not accepted: nothing shows that the owner of this address wrote it"

# An addr-spec that can stand between angle brackets in a header; its lengths are the client's business.
_SENDER = re.compile(
    r"""(?:[^\x00-\x20"(),:;<>@\[\\\]\x7f-\x9f\ud800-\udfff]+|"[^\x00-\x1f"<>\\\x7f-\x9f\ud800-\udfff]*")"""
    r"""@[^\x00-\x20"(),:;<>@\\\x7f-\x9f\ud800-\udfff]+"""
)

Accepts = Callable[[str], bool]
"""Whether a recipient is an address of ours."""


class HandOver(Protocol):
    """Puts a mail on record."""

    async def __call__(self, raw: bytes, to: str, *, vouched: bool, relayed: bool) -> bool:
        """False: it is refused. `vouched`: the client has shown that it is one of ours; `relayed`: it comes from one of
        the relays. Raises `InboxBotError` where it has to come again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and how to listen. `user` "": nobody logs in. With `require_tls` nothing goes without STARTTLS.
    `relays`: the addresses and networks of our own mail servers."""

    host: str
    port: int
    hostname: str
    protocol: Literal["smtp", "lmtp"] = "smtp"
    certificate: str = ""
    key: str = ""
    client_ca: str = ""
    require_tls: bool = False
    user: str = ""
    password: str = ""
    max_bytes: int = 26_214_400
    relays: tuple[str, ...] = ()


class Listener:
    """A listener at one place, from `start` to `close`."""

    def __init__(self, place: Place, accepts: Accepts, hand_over: HandOver, patience: Patience = Patience()) -> None:  # noqa: B008  immutable
        self._place, self._patience = place, patience
        self._handler = _Handler(accepts, hand_over, place.relays)
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Begin; gives the port. Raises `Paused` where the place is taken or not to be had."""
        place, loop = self._place, asyncio.get_running_loop()
        self._handler.closing = False
        logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)  # aiosmtpd's own: it names addresses
        try:
            context = _context(place)
            self._server = await loop.create_server(
                lambda: _session(place, self._handler, context, self._patience), place.host, place.port
            )
        except OSError as exc:
            words = f"cannot listen at {place.host}:{place.port} ({exc.strerror or exc}); see [gateway] listen"
            raise Paused(words, alarm=True) from exc
        return int(self._server.sockets[0].getsockname()[1])

    async def probe(self) -> str:
        """Say how it stands with the place, in a line. Raises `Paused` where it cannot be had, or is another's."""
        where = f"{self._place.host}:{self._place.port}"
        try:
            async with asyncio.timeout(_PROBE):
                reader, writer = await asyncio.open_connection(self._place.host, self._place.port)
                try:
                    greeting = await reader.readline()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            await self.start()
            await self.close()
            return f"{where} is free; inbox-bot run listens there"
        if not greeting.startswith(f"220 {self._place.hostname} ".encode()):
            raise Paused(f"another program answers at {where}; see [gateway] listen", alarm=True)
        return f"listens at {where}"

    async def close(self) -> None:
        """Hang up on everybody; only what is being put on record is brought to its end, and answered."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._handler.finish()


class _Handler:
    """What aiosmtpd calls at each step."""

    def __init__(self, accepts: Accepts, hand_over: HandOver, relays: Sequence[str]) -> None:
        self._accepts = accepts
        self._relays = [_unmapped(ip_network(one)) for one in relays]
        self._hand_over = hand_over
        self._under_way: set[asyncio.Task[str]] = set()
        self._unknown: WeakKeyDictionary[Session, int] = WeakKeyDictionary()
        self.clients: set[Smtp] = set()
        self.closing = False

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only reply addresses; each in a transaction of its own, so that one answer is for one."""
        if not self._accepts(address):
            self._unknown[session] = self._unknown.get(session, 0) + 1
            if self._unknown[session] < _MOST_UNKNOWN:
                return _UNKNOWN
            if server.transport is not None:
                asyncio.get_running_loop().call_soon(server.transport.close)
            return _GUESSING
        if envelope.rcpt_tos:
            return _ONE_ONLY
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: Smtp, session: Session, envelope: Envelope) -> str:  # noqa: N802  likewise
        """250 only when the mail is on record."""
        server.hands_over()
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode("utf-8", "surrogateescape")
        (to,) = envelope.rcpt_tos
        sender = envelope.mail_from or ""
        if not _SENDER.fullmatch(sender):
            sender = ""
        # As the last hop of a mail does (RFC 5321 4.4); what a client wrote there itself comes behind it.
        raw = f"Return-Path: <{sender}>\r\n".encode() + raw
        # aiosmtpd gives up with a client that hangs up; what has begun is brought to its end (RFC 1047).
        task = asyncio.create_task(self._taken(raw, to, session), name="gateway:mail")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _taken(self, raw: bytes, to: str, session: Session) -> str:
        try:
            taken = await self._hand_over(raw, to, vouched=_vouched(session), relayed=self._relayed(session))
        except InboxBotError as error:
            log.warning("gateway_put_off", extra={"reason": str(error)})
            return _LATER
        except Exception:
            # A bug must not lose the mail: the client keeps it and tries again.
            log.exception("gateway_broken")
            return _LATER
        return _TAKEN if taken else _REFUSED

    def _relayed(self, session: Session) -> bool:
        """Whether the client speaks from a relay's address."""
        if session.peer is None:
            return False
        client = _unmapped(ip_network(str(session.peer[0]).partition("%")[0]))
        return any(one.version == client.version and client.subnet_of(one) for one in self._relays)  # type: ignore[arg-type]  # of one version

    async def finish(self) -> None:
        """Bring what has begun to its end, and hang up."""
        self.closing = True
        clients = [(client, client.dismiss()) for client in self.clients]
        await asyncio.gather(*self._under_way)
        ended = {task for _, task in clients if task is not None}
        if ended:
            await asyncio.wait(ended, timeout=_GOODBYE)
        for client, _ in clients:
            client.abort()

    async def handle_exception(self, error: Exception) -> str:
        """What a bug in the listener itself looks like from outside."""
        log.error("gateway_broken", exc_info=error)
        return _LATER


def _vouched(session: Session) -> bool:
    """Whether the client has logged in, or has shown a certificate that the configured authority issued."""
    return bool(session.authenticated) or bool(session.ssl and session.ssl.get("peercert"))


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """An IPv4 address in IPv6's clothes, as a socket for both shows it, is that address."""
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    return network if mapped is None or network.prefixlen < 96 else IPv4Network((mapped, network.prefixlen - 96))


def _session(place: Place, handler: _Handler, context: ssl.SSLContext | None, patience: Patience) -> Smtp:
    kind = Lmtp if place.protocol == "lmtp" else Smtp
    options: dict[str, Any] = {}
    if place.user:
        options["authenticator"] = _Logins(place)
        # on this machine alone nobody listens in; elsewhere TLS is required anyway
        options["auth_require_tls"] = context is not None
    else:
        options["auth_exclude_mechanism"] = ["LOGIN", "PLAIN"]
    return kind(
        handler,
        patience,
        hostname=place.hostname,
        ident="ESMTP",
        data_size_limit=place.max_bytes,
        enable_SMTPUTF8=True,
        tls_context=context,
        require_starttls=place.require_tls,
        command_call_limit=_MOST_COMMANDS,
        **options,
    )


class _Logins:
    """The one login there is."""

    def __init__(self, place: Place) -> None:
        self._user, self._password = place.user.encode(), place.password.encode()

    def __call__(self, server: Smtp, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        """Compared in constant time."""
        given = data if isinstance(data, LoginPassword) else LoginPassword(login=b"", password=b"")
        right = hmac.compare_digest(given.login, self._user) & hmac.compare_digest(given.password, self._password)
        server.wrong += not right
        return AuthResult(success=right, handled=False, message=_WRONG if server.wrong >= MOST_WRONG else None)


def _context(place: Place) -> ssl.SSLContext | None:
    if not place.certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(place.certificate, place.key)
    if place.client_ca:
        context.verify_mode = ssl.CERT_OPTIONAL  # a client without a certificate is one like any other
        context.load_verify_locations(place.client_ca)
    return context
