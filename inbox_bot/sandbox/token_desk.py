"""A provider's token server as rules without a wire: it grants, rotates, refuses what was used twice, and revokes."""

import base64
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A token that is out: whose it is, and until when (Unix seconds)."""

    user: str
    until: float


@dataclass(slots=True, kw_only=True)
class TokenDesk:
    """One app's tokens. `secret` "" = a public client. `rotates`: a refresh token is good for one use, as X's are;
    else it stays good, as Google's do. `basic`: a secret must come in the Authorization header. `x_words`: a dead
    refresh token is called an invalid request, as X has it.
    """

    client_id: str
    secret: str = ""
    rotates: bool = False
    basic: bool = False
    x_words: bool = False
    seconds: float = 3600.0
    clock: Callable[[], float]
    refresh: dict[str, str] = field(default_factory=dict)  # token -> user, of those that are good
    access: dict[str, Issued] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)  # refresh tokens in the order in which they were shown
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def consent(self, user: str) -> str:
        """The user lets the app in; the first refresh token."""
        token = f"refresh-{next(self._numbers)}-of-{user}"
        self.refresh[token] = user
        return token

    def withdraw(self, user: str) -> None:
        """The user changes his mind: nothing of his is good any more."""
        self.refresh = {token: of for token, of in self.refresh.items() if of != user}
        self.forget(user)

    def forget(self, user: str) -> None:
        """His access tokens alone are no longer good."""
        self.access = {token: one for token, one in self.access.items() if one.user != user}

    def user_of(self, token: str) -> str:
        """Whose access token this is; "" where it is not good."""
        issued = self.access.get(token)
        return issued.user if issued and issued.until > self.clock() else ""

    def answer(self, form: Mapping[str, str], authorization: str) -> tuple[int, Mapping[str, object]]:
        """Status and JSON for a POST to the token endpoint (RFC 6749 5.1, 5.2)."""
        if not self._knows(form, authorization):
            return 401, {"error": "unauthorized_client" if self.x_words else "invalid_client"}
        if form.get("grant_type") != "refresh_token":
            return 400, {"error": "unsupported_grant_type"}
        shown = form.get("refresh_token", "")
        self.used.append(shown)
        user = self.refresh.get(shown)
        if user is None:
            if self.x_words:
                said = "Value passed for the token was invalid."
                return 400, {"error": "invalid_request", "error_description": said}
            return 400, {"error": "invalid_grant", "error_description": f"{shown} has been expired or revoked."}
        access = f"access-{next(self._numbers)}-of-{user}"
        self.access[access] = Issued(user=user, until=self.clock() + self.seconds)
        body: dict[str, object] = {"token_type": "bearer", "expires_in": self.seconds, "access_token": access}
        if self.rotates:
            del self.refresh[shown]
            body["refresh_token"] = self.consent(user)
        return 200, body

    def _knows(self, form: Mapping[str, str], authorization: str) -> bool:
        if self.secret and self.basic:
            kind, _, packed = authorization.partition(" ")
            given = base64.b64decode(packed).decode() if kind == "Basic" else ""
            client_id, _, secret = (unquote_plus(part) for part in given.partition(":"))
            return (client_id, secret) == (self.client_id, self.secret)
        return (form.get("client_id"), form.get("client_secret", "")) == (self.client_id, self.secret)
