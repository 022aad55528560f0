"""Runs a query on a transaction's connection, whether that hands its work on or does it here and now."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from inbox_bot.store.faults import translated

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Plain:
    """A blocking connection where a transaction expects one that hands its work on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def run_sync(
        self, query: Callable[Concatenate[Connection, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Run it here and now."""
        return query(self._connection, *args, **kwargs)


class Running:
    """One transaction's connection."""

    def __init__(self, connection: "AsyncConnection | Plain", *, writing: bool) -> None:
        self._connection = connection
        self._writing = writing

    async def _run(
        self, query: Callable[Concatenate[Connection, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        with translated():
            return await self._connection.run_sync(query, *args, **kwargs)
