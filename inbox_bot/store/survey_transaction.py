"""The part of the port `Transaction` that is about questions for satisfaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from inbox_bot.casework import Survey
from inbox_bot.records import Ticket
from inbox_bot.store import surveys
from inbox_bot.store.running import Running
from inbox_bot.views import Afterwards, Posed, Surveyed


class SurveyTransaction(Running):
    """See the port for the contracts."""

    async def surveys_due(self, before: datetime, limit: int) -> list[Ticket]:
        return await self._run(surveys.due, before, limit, lock=self._writing)

    async def afterwards(self, tickets: Collection[int], since: datetime) -> Mapping[int, Afterwards]:
        return await self._run(surveys.afterwards, tickets, since)

    async def surveys_posed(self, customers: Collection[int], since: datetime) -> list[Posed]:
        return await self._run(surveys.posed, customers, since, lock=self._writing)

    async def questions_in_line(self) -> list[tuple[Survey, Ticket]]:
        return await self._run(surveys.in_line, lock=self._writing)

    async def take_question_back(self, survey: Survey, why: str) -> bool:
        return await self._run(surveys.take_back, survey, why)

    async def surveys_of(self, customer: int) -> list[Survey]:
        return await self._run(surveys.of_customer, customer)

    async def surveyed(self, since: datetime, limit: int) -> list[Surveyed]:
        return await self._run(surveys.listed, since, limit)

    async def satisfaction(self, since: datetime) -> Sequence[int]:
        return await self._run(surveys.satisfaction, since)
