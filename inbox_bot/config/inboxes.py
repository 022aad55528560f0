"""Reads the [[inbox]] sections and refuses what would answer itself or file the same mail twice."""

import re
from collections.abc import Sequence
from typing import Literal

from inbox_bot.config import oauth2
from inbox_bot.config.reading import Table
from inbox_bot.config.secret import Secrets, variable
from inbox_bot.config.shape import EmailInbox, Imap, Smtp, TransportSecurity, TwitterInbox

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_SECURITY: tuple[TransportSecurity, ...] = ("tls", "starttls", "none")
_FIELD_NAMES: tuple[Literal["tweet", "post"], ...] = ("tweet", "post")
_IMAP_PORT: dict[TransportSecurity, int] = {"tls": 993, "starttls": 143, "none": 143}
_X_KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
_X_TOKENS = "https://api.x.com/2/oauth2/token"
_SMTP_PORT: dict[TransportSecurity, int] = {"tls": 465, "starttls": 587, "none": 25}


def read(
    root: Table, secrets: Secrets, notify: Sequence[str]
) -> tuple[tuple[TwitterInbox, ...], tuple[EmailInbox, ...]]:
    """All inboxes of the file; `notify` are the team's addresses, checked against them."""
    twitter: list[TwitterInbox] = []
    email: list[EmailInbox] = []
    seen: dict[str, str] = {}
    tables = root.sections("inbox")
    channels = []
    for table in tables:
        name = _name(table, seen)
        channel = table.choice("channel", "", ("email", "twitter"))
        channels.append(channel)
        if channel == "email":
            email.append(_email(table, name, secrets))
        elif channel == "twitter":
            twitter.append(_twitter(table, name, secrets))
    if not tables and not any(fault.startswith("inbox") for fault in root.faults):
        root.fault("inbox", "there is no inbox; add [[inbox]] with a name and a channel")
    if notify and "email" not in channels:
        root.fault("notify.to", "there is no email inbox to send from; add one, or empty the list")
    _check_loops(root, channels, email, notify)
    return tuple(twitter), tuple(email)


def _name(table: Table, seen: dict[str, str]) -> str:
    name = table.text("name", needed='give the inbox a short name, e.g. name = "mail"')
    if name and not _NAME.fullmatch(name):
        table.fault("name", f'"{name}" will not do; take up to 32 letters, digits, - and _, no spaces')
    elif name and variable(name) in seen:
        table.fault("name", f'"{name}" is taken by {seen[variable(name)]}; give each inbox a name of its own')
    else:
        seen[variable(name)] = table.path
    return name


def _twitter(table: Table, name: str, secrets: Secrets) -> TwitterInbox:
    access = oauth2.read(table, secrets, name, token_url=_X_TOKENS)
    look_up = secrets.find if access else secrets.needed
    consumer_key, consumer_secret, access_token, access_token_secret = (look_up(table, key, name) for key in _X_KEYS)
    inbox = TwitterInbox(
        name=name,
        consumer_key=consumer_key,
        consumer_secret=consumer_secret,
        access_token=access_token,
        access_token_secret=access_token_secret,
        oauth2=access,
        start=table.start("start"),
        base_url=table.api("base_url", "https://api.x.com"),
        poll_seconds=table.number("poll_seconds", 60.0, least=0.01),
        dm_poll_seconds=table.number("dm_poll_seconds", 100.0, least=0.01),
        hold_seconds=table.number("hold_seconds", 60.0, least=0),
        spend_limit_usd=table.number("spend_limit_usd", 10.0, least=0),
        post_limit=table.whole("post_limit", 280, least=140, most=25_000),
        field_names=table.choice("field_names", "tweet", _FIELD_NAMES),
    )
    if access:
        for key, given in zip(_X_KEYS, (consumer_key, consumer_secret, access_token, access_token_secret), strict=True):
            if given:
                table.fault(key, oauth2.TWO_WAYS)
    table.finish()
    return inbox


def _email(table: Table, name: str, secrets: Secrets) -> EmailInbox:
    address = table.address("address", needed='write the mailbox\'s address, e.g. address = "hilfe@acme.example"')
    imap = _imap(table.section("imap"), name, address, secrets)
    inbox = EmailInbox(
        name=name,
        address=address,
        start=table.start("start"),
        plus_address=table.flag("plus_address", default=True),
        form_senders=table.addresses("form_senders"),
        spam_header=_spam_header(table),
        imap=imap,
        smtp=_smtp(table.section("smtp"), name, address, secrets, imap),
    )
    table.finish()
    return inbox


