"""What SQLite and PostgreSQL say differently: upserts, full text, and the kind of table that holds it."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ColumnElement, Connection, Dialect, Table, Text, func, literal, select, text, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.compiler import DDLCompiler, SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import NULLTYPE, TypeDecorator, TypeEngine

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert

FTS5 = (
    "CREATE VIRTUAL TABLE search USING fts5("
    "stems, content='', columnsize=0, detail=none, tokenize=\"unicode61 remove_diacritics 0\")"
)
"""Without the texts, which the messages have, and without positions, which nobody asks for."""

GIN = "CREATE INDEX ix_search_stems ON search USING gin (stems)"

WHERE = "where"
"""In an index's `info`: the condition of a partial index. SQLAlchemy's own arguments for it, sqlite_where and
postgresql_where, import both dialects, which would cost each start 50 ms."""


def upsert(db: Connection, table: Table) -> "Insert":
    """An INSERT that has `on_conflict_do_update` and `on_conflict_do_nothing`; both dialects spell them alike."""
    if db.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        # the two classes have the same methods, but no common ancestor that names them
        return cast("Insert", sqlite.insert(table))
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def reserve(db: Connection, wanted: Mapping[Table, int]) -> dict[Table, range | list[int]]:
    """Free ids for new rows, in one statement. Given beforehand they save a RETURNING per row, which is what SQLAlchemy
    makes of a sorted one on SQLite, and let rows refer to each other in any order."""
    if not wanted:
        return {}
    if db.dialect.name == "sqlite":
        # nobody else writes meanwhile (BEGIN IMMEDIATE), and no row is ever deleted
        highest = select(*(select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery() for table in wanted))
        return {
            table: range(last + 1, last + 1 + count)
            for (table, count), last in zip(wanted.items(), db.execute(highest).one(), strict=True)
        }
    drawn = union_all(
        *(
            select(literal(place), func.nextval(f"{table.name}_id_seq")).select_from(
                func.generate_series(1, count).table_valued("turn")
            )
            for place, (table, count) in enumerate(wanted.items())
        )
    )
    lots: list[list[int]] = [[] for _ in wanted]
    for place, id in db.execute(drawn):
        lots[place].append(id)
    return dict(zip(wanted, lots, strict=True))


def lock_out_writers(db: Connection, table: Table) -> None:
    """Until the transaction ends nobody adds to the table; on SQLite nobody else writes anyway."""
    if db.dialect.name == "postgresql":
        db.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))


def run_script(db: Connection, script: str) -> None:
    """Run SQLite statements to their ends, outside of the transaction, which must have done nothing yet: other ways
    to run a PRAGMA without columns stop at its first step, which for incremental_vacuum is one page."""
    driver: Any = db.connection.dbapi_connection
    if hasattr(driver, "run_async"):
        driver.run_async(lambda connection: connection.executescript(script))
    else:
        driver.executescript(script)


def in_turn(db: Connection, names: Collection[str]) -> None:
    """Wait for every other transaction that takes one of these names, until it ends. SQLite has one writer anyhow."""
    if not names or db.dialect.name == "sqlite":
        return
    keys = sorted(int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True) for name in names)
    # in one order everywhere, so that two transactions cannot wait for each other
    db.execute(text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key"), {"keys": keys})


class Stems(TypeDecorator[str]):
    """The searchable words of a message: FTS5 names no column type, PostgreSQL has tsvector."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import TSVECTOR

            return dialect.type_descriptor(TSVECTOR())
        return dialect.type_descriptor(Text())


class indexed(GenericFunction[str]):  # noqa: N801 - reads like the SQL function that it is
    """indexed(words): words parted by spaces as the search table takes them."""

    type = Text()
    inherit_cache = True


class matches(GenericFunction[Any]):  # noqa: N801 - reads like the SQL function that it is
    """matches(stems column, query): whether a row of the search table has what the query asks."""

    # not Boolean, which SQLite would compare with 1, and FTS5 then not see as its own operator
    type = NULLTYPE
    inherit_cache = True


@compiles(indexed, "sqlite")
def _indexed_sqlite(element: indexed, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(_arguments(element)[0], **kw)


@compiles(indexed, "postgresql")
def _indexed_postgresql(element: indexed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"to_tsvector('simple', {compiler.process(_arguments(element)[0], **kw)})"


@compiles(matches, "sqlite")
def _matches_sqlite(element: matches, compiler: SQLCompiler, **kw: Any) -> str:
    return f"search MATCH {compiler.process(_arguments(element)[1], **kw)}"


@compiles(matches, "postgresql")
def _matches_postgresql(element: matches, compiler: SQLCompiler, **kw: Any) -> str:
    column, query = _arguments(element)
    return f"{compiler.process(column, **kw)} @@ to_tsquery('simple', {compiler.process(query, **kw)})"


@compiles(CreateTable, "sqlite")
def _create_table_sqlite(element: CreateTable, compiler: DDLCompiler, **kw: Any) -> str:
    if element.element.name == "search":
        return FTS5
    return str(compiler.visit_create_table(element, **kw))  # type: ignore[no-untyped-call]  # SQLAlchemy gives it none


@compiles(CreateIndex)
def _create_index(element: CreateIndex, compiler: DDLCompiler, **kw: Any) -> str:
    made = str(compiler.visit_create_index(element, **kw))  # type: ignore[no-untyped-call]  # SQLAlchemy gives it none
    where = element.element.info.get(WHERE)
    if where is None:
        return made
    return f"{made} WHERE {compiler.sql_compiler.process(where, literal_binds=True, include_table=False)}"


def _arguments(element: GenericFunction[Any]) -> list[ColumnElement[Any]]:
    return list(element.clauses)
