"""`inbox-bot check`: tries every account, the database and the templates, and says in a line each what is wrong."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot import adapters, app
from inbox_bot.config import Config, EmailInbox, TwitterInbox, opening
from inbox_bot.config import keys as read_keys
from inbox_bot.config.gateway import proofs
from inbox_bot.errors import InboxBotError
from inbox_bot.model import Outcome
from inbox_bot.proofreading import proofread
from inbox_bot.rules import timetable, tokens
from inbox_bot.rules.triage import LIKE_A_FORM

_LINES_LOOKED_AT = 1000
_MAILS_LOOKED_AT = 20
_RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the result: what was tried, whether it works, what was seen or what to do."""

    what: str
    ok: bool
    line: str


async def check(config: Config) -> AsyncIterator[Check]:
    """Try everything, one thing after the other; never raises for what it finds."""
    yield Check(what="configuration", ok=True, line=str(config.path))
    for warning in config.warnings:
        yield Check(what="configuration", ok=False, line=warning)
    yield await _try("keys", lambda: _keys(config))
    yield await _try("database", lambda: _database(config))
    for line in _templates(config):
        yield line
    yield Check(what="hours", ok=True, line=_hours(config, app.clock()))
    if config.gateway is not None:
        yield await _try("gateway", lambda: _gateway(config))
    if config.metrics is not None:
        yield await _try("metrics", adapters.metrics_listener(config.metrics, {}).probe)
    async with app.open_vault(config) as vault:
        for inbox in config.inboxes:
            tried = _twitter(inbox, vault) if isinstance(inbox, TwitterInbox) else _email(inbox, config, vault)
            async for line in tried:
                yield line
            if isinstance(inbox, EmailInbox):
                yield await _who_wrote(inbox, config)
                async for line in _forms(inbox, config):
                    yield line


async def _try(what: str, act: Callable[[], Awaitable[str]]) -> Check:
    try:
        return Check(what=what, ok=True, line=await act())
    except InboxBotError as error:
        return Check(what=what, ok=False, line=" ".join(str(error).split("\n")))


async def _keys(config: Config) -> str:
    count = len(read_keys(config))
    return f"{config.security.key_file}: {count} key{'s' if count != 1 else ''}"


async def _database(config: Config) -> str:
    store = await app.open_store(config.database.url, brief=True)
    try:
        async with store.read() as tx:
            counts, balanced = await tx.ledger_counts()
    finally:
        await store.close()
    total = sum(count for _, _, count in counts)
    return f"open and up to date; {total} lines in the ledger, {'balanced' if balanced else 'NOT balanced'}"


def _templates(config: Config) -> Iterator[Check]:
    """What must be mended in them, a line each; what is only to be thought about is left to `template check`."""
    remarks, count = proofread(config, app.clock())
    wrong = [one for one in remarks if one.grave]
    for one in wrong:
        yield Check(what="templates", ok=False, line=f"{one.file}: {one.line}")
    if not wrong:
        hints = f"; {len(remarks)} hints, see: inbox-bot template check" if remarks else ""
        yield Check(what="templates", ok=True, line=f"{count} read, none has a fault{hints}")


def _hours(config: Config, now: datetime) -> str:
    """The hours of this week, and the next holiday that closes a day with hours."""
    hours = opening.hours(config.hours, config.brand.timezone, now)
    if hours.always:
        return "none are configured ([hours]): the team counts as always there, and no customer is told of any"
    today = now.astimezone(hours.zone).date()
    week = timetable.written_days(hours, today - timedelta(days=today.weekday()))
    holiday = timetable.next_holiday(hours, today)
    if holiday is None:
        return f"this week {week}; no holiday is known: set country"
    name = opening.holiday(config.hours, holiday)
    return f"this week {week}; next holiday {timetable.written_days(hours, holiday, 1)}{f' ({name})' if name else ''}"


