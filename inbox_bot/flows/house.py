"""What every flow is given: the ports, the brand's facts, the rules' settings, clock and randomness."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from inbox_bot.model import Channel, Keeping
from inbox_bot.ports import Letters, Sender, Signatures, Store, Texts
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.rules.approving import Approval
from inbox_bot.rules.hours import Hours
from inbox_bot.rules.incidents import Pace
from inbox_bot.rules.kept import Privacy
from inbox_bot.rules.reasons import Reason
from inbox_bot.rules.surveys import Surveys
from inbox_bot.rules.targets import Targets
from inbox_bot.rules.tokens import Keys
from inbox_bot.rules.waiting import Waiting
from inbox_bot.template import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """Who we are, as templates and headers need it."""

    name: str
    language: str
    footer: str = ""
    privacy_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What flows know of a configured inbox. `address`: the mail address, or X handle without @ (may be "").
    `spend_limit`: micro-dollars a UTC day, 0 = none. `hold_seconds`: before an automatic public reply. `authserv_id`:
    the name under which its mail server writes Authentication-Results, "" = none. `verify_dkim`: check signatures."""

    name: str
    channel: Channel
    address: str = ""
    plus_address: bool = False
    form_senders: frozenset[str] = frozenset()
    spam_header: str = ""
    hold_seconds: float = 0.0
    post_limit: int = 280
    spend_limit: int = 0
    authserv_id: str = ""
    verify_dkim: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """How agents answer by mail: `address` is what their reply addresses are made from, `undo` how long an answer waits
    for second thoughts, `letters` reads the bytes of mails."""

    address: str
    undo: timedelta
    letters: Letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How long customers of a channel wait for an answer, as it was measured then; None = not known yet."""

    at: datetime
    waiting: Waiting | None


def always_open(at: datetime) -> Hours:
    """Hours of a team of which none are known."""
    return Hours(zone=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything a flow may touch. `now` gives aware UTC, `bits(n)` n random bits, `worker` names this process.
    `retention`: days for which a kind of data is kept, without an entry for ever. `hours(at)`: the team's opening hours
    as they are known at that time, in the brand's zone. `measured`: what this process has measured last. `gateway`:
    None where agents do not answer by mail. `topics`: their words; `tiers`: those of topics that are not
    public. `reasons`: why customers write, by name; none = nobody asks. `automatic_assign`: new tickets are given to
    somebody. `privacy`: how personal data is told. `pace`: at which those are told whom an incident affects.
    `surveys`: whether and when customers are asked how satisfied they are."""

    store: Store
    texts: Texts
    senders: Mapping[str, Sender]
    inboxes: Mapping[str, Inbox]
    keys: Keys
    brand: Brand
    policy: Policy
    team: tuple[str, ...]
    young_hours: float
    worker: str
    now: Callable[[], datetime]
    bits: Callable[[int], int]
    retention: Mapping[Keeping, int] = field(default_factory=dict)
    signatures: Signatures | None = None
    hours: Callable[[datetime], Hours] = always_open
    targets: Targets = field(default_factory=Targets)
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tiers: Mapping[str, Tier] = field(default_factory=dict)
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    automatic_assign: bool = True
    approval: Approval = field(default_factory=Approval)
    privacy: Privacy = field(default_factory=Privacy)
    pace: Pace = field(default_factory=Pace)
    surveys: Surveys = field(default_factory=Surveys)
    gateway: Gateway | None = None
    measured: dict[Channel, Measured] = field(default_factory=dict)

    @property
    def mail_inbox(self) -> Inbox | None:
        """The first e-mail inbox: what public answers offer, and what sends notices."""
        return next((inbox for inbox in self.inboxes.values() if inbox.channel is Channel.EMAIL), None)
