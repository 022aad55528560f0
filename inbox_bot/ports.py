"""The ports of the house, named for what the flows need: Source, Sender, Texts, Store and its Transaction."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from inbox_bot.model import Address, Attachment, Batch, Channel, Incoming, Keeping, Settled, Visibility
from inbox_bot.outgoing import Draft, Parcel, Sent
from inbox_bot.records import (
    Agent,
    Customer,
    Delivery,
    Filing,
    Identity,
    LedgerLine,
    LogEntry,
    Message,
    Notice,
    Settlement,
    Ticket,
)
from inbox_bot.views import Entry, Finding, Known, Lookup

Unknown = Callable[[Sequence[str]], Awaitable[set[str]]]
"""Gives those of the keys that are not on record yet."""


Leaving = Callable[[], Awaitable[None]]
"""Awaited by a sender, once, just before what can no longer be taken back; whatever it raises ends the attempt."""


async def unnoted() -> None:
    """For a sender that nobody watches."""


class Source(Protocol):
    """Polls one stream of one inbox. Every method raises `Paused` when the inbox cannot be read now."""

    inbox: str
    channel: Channel
    stream: str  # "mail", "mentions", "dms", "posts"
    seconds: float  # between two polls

    async def poll(self, cursor: str | None, unknown: Unknown, now: datetime) -> Batch:
        """What is new, oldest first, at most a bounded lot. `cursor` None = the first run: obeys `start`.

        Never returns a key that `unknown` did not name. What cannot be read is an `Unreadable`, never an error.
        """
        ...

    async def people(self, addresses: Sequence[str]) -> tuple[Mapping[str, Address], int]:
        """Handle and name of authors not seen before, by address, and what asking cost (micro-dollars)."""
        ...

    async def settle(self, settled: Sequence[Settled]) -> None:
        """After the commit: archive, set `$MDNSent`; repeatable; a failure here is only logged by the caller."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return after `seconds`, or sooner when the peer hints at news (IMAP IDLE)."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Signatures(Protocol):
    """Checks the DKIM signatures of mails."""

    async def signers(self, mails: Sequence[Incoming]) -> Mapping[str, str]:
        """By key: the domain of From, where a valid signature of that domain covers the mail. What cannot be checked,
        for whatever reason, is left out; never raises, takes seconds at the most."""
        ...


