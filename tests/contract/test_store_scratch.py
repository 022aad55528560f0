"""The copy that a rehearsal works on."""

import hashlib
from pathlib import Path

from inbox_bot.model import Attachment
from inbox_bot.records import MessageFile
from inbox_bot.store import scratch
from inbox_bot.store.database import Database, open_store
from inbox_bot.views import Known
from inbox_bot.writes import Filing
from tests.contract.store_builders import NOW, Case, a_case, filed
from tests.contract.test_store_intake import everything_about


async def known(store: Database, case: Case) -> tuple[Known, set[str], str | None]:
    """What intake would learn of a case."""
    async with store.write() as tx:
        found = await tx.gather(everything_about(case), NOW)
        return found, await tx.unknown("mail", [case.line.key]), await tx.cursor("mail", "mail")


async def test_copy_knows_what_the_original_knows(store: Database, store_url: str, tmp_path: Path) -> None:
    """Intake finds the same in both; the kept bytes stay behind; what the copy is told the original never hears."""
    [case] = await filed(store)
    file = Attachment(name="Bild.png", media_type="image/png", size=3, content=b"png")
    digest = hashlib.sha256(b"raw").hexdigest()
    async with store.write() as tx:
        await tx.save(Filing(raws={digest: b"raw"}, files=[MessageFile(message=case.message.id, attachment=file)]))
    target = f"sqlite:///{tmp_path / 'scratch.db'}"
    await scratch.copy(store_url, target)
    copied = open_store(target)
    assert await known(copied, case) == await known(store, case)
    fresh = a_case()
    await filed(copied, fresh)
    async with store.read() as tx:
        assert await tx.ticket(fresh.ticket.number) is None
    async with copied.read() as tx:
        assert await tx.file_names([case.message.id]) == {case.message.id: ("Bild.png",)}
        [(_, bare)] = await tx.attachments(case.ticket.id)
    assert bare.content is None
    await copied.close()


async def test_nothing_to_copy(tmp_path: Path) -> None:
    """Before the first run there is no database: the rehearsal starts with an empty one and makes no other."""
    target = f"sqlite:///{tmp_path / 'scratch.db'}"
    await scratch.copy(f"sqlite:///{tmp_path / 'none.db'}", target)
    copied = open_store(target)
    async with copied.read() as tx:
        assert await tx.ledger_counts() == ([], True)
    await copied.close()
    assert not _exists(tmp_path / "none.db")


def _exists(path: Path) -> bool:
    return path.exists()
