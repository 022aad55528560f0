"""What can go wrong on the sandbox's X: the answers of the real one's failures, by the kind a test asks for.

Kinds: `duplicate`, `forbidden` (detail and v1 code given), `deleted` (385), `restricted` (433), `no_dm` (349),
`not_enrolled` (453), `unauthorized` (401), `credits` (402), `limited` (429 with reset), `limited_bare` (429 without),
`capped` (429 usage-capped), `html` (503 with an HTML page), `empty` (503 without a body), `html200` (200 with HTML),
`errors200` (200 with errors and no data), `partial` (200 with errors beside the data), `bad_request`
(400, `detail` names the parameter), `drop` (the connection ends before anything happens),
`lost` (it happens, then the connection ends), `late` (it happens, the answer comes after `seconds`),
`done503` (it happens, the answer is 503 with HTML).
"""

import json
from collections.abc import Mapping

from starlette.responses import Response

from inbox_bot.sandbox.x.things import Fault

BEFORE = frozenset({"drop"})
AFTER = frozenset({"lost", "late", "partial", "done503"})

_PROBLEMS: Mapping[str, tuple[int, Mapping[str, object]]] = {
    "unauthorized": (401, {"title": "Unauthorized", "type": "about:blank", "detail": "Unauthorized"}),
    "credits": (
        402,
        {
            "title": "CreditsDepleted",
            "type": "https://api.x.com/2/problems/credits-depleted",
            "detail": "Your account has no credits left.",
        },
    ),
    "capped": (
        429,
        {
            "title": "UsageCapExceeded",
            "type": "https://api.x.com/2/problems/usage-capped",
            "detail": "Usage cap exceeded: Monthly product cap",
            "period": "Monthly",
            "scope": "Product",
        },
    ),
    "limited": (429, {"title": "Too Many Requests", "type": "about:blank", "detail": "Too Many Requests"}),
    "limited_bare": (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}),
    "duplicate": (
        403,
        {
            "title": "Forbidden",
            "type": "about:blank",
            "detail": "You are not allowed to create a Tweet with duplicate content.",
        },
    ),
    "not_enrolled": (
        403,
        {
            "title": "Client Forbidden",
            "type": "https://api.x.com/2/problems/client-forbidden",
            "reason": "client-not-enrolled",
            "detail": "This app must be attached to a project.",
        },
    ),
    "not_summoned": (
        403,
        {
            "title": "Forbidden",
            "type": "about:blank",
            "detail": "Reply is not permitted: the author has not mentioned or quoted you.",
        },
    ),
}

_CODES: Mapping[str, tuple[int, str]] = {
    "deleted": (385, "You attempted to reply to a Tweet that is deleted or not visible to you."),
    "restricted": (433, "The original Tweet author restricted who can reply to this Tweet."),
    "no_dm": (349, "You do not have permission to DM one or more participants."),
}


def answer(fault: Fault, headers: Mapping[str, str]) -> Response:
    """The answer of a fault that replaces what would have happened; `headers` are the rate limits'."""
    kind = fault.kind
    if kind in ("html", "html200"):
        page = b"<!DOCTYPE html><html><body>Over capacity</body></html>"
        return Response(page, 503 if kind == "html" else 200, media_type="text/html")
    if kind == "errors200":
        return problem(200, {"errors": [_UNAVAILABLE]}, headers)
    if kind == "empty":
        return Response(b"", 503)
    if kind == "bad_request":
        detail = fault.detail or "One or more parameters to your request was invalid."
        errors = [{"message": detail, "parameters": {}}]
        return problem(400, {"title": "Invalid Request", "type": _INVALID, "detail": detail, "errors": errors}, headers)
    if kind in _CODES:
        code, message = _CODES[kind]
        return problem(403, {"errors": [{"code": code, "message": message}]}, headers)
    if kind == "forbidden":
        if fault.code:
            return problem(403, {"errors": [{"code": fault.code, "message": fault.detail}]}, headers)
        return problem(403, {"title": "Forbidden", "type": "about:blank", "detail": fault.detail}, headers)
    status, body = _PROBLEMS[kind]
    if kind == "limited":
        headers = {**headers, "x-rate-limit-remaining": "0"}
    if kind == "limited_bare":
        headers = {}
    return problem(status, {**body, "status": status} if "errors" not in body else body, headers)


def partial(response: Response) -> Response:
    """The same answer with an error beside it, about something that stands in it."""
    body = {**json.loads(bytes(response.body)), "errors": [_MISSING]}
    return Response(json.dumps(body).encode(), response.status_code, media_type="application/json")


_UNAVAILABLE = {"title": "Service Unavailable", "detail": "Service Unavailable", "type": "about:blank"}
_MISSING = {
    "resource_type": "post",
    "parameter": "referenced_tweets.id",
    "resource_id": "1",
    "title": "Not Found Error",
    "detail": "Could not find post with referenced_tweets.id: [1].",
    "type": "https://api.twitter.com/2/problems/resource-not-found",
}
_INVALID = "https://api.x.com/2/problems/invalid-request"


def problem(status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Response:
    """An error as X writes it (RFC 7807, or the old `errors` list)."""
    media_type = "application/json" if "errors" in body and "title" not in body else "application/problem+json"
    return Response(json.dumps(body).encode(), status, headers=dict(headers or {}), media_type=media_type)


def named(kind: str, headers: Mapping[str, str]) -> Response:
    """The answer of one of the kinds above that needs no details."""
    return answer(Fault(endpoint="*", kind=kind, times=1), headers)
