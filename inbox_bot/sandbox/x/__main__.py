"""Runs the look-alike X API alone, for tools of other kinds: `python -m inbox_bot.sandbox.x [--port N]`.

Loopback only. The first line printed is JSON: {"url", "consumer_key", "consumer_secret", "access_token",
"access_token_secret", "oauth2_client_id", "oauth2_client_secret", "oauth2_refresh_token", "user_id", "handle"}.
Beside X's endpoints (POST /2/oauth2/token among them) there are, unsigned and with JSON bodies:

    POST /sandbox/user   {"handle", "name"}                                  -> {"id"}
    POST /sandbox/post   {"handle", "text", "reply_to", "quote", "retweet_of", "late"}  -> {"id"}
    POST /sandbox/dm     {"handle", "text", "to"}  ("to": a handle, else us)  -> {"id"}
    POST /sandbox/edit   {"id", "text"}                                      -> {"id"}
    POST /sandbox/delete {"id"}                                              -> {}
    POST /sandbox/fail   {"endpoint", "kind", "times", "detail", "code", "seconds", "after"}  -> {}
                         (kinds: see faults.py)
    GET  /sandbox/state                                       -> {"posts": [...], "dms": [...], "calls": n}

Users are made when they are first named; ids are decimal strings.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from inbox_bot.sandbox.x import Dm, Post, User, World, serve

Answer = Callable[[Request], Awaitable[Response]]


def control(world: World) -> list[Route]:
    """The control endpoints of a world."""

    def user(handle: object) -> User:
        wanted = str(handle)
        return world.find_user(wanted) or world.add_user(wanted, wanted)

    def post_of(number: object) -> Post | None:
        return world.posts.get(int(str(number))) if number else None

    async def add_user(request: Request) -> Response:
        given = await request.json()
        return _id((world.find_user(given["handle"]) or world.add_user(given["handle"], given.get("name", ""))).id)

    async def add_post(request: Request) -> Response:
        given = await request.json()
        made = world.post(
            user(given["handle"]),
            given.get("text", ""),
            reply_to=post_of(given.get("reply_to")),
            quote=post_of(given.get("quote")),
            retweet_of=post_of(given.get("retweet_of")),
            late=int(given.get("late", 0)),
        )
        return _id(made.id)

    async def add_dm(request: Request) -> Response:
        given = await request.json()
        to = user(given["to"]) if given.get("to") else None
        return _id(world.dm(user(given["handle"]), given["text"], to=to).id)

    async def edit(request: Request) -> Response:
        given = await request.json()
        return _id(world.edit(world.posts[int(given["id"])], given["text"]).id)

    async def delete(request: Request) -> Response:
        world.delete(world.posts[int((await request.json())["id"])])
        return JSONResponse({})

    async def fail(request: Request) -> Response:
        given = await request.json()
        world.fail(
            given.get("endpoint", "*"),
            given["kind"],
            int(given.get("times", 1)),
            detail=given.get("detail", ""),
            code=int(given.get("code", 0)),
            seconds=float(given.get("seconds", 0)),
            after=int(given.get("after", 0)),
        )
        return JSONResponse({})

    async def state(_: Request) -> Response:
        posts = [_shown(one) for one in world.posts.values()]
        dms = [_said(one) for one in world.dms.values()]
        return JSONResponse({"posts": posts, "dms": dms, "calls": len(world.calls)})

    ways: dict[str, Answer] = {
        "user": add_user, "post": add_post, "dm": add_dm, "edit": edit, "delete": delete, "fail": fail,
    }  # fmt: skip
    routes = [Route(f"/sandbox/{name}", way, methods=["POST"]) for name, way in ways.items()]
    return [*routes, Route("/sandbox/state", state, methods=["GET"])]


def _id(number: int) -> Response:
    return JSONResponse({"id": str(number)})


def _shown(post: Post) -> dict[str, object]:
    reply_to = str(post.reply_to.id) if post.reply_to else ""
    author = post.author.handle
    return {"id": str(post.id), "handle": author, "text": post.text, "reply_to": reply_to, "deleted": post.deleted}


def _said(dm: Dm) -> dict[str, object]:
    return {"id": str(dm.id), "handle": dm.sender.handle, "text": dm.text, "conversation": dm.conversation}


async def _run(port: int) -> None:
    world = World()
    world.limits.lift()
    async with serve(world, port=port, extra=control(world)) as url:
        keys = world.account
        about = {
            "url": url,
            "consumer_key": keys.consumer_key,
            "consumer_secret": keys.consumer_secret,
            "access_token": keys.access_token,
            "access_token_secret": keys.access_token_secret,
            "oauth2_client_id": world.tokens.client_id,
            "oauth2_client_secret": world.tokens.secret,
            "oauth2_refresh_token": world.tokens.consent(world.me.handle),
            "user_id": str(world.me.id),
            "handle": world.me.handle,
        }
        sys.stdout.write(json.dumps(about) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m inbox_bot.sandbox.x", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="a free one by default")
    try:
        asyncio.run(_run(parser.parse_args().port))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
