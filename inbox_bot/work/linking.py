"""What flows ask of the store about who is who within one transaction: codes, guesses, and what a customer has."""

from collections.abc import Collection, Mapping
from typing import Protocol

from inbox_bot.care import Invitation, Move, Suggestion
from inbox_bot.records import Identity


class LinkingWork(Protocol):
    """Invitations are locked in a transaction that writes, so that each is used once."""

    async def invitations(self, codes: Collection[str]) -> list[tuple[Invitation, Identity]]:
        """Those with these codes, and whom each invited."""
        ...

    async def open_invitations(self, identity: int) -> list[Invitation]:
        """Those of an identity that nobody has used, newest last; also those that are too old."""
        ...

    async def belongings(self, customer: int, to: int) -> list[Move]:
        """Everything that must move for a customer to become another, and that he is merged into him. Nothing more is
        filed for him until the end."""
        ...

    async def hold(self, customer: int) -> None:
        """Nothing more is filed for this customer until the end."""
        ...

    async def attached(self, messages: Collection[int], ticket: int, to: int) -> list[Move]:
        """What goes along when these messages go from one ticket to another: deliveries and promises of theirs,
        but for what brings the number of the one."""
        ...

    async def details_of(self, messages: Collection[int], customer: int, to: int) -> list[Move]: ...
    async def namesakes(self, names: Collection[str]) -> Mapping[str, list[int]]:
        """Customers who bear one of these names, by it, not those who were merged or erased; letters from A to Z are
        alike in capitals and small, about others databases differ."""
        ...

    async def bearers(self, mails: Collection[str], handles: Collection[str]) -> Mapping[str, int]:
        """Customers by mail address or X handle in small letters; nothing is locked."""
        ...

    async def add_customer(self, name: str, language: str, like: int) -> int:
        """A new customer of this name and language, as old as the customer `like`; his id."""
        ...

    async def suggestions(self, customer: int | None, limit: int) -> list[tuple[Suggestion, str, str]]:
        """(unsettled suggestion, name, other's name), oldest first; None = all customers'. Who was merged is named as
        whom he goes on; none is about two who are one by now."""
        ...

    async def suggestion(self, id: int) -> Suggestion | None: ...
    async def suggestions_between(self, one: int, other: int) -> list[Suggestion]:
        """Unsettled ones about these two, whichever way round."""
        ...
