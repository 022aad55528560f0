"""Makes each adapter out of what the configuration says: sources, senders, accounts. It and `app` alone name them."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from inbox_bot.config import Config, EmailInbox, TwitterInbox
from inbox_bot.ports import Sender

if TYPE_CHECKING:
    from inbox_bot.channels.imap import ImapSource
    from inbox_bot.channels.smtp import SmtpSender
    from inbox_bot.channels.twitter import Account


def sender_maker(
    config: Config,
    inbox: TwitterInbox | EmailInbox,
    accounts: "dict[str, Account]",
    wrap: Callable[[Sender], Sender],
    read_only: bool,
    brief: bool,
) -> Callable[[], Sender]:
    """Makes the sender of an inbox when first asked; `brief`: one that only composes, where that loads less."""

    def make() -> Sender:
        if isinstance(inbox, EmailInbox):
            return wrap(smtp_sender(inbox, config))
        if brief:
            from inbox_bot.channels.twitter.composing import XComposer

            return wrap(XComposer(inbox=inbox.name))
        return wrap(account_of(inbox, accounts, read_only).sender)

    return make


def account_of(inbox: TwitterInbox, accounts: "dict[str, Account]", read_only: bool) -> "Account":
    """The one account of an inbox, for its sources and its sender."""
    if inbox.name not in accounts:
        accounts[inbox.name] = x_account(inbox, read_only=read_only)
    return accounts[inbox.name]


def _start(start: str | date) -> str:
    return start.isoformat() if isinstance(start, date) else start


def imap_source(inbox: EmailInbox, *, read_only: bool = False) -> "ImapSource":
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
        folder=imap.folder,
        archive_folder=imap.archive_folder,
        seconds=imap.poll_seconds,
        start=_start(inbox.start),
        ca_file=str(imap.ca_file) if imap.ca_file else None,
        read_only=read_only,
    )


def smtp_sender(inbox: EmailInbox, config: Config) -> "SmtpSender":
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
        footer=config.brand.footer,
        ca_file=str(smtp.ca_file) if smtp.ca_file else None,
        connections=smtp.connections,
    )


def x_account(inbox: TwitterInbox, *, read_only: bool = False) -> "Account":
    """The X account of an inbox."""
    from inbox_bot.channels.twitter import open_account

    return open_account(
        inbox=inbox.name,
        base_url=inbox.base_url,
        consumer_key=inbox.consumer_key.reveal(),
        consumer_secret=inbox.consumer_secret.reveal(),
        access_token=inbox.access_token.reveal(),
        access_token_secret=inbox.access_token_secret.reveal(),
        poll_seconds=inbox.poll_seconds,
        dm_poll_seconds=inbox.dm_poll_seconds,
        start=_start(inbox.start),
        read_only=read_only,
    )