async def _gateway(config: Config) -> str:
    """Where agents' mails come in, and what shows who wrote them."""
    gateway = config.gateway
    assert gateway is not None
    shown = ", ".join(proofs(gateway, config.email))
    proof = f"who wrote is shown by {shown or 'nothing'}"
    if gateway.port is None:
        return f"agents' answers to {gateway.address} are read in its mailbox; {proof}"
    stands = await adapters.listener(gateway, lambda _: False, _nothing).probe()
    return f"{stands}; {proof}"


async def _nothing(raw: bytes, to: str, *, vouched: bool, relayed: bool) -> bool:
    return False


async def _twitter(inbox: TwitterInbox, vault: adapters.Vault) -> AsyncIterator[Check]:
    account = adapters.x_account(inbox, vault)
    try:
        lines = await account.probe()
    except InboxBotError as error:
        yield Check(what=inbox.name, ok=False, line=str(error))
        return
    finally:
        await account.close()
    for line in lines:
        yield Check(what=inbox.name, ok=True, line=line)


async def _email(inbox: EmailInbox, config: Config, vault: adapters.Vault) -> AsyncIterator[Check]:
    source = adapters.imap_source(inbox, vault, read_only=True)
    try:
        yield await _try(f"{inbox.name} imap", source.probe)
    finally:
        await source.close()
    # Signed with a key of nobody: only the form of the addresses matters to the server.
    nobody = tokens.Keys(keys=(bytes(32),))
    plus = tokens.ticket_address(nobody, "100000000", inbox.address) if inbox.plus_address else inbox.address
    envelope = tokens.return_path(nobody, "check", inbox.address) if inbox.plus_address else inbox.address
    sender = adapters.smtp_sender(inbox, config, vault)
    try:
        lines = await sender.probe(plus, envelope)
    except InboxBotError as error:
        yield Check(what=f"{inbox.name} smtp", ok=False, line=str(error))
        return
    finally:
        await sender.close()
    for line in lines:
        refused = line.startswith("refused")
        advice = "; set plus_address = false where the provider has none" if refused and inbox.plus_address else ""
        yield Check(what=f"{inbox.name} smtp", ok=not refused, line=line + advice)


async def _who_wrote(inbox: EmailInbox, config: Config) -> Check:
    """Whether somebody says who wrote a mail, and under which name, as far as the newest ones tell."""
    what = f"{inbox.name} senders"
    if inbox.imap.authserv_id:
        return Check(what=what, ok=True, line=f"proven by what {inbox.imap.authserv_id} says, else by DKIM")
    raws: list[bytes] = []
    with suppress(InboxBotError):  # a database that does not open has been told of
        store = await app.open_store(config.database.url, brief=True)
        try:
            async with store.read() as tx:
                for line in await tx.ledger_lines(inbox=inbox.name, outcome=Outcome.FILED, limit=_MAILS_LOOKED_AT):
                    raws += [raw for raw in [await tx.raw_of_ledger(line.key)] if raw]
        finally:
            await store.close()
    names = Counter(name for raw in raws for name in adapters.servers_named(raw))
    advice = "set authserv_id to the name that your server writes into Authentication-Results"
    if names:
        name, count = names.most_common(1)[0]
        advice = f'{count} of the last {len(raws)} mails bear a verdict of that name: authserv_id = "{name}"'
    return Check(what=what, ok=True, line=f"a known address in From is believed, whoever wrote; {advice}")


async def _forms(inbox: EmailInbox, config: Config) -> AsyncIterator[Check]:
    """Whether mail that seemed to come from ourselves looks like a contact form's."""
    try:
        store = await app.open_store(config.database.url, brief=True)
    except InboxBotError:
        return  # said above
    try:
        async with store.read() as tx:
            lines = await tx.ledger_lines(inbox=inbox.name, outcome=Outcome.ECHO, limit=_LINES_LOOKED_AT)
    finally:
        await store.close()
    count = sum(line.reason == LIKE_A_FORM and app.clock() - line.at < _RECENT for line in lines)
    if count:
        yield Check(
            what=f"{inbox.name} forms",
            ok=False,
            line=f"{count} mails from our own address ask for the answer to go elsewhere, as a contact form's do; they "
            f"were taken for our own: let the form write from another address and name that one in form_senders",
        )
