"""A login by OAuth 2 in the configuration: where its secrets come from, what it replaces, what is refused."""

from pathlib import Path

import pytest

from tests.unit.config_builders import BRAND, MAIL, X, faults, loaded

GRANT = """oauth2_client_id = "app"
oauth2_refresh_token = "erneuern"
oauth2_token_url = "https://tokens.example/token"
"""
BY_TOKEN = MAIL.replace('password = "geheim"\n', GRANT)
X_BY_TOKEN = """
[[inbox]]
name = "x"
channel = "twitter"
oauth2_client_id = "app"
oauth2_refresh_token = "erneuern"
"""


def test_no_password_is_needed(tmp_path: Path) -> None:
    """Three keys are enough for mail, two for X; without a client secret we are a public client."""
    config = loaded(tmp_path, BRAND + X_BY_TOKEN + BY_TOKEN)
    (x,), (mail,) = config.twitter, config.email
    assert mail.imap.oauth2 is not None
    assert (mail.imap.oauth2.client_id, mail.imap.oauth2.token_url) == ("app", "https://tokens.example/token")
    assert mail.imap.oauth2.refresh_token.reveal() == "erneuern"
    assert not mail.imap.oauth2.client_secret
    assert not mail.imap.password
    assert x.oauth2 is not None
    assert x.oauth2.token_url == "https://api.x.com/2/oauth2/token"
    assert not any((x.consumer_key, x.consumer_secret, x.access_token, x.access_token_secret))


def test_secrets_come_from_where_passwords_come_from(tmp_path: Path) -> None:
    """Environment, systemd credential and file; one key of them from anywhere is enough to mean OAuth 2."""
    without = BRAND + BY_TOKEN.replace('oauth2_refresh_token = "erneuern"\n', "")
    names = {
        "INBOX_BOT_MAIL_IMAP_OAUTH2_REFRESH_TOKEN": "aus-umgebung",
        "INBOX_BOT_MAIL_IMAP_OAUTH2_CLIENT_SECRET": "s",
    }
    found = loaded(tmp_path, without, names).email[0].imap.oauth2
    assert found is not None
    assert (found.refresh_token.reveal(), found.client_secret.reveal()) == ("aus-umgebung", "s")

    (tmp_path / "mail.imap.oauth2_refresh_token").write_text("von-systemd\n")
    found = loaded(tmp_path, without + DATABASE, {"CREDENTIALS_DIRECTORY": str(tmp_path)}).email[0].imap.oauth2
    assert found is not None
    assert found.refresh_token.reveal() == "von-systemd"

    file = tmp_path / "token"
    file.write_text("aus-datei")
    file.chmod(0o600)
    by_file = BRAND + BY_TOKEN.replace('oauth2_refresh_token = "erneuern"', 'oauth2_refresh_token_file = "token"')
    found = loaded(tmp_path, by_file).email[0].imap.oauth2
    assert found is not None
    assert found.refresh_token.reveal() == "aus-datei"
    file.chmod(0o644)
    (fault,) = faults(tmp_path, by_file)
    assert fault.startswith("inbox[0].imap.oauth2_refresh_token_file: ")


DATABASE = '[database]\nurl = "sqlite:////var/lib/inbox-bot/inbox.db"\n'


def test_submission_shares_the_login(tmp_path: Path) -> None:
    """Gmail and Microsoft 365 have one login for both: where SMTP has none of its own it takes the mailbox's."""
    named = BY_TOKEN.replace('host = "imap.acme.example"', 'host = "imap.acme.example"\nuser = "konto"')
    (mail,) = loaded(tmp_path, BRAND + named).email
    assert mail.smtp.oauth2 == mail.imap.oauth2
    assert mail.smtp.user == "konto"


