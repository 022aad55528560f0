"""Which schema a database has, and how it gets ours: made whole where it is empty, else by the migrations."""

from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)

from inbox_bot.errors import StoreError
from inbox_bot.store import (  # noqa: F401  # they declare the tables
    care_schema,
    casework_schema,
    incident_schema,
    schema,
    survey_schema,
)
from inbox_bot.store.tables import metadata

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
"""Every schema version of this program, oldest first; the last one is what the tables in `schema` say."""

version = Table(
    "alembic_version", MetaData(), Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)  # fmt: skip
"""Alembic's own table, read here so that Alembic need not be imported."""

APPLICATION = 0x1B0B07
"""Marks an SQLite file as ours (`PRAGMA application_id`)."""

LOCK = 0x1B0B07
"""The advisory lock under which one of several starting processes brings up a PostgreSQL schema."""


def revision(db: Connection) -> str | None:
    """The schema's version, None for an empty database. Raises `StoreError` for somebody else's database."""
    tables = inspect(db)
    if not tables.has_table(version.name):
        foreign = [name for name in tables.get_table_names() if name != version.name]
        if foreign:
            raise StoreError("the database holds other tables and none of inbox-bot; check database.url")
        return None
    found: str | None = db.execute(select(version.c.version_num)).scalar()
    if found is not None and found not in REVISIONS:
        raise StoreError(f"the database was written by a newer inbox-bot (schema {found}); install that version")
    return found


def is_current(db: Connection) -> bool:
    """Whether nothing is to be done. Raises as `revision`."""
    return revision(db) == REVISIONS[-1]


def is_ready(db: Connection, *, upgrade: bool) -> bool:
    """Whether the tables can be used as they are; if not, `bring_up` is due.

    Raises as `revision`, and for an older schema unless `upgrade`: an older program may be at work on it.
    """
    found = revision(db)
    if found is not None and found != REVISIONS[-1] and not upgrade:
        raise StoreError(
            f"the database has schema {found} and this inbox-bot needs {REVISIONS[-1]}; stop the older one, then run:"
            " inbox-bot db upgrade"
        )
    return found == REVISIONS[-1]


def bring_up(db: Connection) -> None:
    """Make or migrate the tables, in the transaction of the caller; a second process finds it done."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(LOCK)))
    found = revision(db)
    if found is None:
        metadata.create_all(db)
        version.create(db)
        db.execute(insert(version).values(version_num=REVISIONS[-1]))
    elif found != REVISIONS[-1]:
        migrate(db)
    if db.dialect.name == "sqlite":
        db.execute(text(f"PRAGMA application_id = {APPLICATION}"))


def migrate(db: Connection, target: str = "head") -> None:
    """Run the migrations up to `target` on this connection."""
    # imported here: Alembic costs a start 0.4 s and is needed once per release
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations()))
    config.attributes["connection"] = db
    command.upgrade(config, target)


def migrations() -> Path:
    """Beside the package's modules in a wheel, beside the package in a checkout. Raises `StoreError`."""
    package = Path(__file__).parent.parent
    for place in (package / "migrations", package.parent / "migrations"):
        if (place / "env.py").is_file():
            return place
    raise StoreError("the migrations are missing from this installation; install inbox-bot again")
