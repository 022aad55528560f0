"""Runs a transaction again where another process was in its way."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from inbox_bot.errors import Conflict

Given = ParamSpec("Given")
Result = TypeVar("Result")

TRIES = 4


def again(act: Callable[Given, Awaitable[Result]]) -> Callable[Given, Awaitable[Result]]:
    """The same, tried at most `TRIES` times: a deadlock, or a key that another process took first (a ticket number, a
    new customer), ends the whole transaction, and nothing of it has happened. Raises the last `Conflict`."""

    @wraps(act)
    async def persistent(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        for _ in range(TRIES - 1):
            try:
                return await act(*args, **kwargs)
            except Conflict:
                continue
        return await act(*args, **kwargs)

    return persistent