@pytest.mark.parametrize(
    ("more", "user", "by_token"),
    [
        ('password = "pw"', "hilfe@acme.example", False),
        ('security = "none"', "", False),
        ('security = "none"\nuser = "hilfe"\nhost = "127.0.0.1"', "hilfe", True),
        (GRANT.replace("erneuern", "anderes"), "hilfe@acme.example", True),
    ],
)
def test_submission_may_have_its_own(tmp_path: Path, more: str, user: str, by_token: bool) -> None:
    """A password, keys of its own, or a relay on this machine that wants no login."""
    text = BRAND + BY_TOKEN.replace('[inbox.smtp]\nhost = "smtp.acme.example"\n', "[inbox.smtp]\n" + more)
    if "host" not in more:
        text += '\nhost = "smtp.acme.example"\n'
    (mail,) = loaded(tmp_path, text).email
    assert (mail.smtp.user, mail.smtp.oauth2 is not None) == (user, by_token)
    if "anderes" in more:
        assert mail.smtp.oauth2 != mail.imap.oauth2


def test_secrets_do_not_show(tmp_path: Path) -> None:
    """A repr of the whole configuration tells none of them; in a file for all to read they are warned of."""
    text = BRAND + X_BY_TOKEN + BY_TOKEN + 'oauth2_client_secret = "verborgen"\n' + GRANT
    config = loaded(tmp_path, text)
    assert "erneuern" not in repr(config)
    assert "verborgen" not in repr(config)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (MAIL.replace('password = "geheim"\n', 'password = "geheim"\n' + GRANT), ["imap.password: given besides"]),
        (BY_TOKEN + 'password = "pw"\n' + GRANT, ["smtp.password: given besides"]),
        (X_BY_TOKEN + 'access_token = "c"\n', ["access_token: given besides"]),
        (X_BY_TOKEN + 'oauth2_scope = "dm.read"\n', ["oauth2_scope: unknown key"]),
        (BY_TOKEN.replace("https://tokens", "http://tokens"), ["imap.oauth2_token_url: secrets do not go"]),
        (BY_TOKEN.replace("https://tokens", "https://me:pw@tokens"), ["imap.oauth2_token_url: holds a login"]),
        (BY_TOKEN.replace("https://tokens", "tokens"), ["imap.oauth2_token_url: ", "imap.oauth2_token_url: missing"]),
        (BY_TOKEN.replace('[inbox.imap]', '[inbox.imap]\nsecurity = "none"'), ["imap.security: tokens do not go"]),
        (X_BY_TOKEN + 'base_url = "http://api.example"', ['base_url: "http://api.example" would send our tokens']),
        (
            MAIL.replace('password = "geheim"', 'oauth2_client_secret = "s"'),
            ["imap.oauth2_refresh_token: missing", "imap.oauth2_client_id: missing", "imap.oauth2_token_url: missing"],
        ),
        (
            MAIL.replace('password = "geheim"', 'oauth2_scope = "s"'),
            ["imap.oauth2_refresh_token", "imap.oauth2_client_id", "imap.oauth2_token_url"],
        ),
        (
            X.replace('consumer_key = "a"', 'oauth2_client_id = "a"'),
            [
                "oauth2_refresh_token: missing", "consumer_secret: given", "access_token: given",
                "access_token_secret: given",
            ],
        ),
    ],
)  # fmt: skip
def test_faults(tmp_path: Path, text: str, wanted: list[str]) -> None:
    """Each is a line of its own that names the key; what is missing is told once."""
    found = faults(tmp_path, BRAND + text)
    assert len(found) == len(wanted), found
    for line, start in zip(found, wanted, strict=True):
        assert line.startswith(f"inbox[0].{start}"), found


def test_a_token_server_on_this_machine_may_be_plain(tmp_path: Path) -> None:
    """Nobody is on that line but us."""
    for host in ("127.0.0.1:8080", "localhost", "[::1]:80"):
        (mail,) = loaded(tmp_path, BRAND + BY_TOKEN.replace("https://tokens.example", f"http://{host}")).email
        assert mail.imap.oauth2 is not None
