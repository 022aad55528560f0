"""Puts the house together from its configuration: store, sources, senders, texts, clock; it alone names adapters."""

import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from inbox_bot import adapters
from inbox_bot import config as configuration
from inbox_bot.config import Config, TwitterInbox, opening
from inbox_bot.flows.house import Brand, Gateway, House
from inbox_bot.inboxes import known
from inbox_bot.model import Keeping
from inbox_bot.ports import Sender, Source, Store
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.rules.kept import Privacy
from inbox_bot.rules.tokens import Keys

if TYPE_CHECKING:
    from inbox_bot.channels.letters import WholeLetters
    from inbox_bot.channels.twitter import Account
    from inbox_bot.store.brief import BriefStore
    from inbox_bot.store.database import Database
    from inbox_bot.texts import Templates


def clock() -> datetime:
    """Aware UTC: the one place where the time of day comes in."""
    return datetime.now(UTC)  # noqa: TID251  the edge where `now` is made


@dataclass(slots=True)
class Senders(Mapping[str, Sender]):
    """The senders by inbox, each made when it is first asked for: a command about a mail loads nothing of X."""

    make: Mapping[str, Callable[[], Sender]]
    made: dict[str, Sender] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Sender:
        if name not in self.made:
            self.made[name] = self.make[name]()
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.make)

    def __len__(self) -> int:
        return len(self.make)


@dataclass(slots=True, kw_only=True)
class App:
    """The running house: what the daemon's loops work with. `alone`: no other process can serve this database."""

    config: Config
    house: House
    senders: Senders
    accounts: "dict[str, Account]"
    vault: adapters.Vault
    alone: bool
    read_only: bool
    letters: "WholeLetters | None" = None
    wrap_source: Callable[[Source], Source] = lambda source: source

    def sources(self) -> list[Source]:
        """One source for each stream of each inbox, in the configuration's order."""
        found: list[Source] = []
        for inbox in self.config.inboxes:
            if isinstance(inbox, TwitterInbox):
                found += adapters.account_of(inbox, self.accounts, self.vault, self.read_only).sources
            else:
                found.append(adapters.imap_source(inbox, self.vault, read_only=self.read_only))
        return [self.wrap_source(source) for source in found]

    async def close(self) -> None:
        """Let go of every connection."""
        for sender in self.senders.made.values():
            await sender.close()
        for account in self.accounts.values():
            await account.close()
        await self.vault.close()
        if self.letters is not None:
            await self.letters.close()


@asynccontextmanager
async def open_app(
    config: Config,
    *,
    url: str = "",
    wrap: Callable[[Sender], Sender] = lambda sender: sender,
    wrap_source: Callable[[Source], Source] = lambda source: source,
    wrap_store: Callable[[Store], Store] = lambda store: store,
    now: Callable[[], datetime] = clock,
    read_only: bool = False,
    brief: bool = False,
) -> AsyncIterator[App]:
    """The house with its store open and migrated; nothing connects to a channel yet.

    `url`: another database than the configured one (a rehearsal's). `wrap` stands between flows and senders, as do
    `wrap_source` and `wrap_store` for the other ports; `now` is the house's clock. `read_only`: sources leave no
    trace. `brief`: as in `open_store`.
    """
    async with AsyncExitStack() as stack:
        store = await open_store(url or config.database.url, brief=brief)
        stack.push_async_callback(store.close)
        vault = adapters.Vault(config=config, store=store, worker=_worker(), now=clock)
        if url and adapters.uses_oauth2(config):
            # a rehearsal's tokens are the real ones: what it renews must be there for the daemon
            vault.store = await open_store(config.database.url)
            stack.push_async_callback(vault.store.close)
        accounts: dict[str, Account] = {}
        senders = Senders(
            {
                inbox.name: adapters.sender_maker(config, inbox, accounts, vault, wrap, read_only, brief)
                for inbox in config.inboxes
            }
        )
        letters = adapters.whole_letters() if config.gateway else None
        app = App(
            config=config,
            house=_house(config, wrap_store(store), senders, letters, now, brief=brief),
            letters=letters,
            senders=senders,
            accounts=accounts,
            vault=vault,
            alone=config.database.file is not None,
            read_only=read_only,
            wrap_source=wrap_source,
        )
        stack.push_async_callback(app.close)
        yield app


@asynccontextmanager
async def desk(config: Config) -> AsyncIterator[House]:
    """The house as the command line needs it: senders compose, nothing connects."""
    async with open_app(config, brief=True) as app:
        yield app.house