class Sender(Protocol):
    """Sends for one inbox."""

    inbox: str
    channel: Channel
    concurrency: int  # how many `send` calls may be under way at once

    def compose(self, draft: Draft) -> bytes:
        """The frozen bytes of a delivery. Raises `Unsendable` with what to change (too long, a URL, bad address)."""
        ...

    async def send(self, parcel: Parcel, leaving: Leaving = unnoted) -> Sent:
        """One attempt. Raises Unsendable (refused for good), Deferred, Uncertain, or Paused (nothing was sent).

        Until `leaving` has returned the peer cannot have accepted anything (mail: before the content, X: before the
        call), so that a crash up to there is no attempt.
        """
        ...

    async def find(self, parcel: Parcel) -> Sent | None:
        """The channel's own record of an uncertain delivery; None = not found there, or the channel keeps none.

        Raises Paused/Deferred where it cannot look now.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A template filled in; subject and html are "" where the template has none."""

    text: str
    subject: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What the header of a template says. `name` as in `replies/<language>/<name>.<channel>.j2`."""

    name: str
    channel: Channel
    language: str
    title: str
    visibility: Visibility
    automatic: bool
    source: str


class Texts(Protocol):
    """Finds, checks and renders the templates."""

    def render(self, name: str, channel: Channel, language: str, facts: Mapping[str, object]) -> Rendered:
        """Raises `UsageError` for an unknown name or a template that cannot be filled in. Falls back to the brand's
        language where the wanted one is missing."""
        ...

    def templates(self) -> list[Template]:
        """All templates found, by name, channel, language."""
        ...


class Transaction(Protocol):
    """One transaction; all methods raise `StoreError`, writing ones also `Conflict`."""

    # --- intake
    async def unknown(self, inbox: str, keys: Sequence[str]) -> set[str]: ...
    async def cursor(self, inbox: str, stream: str) -> str | None: ...
    async def gather(self, lookup: Lookup, now: datetime) -> Known: ...
    async def newcomers(self, domains: Collection[str], now: datetime) -> Mapping[str, float]:
        """How many mail senders of these domains were met for the first time in the last hour, about."""
        ...

    async def save(self, filing: Filing) -> dict[int, int]:
        """Write everything; gives the real id for each reference below zero (tickets, customers, … share them)."""
        ...

    async def in_flight(self, inbox: str) -> list[tuple[Delivery, str]]:
        """Deliveries that are sending or uncertain (payload b""), each with its message's text."""
        ...

    # --- outbox
    async def claim(
        self, inbox: str, limit: int, worker: str, until: datetime, now: datetime, *, unsent: bool = False
    ) -> list[Parcel]:
        """Take queued, approved deliveries that are due, oldest `due_at` first, one per customer before the second
        of any; each becomes `sending` with attempts + 1. `unsent`: nothing leaves before `leave`."""
        ...

    async def leave(self, deliveries: Sequence[int], worker: str, now: datetime) -> set[int]:
        """From now on these may have left; gives those that are still this worker's, the others must not go."""
        ...

    async def expire(
        self, now: datetime, worker: str | None = None, *, everyone: bool = False, beyond: datetime | None = None
    ) -> int:
        """Sendings whose lease has passed (or all of `worker`'s, or all, or those whose lease ends after `beyond`,
        further ahead than any that is given now) become uncertain, due for a look now; those that have certainly not
        left are queued again as if never claimed."""
        ...

    async def bring_forward(self, now: datetime, until: datetime) -> int:
        """What waits (to be sent, looked up, acknowledged) and is due by `until`, or was made by a clock that was ahead
        of `now`, is due now; gives how many deliveries."""
        ...

    async def uncertain(self, inbox: str, limit: int, now: datetime) -> list[Parcel]:
        """Uncertain deliveries that are due for a look."""
        ...

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Record outcomes. A delivery proven is never lowered, a failed one only raised by such a proof."""
        ...

    async def add_spend(self, inbox: str, day: str, amount: int) -> None: ...
    async def spend(self, inbox: str, day: str) -> int: ...
    async def next_due(self, *, retries: bool = True) -> datetime | None:
        """The earliest due time of anything queued (and approved), uncertain, or owed an acknowledgement; without
        `retries` only of what was never tried."""
        ...

    # --- clock
    async def owed(self, now: datetime, limit: int) -> list[Message]:
        """Incoming messages of those tickets of which at least one owes an acknowledgement that is due, all owing
        ones of such a ticket, by ticket and time."""
        ...

    async def file_names(self, messages: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        """The attachments' names of these messages; a message without any is left out."""
        ...

    async def message(self, id: int) -> Message | None: ...
    async def close_resolved(self, before: datetime, now: datetime) -> int: ...
    async def stranded(self, now: datetime) -> list[Ticket]:
        """Tickets (not junk, not closed) whose number has not arrived, of which a carrier failed and none is queued,
        sending or uncertain."""
        ...

    async def failed_identities(self, ticket: int) -> set[int]:
        """Identities to which a private delivery of this ticket has failed (a public refusal leaves the DM open)."""
        ...

    async def withdraw(self, ticket: int, reason: str, *, automatic_only: bool = True, put_off: bool = False) -> int:
        """Queued, never tried deliveries of a ticket are no longer wanted; with `put_off` also those that the peer
        certainly did not take yet."""
        ...

    async def findings(self, now: datetime) -> list[Finding]: ...
    async def alarms(self, findings: Sequence[Finding], now: datetime) -> list[Finding]:
        """Remember what is raised; gives the findings that were not raised before; forgets those that have gone."""
        ...

    async def number_of(self, ticket: int) -> str: ...
    async def notices(self, limit: int) -> list[tuple[int, Notice]]: ...
    async def notices_sent(self, since: datetime) -> int: ...
    async def refusing(self, addresses: Collection[str], since: datetime) -> set[str]:
        """Those of the team's addresses to which a notice has failed from then on."""
        ...

    async def mark_notices(self, ids: Sequence[int], now: datetime) -> None: ...
    async def health(self, inbox: str, stream: str, now: datetime, error: str = "") -> None:
        """Note that a stream works (error "") or fails since the first such note."""
        ...

    async def automatic_since(self, since: datetime, visibility: Visibility) -> int:
        """How many automatic deliveries of this visibility were queued (not withdrawn) since then."""
        ...

    async def take_lease(self, name: str, worker: str, until: datetime, now: datetime) -> bool: ...

    # --- retention
    async def lapsed(self, kind: Keeping, before: datetime, limit: int) -> list[int]:
        """Ids, oldest first, of what a rule no longer keeps; never of an open ticket or of what has not gone out."""
        ...

    async def lapsed_count(self, kind: Keeping, before: datetime) -> int: ...
    async def erase(self, kind: Keeping, ids: Sequence[int], before: datetime, now: datetime) -> int:
        """Erase those of the ids for which the rule still holds; how many."""
        ...

    async def orphans(self, after: str, limit: int) -> list[tuple[str, int]]:
        """(SHA-256, bytes) of kept bytes that nothing names any more, in order, those behind `after`."""
        ...

    async def sweep(self, digests: Sequence[str]) -> int:
        """Delete those of the kept bytes that still nothing names; how many."""
        ...

    async def shrink(self, pages: int) -> int:
        """Give so many free pages of the file back to the disk; how many are left."""
        ...

    # --- OAuth 2
    async def credential(self, inbox: str, purpose: str) -> bytes | None:
        """The sealed tokens as they were kept last."""
        ...

    async def keep_credential(self, inbox: str, purpose: str, sealed: bytes, now: datetime) -> None: ...

    # --- desk
    async def ticket(self, number: str) -> Ticket | None:
        """By its nine digits; locked in a transaction that writes."""
        ...

    async def tickets(
        self, *, states: Sequence[str], customer: int | None, limit: int
    ) -> list[tuple[Ticket, str, str]]:
        """Newest last: (ticket, customer's name, assignee's name)."""
        ...

    async def find_customers(self, key: str) -> list[Customer]:
        """By mail address, @handle or handle, or X user id; exact, case-insensitive."""
        ...

    async def customer(self, id: int) -> Customer | None: ...
    async def identities(self, customer: int) -> list[Identity]: ...
    async def timeline(self, customer: int, ticket: int | None = None) -> list[Entry]: ...
    async def set_junk(self, ticket: int, junk: bool) -> None: ...
    async def agents(self) -> list[Agent]: ...
    async def save_agent(self, agent: Agent) -> int: ...
    async def attachments(self, ticket: int) -> list[tuple[int, Attachment]]:
        """(message id, file with content), in order."""
        ...

    async def raw(self, message: int) -> bytes | None: ...
    async def raw_of_ledger(self, key: str) -> bytes | None: ...
    async def search(self, stems: Sequence[str], limit: int) -> list[tuple[Message, str]]:
        """(message, ticket number or "") of those that have all the stems, newest first."""
        ...

    async def ledger_counts(self) -> tuple[list[tuple[str, str, int]], bool]:
        """((inbox, outcome, count) …, balanced)."""
        ...

    async def ledger_lines(self, *, inbox: str, outcome: str, limit: int) -> list[LedgerLine]: ...
    async def log(self, ticket: int) -> list[LogEntry]: ...
    async def awaiting_approval(self) -> list[tuple[Delivery, str, str]]:
        """(delivery, ticket number, text of its message)."""
        ...

    async def approve(self, delivery: int, now: datetime, *, yes: bool) -> bool: ...
    async def deliveries_of(self, message: int) -> list[Delivery]: ...


class Store(Protocol):
    """The database."""

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that only reads."""
        ...

    def write(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that commits when the block ends well, else rolls back."""
        ...

    async def close(self) -> None: ...
