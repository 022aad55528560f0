"""Runs pymap as the embedded IMAP server: mailboxes in memory, into which mail can be put from Python."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Identity, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailboxes:
    """A running IMAP server without TLS; every user has an INBOX."""

    host: str
    port: int
    _config: Config
    _backend: DictBackend

    async def append(self, user: str, mail: bytes, at: datetime, folder: str = "INBOX", *flags: str) -> int:
        """Put a mail there, with `at` as its INTERNALDATE; gives its UID."""
        self._config.apply_context()
        message = AppendMessage(mail, at, frozenset(Flag(flag) for flag in flags))
        async with self._identity(user).new_session() as session:
            appended, _ = await session.append_messages(folder, [message])
        return next(iter(appended.uids))

    async def create(self, user: str, folder: str) -> None:
        """Make a folder."""
        self._config.apply_context()
        async with self._identity(user).new_session() as session:
            await session.create_mailbox(folder)

    def _identity(self, user: str) -> Identity:
        return Identity(user, self._backend.login, None, frozenset())


@asynccontextmanager
async def mailboxes(users: Mapping[str, str], *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Mailboxes]:
    """The server as long as the block lasts. `users`: password by name; port 0 takes a free one."""
    arguments = Namespace(
        host=host,
        port=port,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        proxy_protocol=None,
        passlib_cfg=None,
        inherited_sockets=None,
        demo_data=False,
        demo_user="nobody",
        demo_password="",
    )
    config = Config.from_args(
        arguments,
        hash_context=Cleartext(),  # secrets of a play; a slow hash would only slow it down
        cpu_subsystem=Subsystem.for_asyncio(),
        secure_auth=False,
        invalid_user_sleep=0.0,
        reject_dnsbl=False,
    )
    config.apply_context()
    backend = DictBackend(Login(config), config)
    for user, password in users.items():
        await Identity(user, backend.login, None, frozenset()).set(UserMetadata(config, user, password=password))
    serve = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(IMAPServer(backend.login, config))
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        task.add_done_callback(connections.discard)
        await serve(reader, writer)

    server = await asyncio.start_server(connected, host, port)
    try:
        yield Mailboxes(host=host, port=server.sockets[0].getsockname()[1], _config=config, _backend=backend)
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
