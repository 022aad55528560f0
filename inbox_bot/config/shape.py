"""The configuration as data, with the default of every key; nothing here reads or decides anything."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from inbox_bot.config.listening import Metrics
from inbox_bot.model import Channel
from inbox_bot.rules.approving import Approval
from inbox_bot.rules.hours import Span
from inbox_bot.rules.incidents import Pace
from inbox_bot.rules.reasons import Reason
from inbox_bot.rules.surveys import Surveys
from inbox_bot.rules.targets import Targets
from inbox_bot.template import Tier

TransportSecurity = Literal["tls", "starttls", "none"]
PublicReplies = Literal["auto", "approve", "off"]
GatewayProtocol = Literal["smtp", "lmtp"]
Start = Literal["now", "all"] | date
"""What a first run takes: what comes from here on, everything, or everything since that day (UTC)."""


class Secret:
    """A text that does not show itself in a repr, a log line or an f-string; `reveal` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """The company as templates name it. `templates`: a folder of its own templates, which win over the shipped."""

    name: str
    language: str = "de"
    timezone: str = "Europe/Berlin"
    footer: str = ""
    privacy_url: str = ""
    templates: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """`url` is `sqlite:///<absolute path>` or `postgresql://…`; `file` is the SQLite file, None with PostgreSQL."""

    url: str = field(repr=False)
    file: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """`key_file` is absolute; beside the SQLite file where none is configured."""

    key_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Addresses of the team, domain in lower case."""

    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Rules of the automatic answers. `per_hour` caps them for one customer, `newcomers_per_hour` the new senders of
    one mail domain that are answered at once (0 = no limit)."""

    public: PublicReplies = "auto"
    public_per_hour: int = 60
    max_age_hours: float = 72.0
    mdn: bool = True
    coalesce_seconds: float = 300.0
    per_hour: int = 10
    newcomers_per_hour: int = 1000
    offer_mail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Threading:
    """`young_hours`: how long an open ticket takes further messages that name no ticket."""

    young_hours: float = 72.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The team's hours. `week`: seven days, Monday first; () = none known, always open. `country`, `state`: whose
    public holidays close it; `closed`: further days; `opened`: days that are open nevertheless, with their spans."""

    week: tuple[tuple[Span, ...], ...] = ()
    country: str = ""
    state: str = ""
    closed: tuple[date, ...] = ()
    opened: tuple[tuple[date, tuple[Span, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """`automatic`: new tickets are given to somebody as soon as there are agents."""

    automatic: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """After how many days each kind of data goes; 0 = never."""

    raw_days: int = 0
    attachments_days: int = 0
    payload_days: int = 0
    closed_tickets_days: int = 0
    junk_days: int = 0
    quarantine_days: int = 0
    log_days: int = 0
    customers_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2:
    """How access tokens are got (RFC 6749 6). Without `client_secret` we are a public client."""

    client_id: str
    refresh_token: Secret
    token_url: str
    client_secret: Secret = Secret("")  # noqa: RUF009  immutable
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwitterInbox:
    """One X account, by four keys or by `oauth2`. `spend_limit_usd` is per UTC day; `post_limit` is weighted
    characters (more with X Premium); `field_names`: the family that X is asked in first, `tweet.fields` or
    `post.fields`.
    """

    name: str
    consumer_key: Secret
    consumer_secret: Secret
    access_token: Secret
    access_token_secret: Secret
    oauth2: OAuth2 | None = None
    start: Start = "now"
    base_url: str = "https://api.x.com"
    poll_seconds: float = 60.0
    dm_poll_seconds: float = 100.0
    hold_seconds: float = 60.0
    spend_limit_usd: float = 10.0
    post_limit: int = 280
    field_names: Literal["tweet", "post"] = "tweet"

    @property
    def channel(self) -> Channel:
        """Always `twitter`."""
        return Channel.TWITTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Imap:
    """Where an inbox's mail is read. With `oauth2` there is no password. `ca_file`: certificates to trust instead of
    the system's."""

    host: str
    port: int
    user: str
    password: Secret
    oauth2: OAuth2 | None = None
    security: TransportSecurity = "tls"
    folder: str = "INBOX"
    archive_folder: str = ""
    poll_seconds: float = 60.0
    authserv_id: str = ""
    verify_dkim: bool = True
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """Where an inbox's mail is submitted. No login where `user` is empty."""

    host: str
    port: int
    user: str = ""
    password: Secret = Secret("")  # noqa: RUF009  immutable
    oauth2: OAuth2 | None = None
    security: TransportSecurity = "tls"
    connections: int = 4
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailInbox:
    """One mailbox. `address` and `form_senders` have their domain in lower case.

    `spam_header` is (name, value) of the header line that marks junk, None where there is none.
    """

    name: str
    address: str
    imap: Imap
    smtp: Smtp
    start: Start = "now"
    plus_address: bool = True
    form_senders: tuple[str, ...] = ()
    spam_header: tuple[str, str] | None = ("X-Spam-Flag", "YES")

    @property
    def channel(self) -> Channel:
        """Always `email`."""
        return Channel.EMAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """How agents answer by mail. `address`: what their signed reply addresses are made from. `port` None: nothing
    listens, and their answers are read in the mailbox. `certificate` and `key`: for STARTTLS. `client_ca`: whose TLS
    clients are trusted like those that log in as `user`. `relays`: the addresses and networks of the company's own mail
    servers, whose Authentication-Results are read."""

    address: str
    undo_seconds: int = 60
    host: str = "127.0.0.1"
    port: int | None = 8025
    protocol: GatewayProtocol = "smtp"
    hostname: str = ""
    certificate: Path | None = None
    key: Path | None = None
    require_tls: bool = False
    client_ca: Path | None = None
    user: str = ""
    password: Secret = Secret("")  # noqa: RUF009  immutable
    relays: tuple[str, ...] = ()
    max_bytes: int = 26_214_400


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """`customer_number`: the pattern of a customer number, "" = any behind a word for it. `region`: two letters, whose
    telephone numbers are written without their country; "" = that of [hours], else DE."""

    customer_number: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that can be configured; every path is absolute. `warnings`: what works but should be mended."""

    path: Path
    warnings: tuple[str, ...] = ()
    brand: Brand
    database: Database
    security: Security
    notify: Notify = Notify()
    acknowledge: Acknowledge = Acknowledge()
    threading: Threading = Threading()
    hours: Opening = Opening()
    targets: Targets = field(default_factory=Targets)
    pace: Pace = field(default_factory=Pace)
    topics: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tiers: dict[str, Tier] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    assign: Assign = Assign()
    approval: Approval = field(default_factory=Approval)
    privacy: PersonalData = field(default_factory=PersonalData)
    surveys: Surveys = field(default_factory=Surveys)
    retention: Retention = Retention()
    gateway: Gateway | None = None
    metrics: Metrics | None = None
    twitter: tuple[TwitterInbox, ...] = ()
    email: tuple[EmailInbox, ...] = ()

    @property
    def inboxes(self) -> tuple[TwitterInbox | EmailInbox, ...]:
        """All inboxes, X first."""
        return (*self.twitter, *self.email)
