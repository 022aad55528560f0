"""Pictures of posts are kept; nothing is fetched from where a customer might point us."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from inbox_bot.model import Incoming
from inbox_bot.sandbox.x import Media, serve
from tests.adapters.x_builders import Scene, open_at, world_at

PNG = b"\x89PNG picture"


async def test_a_picture_is_kept_beside_its_post() -> None:
    """Its bytes, size and type are on record; one that is gone or elsewhere stays a link with its reason."""
    world = world_at()
    kim = world.add_user("kim")
    asked: list[str] = []

    async def picture(request: Request) -> Response:
        asked.append(request.url.path)
        there = request.path_params["name"] == "1.png"
        return Response(PNG if there else b"", 200 if there else 404, media_type="image/png")

    async with serve(world, extra=[Route("/media/{name}", picture)]) as url:
        account = open_at(url, world.account, world.seconds)
        x = Scene(account, world.now)
        world.post(
            kim,
            "@acme_hilft so sieht es aus",
            media=(
                Media(key="3_1", url=f"{url}/media/1.png"),
                Media(key="3_2", url=f"{url}/media/2.png"),
                Media(key="3_3", url="https://elsewhere.example/3.png"),
                Media(key="3_4", url="http://pbs.twimg.com.evil.example/4.png"),
            ),
        )
        (item,) = await x.poll(x.mentions)
        await account.close()
    assert isinstance(item, Incoming)
    first, *others = item.attachments
    assert (first.content, first.size, first.media_type, first.reason) == (PNG, len(PNG), "image/png", "")
    assert [(file.content, bool(file.url), bool(file.reason)) for file in others] == [(None, True, True)] * 3
    assert asked == ["/media/1.png", "/media/2.png"]


async def test_many_pictures_do_not_hold_up_the_texts() -> None:
    """Twenty files a poll; further ones stay links."""
    world = world_at()
    kim = world.add_user("kim")
    asked: list[str] = []

    async def picture(request: Request) -> Response:
        asked.append(request.url.path)
        return Response(PNG, media_type="image/png")

    async with serve(world, extra=[Route("/media/{name}", picture)]) as url:
        account = open_at(url, world.account, world.seconds)
        x = Scene(account, world.now)
        for number in range(25):
            world.post(kim, f"@acme_hilft {number}", media=(Media(key=f"3_{number}", url=f"{url}/media/{number}.png"),))
        assert len(await x.poll(x.mentions)) == 25
        await account.close()
    assert len(asked) == 20
