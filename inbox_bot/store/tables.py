"""How the tables are declared: the one set they belong to, and a word for each kind of column and index."""

from typing import Any

from sqlalchemy import Boolean, Column, ColumnElement, ForeignKey, Index, MetaData, literal_column

from inbox_bot.store.columns import Id, Moment, Prose
from inbox_bot.store.dialects import WHERE

EMPTY: ColumnElement[str] = literal_column("''")
"""The empty text as a literal, which lets a planner use the indexes that leave it out."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def own_id() -> Column[int]:
    return Column("id", Id, primary_key=True)


def prose(name: str) -> Column[str]:
    return Column(name, Prose, nullable=False)


def moment(name: str, *, null: bool = True) -> Column[Any]:
    return Column(name, Moment, nullable=null)


def to(name: str, target: str, *, null: bool = True) -> Column[Any]:
    return Column(name, Id, ForeignKey(target), nullable=null)


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def partial(name: str, *columns: Any, where: ColumnElement[bool], unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, info={WHERE: where})


def among(column: Column[Any], *words: str) -> ColumnElement[bool]:
    """Literal words: a planner uses a partial index only where the query repeats its condition without parameters."""
    literals: list[ColumnElement[Any]] = [literal_column(f"'{word}'") for word in words]
    return column == literals[0] if len(literals) == 1 else column.in_(literals)
