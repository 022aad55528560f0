"""Makes each adapter out of what the configuration says: sources, senders, accounts. It and `app` alone name them."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from inbox_bot.config import Config, EmailInbox, Gateway, Metrics, OAuth2, TwitterInbox, keys
from inbox_bot.grants import Access
from inbox_bot.model import Incoming
from inbox_bot.ports import Sender, Signatures, Store

if TYPE_CHECKING:
    from inbox_bot.channels.gateway import Accepts, HandOver, Listener
    from inbox_bot.channels.imap import ImapSource
    from inbox_bot.channels.letters import WholeLetters
    from inbox_bot.channels.smtp import SmtpSender
    from inbox_bot.channels.twitter import Account
    from inbox_bot.flows.access import Keeper
    from inbox_bot.metrics.exposition import Exposition
    from inbox_bot.metrics.listener import Listener as MetricsListener
    from inbox_bot.metrics.listener import Page


@dataclass(slots=True, kw_only=True)
class Vault:
    """Gives each account that logs in by OAuth 2 the one keeper of its tokens; `store` is the one all processes use."""

    config: Config
    store: Store
    worker: str
    now: Callable[[], datetime]
    made: "dict[tuple[str, str], Keeper]" = field(default_factory=dict)

    def imap(self, inbox: EmailInbox) -> Access | None:
        """What reads the mailbox."""
        return self._keeper(inbox.name, "imap", inbox.imap.oauth2)

    def smtp(self, inbox: EmailInbox) -> Access | None:
        """What submits; the same as what reads where both are one login."""
        return self._keeper(inbox.name, "imap" if inbox.smtp.oauth2 == inbox.imap.oauth2 else "smtp", inbox.smtp.oauth2)

    def x(self, inbox: TwitterInbox) -> Access | None:
        """What speaks for the X account."""
        return self._keeper(inbox.name, "x", inbox.oauth2)

    async def close(self) -> None:
        """Let what is under way come to its end."""
        for keeper in self.made.values():
            await keeper.close()

    def _keeper(self, inbox: str, purpose: str, oauth2: OAuth2 | None) -> Access | None:
        if oauth2 is None:
            return None
        if (inbox, purpose) not in self.made:
            from inbox_bot.channels.issuer import TokenServer
            from inbox_bot.config.sealing import Sealer
            from inbox_bot.flows.access import Keeper

            issuer = TokenServer(
                url=oauth2.token_url,
                client_id=oauth2.client_id,
                client_secret=oauth2.client_secret.reveal(),
                now=self.now,
                scope=oauth2.scope,
                basic=purpose == "x",
            )
            self.made[inbox, purpose] = Keeper(
                inbox=inbox,
                purpose=purpose,
                configured=oauth2.refresh_token.reveal(),
                store=self.store,
                issuer=issuer,
                seal=Sealer(lambda: keys(self.config)),
                worker=self.worker,
                now=self.now,
                bits=secrets.randbits,
            )
        return self.made[inbox, purpose]


def uses_oauth2(config: Config) -> bool:
    """Whether any account does."""
    return any(one.oauth2 for one in config.twitter) or any(one.imap.oauth2 or one.smtp.oauth2 for one in config.email)


def sender_maker(
    config: Config,
    inbox: TwitterInbox | EmailInbox,
    accounts: "dict[str, Account]",
    vault: Vault,
    wrap: Callable[[Sender], Sender],
    read_only: bool,
    brief: bool,
) -> Callable[[], Sender]:
    """Makes the sender of an inbox when first asked; `brief`: one that only composes, where that loads less."""

    def make() -> Sender:
        if isinstance(inbox, EmailInbox):
            return wrap(smtp_sender(inbox, config, vault))
        if brief:
            from inbox_bot.channels.twitter.composing import XComposer

            return wrap(XComposer(inbox=inbox.name))
        return wrap(account_of(inbox, accounts, vault, read_only).sender)

    return make


def account_of(inbox: TwitterInbox, accounts: "dict[str, Account]", vault: Vault, read_only: bool) -> "Account":
    """The one account of an inbox, for its sources and its sender."""
    if inbox.name not in accounts:
        accounts[inbox.name] = x_account(inbox, vault, read_only=read_only)
    return accounts[inbox.name]


def _start(start: str | date) -> str:
    return start.isoformat() if isinstance(start, date) else start


def imap_source(inbox: EmailInbox, vault: Vault, *, read_only: bool = False) -> "ImapSource":
    """The mailbox of an inbox."""
    from inbox_bot.channels.imap import ImapSource

    imap = inbox.imap
    return ImapSource(
        inbox=inbox.name,
        host=imap.host,
        port=imap.port,
        security=imap.security,
        user=imap.user,
        password=imap.password.reveal(),
        access=vault.imap(inbox),
        folder=imap.folder,
        archive_folder=imap.archive_folder,
        seconds=imap.poll_seconds,
        start=_start(inbox.start),
        ca_file=str(imap.ca_file) if imap.ca_file else None,
        read_only=read_only,
    )


def signatures() -> Signatures:
    """The check of DKIM signatures, by the resolvers of this machine."""
    from inbox_bot.channels.signatures import DkimSignatures, dns_lookup

    return DkimSignatures(lookup=dns_lookup())


def whole_letters() -> "WholeLetters":
    """What reads agents' mails."""
    from inbox_bot.channels.letters import WholeLetters

    return WholeLetters()


