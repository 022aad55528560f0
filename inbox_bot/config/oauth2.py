"""Reads the keys of a login by OAuth 2 and refuses what would show a token to somebody on the line."""

import ipaddress
from urllib.parse import urlsplit

from inbox_bot.config.reading import Table
from inbox_bot.config.secret import Secrets
from inbox_bot.config.shape import OAuth2

TWO_WAYS = "given besides the oauth2_ keys; keep one of the two ways to log in"


def read(table: Table, secrets: Secrets, *owner: str, token_url: str = "") -> OAuth2 | None:
    """The login of an inbox (and section) `owner`; None where none of its keys is given.

    `token_url`: the default where the channel has but one provider, whose scope is fixed with the refresh token.
    """
    before = len(table.faults)
    client_id = table.text("oauth2_client_id")
    client_secret = secrets.find(table, "oauth2_client_secret", *owner)
    refresh_token = secrets.find(table, "oauth2_refresh_token", *owner)
    url = table.url("oauth2_token_url", token_url) or token_url
    scope = "" if token_url else table.text("oauth2_scope")
    if not (client_id or client_secret or refresh_token or scope or url != token_url):
        return None
    if not refresh_token and len(table.faults) == before:
        secrets.miss(table, "oauth2_refresh_token", *owner)
    if not client_id:
        table.fault("oauth2_client_id", "missing; write the id that your app has with the provider")
    if not url:
        table.fault("oauth2_token_url", 'missing; e.g. "https://oauth2.googleapis.com/token"')
    elif not private(url):
        table.fault("oauth2_token_url", "secrets do not go over the line in clear; begin it with https://")
    elif "@" in urlsplit(url).netloc:
        table.fault("oauth2_token_url", "holds a login; write it without, and the secret into oauth2_client_secret")
    return OAuth2(
        client_id=client_id, client_secret=client_secret, refresh_token=refresh_token, token_url=url, scope=scope
    )


def private(url: str) -> bool:
    """Whether nobody on the line can read along: TLS, or this very machine."""
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that are no address
        return False
    return parts.scheme == "https" or loopback(parts.hostname or "")


def loopback(host: str) -> bool:
    """Whether this is a name of this very machine."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
