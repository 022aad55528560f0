"""Small configuration files, and ways to load them."""

from pathlib import Path

import pytest

from inbox_bot.config import Config, load
from inbox_bot.errors import ConfigError

X_KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
ENVIRON = {f"INBOX_BOT_X_{key.upper()}": f"x-{key}" for key in X_KEYS} | {"INBOX_BOT_MAIL_IMAP_PASSWORD": "imap-pw"}

MAIL = """
[[inbox]]
name = "mail"
channel = "email"
address = "hilfe@Acme.Example"
[inbox.imap]
host = "imap.acme.example"
password = "geheim"
[inbox.smtp]
host = "smtp.acme.example"
"""
X = """
[[inbox]]
name = "x"
channel = "twitter"
consumer_key = "a"
consumer_secret = "b"
access_token = "c"
access_token_secret = "d"
"""
BRAND = '[brand]\nname = "Acme"\n'


def write(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "inbox-bot.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def faults(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, text), environ or {})
    return caught.value.faults


def loaded(folder: Path, text: str, environ: dict[str, str] | None = None) -> Config:
    return load(write(folder, text), environ or {})


def refused(path: Path, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return caught.value.faults
