"""One lot of incoming things while it is decided: what is known, with the lot's own rows added, and what to write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from inbox_bot.flows.house import House, Inbox
from inbox_bot.flows.writing import References
from inbox_bot.incidents import Affected, Incident, Works
from inbox_bot.model import Address, Channel, Incoming, Visibility
from inbox_bot.records import Customer, Identity, Notice, Ticket
from inbox_bot.rules import acknowledge
from inbox_bot.rules.proof import Proof
from inbox_bot.rules.status import Asked
from inbox_bot.rules.surveys import Answer
from inbox_bot.views import Inquiry, Known, Posed
from inbox_bot.writes import Filing, Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A message that asks only what the record answers. `message`, `ticket`: their references or ids."""

    item: Incoming
    message: int
    ticket: int
    identity: Identity
    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A message that answers our question for satisfaction. `message`: its reference."""

    item: Incoming
    message: int
    identity: Identity
    posed: Posed
    answer: Answer


@dataclass(slots=True, kw_only=True)
class Outages:
    """What one lot needs to know of incidents, and what it adds: `rows` to enter and `answers` by incident and ticket;
    `told`: by ticket, of what its acknowledgement tells; `inquiries`: what customers were asked; `said`: by key, what a
    message answers to which of these."""

    ongoing: Sequence[Incident] = ()
    tickets: Mapping[int, list[tuple[Affected, Incident]]] = field(default_factory=dict)
    customers: Mapping[int, frozenset[int]] = field(default_factory=dict)
    rows: list[Affected] = field(default_factory=list)
    answers: list[tuple[int, int, Works]] = field(default_factory=list)
    told: dict[int, Incident] = field(default_factory=dict)
    inquiries: Sequence[Inquiry] = ()
    said: dict[str, tuple[Works, list[Inquiry]]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Lot:
    """`known` is what the store knew, and each row that this lot adds or changes, so that later items see it.

    `receipted`: keys whose read receipt is queued. `public_last_hour`: automatic public replies of the last hour.
    `newcomers`: mail senders met for the first time in the last hour, by domain. `settlements`: what the lot shows
    about deliveries. `needless`: tickets of which nothing automatic that is still queued may go out, and why. `dead`:
    identities whose address takes no mail, as this lot shows. `said`: by ticket, what its customer has written since a
    person last answered. `calls`: to what a person is called. `exposed`: keys of posts with
    personal data. `questions`: what is to be answered from the record. `outages`: the incidents that matter here.
    `scores`: what may answer a question for satisfaction, by key; `posed`: those questions; `ratings`: the messages
    that do.
    """

    house: House
    inbox: Inbox
    stream: str
    known: Known
    now: datetime
    public_last_hour: int = 0
    newcomers: Mapping[str, float] = field(default_factory=dict)
    filing: Filing = field(default_factory=Filing)
    refs: References = field(default_factory=References)
    receipted: set[str] = field(default_factory=set)
    settlements: list[Settlement] = field(default_factory=list)
    needless: dict[int, str] = field(default_factory=dict)
    dead: set[int] = field(default_factory=set)
    said: dict[int, list[str]] = field(default_factory=dict)
    calls: list[Notice] = field(default_factory=list)
    exposed: set[str] = field(default_factory=set)
    questions: list[Question] = field(default_factory=list)
    outages: Outages = field(default_factory=Outages)
    scores: Mapping[str, Answer] = field(default_factory=dict)
    posed: Sequence[Posed] = ()
    ratings: list[Rating] = field(default_factory=list)
    _tickets: dict[int, Ticket] = field(default_factory=dict)
    _identities: dict[int, Identity] = field(default_factory=dict)
    _customers: dict[int, Customer] = field(default_factory=dict)

    def finish(self) -> Filing:
        """All writes of the lot."""
        self.filing.customers = list(self._customers.values())
        self.filing.identities = list(self._identities.values())
        self.filing.tickets = list(self._tickets.values())
        return self.filing

    def author(self, item: Incoming, author: Address, shown: Proof) -> Identity:
        """The identity that wrote `item`, made with its customer where it is new, brought up to date where not."""
        known = self.known.identities.get((author.channel, author.address))
        dm = item.at if item.post is not None and item.post.dm else None
        if known is None:
            customer = Customer(id=self.refs.new(), name=author.name or author.handle, language="", created_at=self.now)
            self.put_customer(customer)
            known = Identity(
                id=self.refs.new(),
                customer=customer.id,
                channel=author.channel,
                address=author.address,
                created_at=self.now,
                handle=author.handle,
                name=author.name,
                proven=bool(shown.by),
                proven_at=self.now if shown.by else None,
                proven_by=shown.by,
                wrote_dm_at=dm,
            )
            self.put_identity(known)
            if author.channel is Channel.EMAIL:
                domain = domain_of(author.address)
                self.filing.newcomers[domain] = self.filing.newcomers.get(domain, 0) + 1
            return known
        again = self._writes_again(known, item)
        if again:
            self.dead.discard(known.id)
        newly = bool(shown.by) and not known.proven
        newer = replace(
            known,
            handle=author.handle or known.handle,
            name=author.name or known.name,
            proven=known.proven or bool(shown.by),
            proven_at=self.now if newly else known.proven_at,
            proven_by=shown.by if newly else known.proven_by,
            wrote_dm_at=max(filter(None, (dm, known.wrote_dm_at)), default=None),
            undeliverable_at=None if again else known.undeliverable_at,
        )
        if newer != known:
            self.put_identity(newer)
        return newer

    def crowd(self, identity: Identity) -> timedelta | None:
        """How long one who is met for the first time must wait because of others of his domain."""
        if identity.id > 0 or identity.channel is not Channel.EMAIL:
            return None
        domain = domain_of(identity.address)
        before = self.newcomers.get(domain, 0.0) + self.filing.newcomers.get(domain, 1) - 1
        return acknowledge.crowded(before, self.house.policy.newcomers_per_hour)

    @staticmethod
    def _writes_again(identity: Identity, item: Incoming) -> bool:
        private = item.visibility is Visibility.PRIVATE
        return private and identity.undeliverable_at is not None and item.at > identity.undeliverable_at

    def identity_of(self, id: int) -> Identity | None:
        """The identity of this id, if the lot knows it."""
        return self._identities.get(id) or next((row for row in self.known.identities.values() if row.id == id), None)

    def put_identity(self, identity: Identity) -> None:
        """An identity, new or changed."""
        self._identities[identity.id] = identity
        self.known.identities[identity.channel, identity.address] = identity

    def put_customer(self, customer: Customer) -> None:
        """A customer, new or changed."""
        self._customers[customer.id] = customer
        self.known.customers[customer.id] = customer

    def settle(self, settlement: Settlement) -> None:
        """What came in is evidence about a delivery; later items of the lot see its new state."""
        self.settlements.append(settlement)
        for name, delivery in self.known.deliveries.items():
            if delivery.id == settlement.delivery:
                self.known.deliveries[name] = replace(delivery, state=settlement.state)

    def put_ticket(self, ticket: Ticket) -> None:
        """A ticket, new or changed."""
        self._tickets[ticket.id] = ticket
        self.known.tickets[ticket.id] = ticket


def domain_of(address: str) -> str:
    """What stands behind the @."""
    return address.rpartition("@")[2].lower()
