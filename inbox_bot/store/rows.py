"""Rows to records: which columns make a record, and the record that a row makes."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, LargeBinary, Row, Select, Table, Text, literal

from inbox_bot.model import Address
from inbox_bot.outgoing import Parcel
from inbox_bot.records import Customer, Delivery, Identity, Message, Ticket
from inbox_bot.store import schema

Record = TypeVar("Record")
Key = TypeVar("Key")
CHUNK = 500
"""How many values one IN takes; SQLite may be built for 999 variables."""


def names(kind: type[Any]) -> tuple[str, ...]:
    """The names of a record's fields, in order."""
    return tuple(kind.__dataclass_fields__)


def columns(table: Table, kind: type[Any], hollow: Collection[str] = ()) -> list[ColumnElement[Any]]:
    """A record's columns in the order of its fields; the `hollow` ones are not read and come back empty."""
    return [_empty(table, name) if name in hollow else table.c[name] for name in names(kind)]


def _empty(table: Table, name: str) -> ColumnElement[Any]:
    binary = isinstance(table.c[name].type, LargeBinary)
    return literal(b"", LargeBinary).label(name) if binary else literal("", Text).label(name)


def record(kind: type[Record], row: Sequence[Any] | Row[Any]) -> Record:
    """The record whose `columns` a row begins with; what follows them is left to the caller."""
    return kind(**dict(zip(names(kind), row, strict=False)))


def records(db: Connection, kind: type[Record], query: Select[Any]) -> list[Record]:
    """All rows of a query as records."""
    fields = names(kind)
    return [kind(**dict(zip(fields, row, strict=False))) for row in db.execute(query)]


def chunks(values: Collection[Key]) -> Iterator[list[Key]]:
    """The values in lots that fit into one IN."""
    listed = list(values)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


CUSTOMER = columns(schema.customers, Customer)
IDENTITY = columns(schema.identities, Identity)
TICKET = columns(schema.tickets, Ticket)
MESSAGE = columns(schema.messages, Message)
MESSAGE_HOLLOW = columns(schema.messages, Message, hollow={"text", "html", "quoted", "proof"})
DELIVERY = columns(schema.deliveries, Delivery)
DELIVERY_HOLLOW = columns(schema.deliveries, Delivery, hollow={"payload"})
"""A delivery without its payload, which may be many megabytes."""


def parcel(delivery: Delivery, handle: str, name: str) -> Parcel:
    """A delivery as a sender gets it."""
    return Parcel(
        id=delivery.id,
        token=delivery.token,
        inbox=delivery.inbox,
        kind=delivery.kind,
        to=Address(channel=delivery.channel, address=delivery.to, handle=handle, name=name),
        visibility=delivery.visibility,
        payload=delivery.payload,
        recipients=delivery.recipients,
        return_path=delivery.return_path,
        external_id=delivery.external_id,
        attempts=delivery.attempts,
        looks=delivery.looks,
        created_at=delivery.created_at,
        started_at=delivery.started_at,
        ticket=delivery.ticket,
        carries_number=delivery.carries_number,
    )
