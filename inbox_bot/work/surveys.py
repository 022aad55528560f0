"""What flows do with the questions for satisfaction within one transaction; `ports.Transaction` joins it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from inbox_bot.casework import Survey
from inbox_bot.records import Ticket
from inbox_bot.views import Afterwards, Posed, Surveyed


class SurveyWork(Protocol):
    """Whether settled tickets' customers are asked how satisfied they are, and what they answered."""

    async def surveys_due(self, before: datetime, limit: int) -> list[Ticket]:
        """Tickets resolved until then of which nothing is decided yet, the oldest first; locked, without those that
        others have locked, in a transaction that writes."""
        ...

    async def afterwards(self, tickets: Collection[int], since: datetime) -> Mapping[int, Afterwards]:
        """What the guard must know of each of these tickets; `since`: who was asked from then on was asked lately."""
        ...

    async def surveys_posed(self, customers: Collection[int], since: datetime) -> list[Posed]:
        """The questions put to these customers from then on, newest first; their tickets are locked in a transaction
        that writes."""
        ...

    async def questions_in_line(self) -> list[tuple[Survey, Ticket]]:
        """The questions that certainly have not left, oldest first, each with its ticket or the one that goes on in its
        place; those are locked in a transaction that writes."""
        ...

    async def take_question_back(self, survey: Survey, why: str) -> bool:
        """It does not go out, and he was not asked, for that reason; False where it has begun to leave."""
        ...

    async def surveys_of(self, customer: int) -> list[Survey]:
        """All about his tickets, oldest first."""
        ...

    async def surveyed(self, since: datetime, limit: int) -> list[Surveyed]:
        """What was decided from then on, newest first."""
        ...

    async def satisfaction(self, since: datetime) -> Sequence[int]:
        """The scores (1 to 5) that customers gave from then on, oldest first."""
        ...
