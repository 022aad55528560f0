"""Direct messages and our own posts over HTTP: everything once, our own among them, and the limit kept."""

from contextlib import suppress
from datetime import timedelta

import pytest

from inbox_bot.errors import Paused
from inbox_bot.model import Address, Channel, Visibility
from inbox_bot.sandbox.x import Media
from tests.adapters.x_builders import NOW, asked, scene, world_at


@pytest.mark.parametrize(
    ("start", "texts"), [("now", ["neu"]), ("all", ["uralt", "gestern", "neu"]), ("2026-03-01", ["gestern", "neu"])]
)
async def test_the_first_run_begins_where_start_says(start: str, texts: list[str]) -> None:
    """X has no since_id for DMs: the start is kept by us; oldest first."""
    world = world_at()
    kim = world.add_user("kim")
    world.dm(kim, "uralt", at=NOW - timedelta(days=5))
    world.dm(kim, "gestern", at=NOW - timedelta(hours=20))
    async with scene(world, start=start) as x:
        before = await x.texts(x.dms)
        world.advance(30)
        world.dm(kim, "neu")
        assert before + await x.texts(x.dms) == texts


async def test_pages_are_read_until_something_is_known() -> None:
    """45 new ones are three pages; the next poll reads one page, although X always names a further one."""
    world = world_at()
    world.limits.lift()
    kim = world.add_user("kim")
    async with scene(world) as x:
        world.dm(kim, "alt")
        assert await x.texts(x.dms) == ["alt"]
        for number in range(45):
            world.dm(kim, f"Frage {number}")
        calls = len(asked(world, "dms"))
        assert await x.texts(x.dms) == [f"Frage {number}" for number in range(45)]
        assert len(asked(world, "dms")) - calls == 3
        assert await x.texts(x.dms) == []
        assert len(asked(world, "dms")) - calls == 4
    assert {one["max_results"] for one in asked(world, "dms")} == {"20"}


async def test_an_empty_inbox_is_empty() -> None:
    """X leaves `data` out then."""
    async with scene(world_at()) as x:
        assert await x.poll(x.dms) == ()
        assert x.take_spent() <= 10_000  # our own account, once


async def test_what_is_said_about_a_message() -> None:
    """Who wrote to whom, in private, with its text as typed and its picture as a link; each event costs one cent."""
    world = world_at()
    kim = world.add_user("kim", "Kim Laue")
    async with scene(world) as x:
        await x.account.client.me()
        x.account.client.purse.take()
        world.dm(kim, "A & B <c>", media=(Media(key="3_1", url="https://pbs.example/1.jpg"),))
        item = await x.only(x.dms)
        assert x.take_spent() == 10_000
    assert item.author == Address(channel=Channel.TWITTER, address=str(kim.id))
    assert (item.text, item.visibility) == ("A & B <c>", Visibility.PRIVATE)
    assert item.post is not None
    assert (item.post.dm, item.post.own, item.post.partner, item.post.group) == (True, False, str(kim.id), False)
    assert [(file.url, file.content) for file in item.attachments] == [("https://pbs.example/1.jpg", None)]


async def test_our_own_messages_come_back_as_our_own() -> None:
    """With the other half of the conversation as partner."""
    world = world_at()
    kim = world.add_user("kim")
    async with scene(world) as x:
        world.dm(world.me, "Wir melden uns", to=kim)
        item = await x.only(x.dms)
    assert item.post is not None
    assert (item.post.own, item.post.partner) == (True, str(kim.id))


async def test_a_group_is_told_apart() -> None:
    """A conversation of more than two has a number of its own, and nobody is its partner."""
    world = world_at()
    kim = world.add_user("kim")
    async with scene(world) as x:
        world.dm(kim, "an alle", group=1_234_567_890_123_456)
        item = await x.only(x.dms)
    assert item.post is not None
    assert (item.post.group, item.post.partner) == (True, "")


async def test_some_calls_are_kept_for_repairs() -> None:
    """Of 15 calls in 15 minutes the last three are not used up by paging, and what was read is kept."""
    world = world_at()
    kim = world.add_user("kim")
    for number in range(400):
        world.dm(kim, str(number))
    found: list[str] = []
    async with scene(world) as x:
        for _ in range(30):
            with suppress(Paused):
                found += await x.texts(x.dms)
            calls = len(asked(world, "dms"))
            assert calls <= 15
            if not x.more:
                break
        assert world.limits.headers("dms")["x-rate-limit-remaining"] == "3"
        for _ in range(3):
            world.advance(901)
            found += await x.texts(x.dms)
    assert sorted(map(int, found)) == list(range(400))


async def test_own_posts_are_seen_and_say_whom_they_answer() -> None:
    """What the team sends in X's own app shows here."""
    world = world_at()
    kim = world.add_user("kim")
    async with scene(world) as x:
        asked_by = world.post(kim, "@acme_hilft hallo")
        world.post(world.me, "Guten Tag", reply_to=asked_by)
        item = await x.only(x.posts)
    assert item.post is not None
    assert (item.post.own, item.post.reply_to_id, item.post.reply_to_author) == (True, str(asked_by.id), str(kim.id))
