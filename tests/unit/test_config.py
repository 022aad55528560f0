"""What a configuration file becomes, and what is said about a wrong one."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.config import SAMPLE, Secret, load, sample
from inbox_bot.config.inboxes import read
from inbox_bot.config.reading import Table
from inbox_bot.config.secret import Secrets
from inbox_bot.errors import ConfigError
from inbox_bot.model import Channel
from tests.unit.config_builders import BRAND, ENVIRON, MAIL, X_KEYS, X, faults, loaded, refused, write


def test_small_file_gets_every_default(tmp_path: Path) -> None:
    """What is left out has the documented default; mail addresses get a lower-case domain."""
    config = loaded(tmp_path, BRAND + X + MAIL)
    assert config.brand.language == "de"
    assert config.brand.timezone == "Europe/Berlin"
    assert config.database.url == f"sqlite:///{tmp_path}/inbox.db"
    assert config.security.key_file == tmp_path / "inbox.db.keys"
    assert config.threading.young_hours == 72
    (x,), (mail,) = config.twitter, config.email
    assert (x.poll_seconds, x.dm_poll_seconds, x.hold_seconds, x.spend_limit_usd) == (60, 100, 60, 10)
    assert (mail.address, mail.imap.user) == ("hilfe@acme.example", "hilfe@acme.example")
    assert (mail.imap.port, mail.smtp.port, mail.imap.security, mail.smtp.security) == (993, 465, "tls", "tls")
    assert (mail.smtp.user, mail.smtp.password) == ("", Secret(""))
    assert mail.spam_header == ("X-Spam-Flag", "YES")
    assert [inbox.channel for inbox in config.inboxes] == [Channel.TWITTER, Channel.EMAIL]


def test_sample_holds_the_defaults(tmp_path: Path) -> None:
    """The file that init writes says the same as leaving everything out; only secrets have to be filled in."""
    plain = BRAND + X + MAIL
    assert loaded(tmp_path, SAMPLE, ENVIRON) == loaded(tmp_path, plain, ENVIRON)
    missing = faults(tmp_path, SAMPLE)
    assert [line.partition(":")[0] for line in missing] == [
        *(f"inbox[0].{key}" for key in X_KEYS),
        "inbox[1].imap.password",
    ]


def test_sample_takes_any_company(tmp_path: Path) -> None:
    """A name with quotation marks or backslashes cannot break the file."""
    text = sample(name='Amsel & "Söhne" \\ Co', language="en", timezone="Europe/Vienna", address="help@amsel.example")
    config = loaded(tmp_path, text, ENVIRON)
    assert config.brand.name == 'Amsel & "Söhne" \\ Co'
    assert config.email[0].imap.host == "imap.amsel.example"


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    """Every fault is a line of its own that begins with the key's path and says what to do."""
    text = """
[brand]
name = ""
language = "fr"
timezone = "Europe/Berln"
privacy_url = "acme.example/datenschutz"
colour = "red"
[acknowledge]
public = "always"
mdn = "yes"
per_hour = 0
[[inbox]]
name = "x"
channel = "twitter"
consumer_kee = "a"
poll_seconds = true
[[inbox]]
name = "X"
channel = "email"
address = "hilfe"
start = "yesterday"
spam_header = "nonsense"
[inbox.imap]
port = 70000
securty = "tls"
[inbox.smtp]
security = "ssl"
[extra]
"""
    found = faults(tmp_path, text)
    paths = {line.partition(":")[0] for line in found}
    assert paths == {
        "brand.name", "brand.language", "brand.timezone", "brand.privacy_url", "brand.colour",
        "acknowledge.public", "acknowledge.mdn", "acknowledge.per_hour",
        *(f"inbox[0].{key}" for key in X_KEYS), "inbox[0].consumer_kee", "inbox[0].poll_seconds",
        "inbox[1].name", "inbox[1].address", "inbox[1].start", "inbox[1].spam_header",
        "inbox[1].imap.host", "inbox[1].imap.port", "inbox[1].imap.securty", "inbox[1].imap.password",
        "inbox[1].smtp.host", "inbox[1].smtp.security", "extra",
    }  # fmt: skip
    assert len(found) == len(paths)
    assert all("\n" not in line for line in found)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('[brand]\nname = "A"\nlangauge = "de"', 'did you mean "language"?'),
        ('[brand]\nname = "A"\ntimezone = "Europe/Berlni"', 'did you mean "Europe/Berlin"?'),
        ('[acknowlege]\npublic = "off"', 'did you mean "acknowledge"?'),
        ('[acknowledge]\npublic = "aprove"', 'did you mean "approve"?'),
        ('[[inbox]]\nname = "x"\nchannel = "emial"', 'did you mean "email"?'),
    ],
)
def test_near_words_are_suggested(tmp_path: Path, text: str, hint: str) -> None:
    """A slip of the finger is answered with the word that was meant."""
    assert any(hint in line for line in faults(tmp_path, text))


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        ('[notify]\nto = ["hilfe@acme.example"]', "notify.to"),
        ('[notify]\nto = ["Hilfe+team@ACME.example"]', "notify.to"),
        ("[notify]\nto = [7]", "notify.to[0]"),
        ('[notify]\nto = "team@acme.example"', "notify.to"),
        ('[database]\nurl = "postgresql://inbox@db.acme.example/inbox"', "security.key_file"),
        ('[database]\nurl = "mysql://root@db.acme.example/inbox"', "database.url"),
        ('[database]\nurl = "sqlite:///:memory:"', "database.url"),
        ("[threading]\nyoung_hours = -1", "threading.young_hours"),
        ("[threading]\nyoung_hours = inf", "threading.young_hours"),
        ("brand = 3", "brand"),
    ],
)
def test_what_cannot_work_isrefused(tmp_path: Path, extra: str, path: str) -> None:
    """Loops, missing key files and impossible values are found before anything runs."""
    brand = "" if extra.startswith("brand") else BRAND
    found = faults(tmp_path, extra + "\n" + brand + MAIL if not brand else brand + MAIL.strip() + "\n" + extra)
    assert path in {line.partition(":")[0] for line in found}


