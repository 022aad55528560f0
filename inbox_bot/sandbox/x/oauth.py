"""Lets requests into the sandbox: OAuth 1.0a signatures (RFC 5849), bearer tokens; and grants the latter."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from oauthlib.oauth1 import RequestValidator, ResourceEndpoint  # type: ignore[import-untyped]  # ships no types
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from inbox_bot.sandbox.token_desk import TokenDesk
from inbox_bot.sandbox.x.things import Keys


class _OneAccount(RequestValidator):  # type: ignore[misc]  # oauthlib ships no types
    """Knows the keys of the account under test, and no nonce twice."""

    enforce_ssl = False  # loopback
    dummy_client = "nobody"
    dummy_access_token = "nobody"  # noqa: S105  # the name of nobody's token

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self._keys = keys
        self._nonces: set[tuple[str, str]] = set()

    def check_client_key(self, client_key: str) -> bool:
        return bool(client_key)

    def check_access_token(self, request_token: str) -> bool:
        return bool(request_token)

    def check_nonce(self, nonce: str) -> bool:
        return bool(nonce)

    def validate_client_key(self, client_key: str, request: object) -> bool:
        return client_key == self._keys.consumer_key

    def validate_access_token(self, client_key: str, token: str, request: object) -> bool:
        return token == self._keys.access_token

    def validate_realms(self, *args: object, **given: object) -> bool:
        return True

    def get_client_secret(self, client_key: str, request: object) -> str:
        return self._keys.consumer_secret

    def get_access_token_secret(self, client_key: str, token: str, request: object) -> str:
        return self._keys.access_token_secret

    def validate_timestamp_and_nonce(
        self, client_key: str, timestamp: str, nonce: str, request: object, **given: object
    ) -> bool:
        if (timestamp, nonce) in self._nonces:
            return False
        self._nonces.add((timestamp, nonce))
        return True


class Door:
    """Lets in who signs with the account's keys, or shows an access token of it."""

    def __init__(self, keys: Keys, tokens: TokenDesk) -> None:
        self._endpoint = ResourceEndpoint(_OneAccount(keys))
        self._tokens = tokens

    def opens(self, method: str, url: str, headers: Mapping[str, str]) -> bool:
        """Whether the signature is right; a JSON body is not part of it. `url` exactly as it was on the wire."""
        authorization = headers.get("authorization", "")
        if authorization.startswith("Bearer "):
            return bool(self._tokens.user_of(authorization.removeprefix("Bearer ")))
        given = {"Authorization": authorization}
        try:
            valid, _ = self._endpoint.validate_protected_resource_request(url, http_method=method, headers=given)
        except ValueError:  # a header that is no OAuth header at all
            return False
        return bool(valid)


async def grant(tokens: TokenDesk, request: Request) -> Response:
    """POST /2/oauth2/token, form-encoded."""
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    status, body = tokens.answer(form, request.headers.get("authorization", ""))
    return JSONResponse(dict(body), status)
