"""Lets several flows share one transaction, so that what they do is done together or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from inbox_bot.errors import StoreError
from inbox_bot.flows.house import House
from inbox_bot.ports import Transaction


@dataclass(slots=True)
class Joined:
    """A store all of whose transactions are one that is open already; whoever opened it commits it."""

    tx: Transaction
    broken: StoreError | None = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """The open one."""
        yield self.tx

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """The open one; after the database has failed in it, only that failure: nobody may run a part of it again."""
        if self.broken is not None:
            raise self.broken
        try:
            yield self.tx
        except StoreError as error:
            self.broken = error
            raise

    async def forget(self) -> None:
        """Nothing is committed yet."""

    async def close(self) -> None:
        """Whoever opened it closes it."""


def together(house: House, tx: Transaction) -> House:
    """The same house, whose flows run in this transaction."""
    return replace(house, store=Joined(tx))
