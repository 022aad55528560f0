"""What flows know of a configured inbox."""

from inbox_bot.config import EmailInbox, TwitterInbox
from inbox_bot.flows.house import Inbox
from inbox_bot.model import Channel


def known(inbox: TwitterInbox | EmailInbox) -> Inbox:
    """Its part of the house."""
    if isinstance(inbox, TwitterInbox):
        return Inbox(
            name=inbox.name,
            channel=Channel.TWITTER,
            hold_seconds=inbox.hold_seconds,
            post_limit=inbox.post_limit,
            spend_limit=round(inbox.spend_limit_usd * 1_000_000),
        )
    return Inbox(
        name=inbox.name,
        channel=Channel.EMAIL,
        address=inbox.address,
        plus_address=inbox.plus_address,
        form_senders=frozenset(address.lower() for address in inbox.form_senders),
        spam_header=": ".join(inbox.spam_header) if inbox.spam_header else "",
        authserv_id=inbox.imap.authserv_id,
        verify_dkim=inbox.imap.verify_dkim,
    )
