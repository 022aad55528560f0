"""Who may read what lies on the disk: database, its journals, lock, keys, configuration, saved files."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_bot.config import keys
from inbox_bot.errors import StoreError
from inbox_bot.start import only_daemon
from inbox_bot.store.brief import open_brief
from inbox_bot.store.database import open_store
from tests.unit.config_builders import BRAND, ENVIRON, MAIL, loaded


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Whatever the umask says."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """The mode of each file there."""
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


async def test_all_that_is_made_is_the_owners_only(tmp_path: Path, umask: int) -> None:
    """Database, -wal, -shm, lock and keys are 0600 under any umask, while they are in use."""
    config = loaded(tmp_path, BRAND + MAIL, ENVIRON)
    keys(config)
    store = open_store(config.database.url)
    with only_daemon(config):
        async with store.write() as tx:
            await tx.add_spend("x", "2026-05-01", 1)
        found = modes(tmp_path)
    await store.close()
    names = ["inbox.db", "inbox.db-shm", "inbox.db-wal", "inbox.db.keys", "inbox.db.lock"]
    assert {name: found[name] for name in names} == dict.fromkeys(names, 0o600)


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o640), (0o666, 0o660), (0o640, 0o640), (0o604, 0o600)])
async def test_a_restored_database_is_taken_back(tmp_path: Path, before: int, after: int) -> None:
    """Everybody's rights to the file and what lies beside it go; the group's stay."""
    path = tmp_path / "inbox.db"
    for opened in (open_store, open_brief):
        store = opened(f"sqlite:///{path}")
        await store.prepare()
        for name in modes(tmp_path):
            (tmp_path / name).chmod(before)
        again = open_brief(f"sqlite:///{path}")
        assert set(modes(tmp_path).values()) == {after}
        await again.close()
        await store.close()


def test_a_folder_open_to_everybody_is_refused(tmp_path: Path) -> None:
    """There anybody could put a database of his own in place of ours; with the sticky bit (/tmp) it is warned of."""
    config = loaded(tmp_path, BRAND + MAIL, ENVIRON)
    assert config.warnings == ()
    tmp_path.chmod(0o777)
    with pytest.raises(StoreError, match=f"chmod o-w {tmp_path}"):
        open_store(config.database.url)
    assert not list(tmp_path.glob("inbox.db*"))
    tmp_path.chmod(0o1777)
    [warning] = loaded(tmp_path, BRAND + MAIL, ENVIRON).warnings
    assert warning.startswith("database.url: everybody can make files in ")
    open_brief(config.database.url)
    assert modes(tmp_path)["inbox.db"] == 0o600


def test_a_link_in_wait_is_not_followed(tmp_path: Path) -> None:
    """A dangling link under the database's or the lock's name makes no file elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    config = loaded(tmp_path, BRAND + MAIL, ENVIRON)
    for name in ("inbox.db", "inbox.db.lock"):
        (tmp_path / name).symlink_to(elsewhere / name)
    with pytest.raises(StoreError, match="link to a file that is not there"):
        open_brief(config.database.url)
    with pytest.raises(StoreError, match="cannot be written"), only_daemon(config):
        pass
    assert not list(elsewhere.iterdir())