def test_form_sender_that_is_an_inbox_isrefused(tmp_path: Path) -> None:
    """An inbox that takes its own address for a contact form would answer itself."""
    mail = MAIL.replace('channel = "email"', 'channel = "email"\nform_senders = ["hilfe@acme.example"]')
    assert [line.partition(":")[0] for line in faults(tmp_path, BRAND + X + mail)] == ["inbox[1].form_senders"]


def test_inboxes_differ(tmp_path: Path) -> None:
    """Two inboxes can neither share a name (or its variable) nor read the same folder."""
    other = MAIL.replace('"mail"', '"MAIL"')
    assert [line.partition(":")[0] for line in faults(tmp_path, BRAND + MAIL + other)] == [
        "inbox[1].name",
        "inbox[1].imap",
    ]
    assert faults(tmp_path, BRAND) == ["inbox: there is no inbox; add [[inbox]] with a name and a channel"]
    assert faults(tmp_path, BRAND + '[notify]\nto = ["team@acme.example"]' + X)[0].startswith("notify.to: ")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"now"', "now"),
        ('"all"', "all"),
        ('"2026-11-24"', date(2026, 11, 24)),
        ("2026-11-24", date(2026, 11, 24)),
    ],
)
def test_start_is_a_word_or_a_day(tmp_path: Path, written: str, meant: object) -> None:
    """The day may be a text or TOML's own date."""
    config = loaded(tmp_path, BRAND + X.replace('channel = "twitter"', f'channel = "twitter"\nstart = {written}'))
    assert config.twitter[0].start == meant


@pytest.mark.parametrize(("security", "imap", "smtp"), [("tls", 993, 465), ("starttls", 143, 587), ("none", 143, 25)])
def test_port_follows_security(tmp_path: Path, security: str, imap: int, smtp: int) -> None:
    """Who names the kind of protection need not know the port."""
    mail = MAIL.replace("[inbox.smtp]", f'security = "{security}"\n[inbox.smtp]\nsecurity = "{security}"')
    (inbox,) = loaded(tmp_path, BRAND + mail).email
    assert (inbox.imap.port, inbox.smtp.port) == (imap, smtp)


