"""How values lie in columns: aware UTC times as microseconds, words of a StrEnum, lists of text, clean text."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
WordKind = TypeVar("WordKind", bound=StrEnum)

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite makes only an INTEGER primary key the row's own number."""


class Moment(TypeDecorator[datetime]):
    """An aware datetime as whole microseconds since 1970; comes back in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Raises TypeError for a naive datetime."""
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Word(TypeDecorator[WordKind], Generic[WordKind]):
    """A member of one StrEnum, as its text."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[WordKind]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: WordKind | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> WordKind | None:
        return None if value is None else self.kind(value)


class Lines(TypeDecorator[tuple[str, ...]]):
    """A tuple of texts as a JSON list; ASCII, so that no character in it can trouble a database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        return json.dumps(value) if value else ""

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(json.loads(value)) if value else ()


class Prose(TypeDecorator[str]):
    """Text from outside. PostgreSQL holds no NUL and neither database a lone surrogate: both become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if "\0" in value:
            value = value.replace("\0", "\ufffd")
        if not value.isascii():
            value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value


class Spoken(TypeDecorator[dict[str, str]]):
    """A text by language, as a JSON object; ASCII, as `Lines`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> str:
        return json.dumps(dict(value)) if value else ""

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dict[str, str]:
        return dict(json.loads(value)) if value else {}
