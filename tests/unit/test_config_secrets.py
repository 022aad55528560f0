"""Where secrets and keys come from, and who may read them."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from inbox_bot.config import Secret, keys, load
from inbox_bot.errors import ConfigError
from tests.unit.config_builders import BRAND, ENVIRON, MAIL, X, faults, loaded, refused, write


def test_secrets_come_from_four_places(tmp_path: Path) -> None:
    """Environment before systemd credential before file before the configuration itself."""
    text = BRAND + MAIL
    assert loaded(tmp_path, text).email[0].imap.password.reveal() == "geheim"

    file = tmp_path / "imap"
    file.write_text("aus-datei\n")
    file.chmod(0o600)
    with_file = text.replace('password = "geheim"', 'password_file = "imap"')
    assert loaded(tmp_path, with_file).email[0].imap.password.reveal() == "aus-datei"

    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "mail.imap.password").write_text("von-systemd\n")
    environ = {"CREDENTIALS_DIRECTORY": str(credentials)}
    assert loaded(tmp_path, with_file, environ).email[0].imap.password.reveal() == "von-systemd"

    environ["INBOX_BOT_MAIL_IMAP_PASSWORD"] = "aus-umgebung"
    assert loaded(tmp_path, with_file, environ).email[0].imap.password.reveal() == "aus-umgebung"


def test_smtp_login_needs_both(tmp_path: Path) -> None:
    """A password alone belongs to the address; a user alone is a fault."""
    (inbox,) = loaded(tmp_path, BRAND + MAIL, {"INBOX_BOT_MAIL_SMTP_PASSWORD": "pw"}).email
    assert (inbox.smtp.user, inbox.smtp.password.reveal()) == ("hilfe@acme.example", "pw")
    found = faults(tmp_path, BRAND + MAIL + 'user = "hilfe"')
    assert found[0].startswith("inbox[0].smtp.password: missing; ")
    assert "INBOX_BOT_MAIL_SMTP_PASSWORD" in found[0]


def test_secret_files_must_be_private(tmp_path: Path) -> None:
    """A password that everybody can read is refused, in the configuration as in a file of its own.

    A group may read both (root:service); a configuration without secrets may be read by everybody.
    """
    [line] = refused(write(tmp_path, BRAND + MAIL, 0o644))
    assert line.startswith("inbox[0].imap.password: others can read ")
    assert line.endswith(f"chmod 600 {tmp_path / 'inbox-bot.toml'}")
    assert load(write(tmp_path, BRAND + MAIL, 0o640), {}).email[0].imap.password.reveal() == "geheim"
    without = BRAND + MAIL.replace('password = "geheim"\n', "")
    assert load(write(tmp_path, without, 0o644), ENVIRON).email[0].imap.password.reveal() == "imap-pw"

    file = tmp_path / "imap"
    file.write_text("pw")
    file.chmod(0o644)
    text = BRAND + MAIL.replace('password = "geheim"', 'password_file = "imap"')
    assert refused(write(tmp_path, text))[0].startswith("inbox[0].imap.password_file: ")


def test_password_file_faults_name_the_file_key(tmp_path: Path) -> None:
    """Missing, empty, doubly given: one line each."""
    text = BRAND + MAIL.replace('password = "geheim"', 'password_file = "imap"')
    assert [line.partition(":")[0] for line in faults(tmp_path, text)] == ["inbox[0].imap.password_file"]
    (tmp_path / "imap").touch(0o600)
    assert "is empty" in faults(tmp_path, text)[0]
    (tmp_path / "imap").write_text("pw")
    both = BRAND + MAIL.replace('password = "geheim"', 'password = "geheim"\npassword_file = "imap"')
    assert "given twice" in faults(tmp_path, both)[0]


def test_systemd_keeps_its_own_rights(tmp_path: Path) -> None:
    """A configuration that systemd hands over shows its access list as group rights; that is no leak.

    Its folder cannot hold a database."""
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    text = BRAND + MAIL + '[database]\nurl = "sqlite:////var/lib/inbox-bot/inbox.db"'
    assert load(write(tmp_path, text, 0o440), environ).database.file == Path("/var/lib/inbox-bot/inbox.db")
    assert [line.partition(":")[0] for line in faults(tmp_path, BRAND + MAIL, environ)] == ["database.url"]


def test_secrets_do_not_show(tmp_path: Path) -> None:
    """Neither a repr of the whole configuration nor a formatted secret tells it."""
    environ = {"INBOX_BOT_DATABASE_URL": "postgresql://inbox:dbpw@db.acme.example/inbox"}
    config = loaded(tmp_path, '[security]\nkey_file = "k"\n' + BRAND + X + MAIL, environ)
    for text in (repr(config), f"{config.email[0].imap.password}", str(config.twitter[0].consumer_key)):
        assert "geheim" not in text
        assert "dbpw" not in text
    assert f"{Secret('geheim')!r} {Secret('geheim')}" == "… …"


def test_key_file_is_made_once(tmp_path: Path) -> None:
    """The first start writes 32 random bytes, readable by the owner only; later starts read the same."""
    config = loaded(tmp_path, BRAND + MAIL)
    (key,) = keys(config)
    assert len(key) == 32
    assert stat.S_IMODE(config.security.key_file.stat().st_mode) == 0o600
    assert keys(config) == (key,)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inbox-bot.toml", "inbox.db.keys"]


def test_starting_together_gives_one_key(tmp_path: Path) -> None:
    """Processes that start at the same time all use the key of the one that was first."""
    config = loaded(tmp_path, BRAND + MAIL)
    with ThreadPoolExecutor(8) as pool:
        found = {one.result() for one in [pool.submit(keys, config) for _ in range(16)]}
    assert len(found) == 1


def test_new_key_goes_on_top(tmp_path: Path) -> None:
    """The first line signs, older ones still verify; base32 and hexadecimal digits are both read."""
    config = loaded(tmp_path, BRAND + MAIL)
    (old,) = keys(config)
    file = config.security.key_file
    file.write_text(f"{'ab' * 32}\n{file.read_text()}")
    assert keys(config) == (bytes.fromhex("ab" * 32), old)


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("ab" * 32, 0o644, "chmod 600"),
        ("short", 0o600, "line 1"),
        ("# nothing\n" + "a" * 51, 0o600, "line 2"),
        ("# nothing\n", 0o600, "no key"),
        ("ä" * 32, 0o600, "cannot use"),
    ],
)
def test_bad_key_file_isrefused(tmp_path: Path, text: str, mode: int, said: str) -> None:
    """A key file that others can read, or that holds no key, stops the start."""
    config = loaded(tmp_path, BRAND + MAIL)
    config.security.key_file.write_text(text, encoding="utf-8")
    config.security.key_file.chmod(mode)
    with pytest.raises(ConfigError, match=said):
        keys(config)


def test_key_file_without_its_folder_is_one_line(tmp_path: Path) -> None:
    """A path that cannot be written is said, not raised as an OS error."""
    config = loaded(tmp_path, '[security]\nkey_file = "none/keys"\n' + BRAND + MAIL)
    with pytest.raises(ConfigError, match="cannot use"):
        keys(config)
