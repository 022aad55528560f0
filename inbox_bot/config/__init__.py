"""Reads one TOML file, the environment and secret files into frozen dataclasses; all faults are reported at once."""

from inbox_bot.config.keyfile import keys
from inbox_bot.config.listening import Metrics
from inbox_bot.config.load import load
from inbox_bot.config.sample import SAMPLE, sample
from inbox_bot.config.shape import (
    Acknowledge,
    Assign,
    Brand,
    Config,
    Database,
    EmailInbox,
    Gateway,
    Imap,
    Notify,
    OAuth2,
    Opening,
    PublicReplies,
    Retention,
    Secret,
    Security,
    Smtp,
    Start,
    Threading,
    TransportSecurity,
    TwitterInbox,
)

__all__ = [
    "SAMPLE",
    "Acknowledge",
    "Assign",
    "Brand",
    "Config",
    "Database",
    "EmailInbox",
    "Gateway",
    "Imap",
    "Metrics",
    "Notify",
    "OAuth2",
    "Opening",
    "PublicReplies",
    "Retention",
    "Secret",
    "Security",
    "Smtp",
    "Start",
    "Threading",
    "TransportSecurity",
    "TwitterInbox",
    "keys",
    "load",
    "sample",
]
