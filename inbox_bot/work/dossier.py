"""What flows ask of the store about one customer as a whole, within one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from inbox_bot.care import Authorisation, Detail
from inbox_bot.casework import Action, Promise, Reminder
from inbox_bot.incidents import Affected, Incident
from inbox_bot.model import Attachment
from inbox_bot.records import Identity, LedgerLine


class DossierWork(Protocol):
    """Everything by customer; nothing is locked."""

    async def details_given(self, customer: int) -> list[tuple[Detail, datetime]]:
        """What he wrote of himself and when, oldest first."""
        ...

    async def customers_with(self, values: Collection[str]) -> list[int]:
        """Customers in whose messages one of these details stands."""
        ...

    async def authorisations_of(self, customer: int) -> list[Authorisation]:
        """By whom he may be represented, also ended ones, oldest first."""
        ...

    async def authorisation(self, id: int) -> Authorisation | None: ...
    async def identity(self, id: int) -> list[Identity]:
        """The one with this id, or none."""
        ...

    async def promises_about(self, customer: int) -> list[Promise]:
        """Of all his tickets, by due time."""
        ...

    async def actions_for(self, customer: int) -> list[Action]:
        """Of all his tickets, oldest first."""
        ...

    async def reminders_about(self, customer: int) -> list[Reminder]:
        """Of all his tickets, also those that are done, by due time."""
        ...

    async def authorised_for(self, customer: int) -> list[Authorisation]:
        """For whom he may act, also ended ones, oldest first."""
        ...

    async def ledger_of(self, customer: int) -> list[LedgerLine]:
        """What became of each thing of his that came in, oldest first."""
        ...

    async def files_of(self, message: int) -> list[Attachment]:
        """A message's files with their content, in order."""
        ...

    async def incidents_of(self, customer: int) -> list[tuple[Affected, Incident]]:
        """What his tickets were ever in, oldest first."""
        ...
