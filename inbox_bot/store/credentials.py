"""Keeps sealed tokens by inbox and purpose; what is in them nobody here knows."""

from datetime import datetime

from sqlalchemy import Connection, select

from inbox_bot.store.dialects import upsert
from inbox_bot.store.schema import credentials


def credential(db: Connection, inbox: str, purpose: str) -> bytes | None:
    """What was kept last."""
    query = select(credentials.c.sealed).where(credentials.c.inbox == inbox, credentials.c.purpose == purpose)
    found = db.execute(query).scalar()
    return None if found is None else bytes(found)


def keep_credential(db: Connection, inbox: str, purpose: str, sealed: bytes, now: datetime) -> None:
    """Keep it in the place of what was kept before."""
    insertion = upsert(db, credentials)
    statement = insertion.on_conflict_do_update(
        index_elements=["inbox", "purpose"],
        set_={"sealed": insertion.excluded.sealed, "changed_at": insertion.excluded.changed_at},
    )
    db.execute(statement, {"inbox": inbox, "purpose": purpose, "sealed": sealed, "changed_at": now})
