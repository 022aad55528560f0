"""Serves a world as X's API over HTTP on loopback: signatures, limits, faults, then the answer itself."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from inbox_bot.sandbox.x import faults, listings, writing
from inbox_bot.sandbox.x.oauth import Door, grant
from inbox_bot.sandbox.x.render import Asked, Json, asked
from inbox_bot.sandbox.x.things import Call, Fault
from inbox_bot.sandbox.x.world import World

_FIELDS = frozenset({"post.fields", "tweet.fields"})
# Values that one of the two OpenAPI documents (2.166 tweet, 2.167 post) knows and the other does not.
_UNKNOWN: Mapping[str, Mapping[str, frozenset[str]]] = {
    "tweet": {"expansions": frozenset({"referenced_posts", "edit_history_post_ids"})},
    "post": {
        "post.fields": frozenset({"author_id", "in_reply_to_user_id", "referenced_tweets", "note_tweet"}),
        "dm_event.fields": frozenset({"sender_id", "participant_ids", "referenced_tweets"}),
        "expansions": frozenset({"referenced_tweets.id", "edit_history_tweet_ids"}),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """A request that was let in."""

    world: World
    request: Request
    parameters: Mapping[str, str]
    body: Mapping[str, object]
    want: Asked
    headers: Mapping[str, str]

    def path(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def ids(self) -> list[str]:
        """The `ids` parameter."""
        return [one for one in self.parameters.get("ids", "").split(",") if one]

    def listed(self, answer: Json) -> Response:
        """200 with the limits' headers."""
        return JSONResponse(answer, headers=dict(self.headers))


Handler = Callable[[_Asking], Response]

_ROUTES: tuple[tuple[str, str, str, Handler], ...] = (
    ("GET", "/2/users/me", "me", lambda a: a.listed(listings.me(a.world))),
    ("GET", "/2/users", "users", lambda a: a.listed(listings.users(a.world, a.ids()))),
    ("GET", "/2/users/{id}/mentions", "mentions", lambda a: a.listed(listings.mentions(a.world, a.parameters, a.want))),
    ("GET", "/2/users/{id}/tweets", "posts", lambda a: a.listed(listings.own_posts(a.world, a.parameters, a.want))),
    ("GET", "/2/tweets", "lookup", lambda a: a.listed(listings.lookup(a.world, a.ids(), a.want))),
    ("GET", "/2/tweets/search/recent", "search", lambda a: a.listed(listings.search(a.world, a.parameters, a.want))),
    ("POST", "/2/tweets", "post", lambda a: writing.create_post(a.world, a.body, a.headers)),
    ("DELETE", "/2/tweets/{id}", "delete", lambda a: writing.delete_post(a.world, a.path("id"), a.headers)),
    ("GET", "/2/dm_events", "dms", lambda a: a.listed(listings.dm_events(a.world, a.parameters, a.want))),
    (
        "GET",
        "/2/dm_conversations/with/{id}/dm_events",
        "dms_with",
        lambda a: a.listed(listings.dm_events(a.world, a.parameters, a.want, a.path("id"))),
    ),
    (
        "POST",
        "/2/dm_conversations/with/{id}/messages",
        "dm",
        lambda a: writing.create_dm(a.world, a.path("id"), a.body, a.headers),
    ),
)


class _Gone(Response):
    """No answer: the connection just ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["transport"].abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class _Protocol(H11Protocol):
    """Lets an answer reach its connection, to end it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """Leaves the process's signals to the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def application(world: World, extra: Sequence[Route] = ()) -> Starlette:
    """The API as an ASGI application, with further routes of the caller's."""
    door = Door(world.account, world.tokens)

    def endpoint(name: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            body = await request.body()
            response = await _answer(world, door, name, handler, request, body)
            world.calls.append(
                Call(
                    endpoint=name,
                    method=request.method,
                    path=request.url.path,
                    parameters=tuple(request.query_params.multi_items()),
                    body=body.decode("utf-8", "replace"),
                    status=response.status_code,
                    answer=bytes(response.body).decode("utf-8", "replace"),
                )
            )
            return response

        return answer

    async def token(request: Request) -> Response:
        fault = _fault(world, "token")
        if fault is not None and fault.kind in faults.BEFORE:
            return _Gone()
        if fault is not None and fault.kind not in faults.AFTER:
            return faults.answer(fault, {})
        response = await grant(world.tokens, request)
        if fault is not None and fault.kind == "late":
            await asyncio.sleep(fault.seconds)
        return _Gone() if fault is not None and fault.kind == "lost" else response

    routes = [Route("/2/oauth2/token", token, methods=["POST"])]
    routes += [Route(path, endpoint(name, handler), methods=[method]) for method, path, name, handler in _ROUTES]
    return Starlette(routes=[*routes, *extra])


async def _answer(world: World, door: Door, name: str, handler: Handler, request: Request, raw: bytes) -> Response:
    url = str(request.url.replace(query=request.scope["query_string"].decode("ascii")))
    if not door.opens(request.method, url, request.headers):
        return faults.named("unauthorized", {})
    fault = _fault(world, name)
    if fault is not None and fault.kind in faults.BEFORE:
        return _Gone()
    allowed = world.limits.count(name, world.seconds())
    headers = world.limits.headers(name)
    if not allowed:
        return faults.named("limited", headers)
    if fault is not None and fault.kind not in faults.AFTER:
        return faults.answer(fault, headers)
    parameters = dict(request.query_params)
    wrong = _wrong_spelling(world, parameters)
    if wrong:
        return faults.answer(
            Fault(endpoint=name, kind="bad_request", times=1, detail=f"The query parameter [{wrong}] is not valid"),
            headers,
        )
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        return faults.named("bad_request", headers)
    post_spelling = "post.fields" in parameters or (world.spelling == "post" and "tweet.fields" not in parameters)
    want = asked(parameters, post_spelling=post_spelling)
    asking = _Asking(world=world, request=request, parameters=parameters, body=body, want=want, headers=headers)
    response = handler(asking)
    if fault is not None and fault.kind == "lost":
        return _Gone()
    if fault is not None and fault.kind == "late":
        await asyncio.sleep(fault.seconds)
    if fault is not None and fault.kind == "done503":
        return faults.named("html", headers)
    return faults.partial(response) if fault is not None and fault.kind == "partial" else response


def _fault(world: World, name: str) -> Fault | None:
    """The next fault for this endpoint, counted down."""
    for fault in world.faults:
        if fault.endpoint in ("*", name) and fault.times > 0:
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.times -= 1
            return fault
    return None


def _wrong_spelling(world: World, parameters: Mapping[str, str]) -> str:
    """The parameter that this X does not know, or of which it does not know a value; "" = none."""
    allowed = {"tweet": {"tweet.fields"}, "post": {"post.fields"}}.get(world.spelling, _FIELDS)
    unknown = _UNKNOWN.get(world.spelling, {})
    for name, value in parameters.items():
        if (name in _FIELDS and name not in allowed) or unknown.get(name, frozenset()) & set(value.split(",")):
            return name
    return ""


@asynccontextmanager
async def serve(world: World, *, port: int = 0, extra: Sequence[Route] = ()) -> AsyncIterator[str]:
    """Serve the world in this loop; gives the base URL (`http://127.0.0.1:<port>`)."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(
        application(world, extra),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        http=_Protocol,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="sandbox-x")
    try:
        listener.listen()  # from here on connections wait until the server takes them
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)
        listener.close()
