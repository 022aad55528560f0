"""The ports of the house, named for what the flows need: Source, Sender, Texts, Store and its Transaction."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from inbox_bot.model import Address, Batch, Channel, Incoming, Settled, Unreadable
from inbox_bot.outgoing import Draft, Parcel, Sent
from inbox_bot.template import Template
from inbox_bot.work.dossier import DossierWork
from inbox_bot.work.erasing import ErasingWork
from inbox_bot.work.figures import FigureWork
from inbox_bot.work.gone import GoneWork
from inbox_bot.work.incidents import IncidentWork
from inbox_bot.work.linking import LinkingWork
from inbox_bot.work.promises import PromiseWork
from inbox_bot.work.queue import QueueWork
from inbox_bot.work.regrouping import RegroupingWork
from inbox_bot.work.surveys import SurveyWork
from inbox_bot.work.transactions import (
    CaseWork,
    ClockWork,
    DeskWork,
    IntakeWork,
    OutboxWork,
    RetentionWork,
    TokenWork,
)
from inbox_bot.work.vitals import VitalsWork

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


class Letters(Protocol):
    """Reads the bytes of mails."""

    async def read(self, raw: bytes, key: str, at: datetime) -> Incoming | Unreadable:
        """The mail with its whole text, quotes and signature too. Raises `Paused` where none can be read now."""
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

    def target(self, parcel: Parcel) -> str:
        """The post that a public answer is for; "" = it answers none."""
        ...

    async def gone(self, posts: Sequence[str]) -> tuple[set[str], int]:
        """Those of these posts (at most 100) that are deleted, and what asking cost (micro-dollars); what merely cannot
        be seen, of a protected account, is not deleted. Raises `Paused`."""
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
class Spoken:
    """A fact that is words: by language. A template gets those of its own language, "" where there are none."""

    words: Mapping[str, str]


class Texts(Protocol):
    """Finds, checks and renders the templates."""

    def render(self, name: str, channel: Channel, language: str, facts: Mapping[str, object]) -> Rendered:
        """Raises `UsageError` for an unknown name or a template that cannot be filled in. Falls back to the brand's
        language where the wanted one is missing. A fact may be `Spoken`."""
        ...

    def template(self, name: str, channel: Channel, language: str) -> Template:
        """The one that `render` would take; raises `UsageError` likewise."""
        ...

    def templates(self) -> list[Template]:
        """All templates found, by name, channel, language. Raises `UsageError` for a faulty header."""
        ...


class Transaction(
    IntakeWork,
    OutboxWork,
    ClockWork,
    RetentionWork,
    TokenWork,
    DeskWork,
    CaseWork,
    PromiseWork,
    QueueWork,
    RegroupingWork,
    LinkingWork,
    DossierWork,
    ErasingWork,
    GoneWork,
    FigureWork,
    IncidentWork,
    SurveyWork,
    VitalsWork,
    Protocol,
):
    """One transaction; all methods raise `StoreError`, writing ones also `Conflict`."""


class Store(Protocol):
    """The database."""

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that only reads."""
        ...

    def write(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that commits when the block ends well, else rolls back."""
        ...

    async def forget(self) -> None:
        """Keep nothing beside the tables of what was there before the last commit. Raises `StoreError` where another
        process is in the way of that."""
        ...

    async def close(self) -> None: ...