def test_database_url(tmp_path: Path) -> None:
    """Three slashes are relative to the file's folder, four absolute; a PostgreSQL password is a secret."""
    text = '[database]\nurl = "sqlite:///data/inbox.db"\n' + BRAND + MAIL
    assert loaded(tmp_path, text).database.file == tmp_path / "data/inbox.db"
    postgres = '[security]\nkey_file = "keys"\n' + BRAND + MAIL.replace('password = "geheim"\n', "")
    environ = {**ENVIRON, "INBOX_BOT_DATABASE_URL": "postgresql://inbox:pw@db.acme.example/inbox"}
    config = loaded(tmp_path, postgres, environ)
    assert (config.database.url, config.database.file) == (environ["INBOX_BOT_DATABASE_URL"], None)
    assert config.security.key_file == tmp_path / "keys"
    inline = '[database]\nurl = "postgresql://inbox:pw@db.acme.example/inbox"\n' + postgres
    assert [line.partition(":")[0] for line in refused(write(tmp_path, inline, 0o644), ENVIRON)] == ["database.url"]
    assert load(write(tmp_path, inline.replace(":pw", ""), 0o644), ENVIRON).database.file is None


def test_file_is_found(tmp_path: Path) -> None:
    """The argument wins over the variable."""
    path = write(tmp_path, BRAND + MAIL)
    assert load(None, {"INBOX_BOT_CONFIG": str(path)}).path == path
    assert load(path, {"INBOX_BOT_CONFIG": "/nowhere.toml"}).path == path
    with pytest.raises(ConfigError, match="inbox-bot init"):
        load(tmp_path / "none.toml", {})


def test_unreadable_files_are_one_line(tmp_path: Path) -> None:
    """Broken TOML and other encodings are said with their place."""
    assert "line 2" in faults(tmp_path, "[brand]\nname = Acme")[0]
    path = tmp_path / "latin.toml"
    path.write_bytes(b'[brand]\nname = "M\xfcller"')
    assert "not UTF-8" in refused(path)[0]


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.dates()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["name", "channel", "address", "start", "imap", "smtp", "host", "port", "password", "password_file", "poll_seconds",
     "spam_header", "form_senders", "security", "post_limit", "base_url", "consumer_key", "ca_file", "oauth2_client_id",
     "oauth2_refresh_token", "oauth2_token_url", "oauth2_scope"]
)  # fmt: skip


@given(st.lists(st.dictionaries(NAMES, VALUES | st.sampled_from(["email", "twitter"]), max_size=8), max_size=3))
def test_no_value_breaks_reading(tables: list[dict[str, object]]) -> None:
    """Whatever TOML can hold becomes a fault or a value, never a traceback."""
    found: list[str] = []
    read(Table({"inbox": tables}, "", found), Secrets(folder=Path("/nowhere"), environ={}), ())
    assert all(":" in line for line in found)


@pytest.mark.parametrize("url", ["http://api.x.com", "http://127.0.0.1.evil.example", "http://localhost@evil.example"])
def test_tokens_never_go_in_clear_text(tmp_path: Path, url: str) -> None:
    """X is spoken to by https only; a sandbox on this machine may do without."""
    text = BRAND + X.replace('channel = "twitter"', f'channel = "twitter"\nbase_url = "{url}"')
    assert "clear text" in faults(tmp_path, text)[0]
    for ours in ("http://127.0.0.1:8080/", "http://localhost:1", "http://[::1]:80", "https://api.x.com"):
        assert loaded(tmp_path, text.replace(url, ours)).twitter[0].base_url == ours.rstrip("/")


def test_mail_in_clear_text_is_warned_of(tmp_path: Path) -> None:
    """An operator may choose to do without TLS; over a network `check` and `run` keep saying so."""
    text = BRAND + MAIL.replace("[inbox.smtp]", 'security = "none"\n[inbox.smtp]\nsecurity = "none"')
    warnings = loaded(tmp_path, text).warnings
    assert [one.partition(":")[0] for one in warnings] == ["mail imap", "mail smtp"]
    local = text.replace("imap.acme.example", "127.0.0.1").replace("smtp.acme.example", "localhost")
    assert loaded(tmp_path, local).warnings == ()
    assert loaded(tmp_path, BRAND + MAIL).warnings == ()
