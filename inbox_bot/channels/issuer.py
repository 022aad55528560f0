"""Asks a token server for access tokens (RFC 6749 6) and says what its refusals ask of a person."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlsplit

from inbox_bot.errors import Paused, Revoked
from inbox_bot.grants import Granted

if TYPE_CHECKING:  # it is slow to load
    import aiohttp

_MOST_BYTES = 64 * 1024
_MOST_WAIT = 3600.0
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")  # RFC 6749 A.12; a space or control character would reach SASL and HTTP
_CODE = re.compile(r"[a-z_]{1,40}")
_MICROSOFT = re.compile(r"AADSTS[0-9]{1,7}")
_GONE = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
_CLIENT = frozenset({"invalid_client", "unauthorized_client"})
_LATER = frozenset({"temporarily_unavailable", "server_error", "slow_down"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenServer:
    """The port `Issuer` over HTTP; no redirect is followed, no answer above 64 KiB read, `seconds` given to a call.

    Without `client_secret` it speaks as a public client. `basic`: the secret goes into the Authorization header (X),
    else into the form (Google, Microsoft); RFC 6749 2.3.1 has both.
    """

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    now: Callable[[], datetime]
    scope: str = ""
    basic: bool = False
    seconds: float = 20.0

    @property
    def name(self) -> str:
        """For people."""
        return f"token server {urlsplit(self.url).netloc}"

    async def renew(self, refresh: str) -> Granted:
        """See `Issuer.renew`."""
        import aiohttp

        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        if self.scope:
            form["scope"] = self.scope
        headers = {"Accept": "application/json"}
        if self.client_secret and self.basic:
            login = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
        else:
            form["client_id"] = self.client_id
            if self.client_secret:
                form["client_secret"] = self.client_secret
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=self.seconds), cookie_jar=aiohttp.DummyCookieJar()
                ) as session,
                session.post(self.url, data=form, headers=headers, allow_redirects=False) as response,
            ):
                raw = await _read(response)
        except aiohttp.ClientConnectorCertificateError as exc:
            raise Paused(
                f"the certificate of the {self.name} is not valid; correct `oauth2_token_url`", alarm=True
            ) from exc
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            hint = "if it stays so, check `oauth2_token_url`"
            raise Paused(f"the {self.name} cannot be reached ({type(exc).__name__}); {hint}") from exc
        answer = _object(raw)
        if response.status == 200:
            return self._granted(answer)
        raise self._refusal(response.status, answer, response.headers)

    def _granted(self, answer: Mapping[str, object]) -> Granted:
        access, refresh = answer.get("access_token"), answer.get("refresh_token") or ""
        kind = str(answer.get("token_type", "bearer")).lower()
        usable = all(isinstance(one, str) and (not one or _TOKEN.fullmatch(one)) for one in (access, refresh))
        if not access or not usable or kind != "bearer":
            raise Paused(f"the {self.name} gave no usable answer; if it stays so, check `oauth2_token_url`")
        return Granted(access=str(access), refresh=str(refresh), seconds=_number(answer.get("expires_in")))

    def _refusal(self, status: int, answer: Mapping[str, object], headers: Mapping[str, str]) -> Paused:
        """What a refusal means. Of its own words only fixed codes are repeated: nobody knows what else is in them."""
        said, description = str(answer.get("error", "")), str(answer.get("error_description", ""))
        code = said if _CODE.fullmatch(said) else ""
        detail = " ".join(filter(None, [code or f"HTTP {status}", *_MICROSOFT.findall(description)[:1]]))
        # X calls a used or withdrawn refresh token an invalid request whose token was invalid
        unusable = code == "invalid_request" and "token" in description.lower()
        if code in _GONE or unusable:
            return Revoked(
                f"the {self.name} takes the refresh token no more ({detail}): the consent was withdrawn, or the token "
                "has expired or was used elsewhere; authorise again and set the new `oauth2_refresh_token`",
                alarm=True,
            )
        if code in _CLIENT:
            return Paused(
                f"the {self.name} does not know us ({detail}); correct `oauth2_client_id` and `oauth2_client_secret`",
                alarm=True,
            )
        if status >= 500 or status in (408, 429) or code in _LATER or status < 300:
            wish = _number(headers.get("Retry-After"))
            until = None if wish is None else self.now() + timedelta(seconds=min(wish, _MOST_WAIT))
            return Paused(f"the {self.name} gives no token now ({detail})", until=until)
        if code == "invalid_scope":
            return Paused(f"the {self.name} refuses our scope ({detail}); correct `oauth2_scope`", alarm=True)
        where = "redirects us" if status < 400 else "refuses"
        return Paused(f"the {self.name} {where} ({detail}); correct `oauth2_token_url` and the client", alarm=True)


async def _read(response: "aiohttp.ClientResponse") -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(8192):
        data += chunk
        if len(data) > _MOST_BYTES:
            return b""  # no token server says that much
    return bytes(data)


def _object(raw: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: object) -> float | None:
    """`expires_in`: a number, from some servers as a text; None where it is nothing of the kind."""
    try:
        seconds = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else -1.0
    except ValueError:
        return None
    return seconds if 0 <= seconds < 10 * 365 * 86400 else None
