"""The daemon's and the desk's part of a transaction: intake, outbox, clock, retention, tokens, the team's look-ups."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from inbox_bot.casework import Action, Draft, Promise, Reminder, Seen
from inbox_bot.model import Attachment, Channel, Keeping, Visibility
from inbox_bot.outgoing import Parcel
from inbox_bot.records import Agent, Customer, Delivery, Identity, LedgerLine, LogEntry, Message, Notice, Ticket
from inbox_bot.views import Awaiting, Entry, Finding, Known, Lookup
from inbox_bot.writes import Filing, Settlement


class IntakeWork(Protocol):
    """What intake reads and writes."""

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


class OutboxWork(Protocol):
    """What sending takes, and what it records of it."""

    async def claim(
        self,
        inbox: str,
        limit: int,
        worker: str,
        until: datetime,
        now: datetime,
        *,
        unsent: bool = False,
        served: Sequence[str] = (),
    ) -> list[Parcel]:
        """Take queued, approved deliveries that are due, oldest `due_at` first, one per customer before the second
        of any; each becomes `sending` with attempts + 1. `unsent`: nothing leaves before `leave`. `served`: addresses
        that had their turn lately, the last one last: everybody else comes before them."""
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


class ClockWork(Protocol):
    """What falls due, what is not in order, and who is told."""

    async def owed(self, now: datetime, limit: int) -> list[Message]:
        """Incoming messages of those tickets of which at least one owes an acknowledgement that is due, all owing
        ones of such a ticket, by ticket and time."""
        ...

    async def file_names(self, messages: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        """The attachments' names of these messages; a message without any is left out."""
        ...

    async def message(self, id: int) -> Message | None: ...
    async def close_resolved(self, before: datetime, now: datetime) -> int: ...
    async def domains_told(self, since: datetime) -> Mapping[str, int]:
        """How many automatic mails to customers were queued from then on, by domain in lower case."""
        ...

    async def stranded(self, now: datetime) -> list[Ticket]:
        """Tickets (not junk, not closed) whose number has not arrived, of which a carrier failed and none is queued,
        sending or uncertain."""
        ...

    async def failed_identities(self, ticket: int) -> set[int]:
        """Identities to which a private delivery of this ticket has failed (a public refusal leaves the DM open)."""
        ...

    async def give_up(self, identities: Collection[int]) -> None:
        """Their addresses take no mail: what is queued for them and automatic has failed."""
        ...

    async def withdraw(
        self, ticket: int, reason: str, *, automatic_only: bool = True, put_off: bool = False, answered: bool = False
    ) -> int:
        """Queued, never tried deliveries of a ticket are no longer wanted; with `put_off` also those that the peer
        certainly did not take yet. `answered`: because a person has answered, who says nothing of an incident."""
        ...

    async def withdraw_from(self, identity: int, reason: str) -> int:
        """The same of what is queued for an identity automatically, in whatever ticket, with `put_off`."""
        ...

    async def findings(self, now: datetime) -> list[Finding]: ...
    async def alarms(self, findings: Sequence[Finding], now: datetime) -> list[Finding]:
        """Remember what is raised; gives the findings that were not raised before; forgets those that have gone."""
        ...

    async def answer_times(
        self, channel: Channel, since: datetime, limit: int
    ) -> Sequence[tuple[datetime, datetime | None]]:
        """(arrived, first answered by a person) of the newest tickets that customers opened on a channel from then on;
        not of junk, nor of what was settled without an answer."""
        ...

    async def awaiting(self, now: datetime, limit: int, ticket: int | None = None) -> list[Awaiting]:
        """Tickets whose customer waits for an answer, by his last message; `ticket`: only that one."""
        ...

    async def number_of(self, ticket: int) -> str: ...
    async def notices(self, limit: int, *, agents: bool = False) -> list[tuple[int, Notice]]:
        """Those not sent, oldest first: for everybody in [notify], or those for agents (with an agent or message)."""
        ...

    async def notices_sent(self, since: datetime, *, agents: bool = False) -> int: ...
    async def refusing(self, addresses: Collection[str], since: datetime) -> set[str]:
        """Those of the team's addresses to which a notice has failed from then on."""
        ...

    async def mark_notices(self, ids: Sequence[int], now: datetime) -> None: ...
    async def health(self, inbox: str, stream: str, now: datetime, error: str = "") -> None:
        """Note that a stream works (error "") or fails since the first such note."""
        ...

    async def automatic_since(self, since: datetime, visibility: Visibility) -> int:
        """How many automatic deliveries of this visibility were queued (not withdrawn, not held) since then."""
        ...

    async def take_lease(self, name: str, worker: str, until: datetime, now: datetime) -> bool: ...


class RetentionWork(Protocol):
    """What is no longer kept."""

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


class TokenWork(Protocol):
    """What issuers of tokens replace at each use."""

    async def credential(self, inbox: str, purpose: str) -> bytes | None:
        """The sealed tokens as they were kept last."""
        ...

    async def keep_credential(self, inbox: str, purpose: str, sealed: bytes, now: datetime) -> None: ...


class DeskWork(Protocol):
    """What the team looks up, and its own rows."""

    async def ticket(self, number: str) -> Ticket | None:
        """By its nine digits, or the one into which it was merged; locked in a transaction that writes."""
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
    async def awaiting_approval(self) -> list[tuple[Delivery, str, str, int | None]]:
        """(delivery, ticket number, text of its message, the agent who wrote it)."""
        ...

    async def approve(self, delivery: int, now: datetime, *, yes: bool) -> bool: ...
    async def unsettled(self) -> list[tuple[Delivery, str]]:
        """(delivery, ticket number) of those that may or may not have arrived; held by a writing transaction."""
        ...

    async def deliveries_of(self, message: int) -> list[Delivery]: ...


class CaseWork(Protocol):
    """What the team has on record about a ticket beside its messages."""

    async def promises_of(self, ticket: int) -> list[Promise]:
        """By due time."""
        ...

    async def open_promises(self, before: datetime | None, limit: int) -> list[Promise]:
        """By due time; `before`: only those due before then."""
        ...

    async def actions_of(self, ticket: int) -> list[Action]: ...
    async def reminders_of(self, ticket: int) -> list[Reminder]:
        """Those still to come, by due time."""
        ...

    async def reminders_due(self, now: datetime, limit: int) -> list[Reminder]: ...
    async def drafts_of(self, ticket: int) -> list[Draft]: ...
    async def put_draft(self, draft: Draft) -> None:
        """In place of the one that he has on this ticket."""
        ...

    async def drop_draft(self, ticket: int, agent: int) -> bool: ...
    async def seen_on(self, ticket: int) -> list[Seen]:
        """Who was shown how much, the latest last."""
        ...

    async def note_seen(self, *sights: Seen) -> None:
        """Never lowered."""
        ...

    async def tags_of(self, tickets: Collection[int]) -> Mapping[int, tuple[str, ...]]: ...
    async def put_tags(self, ticket: int, wanted: Sequence[str]) -> None: ...
    async def drop_tags(self, ticket: int, unwanted: Sequence[str]) -> None: ...
    async def told(self, token: str) -> Delivery | None: ...
    async def told_about(self, ticket: int, address: str, limit: int) -> list[bytes]:
        """The bytes of mails to this address about messages of the customer in a ticket, newest first."""
        ...

    async def take_back(self, deliveries: Sequence[int], reason: str) -> int:
        """Those of the deliveries that nobody has tried to send are no longer wanted; how many."""
        ...

    async def agent_mail_known(self, inbox: str, key: str) -> bool:
        """Whether this mail to an agent's reply address has been dealt with."""
        ...
