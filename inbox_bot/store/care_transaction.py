"""The part of the port `Transaction` that is about a customer's care: who is who, and what belongs together."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from inbox_bot.care import Authorisation, Detail, Grouping, Invitation, Move, Moved, Regrouping, Suggestion
from inbox_bot.casework import Action, Promise, Reminder
from inbox_bot.incidents import Affected, Incident
from inbox_bot.model import Attachment
from inbox_bot.records import Identity, LedgerLine
from inbox_bot.store import dossier, linking, regrouping
from inbox_bot.store.running import Running


class CareTransaction(Running):
    """See the port for the contracts."""

    async def regroup(self, regrouping_: Regrouping, moves: Sequence[Move]) -> int:
        return await self._run(regrouping.regroup, regrouping_, moves)

    async def regrouping(self, id: int) -> Regrouping | None:
        return await self._run(regrouping.regrouping, id, lock=self._writing)

    async def regroupings(self, groupings: Collection[Grouping], *, of: int) -> list[Regrouping]:
        return await self._run(regrouping.regroupings_of, groupings, of)

    async def contents(self, ticket: int, to: int) -> list[Move]:
        return await self._run(regrouping.contents, ticket, to)

    async def moves_of(self, regrouping_: int) -> list[Move]:
        return await self._run(regrouping.moves_of, regrouping_)

    async def owners(self, what: Moved, rows: Collection[int]) -> Mapping[int, list[int]]:
        return await self._run(regrouping.owners, what, rows)

    async def undo(self, regrouping_: int, who: str, why: str, now: datetime) -> list[Move]:
        return await self._run(regrouping.undo, regrouping_, who, why, now)

    # --- linking
    async def invitations(self, codes: Collection[str]) -> list[tuple[Invitation, Identity]]:
        return await self._run(linking.invitations_with, codes, lock=self._writing)

    async def open_invitations(self, identity: int) -> list[Invitation]:
        return await self._run(linking.open_invitations, identity)

    async def belongings(self, customer: int, to: int) -> list[Move]:
        return await self._run(linking.belongings, customer, to)

    async def hold(self, customer: int) -> None:
        await self._run(linking.hold, customer)

    async def attached(self, messages: Collection[int], ticket: int, to: int) -> list[Move]:
        return await self._run(linking.attached, messages, ticket, to)

    async def details_of(self, messages: Collection[int], customer: int, to: int) -> list[Move]:
        return await self._run(linking.details_of, messages, customer, to)

    async def namesakes(self, names: Collection[str]) -> Mapping[str, list[int]]:
        return await self._run(linking.namesakes, names)

    async def bearers(self, mails: Collection[str], handles: Collection[str]) -> Mapping[str, int]:
        return await self._run(linking.bearers, mails, handles)

    async def add_customer(self, name: str, language: str, like: int) -> int:
        return await self._run(linking.add_customer, name, language, like)

    async def suggestions(self, customer: int | None, limit: int) -> list[tuple[Suggestion, str, str]]:
        return await self._run(linking.unsettled, customer, limit)

    async def suggestion(self, id: int) -> Suggestion | None:
        return await self._run(linking.suggestion, id)

    async def suggestions_between(self, one: int, other: int) -> list[Suggestion]:
        return await self._run(linking.suggestions_between, one, other)

    # --- dossier
    async def details_given(self, customer: int) -> list[tuple[Detail, datetime]]:
        return await self._run(dossier.details_given, customer)

    async def customers_with(self, values: Collection[str]) -> list[int]:
        return await self._run(dossier.customers_with, values)

    async def authorisations_of(self, customer: int) -> list[Authorisation]:
        return await self._run(dossier.authorisations_of, customer)

    async def reminders_about(self, customer: int) -> list[Reminder]:
        return await self._run(dossier.reminders_about, customer)

    async def authorised_for(self, customer: int) -> list[Authorisation]:
        return await self._run(dossier.authorised_for, customer)

    async def ledger_of(self, customer: int) -> list[LedgerLine]:
        return await self._run(dossier.ledger_of, customer)

    async def files_of(self, message: int) -> list[Attachment]:
        return await self._run(dossier.files_of, message)

    async def incidents_of(self, customer: int) -> list[tuple[Affected, Incident]]:
        return await self._run(dossier.incidents_of, customer)

    async def authorisation(self, id: int) -> Authorisation | None:
        return await self._run(dossier.authorisation, id)

    async def identity(self, id: int) -> list[Identity]:
        return await self._run(dossier.identity, id)

    async def promises_about(self, customer: int) -> list[Promise]:
        return await self._run(dossier.promises_about, customer)

    async def actions_for(self, customer: int) -> list[Action]:
        return await self._run(dossier.actions_for, customer)
