"""Stand-ins at the ports: what flows hand over is kept for the test to look at."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from inbox_bot.errors import InboxBotError, Unsendable
from inbox_bot.model import Channel
from inbox_bot.outgoing import Draft, Parcel, Sent
from inbox_bot.ports import Leaving, unnoted


@dataclass(slots=True, kw_only=True)
class FakeSender:
    """A sender whose peer takes everything, or raises what stands in `answers` (first one first).

    `drafts`: what was composed; `parcels`: what was sent; `records`: what `find` knows, by token; `refuses`: addresses
    for which nothing can be composed.
    """

    inbox: str
    channel: Channel
    concurrency: int = 1
    drafts: list[Draft] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    answers: list[InboxBotError | Sent] = field(default_factory=list)
    records: dict[str, Sent] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    blind: InboxBotError | None = None
    closed: bool = False

    def compose(self, draft: Draft) -> bytes:
        """The text alone, which is enough to recognise it."""
        if draft.to.address in self.refuses:
            raise Unsendable("the address is not one that mail can be sent to")
        self.drafts.append(draft)
        return draft.text.encode()

    async def send(self, parcel: Parcel, leaving: Leaving = unnoted) -> Sent:
        """Accept, with our Message-ID or a new id as X gives one."""
        await leaving()
        self.parcels.append(parcel)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, InboxBotError):
                raise answer
            return answer
        return Sent(external_id=parcel.external_id or f"x{len(self.parcels)}", evidence="250 2.0.0 taken")

    async def find(self, parcel: Parcel) -> Sent | None:
        """The record of that token."""
        return self.records.get(parcel.token)

    def target(self, parcel: Parcel) -> str:
        """As it was composed."""
        return next((draft.in_reply_to for draft in self.drafts if draft.token == parcel.token), "")

    async def gone(self, posts: Sequence[str]) -> tuple[set[str], int]:
        """Those of `deleted`, half a cent for each; `blind` is raised."""
        if self.blind is not None:
            raise self.blind
        return self.deleted & set(posts), 5_000 * len(posts)

    async def close(self) -> None:
        """Note it."""
        self.closed = True