def _spam_header(table: Table) -> tuple[str, str] | None:
    text = table.text("spam_header", "X-Spam-Flag: YES")
    if not text:
        return None
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[!-9;-~]+", name.strip()) or not value.strip():
        table.fault("spam_header", f'"{text}" is not a header line; write it as "X-Spam-Flag: YES", or "" for none')
        return None
    return name.strip(), value.strip()


def _imap(table: Table, name: str, address: str, secrets: Secrets) -> Imap:
    security: TransportSecurity = table.choice("security", "tls", _SECURITY)
    access = oauth2.read(table, secrets, name, "imap")
    look_up = secrets.find if access else secrets.needed
    imap = Imap(
        host=table.text("host", needed='name the server, e.g. host = "imap.acme.example"'),
        port=table.whole("port", _IMAP_PORT[security], least=1, most=65_535),
        user=table.text("user") or address,
        password=look_up(table, "password", name, "imap"),
        oauth2=access,
        security=security,
        folder=table.text("folder", "INBOX", needed='name the folder to read, e.g. folder = "INBOX"'),
        archive_folder=table.text("archive_folder"),
        poll_seconds=table.number("poll_seconds", 60.0, least=0.01),
        authserv_id=table.text("authserv_id").strip(),
        verify_dkim=table.flag("verify_dkim", default=True),
        ca_file=table.readable("ca_file", secrets.folder),
    )
    if imap.archive_folder and imap.archive_folder == imap.folder:
        table.fault("archive_folder", "is the folder that is read; name another one, or leave it empty")
    _check_login(table, imap)
    table.finish()
    return imap


def _smtp(table: Table, name: str, address: str, secrets: Secrets, imap: Imap) -> Smtp:
    security: TransportSecurity = table.choice("security", "tls", _SECURITY)
    user = table.text("user")
    access = oauth2.read(table, secrets, name, "smtp")
    before = len(table.faults)
    password = secrets.find(table, "password", name, "smtp")
    if not (access or password) and imap.oauth2 and (user or security != "none"):
        access, user = imap.oauth2, user or imap.user  # providers have one login for both
    if user and not (access or password) and len(table.faults) == before:
        secrets.miss(table, "password", name, "smtp")
    smtp = Smtp(
        host=table.text("host", needed='name the server, e.g. host = "smtp.acme.example"'),
        port=table.whole("port", _SMTP_PORT[security], least=1, most=65_535),
        user=user or (address if password or access else ""),
        password=password,
        oauth2=access,
        security=security,
        connections=table.whole("connections", 4, least=1, most=50),
        ca_file=table.readable("ca_file", secrets.folder),
    )
    _check_login(table, smtp)
    table.finish()
    return smtp


def _check_login(table: Table, server: Imap | Smtp) -> None:
    if server.oauth2 and server.password:
        table.fault("password", oauth2.TWO_WAYS)
    if server.oauth2 and server.security == "none" and not oauth2.loopback(server.host):
        table.fault("security", 'tokens do not go over the line in clear; write "tls" or "starttls"')


def _check_loops(root: Table, channels: list[str], email: list[EmailInbox], notify: Sequence[str]) -> None:
    places = [f"inbox[{place}]" for place, channel in enumerate(channels) if channel == "email"]
    own = {_plain(inbox.address) for inbox in email if inbox.address}
    for address in notify:
        if _plain(address) in own:
            root.fault("notify.to", f"{address} is an inbox; notices would come back as tickets, name another address")
    mailboxes: dict[tuple[str, str, str], str] = {}
    for place, inbox in zip(places, email, strict=True):
        for address in inbox.form_senders:
            if _plain(address) in own:
                root.fault(f"{place}.form_senders", f"{address} is an inbox and would answer itself; remove it")
        mailbox = (inbox.imap.host.lower(), inbox.imap.user, inbox.imap.folder)
        if inbox.imap.host and mailbox in mailboxes:
            root.fault(f"{place}.imap", f"is the same folder as {mailboxes[mailbox]}.imap; remove one of the two")
        mailboxes.setdefault(mailbox, place)


def _plain(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