async def open_store(url: str, *, brief: bool = False) -> Store:
    """Open the database, its tables made or migrated. `brief`: for one short command, quicker to load, and refused
    where the schema is older: a daemon of the last release may be at work on it."""
    if brief and url.startswith("sqlite"):
        from inbox_bot.store.brief import open_brief

        store: BriefStore | Database = open_brief(url)
    else:
        from inbox_bot.store.database import open_store as open_database

        store = open_database(url)
    await store.prepare(upgrade=not brief)
    return store


@asynccontextmanager
async def open_vault(config: Config) -> AsyncIterator[adapters.Vault]:
    """The tokens of the accounts, to try them; the database is opened when the first is asked for."""
    from inbox_bot.store.database import open_store as open_database

    store = open_database(config.database.url)
    vault = adapters.Vault(config=config, store=store, worker=_worker(), now=clock)
    try:
        yield vault
    finally:
        await vault.close()
        await store.close()


async def copy_store(source: str, target: str) -> None:
    """Fill the new SQLite database `target` with all that `source` holds but the kept bytes."""
    from inbox_bot.store import scratch

    await scratch.copy(source, target)


def texts(config: Config) -> "Templates":
    """The shipped templates, and the company's own in front of them."""
    from inbox_bot.texts import BrandFacts, Templates, shipped

    brand = config.brand
    facts = BrandFacts(
        name=brand.name, language=brand.language, timezone=brand.timezone, footer=brand.footer,
        privacy_url=brand.privacy_url, mail_address=config.email[0].address if config.email else "",
        links=tuple(dict.fromkeys(link for one in config.reasons.values() for link in one.links.values())),
    )  # fmt: skip
    own = (brand.templates,) if brand.templates else ()
    return Templates((*own, shipped()), facts)


def _house(
    config: Config,
    store: Store,
    senders: Senders,
    letters: "WholeLetters | None",
    now: Callable[[], datetime],
    *,
    brief: bool,
) -> House:
    settings = config.acknowledge
    return House(
        store=store,
        texts=texts(config),
        senders=senders,
        inboxes={inbox.name: known(inbox) for inbox in config.inboxes},
        keys=Keys(keys=configuration.keys(config)),
        brand=Brand(
            name=config.brand.name,
            language=config.brand.language,
            footer=config.brand.footer,
            privacy_url=config.brand.privacy_url,
        ),
        policy=Policy(
            public=settings.public,
            public_per_hour=settings.public_per_hour,
            max_age_hours=settings.max_age_hours,
            mdn=settings.mdn,
            coalesce_seconds=settings.coalesce_seconds,
            per_hour=settings.per_hour,
            newcomers_per_hour=settings.newcomers_per_hour,
            offer_mail=settings.offer_mail,
        ),
        team=config.notify.to,
        young_hours=config.threading.young_hours,
        worker=_worker(),
        now=now,
        bits=secrets.randbits,
        retention=_retention(config),
        hours=lambda at: opening.hours(config.hours, config.brand.timezone, at),
        targets=config.targets,
        pace=config.pace,
        topics=config.topics,
        tiers=config.tiers,
        reasons=config.reasons,
        automatic_assign=config.assign.automatic,
        approval=config.approval,
        surveys=config.surveys,
        privacy=Privacy(
            region=config.privacy.region or config.hours.country or "DE", customer_number=config.privacy.customer_number
        ),
        gateway=_gateway(config, letters),
        signatures=None if brief else adapters.signatures(),  # a command takes in no mail
    )


def _gateway(config: Config, letters: "WholeLetters | None") -> Gateway | None:
    found = config.gateway
    if found is None or letters is None:
        return None
    return Gateway(address=found.address, undo=timedelta(seconds=found.undo_seconds), letters=letters)


def _retention(config: Config) -> dict[Keeping, int]:
    """The days of each kind. Notices quote tickets: they go with the log, and not after the tickets."""
    days = config.retention
    notices = [some for some in (days.log_days, days.closed_tickets_days) if some]
    return {
        Keeping.RAW: days.raw_days,
        Keeping.ATTACHMENTS: days.attachments_days,
        Keeping.PAYLOAD: days.payload_days,
        Keeping.QUARANTINE: days.quarantine_days,
        Keeping.LOG: days.log_days,
        Keeping.NOTICES: min(notices, default=0),
        Keeping.BESIDE: days.junk_days,
        Keeping.JUNK: days.junk_days,
        Keeping.CLOSED_TICKETS: days.closed_tickets_days,
        Keeping.CUSTOMERS: days.customers_days,
    }


def _worker() -> str:
    """A name that no other process, and no earlier one of this machine, has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
