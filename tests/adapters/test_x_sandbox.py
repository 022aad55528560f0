"""The look-alike X itself: it lets nobody in without the right signature, and can be run alone for other tools."""

import asyncio
import json
import sys
from dataclasses import replace

import aiohttp
import pytest

from inbox_bot.errors import Paused
from inbox_bot.sandbox.x import World, serve
from tests.adapters.x_builders import open_at


@pytest.mark.parametrize("wrong", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"])
async def test_a_wrong_key_is_refused(wrong: str) -> None:
    """Each of the four values must be right."""
    world = World()
    async with serve(world) as url:
        account = open_at(url, replace(world.account, **{wrong: "something-else"}), world.seconds)
        with pytest.raises(Paused, match="401"):
            await account.probe()
        await account.close()
    assert [call.status for call in world.calls] == [401]


async def test_it_runs_alone_for_other_tools() -> None:
    """One line says where it is and with which keys; its own endpoints make people write."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "inbox_bot.sandbox.x", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        about = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
        async with aiohttp.ClientSession(about["url"]) as session:

            async def tell(way: str, **given: object) -> str:
                async with session.post(f"/sandbox/{way}", json=given) as answer:
                    assert answer.status == 200, await answer.text()
                    return str((await answer.json()).get("id", ""))

            post = await tell("post", handle="kim", text=f"@{about['handle']} hallo")
            answer = await tell("post", handle=about["handle"], text="Guten Tag", reply_to=post)
            await tell("dm", handle="kim", text="hallo")
            await tell("fail", endpoint="mentions", kind="html")
            await tell("edit", id=post, text="anders")
            await tell("delete", id=answer)
            async with session.get("/sandbox/state") as said:
                state = await said.json()
        assert [one["text"] for one in state["dms"]] == ["hallo"]
        assert {one["id"]: one["deleted"] for one in state["posts"]}[answer] is True
        assert about["url"].startswith("http://127.0.0.1:")
    finally:
        process.terminate()
        await process.wait()
