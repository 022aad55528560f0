"""The mail peers of the demo and the tests: one IMAP server and one relay that delivers into it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from inbox_bot.sandbox.mailboxes import Mailboxes, mailboxes
from inbox_bot.sandbox.relay import DROP, Relay, Verb
from inbox_bot.sandbox.relay_server import mail_relay
from inbox_bot.sandbox.reports import Accepted, Recipient

__all__ = [
    "DROP",
    "Accepted",
    "MailPeers",
    "Mailboxes",
    "Recipient",
    "Relay",
    "Verb",
    "mail_peers",
    "mail_relay",
    "mailboxes",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPeers:
    """Both peers. `user` and `password` are those of our mailbox and of the relay."""

    imap: Mailboxes
    relay: Relay
    address: str
    user: str
    password: str

    async def write(self, sender: str, mail: bytes, to: str = "") -> None:
        """A customer sends a mail (CRLF, complete) to us, or to one of our plus-addresses."""
        recipient = Recipient(address=to or self.address, notify=frozenset({"NEVER"}))
        await self.relay.submit(Accepted(mail_from=sender, recipients=(recipient,), data=mail))


@asynccontextmanager
async def mail_peers(
    address: str,
    *,
    password: str = "sesame",  # noqa: S107  # of a play on loopback
    archive_folder: str = "",
) -> AsyncIterator[MailPeers]:
    """The peers as long as the block lasts, without TLS; the mailbox of `address` has its local part as user."""
    user = address.partition("@")[0]
    async with mailboxes({user: password}) as imap:
        if archive_folder:
            await imap.create(user, archive_folder)

        async def deliver(mail: bytes, at: datetime) -> None:
            await imap.append(user, mail, at)

        async with mail_relay({address: deliver}, login=(user, password)) as relay:
            yield MailPeers(imap=imap, relay=relay, address=address, user=user, password=password)
