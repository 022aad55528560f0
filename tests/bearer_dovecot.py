"""A Dovecot that lets nobody in but by access token, and asks a token server whether it is good."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.certificate import Certificate
from tests.dovecot import Dovecot, own_dovecot
from tests.tokenserver import TokenServer


def _introspection(folder: Path, tokens: TokenServer) -> Path:
    """The file that tells Dovecot whom to ask about a token; readable for the user that it runs as."""
    oauth2 = folder / "oauth2.conf"
    oauth2.write_text(
        f"introspection_mode = post\nintrospection_url = {tokens.introspection}\n"
        "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
    )
    folder.chmod(0o755)
    oauth2.chmod(0o644)
    return oauth2


@asynccontextmanager
async def bearer_dovecot(
    tokens: TokenServer, certificate: Certificate, folder: Path, mechanisms: str = "xoauth2 oauthbearer"
) -> AsyncIterator[Dovecot]:
    """A Dovecot that lets nobody in but by token."""
    oauth2 = _introspection(folder, tokens)
    settings = (
        f"auth_mechanisms = plain {mechanisms}\nauth_verbose = yes\n"
        f"passdb {{\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = {oauth2}\n}}"
    )
    manager = own_dovecot(certificate, settings=settings)
    server = await asyncio.to_thread(manager.__enter__)  # it waits for the greeting, and asks us on the way
    try:
        yield server
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)