def listener(gateway: Gateway, accepts: "Accepts", hand_over: "HandOver") -> "Listener":
    """What listens for agents' mails; its port must be given."""
    from inbox_bot.channels.gateway import Listener, Place

    return Listener(
        Place(
            host=gateway.host,
            port=gateway.port or 0,
            hostname=gateway.hostname or gateway.address.rpartition("@")[2],
            protocol=gateway.protocol,
            certificate=str(gateway.certificate or ""),
            key=str(gateway.key or ""),
            client_ca=str(gateway.client_ca or ""),
            require_tls=gateway.require_tls,
            user=gateway.user,
            password=gateway.password.reveal(),
            max_bytes=gateway.max_bytes,
            relays=gateway.relays,
        ),
        accepts,
        hand_over,
    )


def metrics_listener(metrics: Metrics, pages: "Mapping[str, Page]") -> "MetricsListener":
    """What listens for monitoring."""
    from inbox_bot.metrics.listener import Listener

    return Listener(metrics.host, metrics.port, pages)


def exposition(version: str, inboxes: Iterable[str], limits: Mapping[str, int]) -> "Exposition":
    """What writes the figures of these inboxes as monitoring reads them."""
    from inbox_bot.metrics.exposition import Exposition

    return Exposition(version=version, inboxes=inboxes, limits=limits)


def servers_named(raw: bytes) -> list[str]:
    """The authserv-ids that only our own mail server can have written into this mail."""
    from inbox_bot.channels.mime.parse import parse
    from inbox_bot.rules import proof

    found = parse(raw, key="", at=datetime.now(UTC))  # noqa: TID251  a time that nobody looks at
    return proof.servers(found.mail) if isinstance(found, Incoming) and found.mail else []


def smtp_sender(inbox: EmailInbox, config: Config, vault: Vault) -> "SmtpSender":
    """The submission of an inbox."""
    from inbox_bot.channels.smtp import SmtpSender

    smtp = inbox.smtp
    return SmtpSender(
        inbox=inbox.name,
        address=inbox.address,
        name=config.brand.name,
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        user=smtp.user,
        password=smtp.password.reveal(),
        access=vault.smtp(inbox),
        footer=config.brand.footer,
        ca_file=str(smtp.ca_file) if smtp.ca_file else None,
        connections=smtp.connections,
    )


def x_account(inbox: TwitterInbox, vault: Vault, *, read_only: bool = False) -> "Account":
    """The X account of an inbox."""
    from inbox_bot.channels.twitter import open_account
    from inbox_bot.channels.twitter.fields import Spelling

    return open_account(
        inbox=inbox.name,
        base_url=inbox.base_url,
        consumer_key=inbox.consumer_key.reveal(),
        consumer_secret=inbox.consumer_secret.reveal(),
        access_token=inbox.access_token.reveal(),
        access_token_secret=inbox.access_token_secret.reveal(),
        access=vault.x(inbox),
        poll_seconds=inbox.poll_seconds,
        dm_poll_seconds=inbox.dm_poll_seconds,
        start=_start(inbox.start),
        read_only=read_only,
        spelling=Spelling(inbox.field_names),
    )
